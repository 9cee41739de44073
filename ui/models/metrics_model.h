// The numbers behind the overlay: the last families as rows, everything else as properties, taken from the engine
// five times a second while someone looks.
#pragma once

#include "core/engine/slide_engine.h"

#include <QtQml/qqmlregistration.h>
#include <QAbstractListModel>
#include <QList>
#include <QTimer>
#include <QVariantList>

#include <memory>

namespace origami {

class MetricsModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Belongs to the session")
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged)
    Q_PROPERTY(int familyCount READ familyCount NOTIFY updated)
    Q_PROPERTY(double slowestFamilyMs READ slowestFamilyMs NOTIFY updated)  // of the rows
    Q_PROPERTY(QVariantList tileKinds READ tileKinds NOTIFY updated)        // {name, count, average, p95, max}
    Q_PROPERTY(QVariantList gauges READ gauges NOTIFY updated)              // {name, value, limit, text, unit}
    Q_PROPERTY(QList<double> frames READ frames NOTIFY updated)             // ms, newest last
    Q_PROPERTY(double framesPerSecond READ framesPerSecond NOTIFY updated)
    Q_PROPERTY(double frameP95 READ frameP95 NOTIFY updated)
    Q_PROPERTY(double familyAverage READ familyAverage NOTIFY updated)
    Q_PROPERTY(double familyP95 READ familyP95 NOTIFY updated)
    Q_PROPERTY(double familiesTotal READ familiesTotal NOTIFY updated)
    Q_PROPERTY(bool optimisedBuild READ isOptimisedBuild CONSTANT)

public:
    // `stages` are the wall times in the order of stageNames.
    enum Role { FamilyRole = Qt::UserRole + 1, StagesRole, TotalRole };

    explicit MetricsModel(std::shared_ptr<SlideEngine> engine, QObject* parent = nullptr);

    // What is shown; taken now while nobody looks.
    [[nodiscard]] MetricsSnapshot current() const { return isActive() ? m_snapshot : m_engine->metrics(); }

    [[nodiscard]] bool isActive() const { return m_timer.isActive(); }
    void setActive(bool active);

    [[nodiscard]] int familyCount() const { return rowCount(); }
    [[nodiscard]] double slowestFamilyMs() const;
    [[nodiscard]] QVariantList tileKinds() const;
    [[nodiscard]] QVariantList gauges() const;
    [[nodiscard]] QList<double> frames() const;
    [[nodiscard]] double framesPerSecond() const { return m_snapshot.framesPerSecond; }
    [[nodiscard]] double frameP95() const { return m_snapshot.frameP95Ms; }
    [[nodiscard]] double familyAverage() const { return m_snapshot.family.averageMs; }
    [[nodiscard]] double familyP95() const { return m_snapshot.family.p95Ms; }
    [[nodiscard]] double familiesTotal() const { return static_cast<double>(m_snapshot.family.count); }
    [[nodiscard]] static bool isOptimisedBuild();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

signals:
    void activeChanged();
    void updated();

private:
    void update();

    std::shared_ptr<SlideEngine> m_engine;
    MetricsSnapshot m_snapshot;
    QTimer m_timer;
};

}  // namespace origami
