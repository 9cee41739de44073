// The slides that the window lists: those of a folder, or those that were named one by one. GUI thread; a folder is
// read on a background thread.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QStringList>

namespace origami {

class FileTasks;

class SlideList : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Belongs to the session")
    Q_PROPERTY(QString folder READ folder NOTIFY changed)
    Q_PROPERTY(State state READ state NOTIFY changed)
    Q_PROPERTY(QString problem READ problem NOTIFY changed)
    Q_PROPERTY(int total READ total NOTIFY changed)

public:
    enum class State { Ready, Listing, Unreadable };
    Q_ENUM(State)

    // `tasks` outlives the list.
    explicit SlideList(FileTasks& tasks, QObject* parent = nullptr);

    // Replaces the list with the slides of a folder. Returns at once; the newest call wins.
    void listFolder(const QString& folder);
    // Adds slides that are not in the list yet.
    void add(const QStringList& paths);

    [[nodiscard]] const QStringList& paths() const { return m_paths; }
    [[nodiscard]] QString folder() const { return m_folder; }  // empty if none was listed
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] QString problem() const { return m_problem; }  // one sentence if the folder cannot be read
    [[nodiscard]] int total() const { return static_cast<int>(m_paths.size()); }

signals:
    void changed();

private:
    FileTasks& m_tasks;
    QString m_folder;
    State m_state = State::Ready;
    QString m_problem;
    QStringList m_paths;
    quint64 m_listing = 0;  // counts the calls of listFolder, so that late answers are dropped
};

}  // namespace origami
