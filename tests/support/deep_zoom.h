// A small Deep Zoom pyramid on disk whose pixels are known.
#pragma once

#include <QColor>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QString>

#include <algorithm>

// Every tile has a colour of its own: red tells the column of the level 0 tile, green its row, blue is constant.
inline QColor colourOfTile(int column, int row) {
    return {60 + 40 * (column % 4), 60 + 40 * (row % 4), 160};
}

// Writes `name`.dzi with these pixels at full resolution, and its tiles, into `folder`; false if that fails.
inline bool writeDeepZoom(const QString& folder, const QString& name, QImage level) {
    constexpr int kTile = 256;
    const int width = level.width();
    const int height = level.height();
    int top = 0;
    while ((1 << top) < std::max(width, height)) {
        ++top;
    }
    for (int k = top; k >= 0; --k) {
        const QString tiles = QStringLiteral("%1/%2_files/%3").arg(folder, name).arg(k);
        if (!QDir().mkpath(tiles)) {
            return false;
        }
        for (int y = 0; y * kTile < level.height(); ++y) {
            for (int x = 0; x * kTile < level.width(); ++x) {
                const QImage tile = level.copy(x * kTile, y * kTile, std::min(kTile, level.width() - x * kTile),
                                               std::min(kTile, level.height() - y * kTile));
                if (!tile.save(QStringLiteral("%1/%2_%3.png").arg(tiles).arg(x).arg(y))) {
                    return false;
                }
            }
        }
        level = level.scaled((level.width() + 1) / 2, (level.height() + 1) / 2, Qt::IgnoreAspectRatio,
                             Qt::SmoothTransformation);
    }
    QFile dzi(QStringLiteral("%1/%2.dzi").arg(folder, name));
    return dzi.open(QIODevice::WriteOnly) &&
           dzi.write(QStringLiteral("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                    "<Image xmlns=\"http://schemas.microsoft.com/deepzoom/2008\" Format=\"png\" "
                                    "Overlap=\"0\" TileSize=\"256\"><Size Width=\"%1\" Height=\"%2\"/></Image>\n")
                         .arg(width)
                         .arg(height)
                         .toUtf8()) > 0;
}

inline bool writeDeepZoom(const QString& folder, const QString& name, int width, int height) {
    constexpr int kTile = 256;
    QImage pixels(width, height, QImage::Format_RGB32);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            pixels.setPixelColor(x, y, colourOfTile(x / kTile, y / kTile));
        }
    }
    return writeDeepZoom(folder, name, pixels);
}
