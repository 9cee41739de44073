#include "ui/models/metrics_model.h"

#include <QVariantMap>

#include <algorithm>
#include <array>

namespace origami {
namespace {

constexpr int kUpdateMs = 200;
constexpr double kMegabyte = 1e6;

// In the order in which a family runs through them: queue, read, L2, L1, L0, convert, upload.
QList<double> stagesOf(const FamilyRecord& family) {
    return {family.queueMs,
            family.readMs,
            family.l2Decode.wallMs,
            family.l1Resize.wallMs + family.l1Residual.wallMs,
            family.l0Resize.wallMs + family.l0Residual.wallMs,
            family.convert.wallMs,
            family.uploadMs};
}

QVariantMap gauge(const QString& name, double value, double limit, const QString& unit) {
    return {{QStringLiteral("name"), name},
            {QStringLiteral("value"), value},
            {QStringLiteral("limit"), limit},
            {QStringLiteral("unit"), unit}};
}

double megabytes(std::size_t bytes) {
    return static_cast<double>(bytes) / kMegabyte;
}

}  // namespace

MetricsModel::MetricsModel(std::shared_ptr<SlideEngine> engine, QObject* parent)
    : QAbstractListModel(parent), m_engine(std::move(engine)) {
    m_timer.setInterval(kUpdateMs);
    connect(&m_timer, &QTimer::timeout, this, &MetricsModel::update);
}

void MetricsModel::setActive(bool active) {
    if (active == isActive()) {
        return;
    }
    if (active) {
        m_timer.start();
        update();
    } else {
        m_timer.stop();
    }
    emit activeChanged();
}

void MetricsModel::update() {
    MetricsSnapshot next = m_engine->metrics();
    const int before = rowCount();
    const int after = static_cast<int>(next.recentFamilies.size());
    if (after != before) {
        beginResetModel();
        m_snapshot = std::move(next);
        endResetModel();
    } else {
        m_snapshot = std::move(next);
        if (after > 0) {
            emit dataChanged(index(0), index(after - 1));
        }
    }
    emit updated();
}

double MetricsModel::slowestFamilyMs() const {
    double slowest = 1.0;
    for (const FamilyRecord& family : m_snapshot.recentFamilies) {
        const QList<double> stages = stagesOf(family);
        double sum = 0;
        for (const double stage : stages) {
            sum += stage;
        }
        slowest = std::max(slowest, sum);
    }
    return slowest;
}

QVariantList MetricsModel::tileKinds() const {
    QVariantList list;
    const auto add = [&](const QString& name, TileKind kind, const TileTimes* times) {
        list << QVariantMap{{QStringLiteral("name"), name},
                            {QStringLiteral("count"), static_cast<double>(m_snapshot.count(kind))},
                            {QStringLiteral("timed"), times != nullptr && times->count > 0},
                            {QStringLiteral("average"), times ? times->averageMs : 0.0},
                            {QStringLiteral("p95"), times ? times->p95Ms : 0.0},
                            {QStringLiteral("max"), times ? times->maxMs : 0.0}};
    };
    add(tr("generated"), TileKind::Generated, &m_snapshot.generated);
    add(tr("cache hit"), TileKind::CacheHit, &m_snapshot.cacheHit);
    add(tr("baseline"), TileKind::Baseline, &m_snapshot.baseline);
    add(tr("derived"), TileKind::Derived, nullptr);
    add(tr("fallback"), TileKind::Fallback, nullptr);
    add(tr("predicted"), TileKind::Predicted, nullptr);
    add(tr("failed"), TileKind::Failed, nullptr);
    return list;
}

QVariantList MetricsModel::gauges() const {
    const Gauges& g = m_snapshot.gauges;
    return {gauge(tr("In flight"), g.inflightCurrent, g.inflightLimit, tr("families")),
            gauge(tr("Queue"), static_cast<double>(g.queueDepth), 0, tr("families")),
            gauge(tr("Pool"), static_cast<double>(g.poolTotal - std::min(g.poolAvailable, g.poolTotal)),
                  static_cast<double>(g.poolTotal), tr("buffers")),
            gauge(tr("Cache"), megabytes(g.cacheBytes), megabytes(g.cacheLimitBytes), tr("MB")),
            gauge(tr("Textures"), megabytes(g.textureBytes), 0, tr("MB")),
            gauge(tr("Memory"), static_cast<double>(m_snapshot.process.rssBytes) / kMegabyte, 0, tr("MB")),
            gauge(tr("CPU"), m_snapshot.process.cpuPercent, 0, tr("%"))};
}

QList<double> MetricsModel::frames() const {
    return {m_snapshot.recentFrameMs.begin(), m_snapshot.recentFrameMs.end()};
}

bool MetricsModel::isOptimisedBuild() {
#ifdef NDEBUG
    return true;
#else
    return false;
#endif
}

int MetricsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_snapshot.recentFamilies.size());
}

QVariant MetricsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    // Newest first.
    const auto& families = m_snapshot.recentFamilies;
    const FamilyRecord& family = families[families.size() - 1 - static_cast<std::size_t>(index.row())];
    switch (role) {
        case FamilyRole: return QStringLiteral("%1, %2").arg(family.id.x).arg(family.id.y);
        case StagesRole: return QVariant::fromValue(stagesOf(family));
        case TotalRole: return family.totalMs;
        default: return {};
    }
}

QHash<int, QByteArray> MetricsModel::roleNames() const {
    return {{FamilyRole, "family"}, {StagesRole, "stages"}, {TotalRole, "total"}};
}

}  // namespace origami
