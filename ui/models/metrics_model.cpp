#include "ui/models/metrics_model.h"

#include "core/metrics/percentile.h"

#include <QLocale>
#include <QVariantMap>

#include <algorithm>
#include <numeric>

namespace origami {
namespace {

constexpr int kUpdateMs = 250;
constexpr qint64 kRateMs = 1000;  // tiles per second are counted over this time
constexpr double kMegabyte = 1e6;
constexpr double kBusyTooLong = 3;      // seconds
constexpr double kLittleMemory = 0.05;  // as a share of the machine's memory

// The stages in the order in which a family passes them: queue, read, L2, L1, L0, convert, upload.
QList<double> stagesOf(const FamilyRecord& family, double StageTime::*time) {
    return {family.queueMs,
            family.readMs,
            family.l2Decode.*time,
            family.l1Resize.*time + family.l1Residual.*time,
            family.l0Resize.*time + family.l0Residual.*time,
            family.convert.*time,
            family.uploadMs};
}

double sumOf(const QList<double>& stages) {
    return std::accumulate(stages.begin(), stages.end(), 0.0);
}

struct Gauge {
    QString name;
    double value = 0;
    double limit = 0;  // 0: none
    double high = -1;  // the highest value since the start; -1: not known
    QString unit;
    QString hint;
};

// "3", "3 / 8"; "–" for a percentage that is not known.
QString textOf(const Gauge& gauge) {
    const QString value = QString::number(qRound64(gauge.value));
    if (gauge.unit == u'%') {
        return gauge.limit <= 0 && gauge.value <= 0 ? QStringLiteral("–") : value;
    }
    return gauge.limit > 0 ? MetricsModel::tr("%1 / %2").arg(value, QString::number(qRound64(gauge.limit))) : value;
}

QVariantMap asMap(const Gauge& gauge) {
    return {{QStringLiteral("name"), gauge.name},    {QStringLiteral("value"), gauge.value},
            {QStringLiteral("limit"), gauge.limit},  {QStringLiteral("high"), gauge.high},
            {QStringLiteral("text"), textOf(gauge)}, {QStringLiteral("unit"), gauge.unit},
            {QStringLiteral("hint"), gauge.hint}};
}

double megabytes(std::size_t bytes) {
    return static_cast<double>(bytes) / kMegabyte;
}

std::array<double, 3> spreadOf(std::vector<double> values) {
    const double p50 = percentile(values, 0.5);
    const double p95 = percentile(values, 0.95);
    return {p50, p95, percentile(values, 1)};
}

}  // namespace

QStringList limitsInWords(const MetricsSnapshot& snapshot, double busySeconds, bool isOptimised) {
    QStringList list;
    if (!isOptimised) {
        list << MetricsModel::tr("This is an unoptimised build: times are not representative.");
    }
    const ProcessUse& process = snapshot.process;
    if (process.memoryAvailableBytes > 0 &&
        static_cast<double>(process.memoryAvailableBytes) < kLittleMemory * static_cast<double>(process.memoryBytes)) {
        const QLocale locale;
        list << MetricsModel::tr(
                    "The machine is short of memory: %1 of %2 are left. A smaller tile cache helps (see Settings).")
                    .arg(locale.formattedDataSize(process.memoryAvailableBytes, 1, QLocale::DataSizeSIFormat),
                         locale.formattedDataSize(process.memoryBytes, 1, QLocale::DataSizeSIFormat));
    }
    if (busySeconds >= kBusyTooLong) {
        const int threads = snapshot.gauges.threads;
        const QString who = threads == 1 ? MetricsModel::tr("The only worker has")
                                         : MetricsModel::tr("All %1 workers have").arg(threads);
        list << MetricsModel::tr("%1 been busy for %2 s. This machine is at its limit, and the view waits for it.")
                    .arg(who)
                    .arg(busySeconds, 0, 'f', 0);
    }
    return list;
}

MetricsModel::MetricsModel(std::shared_ptr<SlideEngine> engine, QObject* parent)
    : QAbstractListModel(parent), m_engine(std::move(engine)) {
    m_clock.start();
    m_timer.setInterval(kUpdateMs);
    connect(&m_timer, &QTimer::timeout, this, &MetricsModel::tick);
}

void MetricsModel::setActive(bool active) {
    if (active == isActive()) {
        return;
    }
    if (active) {
        m_tileCounts.clear();
        m_busySeconds = 0;
        m_lastMs = m_clock.elapsed();
        m_timer.start();
        update();
    } else {
        m_timer.stop();
    }
    emit activeChanged();
}

void MetricsModel::update() {
    take();
    updateFigures();
}

void MetricsModel::tick() {
    take();
    m_isFigureTick = !m_isFigureTick;
    if (m_isFigureTick) {
        updateFigures();
    }
}

void MetricsModel::take() {
    m_snapshot = m_engine->metrics();
    const qint64 now = m_clock.elapsed();
    const double passed = static_cast<double>(now - m_lastMs) / 1000;
    m_lastMs = now;
    m_tileCounts.push_back({now, m_snapshot.tiles});
    while (m_tileCounts.size() > 2 && now - m_tileCounts[1].ms >= kRateMs) {
        m_tileCounts.pop_front();
    }
    const Gauges& gauges = m_snapshot.gauges;
    const bool isFull = gauges.threadsBusy >= gauges.threads && gauges.queueDepth > 0;
    m_busySeconds = isFull ? m_busySeconds + passed : 0;
    emit updated();
}

void MetricsModel::updateFigures() {
    m_frameMs = spreadOf({m_snapshot.recentFrameMs.begin(), m_snapshot.recentFrameMs.end()});
    std::vector<double> totals;
    for (const FamilyRecord& family : m_snapshot.recentFamilies) {
        totals.push_back(family.totalMs);
    }
    m_familyMs = spreadOf(std::move(totals));
    showFamilies(m_snapshot.recentFamilies);
    emit figuresUpdated();
}

// Rows are added and removed only at the end, so that the view keeps the items of the others.
void MetricsModel::showFamilies(std::vector<FamilyRecord> families) {
    const auto before = static_cast<int>(m_families.size());
    const auto after = static_cast<int>(families.size());
    if (after > before) {
        beginInsertRows({}, before, after - 1);
        m_families = std::move(families);
        endInsertRows();
    } else if (after < before) {
        beginRemoveRows({}, after, before - 1);
        m_families = std::move(families);
        endRemoveRows();
    } else {
        m_families = std::move(families);
    }
    if (const int same = std::min(before, after); same > 0) {
        emit dataChanged(index(0), index(same - 1));
    }
}

double MetricsModel::slowestFamilyMs() const {
    double slowest = 1.0;
    for (const FamilyRecord& family : m_families) {
        slowest = std::max({slowest, sumOf(stagesOf(family, &StageTime::wallMs)) - family.queueMs,
                            sumOf(stagesOf(family, &StageTime::busyMs)) - family.queueMs});
    }
    return slowest;
}

double MetricsModel::perSecond(std::size_t kind) const {
    if (m_tileCounts.size() < 2) {
        return 0;
    }
    const TileCounts& first = m_tileCounts.front();
    const TileCounts& last = m_tileCounts.back();
    const auto made = static_cast<double>(last.tiles[kind] - first.tiles[kind]);
    return last.ms > first.ms ? 1000 * made / static_cast<double>(last.ms - first.ms) : 0;
}

double MetricsModel::tilesPerSecond() const {
    double sum = 0;
    for (std::size_t kind = 0; kind < kTileKinds; ++kind) {
        sum += kind == static_cast<std::size_t>(TileKind::CacheHit) ? 0 : perSecond(kind);
    }
    return sum;
}

QVariantList MetricsModel::tileKinds() const {
    QVariantList list;
    const auto add = [&](const QString& name, TileKind kind, const TileTimes* times) {
        list << QVariantMap{{QStringLiteral("name"), name},
                            {QStringLiteral("count"), static_cast<double>(m_snapshot.count(kind))},
                            {QStringLiteral("perSecond"), perSecond(static_cast<std::size_t>(kind))},
                            {QStringLiteral("timed"), times != nullptr && times->count > 0},
                            {QStringLiteral("p50"), times ? times->p50Ms : 0.0},
                            {QStringLiteral("p95"), times ? times->p95Ms : 0.0},
                            {QStringLiteral("max"), times ? times->maxMs : 0.0}};
    };
    add(tr("generated"), TileKind::Generated, &m_snapshot.generated);
    add(tr("baseline"), TileKind::Baseline, &m_snapshot.baseline);
    add(tr("derived"), TileKind::Derived, nullptr);
    add(tr("cache hit"), TileKind::CacheHit, nullptr);
    add(tr("fallback"), TileKind::Fallback, nullptr);
    add(tr("predicted"), TileKind::Predicted, nullptr);
    add(tr("residual view"), TileKind::ResidualView, nullptr);
    add(tr("failed"), TileKind::Failed, nullptr);
    return list;
}

QVariantList MetricsModel::gauges() const {
    const Gauges& g = m_snapshot.gauges;
    const auto seen = static_cast<double>(m_snapshot.prefetchHits);
    const auto guessed = static_cast<double>(m_snapshot.prefetchHits + m_snapshot.wasted);
    const QString most = tr("The mark shows the highest number since the start.");
    const QList<Gauge> all{
        {tr("Workers"), static_cast<double>(g.threadsBusy), static_cast<double>(g.threads),
         static_cast<double>(g.threadsBusyMax), tr("threads"), tr("Threads that are rebuilding tiles.") + u' ' + most},
        {tr("I/O"), static_cast<double>(g.ioThreadsBusy), static_cast<double>(g.ioThreads),
         static_cast<double>(g.ioThreadsBusyMax), tr("threads"), tr("Threads that are reading files.") + u' ' + most},
        {tr("In flight"), static_cast<double>(g.inflightCurrent), static_cast<double>(g.inflightLimit),
         static_cast<double>(g.inflightMax), tr("families"),
         tr("Families that are being read or rebuilt. Slow reads are not counted.") + u' ' + most},
        {tr("Queue"), static_cast<double>(g.queueDepth), 0, -1, tr("families"),
         tr("Families that are wanted but not in flight yet.")},
        {tr("Pool"), static_cast<double>(g.poolTotal - std::min(g.poolAvailable, g.poolTotal)),
         static_cast<double>(g.poolTotal), static_cast<double>(g.poolInUseMax), tr("buffers"),
         tr("Pixel buffers in use. When the pool is empty, memory comes from the system.") + u' ' + most},
        {tr("Cache"), megabytes(g.cacheBytes), megabytes(g.cacheLimitBytes), -1, tr("MB"),
         tr("Finished tiles of all slides.")},
        {tr("Textures"), megabytes(g.textureBytes), megabytes(g.textureLimitBytes), -1, tr("MB"),
         tr("Tiles on the graphics card.")},
        {tr("Prefetch hits"), guessed > 0 ? 100 * seen / guessed : 0, guessed > 0 ? 100.0 : 0, -1, tr("%"),
         tr("The share of prefetched tiles that came into view.")},
        {tr("Memory"), static_cast<double>(m_snapshot.process.rssBytes) / kMegabyte,
         static_cast<double>(m_snapshot.process.memoryBytes) / kMegabyte, -1, tr("MB"),
         tr("Resident memory of this program, and the memory of the machine.")},
        {tr("CPU"), m_snapshot.process.cpuPercent, 0, -1, tr("%"), tr("100 is one busy core, 200 are two.")}};
    QVariantList list;
    for (const Gauge& each : all) {
        list << asMap(each);
    }
    return list;
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
    return parent.isValid() ? 0 : static_cast<int>(m_families.size());
}

QVariant MetricsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    // Newest first.
    const FamilyRecord& family = m_families[m_families.size() - 1 - static_cast<std::size_t>(index.row())];
    switch (role) {
        case FamilyRole: return QStringLiteral("%1, %2").arg(family.id.x).arg(family.id.y);
        case StagesRole: return QVariant::fromValue(stagesOf(family, &StageTime::wallMs));
        case BusyRole: return QVariant::fromValue(stagesOf(family, &StageTime::busyMs));
        case TotalRole: return family.totalMs;
        case BusyTotalRole: return sumOf(stagesOf(family, &StageTime::busyMs)) - family.queueMs - family.uploadMs;
        default: return {};
    }
}

QHash<int, QByteArray> MetricsModel::roleNames() const {
    return {{FamilyRole, "family"},
            {StagesRole, "stages"},
            {BusyRole, "busy"},
            {TotalRole, "total"},
            {BusyTotalRole, "busyTotal"}};
}

}  // namespace origami
