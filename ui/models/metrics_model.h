// The numbers behind the overlay: the last families as rows, everything else as properties. While the overlay is shown
// they are read from the engine, bars and lines four times a second, rows and figures twice, so that people can read
// them.
#pragma once

#include "core/engine/slide_engine.h"

#include <QtQml/qqmlregistration.h>
#include <QAbstractListModel>
#include <QElapsedTimer>
#include <QList>
#include <QStringList>
#include <QTimer>
#include <QVariantList>

#include <array>
#include <deque>
#include <memory>

namespace origami {

// What is wrong with the machine or the program, in plain words: an unoptimised build, less than a twentieth of the
// memory left, or all workers busy for `busySeconds` while more work waits.
QStringList limitsInWords(const MetricsSnapshot& snapshot, double busySeconds, bool isOptimised);

class MetricsModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Belongs to the window")
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged)
    Q_PROPERTY(QList<double> frames READ frames NOTIFY updated)  // ms, newest last
    // The properties from here on change twice a second, as the rows do.
    Q_PROPERTY(int familyCount READ familyCount NOTIFY figuresUpdated)
    Q_PROPERTY(double slowestFamilyMs READ slowestFamilyMs NOTIFY
                   figuresUpdated)  // among the rows, without the time in the queue
    Q_PROPERTY(
        QVariantList tileKinds READ tileKinds NOTIFY figuresUpdated)   // {name, count, perSecond, timed, p50, p95, max}
    Q_PROPERTY(QVariantList gauges READ gauges NOTIFY figuresUpdated)  // {name, value, limit, high, text, unit, hint}
    Q_PROPERTY(double tilesPerSecond READ tilesPerSecond NOTIFY figuresUpdated)
    Q_PROPERTY(double framesPerSecond READ framesPerSecond NOTIFY figuresUpdated)
    Q_PROPERTY(double frameP50 READ frameP50 NOTIFY figuresUpdated)
    Q_PROPERTY(double frameP95 READ frameP95 NOTIFY figuresUpdated)
    Q_PROPERTY(double frameMax READ frameMax NOTIFY figuresUpdated)
    Q_PROPERTY(double familyP50 READ familyP50 NOTIFY figuresUpdated)  // of the rows
    Q_PROPERTY(double familyP95 READ familyP95 NOTIFY figuresUpdated)
    Q_PROPERTY(double familyMax READ familyMax NOTIFY figuresUpdated)
    Q_PROPERTY(double familiesTotal READ familiesTotal NOTIFY figuresUpdated)
    Q_PROPERTY(QStringList warnings READ warnings NOTIFY figuresUpdated)
    Q_PROPERTY(bool optimisedBuild READ isOptimisedBuild CONSTANT)

public:
    // `stages` are the wall times in the order of Theme.stageNames, `busy` the sums of the times of all threads.
    enum Role { FamilyRole = Qt::UserRole + 1, StagesRole, BusyRole, TotalRole, BusyTotalRole };

    explicit MetricsModel(std::shared_ptr<SlideEngine> engine, QObject* parent = nullptr);

    // The numbers that are shown, or the engine's of this moment while none are shown.
    [[nodiscard]] MetricsSnapshot current() const { return isActive() ? m_snapshot : m_engine->metrics(); }

    [[nodiscard]] bool isActive() const { return m_timer.isActive(); }
    void setActive(bool active);
    // Reads everything from the engine at once.
    void update();

    [[nodiscard]] int familyCount() const { return rowCount(); }
    [[nodiscard]] double slowestFamilyMs() const;
    [[nodiscard]] QVariantList tileKinds() const;
    [[nodiscard]] QVariantList gauges() const;
    [[nodiscard]] QList<double> frames() const;
    [[nodiscard]] double tilesPerSecond() const;
    [[nodiscard]] double framesPerSecond() const { return m_snapshot.framesPerSecond; }
    [[nodiscard]] double frameP50() const { return m_frameMs[0]; }
    [[nodiscard]] double frameP95() const { return m_frameMs[1]; }
    [[nodiscard]] double frameMax() const { return m_frameMs[2]; }
    [[nodiscard]] double familyP50() const { return m_familyMs[0]; }
    [[nodiscard]] double familyP95() const { return m_familyMs[1]; }
    [[nodiscard]] double familyMax() const { return m_familyMs[2]; }
    [[nodiscard]] double familiesTotal() const { return static_cast<double>(m_snapshot.family.count); }
    [[nodiscard]] QStringList warnings() const { return limitsInWords(m_snapshot, m_busySeconds, isOptimisedBuild()); }
    [[nodiscard]] static bool isOptimisedBuild();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

signals:
    void activeChanged();
    void updated();
    void figuresUpdated();

private:
    // How many tiles had been made by a certain time.
    struct TileCounts {
        qint64 ms = 0;
        std::array<std::int64_t, kTileKinds> tiles{};
    };

    void tick();
    void take();
    void updateFigures();
    void showFamilies(std::vector<FamilyRecord> families);
    [[nodiscard]] double perSecond(std::size_t kind) const;

    std::shared_ptr<SlideEngine> m_engine;
    MetricsSnapshot m_snapshot;
    std::vector<FamilyRecord> m_families;  // the rows, newest last
    std::array<double, 3> m_frameMs{};     // p50, p95, maximum
    std::array<double, 3> m_familyMs{};
    QElapsedTimer m_clock;
    std::deque<TileCounts> m_tileCounts;  // of the last second, oldest first
    double m_busySeconds = 0;             // for how long all workers have been busy while more work waited
    qint64 m_lastMs = 0;
    bool m_isFigureTick = false;
    QTimer m_timer;
};

}  // namespace origami
