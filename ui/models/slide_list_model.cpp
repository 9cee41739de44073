#include "ui/models/slide_list_model.h"

#include "ui/session/slide_image_provider.h"
#include "ui/session/slide_path.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace origami {

SlideListModel::SlideListModel(const SlideList& list, QObject* parent) : QAbstractListModel(parent), m_list(list) {
    connect(&list, &SlideList::changed, this, &SlideListModel::show);
    show();
}

void SlideListModel::setFilter(const QString& filter) {
    if (m_filter != filter) {
        m_filter = filter;
        emit filterChanged();
        show();
    }
}

void SlideListModel::show() {
    QStringList shown;
    std::ranges::copy_if(m_list.paths(), std::back_inserter(shown), [this](const QString& path) {
        return slideNameOf(path).contains(m_filter.trimmed(), Qt::CaseInsensitive);
    });
    if (shown == m_shown) {
        return;
    }
    beginResetModel();
    m_shown = std::move(shown);
    endResetModel();
    emit shownChanged();
}

int SlideListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : shown();
}

QVariant SlideListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const QString& path = m_shown[index.row()];
    switch (role) {
        case Qt::DisplayRole:
        case NameRole: return slideNameOf(path);
        case PathRole: return path;
        case ThumbnailRole: return SlideImageProvider::thumbnailSource(path);
        default: return {};
    }
}

QHash<int, QByteArray> SlideListModel::roleNames() const {
    return {{NameRole, "name"}, {PathRole, "path"}, {ThumbnailRole, "thumbnail"}};
}

}  // namespace origami
