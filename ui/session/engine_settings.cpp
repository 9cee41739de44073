#include "ui/session/engine_settings.h"

#include <QVariantMap>

#include <algorithm>
#include <utility>

namespace origami {
namespace {

constexpr std::size_t kMegabyte = 1'000'000;
constexpr int kStandardTextureMb = 256;

const QString kPrefetchKey = QStringLiteral("prefetch");
const QString kWheelKey = QStringLiteral("wheelMoves");

struct NumberKind {
    const char* key;
    const char* option;  // of the command line
    int least;
    int most;
    int step;
};
constexpr std::array<NumberKind, EngineSettings::kNumbers> kKinds{{{"threads", "--threads", 1, 1024, 1},
                                                                   {"ioThreads", "--io-threads", 1, 1024, 1},
                                                                   {"inflight", "--max-inflight-families", 1, 4096, 1},
                                                                   {"pool", "--buffer-pool-size", 1, 65'536, 16},
                                                                   {"cacheMb", "--cache-mb", 64, 1'000'000, 128},
                                                                   {"textureMb", "", 64, 65'536, 64}}};

QString keyOf(std::size_t number) {
    return QStringLiteral("engine/") + QLatin1String(kKinds[number].key);
}

EngineOptions asOptions(const std::array<int, EngineSettings::kNumbers>& values) {
    return {.threads = values[EngineSettings::Threads],
            .ioThreads = values[EngineSettings::IoThreads],
            .maxInflightFamilies = values[EngineSettings::Inflight],
            .bufferPoolSize = values[EngineSettings::Pool],
            .cacheBytes = static_cast<std::size_t>(values[EngineSettings::Cache]) * kMegabyte};
}

std::array<int, EngineSettings::kNumbers> asNumbers(const EngineOptions& options) {
    return {options.threads,
            options.ioThreads,
            options.maxInflightFamilies,
            options.bufferPoolSize,
            static_cast<int>(options.cacheBytes / kMegabyte),
            0};
}

}  // namespace

EngineSettings::EngineSettings(const EngineOptions& given, const Machine& machine, QObject* parent)
    : QObject(parent), m_machine(machine), m_given(asNumbers(given)) {
    for (std::size_t i = 0; i < kNumbers; ++i) {
        const int kept = m_settings.value(keyOf(i), 0).toInt();
        m_kept[i] = kept == 0 ? 0 : std::clamp(kept, kKinds[i].least, kKinds[i].most);
    }
    m_prefetch = m_settings.value(kPrefetchKey, true).toBool();
    m_wheelMoves = m_settings.value(kWheelKey, false).toBool();
    for (std::size_t i = 0; i < kNumbers; ++i) {
        m_running[i] = value(i);
    }
}

EngineOptions EngineSettings::engineOptions() const {
    std::array<int, kNumbers> values{};
    for (std::size_t i = 0; i < kNumbers; ++i) {
        values[i] = chosen(i);
    }
    return resolved(asOptions(values), m_machine);
}

void EngineSettings::setEngine(std::shared_ptr<SlideEngine> engine) {
    m_engine = std::move(engine);
    m_engine->setPrefetch(m_prefetch);
}

std::size_t EngineSettings::textureBytes() const {
    return static_cast<std::size_t>(value(Textures)) * kMegabyte;
}

int EngineSettings::chosen(std::size_t number) const {
    return m_given[number] != 0 ? m_given[number] : m_kept[number];
}

int EngineSettings::standard(std::size_t number) const {
    if (number == Textures) {
        return kStandardTextureMb;
    }
    std::array<int, kNumbers> values{};
    for (std::size_t i = 0; i < kNumbers; ++i) {
        values[i] = i == number ? 0 : chosen(i);
    }
    return asNumbers(resolved(asOptions(values), m_machine))[number];
}

int EngineSettings::value(std::size_t number) const {
    const int choice = chosen(number);
    return choice != 0 ? choice : standard(number);
}

QVariantList EngineSettings::numbers() const {
    const std::array<std::array<QString, 3>, kNumbers> words{
        {{tr("Worker threads"), tr("Decode and rebuild tiles"), tr("threads")},
         {tr("I/O threads"), tr("Read files, and mostly wait for the disk"), tr("threads")},
         {tr("Families in flight"), tr("Families that are read or rebuilt at the same time"), tr("families")},
         {tr("Buffer pool"), tr("Pixel buffers kept for the next family"), tr("buffers")},
         {tr("Tile cache"), tr("Memory for finished tiles"), tr("MB")},
         {tr("Textures"), tr("Graphics memory for tiles"), tr("MB")}}};
    QVariantList list;
    for (std::size_t i = 0; i < kNumbers; ++i) {
        const NumberKind& kind = kKinds[i];
        list << QVariantMap{{QStringLiteral("name"), words[i][0]},
                            {QStringLiteral("hint"), words[i][1]},
                            {QStringLiteral("unit"), words[i][2]},
                            {QStringLiteral("least"), kind.least},
                            {QStringLiteral("most"), kind.most},
                            {QStringLiteral("step"), kind.step},
                            {QStringLiteral("value"), value(i)},
                            {QStringLiteral("standard"), standard(i)},
                            {QStringLiteral("running"), i == Threads || i == IoThreads ? m_running[i] : value(i)},
                            {QStringLiteral("isKept"), m_kept[i] != 0},
                            {QStringLiteral("option"), m_given[i] != 0 ? QString::fromLatin1(kind.option) : QString()}};
    }
    return list;
}

bool EngineSettings::anyKept() const {
    return !m_prefetch || m_wheelMoves || std::ranges::any_of(m_kept, [](int kept) { return kept != 0; });
}

void EngineSettings::setPrefetch(bool prefetch) {
    if (m_prefetch != prefetch) {
        m_prefetch = prefetch;
        m_settings.setValue(kPrefetchKey, prefetch);
        apply();
    }
}

void EngineSettings::setWheelMoves(bool moves) {
    if (m_wheelMoves != moves) {
        m_wheelMoves = moves;
        m_settings.setValue(kWheelKey, moves);
        apply();
    }
}

void EngineSettings::set(int number, int value) {
    const auto i = static_cast<std::size_t>(number);
    if (i >= kNumbers) {
        return;
    }
    m_kept[i] = std::clamp(value, kKinds[i].least, kKinds[i].most);
    m_settings.setValue(keyOf(i), m_kept[i]);
    apply();
}

void EngineSettings::reset(int number) {
    const auto i = static_cast<std::size_t>(number);
    if (i >= kNumbers) {
        return;
    }
    m_kept[i] = 0;
    m_settings.remove(keyOf(i));
    apply();
}

void EngineSettings::resetAll() {
    for (std::size_t i = 0; i < kNumbers; ++i) {
        m_kept[i] = 0;
        m_settings.remove(keyOf(i));
    }
    m_settings.remove(kPrefetchKey);
    m_settings.remove(kWheelKey);
    m_prefetch = true;
    m_wheelMoves = false;
    apply();
}

void EngineSettings::apply() {
    if (m_engine) {
        m_engine->setMaxInflightFamilies(value(Inflight));
        m_engine->setBufferPoolSize(value(Pool));
        m_engine->setCacheBytes(static_cast<std::size_t>(value(Cache)) * kMegabyte);
        m_engine->setPrefetch(m_prefetch);
    }
    emit changed();
}

}  // namespace origami
