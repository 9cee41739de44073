// The slides at the left of the window: those of a folder, or those named one by one, with a filter over their
// names. A folder is listed on a background thread.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QAbstractListModel>
#include <QStringList>
#include <QThreadPool>

#include <vector>

namespace origami {

// What people call the slide at `path`: the file's name without its extension, the folder's name for a folder.
QString slideNameOf(const QString& path);

// The paths of `folder` that look like slides by name: folders that hold a .dzi, and files with an extension of a
// slide format. Sorted as people read. Blocks.
struct FolderListing {
    QStringList slides;
    QString problem;  // one sentence if the folder cannot be read
};
FolderListing listSlides(const QString& folder);

class SlideListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Belongs to the session")
    Q_PROPERTY(QString folder READ folder NOTIFY stateChanged)
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(QString problem READ problem NOTIFY stateChanged)
    Q_PROPERTY(int total READ total NOTIFY stateChanged)
    Q_PROPERTY(int shown READ shown NOTIFY shownChanged)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged)

public:
    enum class State { Ready, Listing, Unreadable };
    Q_ENUM(State)
    enum Role { NameRole = Qt::UserRole + 1, PathRole, ThumbnailRole };

    explicit SlideListModel(QObject* parent = nullptr);
    ~SlideListModel() override;

    // Replaces the list with the slides of a folder.
    void listFolder(const QString& folder);
    // Adds slides that are not in the list yet.
    void add(const QStringList& paths);

    [[nodiscard]] QString folder() const { return m_folder; }  // empty if none was listed
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] QString problem() const { return m_problem; }
    [[nodiscard]] int total() const { return static_cast<int>(m_all.size()); }
    [[nodiscard]] int shown() const { return static_cast<int>(m_shown.size()); }
    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString& filter);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

signals:
    void stateChanged();
    void shownChanged();
    void filterChanged();

private:
    void show();  // applies the filter

    QString m_folder;
    State m_state = State::Ready;
    QString m_problem;
    QString m_filter;
    QStringList m_all;
    std::vector<qsizetype> m_shown;  // indices into m_all
    quint64 m_listing = 0;
    QThreadPool m_pool;
};

}  // namespace origami
