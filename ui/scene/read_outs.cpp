#include "ui/scene/read_outs.h"

#include "core/image/rgb32.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>
#include <cstdint>

namespace origami {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ReadOuts", text);
}

bool isOnSlide(const Pyramid& pyramid, Level0Point point) {
    const LevelSize size = pyramid.levelSize(0);
    return point.x >= 0 && point.y >= 0 && point.x < static_cast<double>(size.width) &&
           point.y < static_cast<double>(size.height);
}

}  // namespace

QString magnificationText(const SlideDocument& slide, double scale) {
    const auto number = [](double value) { return QLocale().toString(value, 'f', value < 9.95 ? 2 : 1); };
    if (const std::optional<double> power = slide.objectivePower()) {
        return number(scale * *power) + QLatin1Char('x');
    }
    return number(scale * 100) + QStringLiteral(" %");
}

QString positionText(const SlideInfo& slide, Level0Point point) {
    const QLocale locale;
    if (slide.micronsPerPixelX && slide.micronsPerPixelY) {
        return tr("%1, %2 µm")
            .arg(locale.toString(point.x * *slide.micronsPerPixelX, 'f', 0),
                 locale.toString(point.y * *slide.micronsPerPixelY, 'f', 0));
    }
    return tr("%1, %2 px")
        .arg(locale.toString(std::floor(point.x), 'f', 0), locale.toString(std::floor(point.y), 'f', 0));
}

QString colourText(const SlideDocument& slide, const Viewport& view, Level0Point point, ViewMode mode) {
    const Pyramid& pyramid = slide.info().pyramid;
    if (!isOnSlide(pyramid, point)) {
        return {};
    }
    const int level = idealLevel(pyramid, view.scale);
    const auto x = static_cast<std::int64_t>(point.x) >> level;
    const auto y = static_cast<std::int64_t>(point.y) >> level;
    const int tileSize = pyramid.tileSize();
    const TileId id{level, static_cast<std::int32_t>(x / tileSize), static_cast<std::int32_t>(y / tileSize)};
    const auto tile = slide.engine().tile(slide.key(), id, mode);
    const int column = static_cast<int>(x % tileSize);
    const int row = static_cast<int>(y % tileSize);
    if (!tile || column >= tile->pixels.width() || row >= tile->pixels.height()) {
        return {};
    }
    const std::uint32_t pixel = tile->pixels.view().row(row)[column];
    return QStringLiteral("%1 %2 %3").arg(red(pixel), 3).arg(green(pixel), 3).arg(blue(pixel), 3);
}

QPoint familyAt(const SlideInfo& slide, Level0Point point) {
    if (!isOnSlide(slide.pyramid, point)) {
        return {-1, -1};
    }
    const int side = slide.pyramid.tileSize() << kFamilyLevel;
    return {static_cast<int>(point.x) / side, static_cast<int>(point.y) / side};
}

}  // namespace origami
