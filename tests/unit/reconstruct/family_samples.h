// Families in tests: planes as numbers, what is done with them sample by sample, and what comes out of the
// reconstructor.
#pragma once

#include "core/codec/jpeg_encoder.h"
#include "core/image/color.h"
#include "core/reconstruct/family_reconstructor.h"
#include "core/reconstruct/needed_residuals.h"
#include "tests/support/images.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <span>
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

inline std::vector<TileId> tilesBelowLevel2(const ReconstructedFamily& family) {
    std::vector<TileId> ids;
    for (const FamilyTile& tile : family.tiles) {
        if (tile.id.level < kFamilyLevel) {
            ids.push_back(tile.id);
        }
    }
    return ids;
}

// One tile alone of a family.
inline FamilyTile madeAlone(const Pyramid& pyramid, const FamilyStreams& streams, TileId id) {
    FamilyInParts parts(pyramid, streams, ViewMode::Reconstructed, nullptr);
    std::vector<FamilyTile> given;
    const Result<void> made =
        parts.make({.ids = {&id, 1}, .deliver = [&](FamilyTile tile, double) { given.push_back(std::move(tile)); }});
    if (!made || given.size() != 1 || given.front().id != id || !parts.isMade(id)) {
        qFatal("not just the one tile was made");
    }
    return std::move(given.front());
}

// Each tile alone, with the residuals that it needs, has the pixels that it has in the whole family.
inline void checkTilesAlone(const Pyramid& pyramid, const FamilyStreams& streams) {
    const ReconstructedFamily whole = rebuilt(pyramid, streams);
    for (const TileId id : tilesBelowLevel2(whole)) {
        FamilyStreams needed = streams;
        dropUnneededResiduals(pyramid, needed, {&id, 1});
        const FamilyTile& wanted = *find(whole, id);
        const FamilyTile alone = madeAlone(pyramid, needed, id);
        QVERIFY(areEqual(alone.pixels.view(), wanted.pixels.view()));
        QCOMPARE(alone.kind, wanted.kind);
    }
}

// Indices of the residuals that are left for a tile of family 0_0, a whole one.
inline std::pair<std::vector<int>, std::vector<int>> residualsFor(FamilyStreams streams, TileId id) {
    dropUnneededResiduals(pyramidOf(4 * kTile, 4 * kTile), streams, {&id, 1});
    const auto present = [](std::span<const StreamSlot> residuals) {
        std::vector<int> indices;
        for (std::size_t i = 0; i < residuals.size(); ++i) {
            if (residuals[i].isPresent()) {
                indices.push_back(static_cast<int>(i));
            }
        }
        return indices;
    };
    return {present(streams.level1), present(streams.level0)};
}

// Some tiles at a time they are the same tiles, whatever has been made before.
inline void checkTilesInParts(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode) {
    const ReconstructedFamily whole = rebuilt(pyramid, streams, mode);
    FamilyInParts parts(pyramid, streams, mode, nullptr);
    QVERIFY(!parts.isAllMade());
    // A level 1 tile before those below it, some tiles by themselves, and the rest.
    std::vector<TileId> all = tilesBelowLevel2(whole);
    std::ranges::reverse(all);
    std::ranges::sort(all, {}, [](TileId id) { return id.level == 1 ? -1 : (id.x + id.y) % 3; });
    std::mutex mutex;
    std::map<TileId, FamilyTile> given;
    for (std::size_t from = 0; from < all.size(); from += 5) {
        const std::size_t to = std::min(from + 5, all.size());
        const PartRequest part{.ids = std::span(all).subspan(from / 2, to - from / 2),  // some of them once more
                               .deliver = [&](FamilyTile tile, double) {
                                   const std::lock_guard lock(mutex);
                                   const TileId id = tile.id;
                                   QVERIFY(given.emplace(id, std::move(tile)).second);
                               }};
        QVERIFY(parts.make(part));
        QCOMPARE(given.size(), to);
        QVERIFY(parts.isMade(all[to - 1]));
        QCOMPARE(parts.isAllMade(), to == all.size());
    }
    for (const TileId id : all) {
        QVERIFY(areEqual(given.at(id).pixels.view(), find(whole, id)->pixels.view()));
        QCOMPARE(given.at(id).kind, find(whole, id)->kind);
    }
    QCOMPARE(parts.record().l0Residuals, whole.record.l0Residuals);
    QCOMPARE(parts.record().l1Residuals, whole.record.l1Residuals);
    StopSource stop;
    stop.request_stop();
    FamilyInParts stopped(pyramid, streams, mode, nullptr);
    const Result<void> none = stopped.make({.ids = all, .deliver = [](FamilyTile, double) {}}, stop.token());
    QVERIFY(!none && none.error().isCancelled());
    QVERIFY(!stopped.isMade(all.front()));
}

inline void checkTilesInParts(const Pyramid& pyramid, const FamilyStreams& streams) {
    for (const ViewMode mode : {ViewMode::Reconstructed, ViewMode::Prediction, ViewMode::Residual}) {
        checkTilesInParts(pyramid, streams, mode);
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
