#include "ui/session/slide_document.h"

#include "ui/session/slide_image_provider.h"
#include "ui/session/slide_path.h"

#include <QLocale>
#include <QVariantMap>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace origami {
namespace {

// On common scanners a 10x objective resolves about one micron per pixel.
constexpr double kMicronsTimesPower = 10.0;

QVariantMap pair(const QString& name, const QString& value) {
    return {{QStringLiteral("name"), name}, {QStringLiteral("value"), value}};
}

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString powerText(double power) {
    return QLocale().toString(power, 'g', 4) + QLatin1Char('x');
}

}  // namespace

QString formatBytes(double bytes) {
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
}

QString formatSaving(double before, double after) {
    return SlideDocument::tr("%1 → %2").arg(formatBytes(before), formatBytes(after));
}

SlideDocument::SlideDocument(std::shared_ptr<SlideEngine> engine, SlideKey key, std::shared_ptr<const SlideInfo> info)
    : m_engine(std::move(engine)), m_key(key), m_info(std::move(info)) {}

SlideDocument::~SlideDocument() {
    m_engine->close(m_key);
}

void SlideDocument::follow(const SlideProgress& progress) {
    if (progress.fileChanged && !m_changedOnDisk) {
        m_changedOnDisk = true;
        emit changedOnDiskChanged();
    }
}

void SlideDocument::retryFailed() {
    m_engine->retryFailed(m_key);
}

std::optional<double> SlideDocument::objectivePower() const {
    if (m_info->objectivePower) {
        return m_info->objectivePower;
    }
    if (m_info->micronsPerPixelX && *m_info->micronsPerPixelX > 0) {
        return kMicronsTimesPower / *m_info->micronsPerPixelX;
    }
    return std::nullopt;
}

QString SlideDocument::name() const {
    return onOneLine(fromView(m_info->id));
}

QString SlideDocument::path() const {
    return fromPath(m_info->path);
}

QString SlideDocument::summary() const {
    QStringList parts;
    if (m_info->objectivePower) {
        parts << powerText(*m_info->objectivePower);
    }
    if (const auto bytes = static_cast<double>(m_info->fileBytes); bytes > 0) {
        const std::optional<double> source = sourceBytes();
        parts << (source ? formatSaving(*source, bytes) : formatBytes(bytes));
    } else {
        const QLocale locale;
        parts << tr("%1 × %2 pixels")
                     .arg(locale.toString(size().width(), 'f', 0), locale.toString(size().height(), 'f', 0));
    }
    return parts.join(QStringLiteral(", "));
}

QSizeF SlideDocument::size() const {
    const LevelSize level0 = m_info->pyramid.levelSize(0);
    return {static_cast<double>(level0.width), static_cast<double>(level0.height)};
}

QColor SlideDocument::background() const {
    return QColor::fromRgb(m_info->background);
}

double SlideDocument::missingResiduals() const {
    return m_info->residuals ? static_cast<double>(m_info->residuals->missing) : 0.0;
}

double SlideDocument::families() const {
    return m_info->residuals ? static_cast<double>(m_info->residuals->missing + m_info->residuals->present) : 0.0;
}

QString SlideDocument::overviewSource() const {
    return SlideImageProvider::overviewSource(m_key);
}

std::optional<double> SlideDocument::sourceBytes() const {
    const auto found = m_info->properties.find("origami.source.bytes");
    if (found == m_info->properties.end()) {
        return std::nullopt;
    }
    bool isNumber = false;
    const double bytes = QByteArray::fromStdString(found->second).toDouble(&isNumber);
    constexpr double kMostBytes = 1e18;
    return isNumber && bytes >= 1 && bytes <= kMostBytes ? std::optional(bytes) : std::nullopt;
}

QVariantList SlideDocument::facts() const {
    const QLocale locale;
    QVariantList list;
    const QString detail = QString::fromStdString(m_info->formatDetail);
    const QString format = fromView(origami::name(m_info->format));
    list << pair(tr("Format"), detail.isEmpty() ? format : tr("%1, %2").arg(format, detail));
    if (!m_info->vendor.empty()) {
        list << pair(tr("Scanner"), QString::fromStdString(m_info->vendor));
    }
    list << pair(
        tr("Size"),
        tr("%1 × %2 pixels").arg(locale.toString(size().width(), 'f', 0), locale.toString(size().height(), 'f', 0)));
    if (m_info->micronsPerPixelX && m_info->micronsPerPixelY) {
        list << pair(tr("Area"), tr("%1 × %2 mm")
                                     .arg(locale.toString(size().width() * *m_info->micronsPerPixelX / 1000, 'f', 2),
                                          locale.toString(size().height() * *m_info->micronsPerPixelY / 1000, 'f', 2)));
        list << pair(tr("Resolution"), tr("%1 µm per pixel").arg(locale.toString(*m_info->micronsPerPixelX, 'f', 3)));
    }
    if (m_info->objectivePower) {
        list << pair(tr("Objective"), powerText(*m_info->objectivePower));
    }
    if (m_info->fileBytes > 0) {
        const auto bytes = static_cast<double>(m_info->fileBytes);
        list << pair(tr("On disk"), formatBytes(bytes));
        if (const std::optional<double> source = sourceBytes()) {
            list << pair(tr("Source"), formatBytes(*source));
            const double percent = 100 * (1 - bytes / *source);
            list << pair(tr("Saving"), percent >= 0 ? tr("%1 %").arg(locale.toString(percent, 'f', 0))
                                                    : tr("None: %1 % larger").arg(locale.toString(-percent, 'f', 0)));
        }
    }
    list << pair(tr("Levels"), locale.toString(m_info->pyramid.levelCount()));
    list << pair(tr("Tile size"), tr("%1 pixels").arg(m_info->pyramid.tileSize()));
    if (m_info->residuals) {
        list << pair(tr("Families"), locale.toString(families(), 'f', 0));
        if (missingResiduals() > 0) {
            list << pair(tr("Without residuals"), locale.toString(missingResiduals(), 'f', 0));
        }
    }
    return list;
}

QVariantList SlideDocument::levelBytes() const {
    struct Row {
        QString name;
        int level = 0;
        std::int64_t bytes = 0;
    };
    constexpr int kCoarse = 3;  // coarser levels take so little that they share one row
    const std::vector<std::int64_t>& levels = m_info->bytesByLevel;
    const int last = static_cast<int>(levels.size()) - 1;
    std::vector<Row> rows;
    for (int level = 0; level <= last; ++level) {
        const std::int64_t bytes = levels[static_cast<std::size_t>(level)];
        if (level > kCoarse) {
            rows.back().bytes += bytes;
        } else if (level == kCoarse) {
            rows.push_back(
                {last > kCoarse ? tr("L%1 to L%2").arg(kCoarse).arg(last) : tr("L%1").arg(kCoarse), level, bytes});
        } else {
            rows.push_back(
                {hasFamilies() && level < kFamilyLevel ? tr("L%1 residual").arg(level) : tr("L%1").arg(level), level,
                 bytes});
        }
    }
    const std::int64_t inLevels = std::accumulate(levels.begin(), levels.end(), std::int64_t{0});
    if (!rows.empty() && m_info->fileBytes > inLevels) {
        rows.push_back({tr("Rest"), -1, m_info->fileBytes - inLevels});
    }
    std::erase_if(rows, [](const Row& row) { return row.bytes <= 0; });
    QVariantList list;
    if (rows.empty()) {
        return list;
    }
    const auto most = static_cast<double>(std::ranges::max(rows, {}, &Row::bytes).bytes);
    for (const Row& row : rows) {
        const auto bytes = static_cast<double>(row.bytes);
        list << QVariantMap{{QStringLiteral("name"), row.name},
                            {QStringLiteral("level"), row.level},
                            {QStringLiteral("size"), formatBytes(bytes)},
                            {QStringLiteral("share"), bytes / most}};
    }
    return list;
}

QVariantList SlideDocument::properties() const {
    QVariantList list;
    for (const auto& [name, value] : m_info->properties) {
        list << pair(QString::fromStdString(name), QString::fromStdString(value));
    }
    return list;
}

QVariantList SlideDocument::associatedImages() const {
    QVariantList list;
    for (const AssociatedImage& image : m_info->associatedImages) {
        const QString name = QString::fromStdString(image.name);
        list << QVariantMap{{QStringLiteral("name"), name},
                            {QStringLiteral("source"), SlideImageProvider::associatedSource(m_key, name)},
                            {QStringLiteral("width"), image.width},
                            {QStringLiteral("height"), image.height}};
    }
    return list;
}

QVariantList SlideDocument::presets() const {
    QVariantList list;
    const auto add = [&list](const QString& label, double scale) {
        list << QVariantMap{{QStringLiteral("label"), label}, {QStringLiteral("scale"), scale}};
    };
    if (const std::optional<double> power = objectivePower()) {
        for (const int magnification : {1, 2, 5, 10, 20, 40}) {
            add(QStringLiteral("%1x").arg(magnification), magnification / *power);
        }
    } else {
        for (const int percent : {5, 10, 25, 50, 100, 200}) {
            add(QStringLiteral("%1%").arg(percent), percent / 100.0);
        }
    }
    return list;
}

}  // namespace origami
