// Converts slides to ORIGAMI TIFFs while viewing goes on: one after the other, on threads of low priority. GUI thread;
// files are read and written on other threads.
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

class FileTasks;

// One conversion as QML sees it. It belongs to the converter, which deletes it when it has failed or was cancelled.
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

    [[nodiscard]] QString name() const;        // of the source slide
    [[nodiscard]] QString target() const;      // its path
    [[nodiscard]] QString targetName() const;  // the name of the target file
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] double share() const { return m_share; }         // of the families that are done, 0..1; never falls
    [[nodiscard]] QString rate() const { return m_rate; }          // "12.3 MP/s", or empty before it is known
    [[nodiscard]] QString timeLeft() const { return m_timeLeft; }  // "3 min left", or empty before it is known
    [[nodiscard]] QString saving() const { return m_saving; }      // "2.1 GB → 0.5 GB" once it is done

    // Asks the conversion to stop, and returns at once. Its unfinished file is removed.
    Q_INVOKABLE void cancel();

signals:
    void stateChanged();
    void shareChanged();  // at most ten times a second
    void paceChanged();   // at most twice a second

private:
    friend class SlideConverter;

    // What this object shares with the thread that converts. That thread may outlive the object.
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
    void look();  // reads how far the job has come
    void takePace(std::int64_t familiesDone, std::int64_t familiesTotal);
    void finish(const Outcome& outcome);
    static Result<Outcome> convert(Job& job);  // blocks; call it on a background thread

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

    // `open` says where the residuals of slides lie, as for the slides that are viewed. A conversion runs on half of
    // the logical cores. `tasks` outlives the converter.
    SlideConverter(FileTasks& tasks, OpenOptions open, QObject* parent = nullptr);
    ~SlideConverter() override;  // stops the conversion that runs, and waits for it

    [[nodiscard]] QObjectList conversions() const;  // the one that runs and those that are done, oldest first
    [[nodiscard]] int waiting() const;              // how many wait for the one that runs
    [[nodiscard]] bool isBusy() const;              // whether any runs or waits

    // Asks for a path for the ORIGAMI TIFF of a slide, as suggestedTarget() in conversion_target.h. No other conversion
    // goes there. Answered by targetSuggested; only the newest call is.
    Q_INVOKABLE void suggestTarget(const QString& source);
    // The path of a file that was chosen, ending in .tif or .tiff.
    Q_INVOKABLE [[nodiscard]] QString targetPath(const QUrl& chosen) const;
    Q_INVOKABLE [[nodiscard]] QUrl urlOf(const QString& path) const;
    // Asks whether there is such a file, or will be by a conversion that was asked for. Answered by targetChecked; only
    // the newest call is.
    Q_INVOKABLE void checkTarget(const QString& path);

    // Converts now, or after the conversions that were asked for before. With `replace` an existing target is replaced
    // at the end.
    Q_INVOKABLE void start(const QString& source, const QString& target, origami::SlideConverter::Preset preset,
                           bool replace);
    Q_INVOKABLE void cancelAll();
    // Removes a conversion that is done from the list.
    Q_INVOKABLE void dismiss(origami::SlideConversion* conversion);
    Q_INVOKABLE void showInFolder(const QString& path) const;

signals:
    void conversionsChanged();
    void targetSuggested(const QString& source, const QString& target);
    void targetChecked(const QString& target, bool exists);
    void finished(const QString& target);
    // A conversion has failed. `message` is the encoder's sentence and names the file; `advice` says what to do.
    void failed(const QString& source, const QString& target, const QString& message, const QString& advice);

private:
    void run(SlideConversion* conversion);
    void settle(SlideConversion* conversion, const Result<SlideConversion::Outcome>& result);
    void forget(SlideConversion* conversion);
    [[nodiscard]] QStringList plannedTargets() const;  // of conversions that are not done

    FileTasks& m_tasks;
    OpenOptions m_open;
    QList<SlideConversion*> m_all;  // in the order in which they were asked for
    QTimer m_look;
    QThreadPool m_pool;        // of one thread; other conversions wait in its queue
    quint64 m_suggestion = 0;  // counts the questions, so that late answers to old ones are dropped
    quint64 m_check = 0;
};

}  // namespace origami
