#include "ui/models/family_inspector.h"

#include "ui/models/flame_layout.h"
#include "ui/session/guarded.h"

#include <QLocale>
#include <QVariantMap>

#include <algorithm>
#include <array>
#include <cmath>

namespace origami {
namespace {

constexpr int kUpdateMs = 500;

QString reasonText(RequestReason reason) {
    switch (reason) {
        case RequestReason::Direct: return FamilyInspector::tr("asked for by name");
        case RequestReason::Cover: return FamilyInspector::tr("in view, until finer tiles come");
        case RequestReason::Visible: return FamilyInspector::tr("visible");
        case RequestReason::Predicted: return FamilyInspector::tr("prefetch: the view was heading there");
        case RequestReason::Ring: return FamilyInspector::tr("prefetch: ring around the view");
        case RequestReason::Nearby: return FamilyInspector::tr("prefetch: one level coarser or finer");
    }
    return {};
}

struct StageLook {
    Stage stage;
    const char* name;
    int themeStage;  // index for Theme.stageColor
};
constexpr std::array<StageLook, kStages> kStageLooks{
    {{Stage::Read, QT_TRANSLATE_NOOP("origami::FamilyInspector", "read"), 1},
     {Stage::L2Decode, QT_TRANSLATE_NOOP("origami::FamilyInspector", "L2 decode"), 2},
     {Stage::L1Resize, QT_TRANSLATE_NOOP("origami::FamilyInspector", "L1 resize"), 3},
     {Stage::L1Residual, QT_TRANSLATE_NOOP("origami::FamilyInspector", "L1 residual"), 3},
     {Stage::L0Resize, QT_TRANSLATE_NOOP("origami::FamilyInspector", "L0 resize"), 4},
     {Stage::L0Residual, QT_TRANSLATE_NOOP("origami::FamilyInspector", "L0 residual"), 4},
     {Stage::Convert, QT_TRANSLATE_NOOP("origami::FamilyInspector", "convert"), 5},
     {Stage::Upload, QT_TRANSLATE_NOOP("origami::FamilyInspector", "upload"), 6}}};

StageTime timeOf(const FamilyRecord& record, Stage stage) {
    switch (stage) {
        case Stage::Read: return {record.readMs, record.readMs};
        case Stage::L2Decode: return record.l2Decode;
        case Stage::L1Resize: return record.l1Resize;
        case Stage::L1Residual: return record.l1Residual;
        case Stage::L0Resize: return record.l0Resize;
        case Stage::L0Residual: return record.l0Residual;
        case Stage::Convert: return record.convert;
        case Stage::Upload: return {record.uploadMs, record.uploadMs};
    }
    return {};
}

QString ms(double value) {
    return QLocale().toString(value, 'f', 2);
}

QVariantMap row(const QString& name, const QString& value) {
    return {{QStringLiteral("name"), name}, {QStringLiteral("value"), value}};
}

// "3.4 s ago", "12 min ago".
QString agoText(std::int64_t thenNs) {
    const double seconds = std::max(0.0, static_cast<double>(steadyNanoseconds() - thenNs) / 1e9);
    const QLocale locale;
    return seconds < 120 ? FamilyInspector::tr("%1 s ago").arg(locale.toString(seconds, 'f', seconds < 10 ? 1 : 0))
                         : FamilyInspector::tr("%1 min ago").arg(locale.toString(seconds / 60, 'f', 0));
}

QString kindsText(const FamilyRecord& record) {
    QStringList parts;
    for (std::size_t i = 0; i < kTileKinds; ++i) {
        if (record.tiles[i] > 0) {
            const std::string_view kind = name(static_cast<TileKind>(i));
            parts << FamilyInspector::tr("%1 %2")
                         .arg(record.tiles[i])
                         .arg(QString::fromUtf8(kind.data(), static_cast<qsizetype>(kind.size()))
                                  .replace(QLatin1Char('_'), QLatin1Char(' ')));
        }
    }
    return parts.join(QStringLiteral(", "));
}

QVariantList stagesOf(const FamilyRecord& record) {
    QVariantList stages;
    for (const StageLook& look : kStageLooks) {
        const StageTime time = timeOf(record, look.stage);
        if (time.busyMs > 0) {
            stages << QVariantMap{{QStringLiteral("name"), FamilyInspector::tr(look.name)},
                                  {QStringLiteral("stage"), look.themeStage},
                                  {QStringLiteral("wall"), ms(time.wallMs)},
                                  {QStringLiteral("busy"), ms(time.busyMs)}};
        }
    }
    return stages;
}

QVariantMap chartOf(const FamilyRecord& record) {
    const FlameLayout layout = flameLayout(record.spans.all());
    QVariantList bars;
    for (const FlameBar& bar : layout.bars) {
        const StageLook& look = kStageLooks[static_cast<std::size_t>(bar.stage)];
        bars << QVariantMap{{QStringLiteral("row"), bar.row},
                            {QStringLiteral("start"), bar.startMs},
                            {QStringLiteral("end"), bar.endMs},
                            {QStringLiteral("ms"), bar.ms},
                            {QStringLiteral("name"), FamilyInspector::tr(look.name)},
                            {QStringLiteral("stage"), look.themeStage}};
    }
    QVariantList cuts;
    for (const double cut : layout.cutsMs) {
        cuts << cut;
    }
    return {{QStringLiteral("bars"), bars},
            {QStringLiteral("cuts"), cuts},
            {QStringLiteral("rows"), static_cast<int>(layout.threads.size())},
            {QStringLiteral("length"), layout.shownMs}};
}

}  // namespace

FamilyInspector::FamilyInspector(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(1);
    m_timer.setInterval(kUpdateMs);
    connect(&m_timer, &QTimer::timeout, this, &FamilyInspector::update);
}

FamilyInspector::~FamilyInspector() {
    m_stop.request_stop();
    m_pool.clear();
    m_pool.waitForDone();
}

void FamilyInspector::setSlide(SlideDocument* slide) {
    if (m_slide == slide) {
        return;
    }
    m_slide = slide;
    m_pinned.clear();
    m_pinnedBefore.clear();
    m_hovered.reset();
    stopComparing();
    m_comparisons.clear();
    update();
    emit slideChanged();
}

SlideDocument* FamilyInspector::inspected() const {
    return m_slide && m_slide->hasFamilies() ? m_slide.data() : nullptr;
}

void FamilyInspector::setMode(int mode) {
    if (mode != this->mode()) {
        m_mode = static_cast<ViewMode>(mode);
        update();
        emit modeChanged();
    }
}

void FamilyInspector::setCursorMode(int mode) {
    if (mode != cursorMode()) {
        m_cursorMode = static_cast<ViewMode>(mode);
        update();
        emit modeChanged();
    }
}

void FamilyInspector::setActive(bool active) {
    if (m_active == active) {
        return;
    }
    m_active = active;
    if (active) {
        m_timer.start();
    } else {
        m_timer.stop();
        m_pinned.clear();
        m_hovered.reset();
        stopComparing();
    }
    update();
    emit activeChanged();
}

void FamilyInspector::point(QPoint family) {
    const std::optional<QPoint> hovered = family.x() >= 0 ? std::optional(family) : std::nullopt;
    if (m_active && hovered != m_hovered) {
        m_hovered = hovered;
        update();
    }
}

void FamilyInspector::click(QPoint family) {
    if (m_active) {
        m_pinnedBefore = m_pinned;
        togglePin(family);
    }
}

void FamilyInspector::undoClick() {
    if (m_active) {
        m_pinned = m_pinnedBefore;
        update();
    }
}

void FamilyInspector::togglePin(QPoint family) {
    if (!inspected() || family.x() < 0) {
        return;
    }
    if (const auto pinned = std::ranges::find(m_pinned, family); pinned != m_pinned.end()) {
        m_pinned.erase(pinned);
    } else {
        if (m_pinned.size() == kMostCards) {
            m_pinned.erase(m_pinned.begin());
        }
        m_pinned.push_back(family);
    }
    update();
}

std::vector<QPoint> FamilyInspector::families() const {
    std::vector<QPoint> families;
    if (m_active && inspected()) {
        families = m_pinned;
        if (m_hovered && families.size() < kMostCards && std::ranges::find(families, *m_hovered) == families.end()) {
            families.push_back(*m_hovered);
        }
    }
    return families;
}

QVariantList FamilyInspector::marks() const {
    QVariantList marks;
    for (const QPoint family : families()) {
        const auto pinned = std::ranges::find(m_pinned, family);
        const QString label = pinned != m_pinned.end() ? QString::number(pinned - m_pinned.begin() + 1) : QString();
        marks << QVariantMap{
            {QStringLiteral("x"), family.x()}, {QStringLiteral("y"), family.y()}, {QStringLiteral("label"), label}};
    }
    return marks;
}

void FamilyInspector::compare(QPoint family) {
    const SlideDocument* const shown = inspected();
    if (!shown || !shown->info().hasBaseline) {
        return;
    }
    stopComparing();
    m_stop = StopSource();
    m_comparisons[{family.x(), family.y()}] = {.isRunning = true, .text = {}};
    const quint64 number = ++m_comparison;
    m_pool.start([this, number, family, engine = shown->sharedEngine(), slide = shown->key(), stop = m_stop.token()] {
        const Result<PictureDifference> difference = guarded([&] {
            return engine->compareWithBaseline(slide, {family.x(), family.y()}, stop);
        });
        QString text;
        if (difference) {
            const QLocale locale;
            const double psnr = difference->luma.psnr();
            text = std::isfinite(psnr)
                       ? tr("PSNR %1 dB, mean ΔE00 %2")
                             .arg(locale.toString(psnr, 'f', 2), locale.toString(difference->color.mean(), 'f', 2))
                       : tr("Identical");
        } else if (!difference.error().isCancelled()) {
            text = QString::fromStdString(difference.error().message) + QLatin1Char('.');
        }
        QMetaObject::invokeMethod(
            this,
            [this, number, family, text] {
                if (number == m_comparison) {
                    m_comparisons[{family.x(), family.y()}] = {.isRunning = false, .text = text};
                    update();
                }
            },
            Qt::QueuedConnection);
    });
    update();
}

void FamilyInspector::stopComparing() {
    m_stop.request_stop();
    ++m_comparison;
    std::erase_if(m_comparisons, [](const auto& entry) { return entry.second.isRunning; });
    update();
}

void FamilyInspector::update() {
    QVariantList cards;
    for (const QPoint family : families()) {
        cards << cardOf(family);
    }
    if (cards.isEmpty() && m_cards.isEmpty()) {
        return;
    }
    m_cards = std::move(cards);
    emit cardsChanged();
}

QVariantMap FamilyInspector::cardOf(QPoint family) const {
    const SlideDocument& shown = *inspected();
    const ViewMode mode = m_hovered == family ? m_cursorMode : m_mode;
    const FamilyReport report = shown.engine().inspect(shown.key(), {family.x(), family.y()}, mode);
    const auto pinned = std::ranges::find(m_pinned, family);
    QVariantMap card{
        {QStringLiteral("family"), family},
        {QStringLiteral("title"), tr("Family %1, %2").arg(family.x()).arg(family.y())},
        {QStringLiteral("pin"), pinned != m_pinned.end() ? static_cast<int>(pinned - m_pinned.begin()) + 1 : 0},
        {QStringLiteral("known"), report.record.has_value()},
        {QStringLiteral("canCompare"), shown.info().hasBaseline}};
    QVariantList facts;
    const QString cached = report.cachedTiles > 0 ? tr("%1 of %2 tiles, %3")
                                                        .arg(report.cachedTiles)
                                                        .arg(report.tiles)
                                                        .arg(formatBytes(static_cast<double>(report.cachedBytes)))
                                                  : tr("none of %1 tiles").arg(report.tiles);
    if (report.record) {
        const FamilyRecord& record = *report.record;
        card.insert(QStringLiteral("state"), report.isInTheMaking ? tr("in the making")
                                             : report.isComplete  ? tr("complete")
                                                                  : tr("in part"));
        facts << row(tr("Asked for"), tr("%1, %2").arg(agoText(record.requestedNs), reasonText(record.reason)))
              << row(tr("Made"), kindsText(record)) << row(tr("In the cache"), cached);
        facts << row(tr("Residuals"),
                     tr("%1 at level 1, %2 at level 0").arg(record.l1Residuals).arg(record.l0Residuals));
        QVariantList bytes;
        const auto add = [&bytes](const QString& name, std::int64_t count) {
            bytes << row(name, count > 0 ? formatBytes(static_cast<double>(count)) : QStringLiteral("–"));
        };
        add(tr("L2"), record.l2Bytes);
        add(tr("L1 residual"), record.l1ResidualBytes);
        add(tr("L0 residual"), record.l0ResidualBytes);
        add(tr("baseline"), record.baselineBytes);
        card.insert(QStringLiteral("bytes"), bytes);
        card.insert(QStringLiteral("totalBytes"),
                    formatBytes(static_cast<double>(record.l2Bytes + record.l1ResidualBytes + record.l0ResidualBytes +
                                                    record.baselineBytes)));
        card.insert(QStringLiteral("stages"), stagesOf(record));
        card.insert(QStringLiteral("total"), ms(record.totalMs));
        card.insert(QStringLiteral("queue"), ms(record.queueMs));
        card.insert(QStringLiteral("chart"), chartOf(record));
    } else {
        card.insert(QStringLiteral("state"), report.isInTheMaking ? tr("in the making") : tr("not made yet"));
        facts << row(tr("In the cache"), cached);
    }
    card.insert(QStringLiteral("facts"), facts);
    const auto comparison = m_comparisons.find({family.x(), family.y()});
    card.insert(QStringLiteral("comparing"), comparison != m_comparisons.end() && comparison->second.isRunning);
    card.insert(QStringLiteral("comparison"), comparison != m_comparisons.end() ? comparison->second.text : QString());
    return card;
}

}  // namespace origami
