// Families in tests: planes as numbers, what is done with them sample by sample, and what comes out of the
// reconstructor.
#pragma once

#include "core/codec/jpeg_encoder.h"
#include "core/image/color.h"
#include "core/reconstruct/family_reconstructor.h"
#include "tests/support/images.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace origami::test {

inline constexpr int kTile = 32;  // small tiles keep the test fast; nothing depends on 256

struct Samples {
    int width = 0;
    int height = 0;
    std::vector<int> values;

    Samples(int w, int h) : width(w), height(h), values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
    explicit Samples(PlaneView plane) : Samples(plane.width, plane.height) {
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                at(x, y) = plane.row(y)[x];
            }
        }
    }
    explicit Samples(const Plane& samples) : Samples(samples.view()) {}
    int& at(int x, int y) { return values[static_cast<std::size_t>(y * width + x)]; }
    [[nodiscard]] int at(int x, int y) const { return values[static_cast<std::size_t>(y * width + x)]; }
    [[nodiscard]] int clamped(int x, int y) const {
        return at(std::clamp(x, 0, width - 1), std::clamp(y, 0, height - 1));
    }
    [[nodiscard]] Plane plane(int left, int top, int w, int h) const {
        Plane result(w, h);
        for (int y = 0; y < h; ++y) {
            for (int x = 0; x < w; ++x) {
                result.view().row(y)[x] = static_cast<std::uint8_t>(at(left + x, top + y));
            }
        }
        return result;
    }
};

inline Samples averaged(const Samples& from) {
    Samples to((from.width + 1) / 2, (from.height + 1) / 2);
    for (int y = 0; y < to.height; ++y) {
        for (int x = 0; x < to.width; ++x) {
            to.at(x, y) = (from.clamped(2 * x, 2 * y) + from.clamped(2 * x + 1, 2 * y) +
                           from.clamped(2 * x, 2 * y + 1) + from.clamped(2 * x + 1, 2 * y + 1) + 2) /
                          4;
        }
    }
    return to;
}

inline Samples texture(int width, int height, unsigned seed) {
    std::mt19937 random(seed);
    Samples samples(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const double wave = 90 * std::sin(x / 5.0) * std::cos(y / 7.0);
            samples.at(x, y) = std::clamp(128 + static_cast<int>(wave) + static_cast<int>(random() % 41) - 20, 0, 255);
        }
    }
    return samples;
}

inline Pyramid pyramidOf(std::int64_t width, std::int64_t height) {
    return *Pyramid::create({width, height}, kTile);
}

// A slot with these bytes, kept alive by the family.
inline StreamSlot owned(FamilyStreams& streams, Bytes bytes) {
    streams.owners.push_back(std::make_shared<const Bytes>(std::move(bytes)));
    return {.bytes = *streams.owners.back(), .problem = {}};
}

inline ReconstructedFamily rebuilt(const Pyramid& pyramid, const FamilyStreams& streams,
                                   ViewMode mode = ViewMode::Reconstructed) {
    Result<ReconstructedFamily> family = reconstructFamily(pyramid, streams, mode, nullptr);
    if (!family) {
        qFatal("%s", family.error().message.c_str());
    }
    return std::move(*family);
}

inline const FamilyTile* find(const ReconstructedFamily& family, TileId id) {
    const auto found = std::ranges::find(family.tiles, id, &FamilyTile::id);
    return found != family.tiles.end() ? &*found : nullptr;
}

// The number of pixels of a tile that differ from the family's planes.
inline int wrongPixels(const FamilyTile& tile, FamilyId family, const Samples& y, const Samples& cb,
                       const Samples& cr) {
    const int side = 1 << (kFamilyLevel - tile.id.level);
    const int left = (tile.id.x - family.x * side) * kTile;
    const int top = (tile.id.y - family.y * side) * kTile;
    int wrong = 0;
    for (int row = 0; row < tile.pixels.height(); ++row) {
        for (int x = 0; x < tile.pixels.width(); ++x) {
            const auto sample = [&](const Samples& plane) {
                return static_cast<std::uint8_t>(plane.at(left + x, top + row));
            };
            wrong += tile.pixels.view().row(row)[x] != toRgb32(sample(y), sample(cb), sample(cr)) ? 1 : 0;
        }
    }
    return wrong;
}

// Each tile alone: given away with the pixels that it has in the whole family, and not given again.
inline void checkTilesWantedFirst(const Pyramid& pyramid, const FamilyStreams& streams) {
    const ReconstructedFamily whole = rebuilt(pyramid, streams);
    for (const FamilyTile& wanted : whole.tiles) {
        if (wanted.id.level == kFamilyLevel) {
            continue;
        }
        std::vector<FamilyTile> given;
        const FirstTiles first{.ids = {&wanted.id, 1},
                               .deliver = [&](FamilyTile tile, double) { given.push_back(std::move(tile)); }};
        const Result<ReconstructedFamily> family =
            reconstructFamily(pyramid, streams, ViewMode::Reconstructed, nullptr, {}, &first);
        QVERIFY(family);
        QCOMPARE(given.size(), std::size_t{1});
        QCOMPARE(given[0].id, wanted.id);
        QVERIFY(areEqual(given[0].pixels.view(), wanted.pixels.view()));
        QCOMPARE(family->tiles.size(), whole.tiles.size() - 1);
        for (const FamilyTile& tile : family->tiles) {
            QVERIFY(areEqual(tile.pixels.view(), find(whole, tile.id)->pixels.view()));
            QCOMPARE(tile.kind, find(whole, tile.id)->kind);
        }
        QCOMPARE(family->record.l0Residuals, whole.record.l0Residuals);
        QCOMPARE(family->record.l1Residuals, whole.record.l1Residuals);
    }
}

inline Bytes flatGray(int width, int height, std::uint8_t value) {
    Plane plane(width, height);
    fill(plane.view(), value);
    return *JpegEncoder().encodeGray(plane.view(), 90);
}

// Slides and families of them, from whole ones down to a single pixel.
inline void addFamilyShapes() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("familyX");
    QTest::addColumn<int>("familyY");
    const int f = 4 * kTile;
    QTest::newRow("whole") << f << f << 0 << 0;
    QTest::newRow("one pixel") << 1 << 1 << 0 << 0;
    QTest::newRow("two pixels") << 2 << 1 << 0 << 0;
    QTest::newRow("3 x 2") << 3 << 2 << 0 << 0;
    QTest::newRow("within a tile") << kTile - 1 << 5 << 0 << 0;
    QTest::newRow("odd") << f - 1 << f - 3 << 0 << 0;
    QTest::newRow("right edge, one column") << f + 1 << f << 1 << 0;
    QTest::newRow("bottom edge, two rows") << f << f + 2 << 0 << 1;
    QTest::newRow("corner") << 2 * f + 37 << f + 66 << 2 << 1;
}

}  // namespace origami::test
