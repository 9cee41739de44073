// The state of one viewer window: which slide is open, which are listed, what went wrong. Lives on the GUI thread and
// never blocks it: files are read on background threads.
#pragma once

#include "ui/session/engine_settings.h"
#include "ui/session/file_tasks.h"
#include "ui/session/preferences.h"
#include "ui/session/slide_converter.h"
#include "ui/session/slide_document.h"
#include "ui/session/slide_list.h"
#include "ui/session/viewer_options.h"

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QPointF>
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
    Q_PROPERTY(origami::SlideList* slides READ slides CONSTANT)
    Q_PROPERTY(origami::EngineSettings* settings READ settings CONSTANT)
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
    [[nodiscard]] SlideList* slides() { return &m_slides; }
    [[nodiscard]] EngineSettings* settings() { return &m_settings; }
    [[nodiscard]] Preferences* preferences() { return &m_preferences; }
    [[nodiscard]] SlideConverter* converter() { return &m_converter; }
    [[nodiscard]] bool showOverlay() const { return m_options.showOverlay; }
    [[nodiscard]] QString version() const;
    [[nodiscard]] QString namePatterns() const;  // of slides, for file dialogs
    [[nodiscard]] QString licences() const;      // of the libraries in the program; empty if the resource is missing
    // The place at which the slide that was just opened is to be shown, if any. Returns it once.
    [[nodiscard]] std::optional<Place> takePlace() { return std::exchange(m_place, std::nullopt); }
    [[nodiscard]] std::shared_ptr<SlideEngine> engine() const { return m_engine; }
    [[nodiscard]] FileTasks& tasks() { return m_tasks; }
    // Call it before the program ends: drops all work and waits for it, at most twice as long as `patience`. Returns
    // whether all work has ended. If not, a disk does not answer, and the destructor would wait for it.
    bool stop(std::chrono::milliseconds patience);

    // Opens a slide in place of the current one, which stays if that fails. Returns at once; the newest call wins.
    Q_INVOKABLE void open(const QUrl& url);
    Q_INVOKABLE void openPath(const QString& path);
    // Opens the first of several slides and lists them all, as when files are dropped onto the window.
    Q_INVOKABLE void openAll(const QList<QUrl>& urls);
    // Opens the current slide's file anew, as it is on the disk now.
    Q_INVOKABLE void reopen();
    // The same, and then shows this level 0 point in the middle at a scale of physical pixels per level 0 pixel.
    Q_INVOKABLE void reopenAt(QPointF centre, double scale);
    // Opens the slide that comes with the program. It is made when it is first asked for.
    Q_INVOKABLE void openDemo();
    Q_INVOKABLE void closeSlide();
    // Links the command `origami` of this application bundle into the terminal's path. Answered by commandLinked.
    Q_INVOKABLE void linkCommand();
    Q_INVOKABLE QString thumbnailSource(const QString& path) const;
    Q_INVOKABLE QString baseName(const QString& path) const;
    Q_INVOKABLE QString folderName(const QString& path) const;

signals:
    void slideChanged();
    void openingNameChanged();
    // A slide could not be opened. `message` is the engine's sentence and names the file; `advice` says what to do.
    void openFailed(const QString& path, const QString& message, const QString& advice);
    // What linkCommand() has done, or why it has changed nothing, in sentences.
    void commandLinked(const QString& what);
    // Tiles have come into the cache. Emitted once for all tiles that come within some milliseconds.
    void tilesChanged();

private:
    // Workers hold this instead of the session, which they may outlive.
    struct Relay {
        std::mutex mutex;
        ViewerSession* session = nullptr;
    };

    void setOpeningName(const QString& name);
    void openInBackground(const QString& path, std::optional<Place> place);
    // The result of opening the file at `path`.
    struct Opened {
        QString path;
        Result<SlideKey> slide;
    };
    void finishOpening(quint64 wish, const Opened& opened, const std::optional<Place>& place);
    void announceTiles();  // any thread
    void tellOfTiles();
    void followSlide();

    ViewerOptions m_options;
    EngineSettings m_settings;
    std::shared_ptr<SlideEngine> m_engine;
    std::shared_ptr<Relay> m_relay;
    FileTasks m_tasks;  // outlives everything below, which runs its work there
    Preferences m_preferences;
    SlideList m_slides;
    SlideConverter m_converter;
    std::unique_ptr<SlideDocument> m_slide;
    std::optional<Place> m_place;
    QString m_openingName;
    quint64 m_wish = 0;  // counts the calls that open or close, so that late answers to old ones are dropped
    // Dozens of tiles come between two frames. After one announcement the next waits for some milliseconds.
    enum class TileNews { None, Told, New };
    std::atomic<TileNews> m_tileNews{TileNews::None};
    QTimer m_tileTimer;   // runs since the last announcement
    QTimer m_watchTimer;  // asks the engine whether the slide's file has changed
    QTimer m_metricsLogTimer;
};

}  // namespace origami
