// The listed slides as rows, with a filter over their names.
#pragma once

#include "ui/session/slide_list.h"

#include <QtQml/qqmlregistration.h>
#include <QAbstractListModel>
#include <QStringList>

namespace origami {

class SlideListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Belongs to the window")
    Q_PROPERTY(int shown READ shown NOTIFY shownChanged)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged)

public:
    enum Role { NameRole = Qt::UserRole + 1, PathRole, ThumbnailRole };

    // `list` outlives the model.
    explicit SlideListModel(const SlideList& list, QObject* parent = nullptr);

    [[nodiscard]] int shown() const { return static_cast<int>(m_shown.size()); }
    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString& filter);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

signals:
    void shownChanged();
    void filterChanged();

private:
    void show();  // applies the filter

    const SlideList& m_list;
    QString m_filter;
    QStringList m_shown;  // paths
};

}  // namespace origami
