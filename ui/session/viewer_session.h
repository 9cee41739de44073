// The state of one viewer window: which slide is open, which are listed, what went wrong, what is measured.
// Lives on the GUI thread and never blocks it: slides are opened on background threads.
#pragma once

#include "ui/models/metrics_model.h"
#include "ui/models/slide_list_model.h"
#include "ui/session/engine_settings.h"
#include "ui/session/metrics_exporter.h"
#include "ui/session/preferences.h"
#include "ui/session/slide_converter.h"
#include "ui/session/slide_document.h"
#include "ui/session/viewer_options.h"

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <QUrl>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace origami {

class ViewerSession : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("The session is made by the application")
    Q_PROPERTY(origami::SlideDocument* slide READ slide NOTIFY slideChanged)
    Q_PROPERTY(QString openingName READ openingName NOTIFY openingNameChanged)
    Q_PROPERTY(origami::SlideListModel* slides READ slides CONSTANT)
    Q_PROPERTY(origami::MetricsModel* metrics READ metrics CONSTANT)
    Q_PROPERTY(origami::EngineSettings* settings READ settings CONSTANT)
    Q_PROPERTY(origami::MetricsExporter* exporter READ exporter CONSTANT)
    Q_PROPERTY(origami::Preferences* preferences READ preferences CONSTANT)
    Q_PROPERTY(origami::SlideConverter* converter READ converter CONSTANT)
    Q_PROPERTY(bool showOverlay READ showOverlay CONSTANT)
    Q_PROPERTY(QString version READ version CONSTANT)
    Q_PROPERTY(QString namePatterns READ namePatterns CONSTANT)
    Q_PROPERTY(QString licences READ licences CONSTANT)

public:
    explicit ViewerSession(ViewerOptions options, QObject* parent = nullptr);
    ~ViewerSession() override;

    // Opens the first slide of the command line, if any, and lists the others.
    void start();

    [[nodiscard]] SlideDocument* slide() const { return m_slide.get(); }
    [[nodiscard]] QString openingName() const { return m_openingName; }
    [[nodiscard]] SlideListModel* slides() { return &m_slides; }
    [[nodiscard]] MetricsModel* metrics() { return &m_metrics; }
    [[nodiscard]] EngineSettings* settings() { return &m_settings; }
    [[nodiscard]] MetricsExporter* exporter() { return &m_exporter; }
    [[nodiscard]] Preferences* preferences() { return &m_preferences; }
    [[nodiscard]] SlideConverter* converter() { return &m_converter; }
    [[nodiscard]] bool showOverlay() const { return m_options.showOverlay; }
    [[nodiscard]] QString version() const;
    [[nodiscard]] QString namePatterns() const;  // of slides, for file dialogs
    [[nodiscard]] QString licences() const;      // of what the program is made with; empty if the resource is missing
    // The place that the command line asks for; once, for the first slide.
    [[nodiscard]] std::optional<Place> takePlace() { return std::exchange(m_options.place, std::nullopt); }
    [[nodiscard]] std::shared_ptr<SlideEngine> engine() const { return m_engine; }
    // For leaving: drops all work and waits for it so long, twice at most: whether it is gone. False if a disk does not
    // answer, on which the destructor would wait as well.
    bool stop(std::chrono::milliseconds patience);

    // Opens a slide in place of the current one, which stays if that fails. The newest wish wins.
    Q_INVOKABLE void open(const QUrl& url);
    Q_INVOKABLE void openPath(const QString& path);
    // Opens the first of several and lists them all, as when files are dropped onto the window.
    Q_INVOKABLE void openAll(const QList<QUrl>& urls);
    // Opens the slide that comes with the program, made when it is first asked for.
    Q_INVOKABLE void openDemo();
    Q_INVOKABLE void closeSlide();
    // Links the command `origami` of this application bundle into the terminal's path. Says what was done, or why not.
    Q_INVOKABLE QString linkCommand() const;
    Q_INVOKABLE QString thumbnailSource(const QString& path) const;
    Q_INVOKABLE QString baseName(const QString& path) const;
    Q_INVOKABLE QString folderName(const QString& path) const;

signals:
    void slideChanged();
    void openingNameChanged();
    // What failed, which file, what to do. `message` is the engine's sentence.
    void openFailed(const QString& path, const QString& message, const QString& advice);
    // Tiles have come into the cache; once for all that come within some milliseconds.
    void tilesChanged();

private:
    // What workers hold of the session, which they may outlive.
    struct Relay {
        std::mutex mutex;
        ViewerSession* session = nullptr;
    };

    void setOpeningName(const QString& name);
    void openInBackground(const QString& path, const QString& shownName);
    void finishOpening(quint64 wish, const QString& path, const Result<SlideKey>& opened);
    void announceTiles();  // any thread
    void tellOfTiles();

    ViewerOptions m_options;
    EngineSettings m_settings;
    std::shared_ptr<SlideEngine> m_engine;
    std::shared_ptr<Relay> m_relay;
    Preferences m_preferences;
    SlideListModel m_slides;
    MetricsModel m_metrics;
    MetricsExporter m_exporter;
    SlideConverter m_converter;
    std::unique_ptr<SlideDocument> m_slide;
    QString m_openingName;
    quint64 m_wish = 0;  // counts what was asked for, so that late answers to old wishes are dropped
    // Tiles come by the dozen between two frames: who hears of some hears of the next ones a little later.
    enum class TileNews { None, Told, New };
    std::atomic<TileNews> m_tileNews{TileNews::None};
    QTimer m_tileTimer;  // runs from the last time that it was told
    QTimer m_metricsLogTimer;
    QThreadPool m_pool;
};

}  // namespace origami
