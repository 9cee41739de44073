// Converts slides to ORIGAMI TIFFs while viewing goes on: one after the other, on threads of their own that come after
// all others. GUI thread; what takes time happens elsewhere.
#pragma once

#include "core/base/stop_token.h"
#include "core/encode/tiff_encoder.h"

#include <QtQml/qqmlregistration.h>
#include <QElapsedTimer>
#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <QUrl>

#include <atomic>
#include <cstdint>
#include <memory>

namespace origami {

// One conversion as QML sees it. Belongs to the converter, which forgets it when it has failed or was cancelled.
class SlideConversion : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Conversions are made by the converter")
    Q_PROPERTY(QString name READ name CONSTANT)
    Q_PROPERTY(QString target READ target CONSTANT)
    Q_PROPERTY(QString targetName READ targetName CONSTANT)
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(double share READ share NOTIFY shareChanged)
    Q_PROPERTY(QString rate READ rate NOTIFY paceChanged)
    Q_PROPERTY(QString timeLeft READ timeLeft NOTIFY paceChanged)
    Q_PROPERTY(QString saving READ saving NOTIFY stateChanged)

public:
    enum class State { Waiting, Running, Stopping, Done };
    Q_ENUM(State)

    [[nodiscard]] QString name() const;        // of the source
    [[nodiscard]] QString target() const;      // path
    [[nodiscard]] QString targetName() const;  // the file's name
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] double share() const { return m_share; }         // of the families, 0..1; only grows
    [[nodiscard]] QString rate() const { return m_rate; }          // "12.3 MP/s", or empty before it is known
    [[nodiscard]] QString timeLeft() const { return m_timeLeft; }  // "3 min left", or empty before it is known
    [[nodiscard]] QString saving() const { return m_saving; }      // "2.1 GB → 0.5 GB" when done

    // Asks it to stop, and returns at once; nothing is left behind.
    Q_INVOKABLE void cancel();

signals:
    void stateChanged();
    void shareChanged();  // at most ten times a second
    void paceChanged();   // at most twice a second

private:
    friend class SlideConverter;

    // What the thread that converts shares with this object, which it may outlive.
    struct Job {
        QString source;
        QString target;
        OpenOptions open;
        TiffEncodeOptions options;
        int threads = 1;
        StopSource stop;
        std::atomic<std::int64_t> familiesDone{0};
        std::atomic<std::int64_t> familiesTotal{0};
        std::atomic<std::int64_t> pixels{0};
    };
    struct Outcome {
        EncodeReport report;
        std::int64_t sourceBytes = 0;  // 0 if unknown
    };

    SlideConversion(std::shared_ptr<Job> job, QObject* parent);
    void setState(State state);
    void look();  // at what the job has done so far
    void takePace(std::int64_t familiesDone, std::int64_t familiesTotal);
    void finish(const Outcome& outcome);
    static Result<Outcome> convert(Job& job);  // blocks; not the GUI thread

    std::shared_ptr<Job> m_job;
    State m_state = State::Waiting;
    double m_share = 0;
    std::int64_t m_familiesAtStart = 0;  // when the clock was started
    QElapsedTimer m_clock;               // since the first families were done
    QElapsedTimer m_sincePace;
    QString m_rate;
    QString m_timeLeft;
    QString m_saving;
};

class SlideConverter : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Belongs to the session")
    Q_PROPERTY(QObjectList conversions READ conversions NOTIFY conversionsChanged)
    Q_PROPERTY(int waiting READ waiting NOTIFY conversionsChanged)
    Q_PROPERTY(bool busy READ isBusy NOTIFY conversionsChanged)

public:
    enum class Preset { Small, Default, High };
    Q_ENUM(Preset)

    // `open` says where slides have their residuals, as for the slides that are viewed. Half of the logical cores
    // work.
    explicit SlideConverter(OpenOptions open, QObject* parent = nullptr);
    ~SlideConverter() override;  // stops what runs, and waits for it

    [[nodiscard]] QObjectList conversions() const;  // the one that runs and those that are done, oldest first
    [[nodiscard]] int waiting() const;              // for the one that runs
    [[nodiscard]] bool isBusy() const;              // anything runs or waits

    // A path beside the slide that nothing has yet: "name.origami.tif", "name-2.origami.tif", ... In the user's
    // documents where the slide's folder cannot be written.
    Q_INVOKABLE [[nodiscard]] QString suggestedTarget(const QString& source) const;
    // The path of a file that was chosen, ending in .tif or .tiff.
    Q_INVOKABLE [[nodiscard]] QString targetPath(const QUrl& chosen) const;
    Q_INVOKABLE [[nodiscard]] QUrl urlOf(const QString& path) const;
    // Whether there is such a file, or will be by a conversion that was asked for.
    Q_INVOKABLE [[nodiscard]] bool exists(const QString& path) const;

    // Converts now, or after those that were asked for before. An existing target is replaced at the end if `replace`.
    Q_INVOKABLE void start(const QString& source, const QString& target, origami::SlideConverter::Preset preset,
                           bool replace);
    Q_INVOKABLE void cancelAll();
    // Forgets one that is done.
    Q_INVOKABLE void dismiss(origami::SlideConversion* conversion);
    Q_INVOKABLE void showInFolder(const QString& path) const;

signals:
    void conversionsChanged();
    void finished(const QString& target);
    // What failed, which file, what to do. `message` is the encoder's sentence.
    void failed(const QString& source, const QString& target, const QString& message, const QString& advice);

private:
    void run(SlideConversion* conversion);
    void settle(SlideConversion* conversion, const Result<SlideConversion::Outcome>& result);
    void forget(SlideConversion* conversion);

    OpenOptions m_open;
    QList<SlideConversion*> m_all;  // in the order in which they were asked for
    QTimer m_look;
    QThreadPool m_pool;  // of one thread: the others wait in its queue
};

}  // namespace origami
