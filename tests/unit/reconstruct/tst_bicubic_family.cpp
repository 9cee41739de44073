// Families of version 5, of every shape, rebuilt from streams that the test encodes itself, against formats.md (section
// 4) written out sample by sample.
#include "core/base/parallel.h"
#include "core/codec/jpeg_decoder.h"
#include "core/codec/jpeg_encoder.h"
#include "core/image/color.h"
#include "core/reconstruct/decode_floor.h"
#include "core/reconstruct/family_reconstructor.h"
#include "tests/support/images.h"
#include "tests/unit/reconstruct/bicubic_formula.h"
#include "tests/unit/reconstruct/family_samples.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <utility>

using namespace origami;
using namespace origami::test;

namespace {

constexpr int kHalfTile = kTile / 2;

// Luma, or chroma of a half of its size each way.
struct Components {
    Samples y, cb, cr;
};

int corrected(int prediction, int residual) {
    return std::clamp(prediction + residual - 128, 0, 255);
}

// The top left part, or what repeating the edges makes of it.
Samples resized(const Samples& from, int width, int height) {
    Samples to(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            to.at(x, y) = from.clamped(x, y);
        }
    }
    return to;
}

Samples enlarged(const Samples& from, int width, int height) {
    Samples to(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            to.at(x, y) = bicubicSample([&](int i, int j) { return from.clamped(i, j); }, x, y);
        }
    }
    return to;
}

Samples corrected(const Samples& prediction, const Samples& residual) {
    Samples sum(prediction.width, prediction.height);
    for (std::size_t i = 0; i < sum.values.size(); ++i) {
        sum.values[i] = corrected(prediction.values[i], residual.values[i]);
    }
    return sum;
}

// A tile of the file, 4:2:0: luma of a whole tile, chroma of a half of that each way.
Bytes encodedTile(const Components& tile, int quality) {
    Samples cb(kTile, kTile);
    Samples cr(kTile, kTile);
    for (int y = 0; y < kTile; ++y) {
        for (int x = 0; x < kTile; ++x) {
            cb.at(x, y) = tile.cb.at(x / 2, y / 2);
            cr.at(x, y) = tile.cr.at(x / 2, y / 2);
        }
    }
    const auto whole = [](const Samples& samples) { return samples.plane(0, 0, kTile, kTile); };
    return *JpegEncoder().encodeYCbCr(whole(tile.y).view(), whole(cb).view(), whole(cr).view(), quality,
                                      ChromaSampling::Half420);
}

Components decodedTile(ByteSpan stream) {
    Plane y(kTile, kTile);
    Plane cb(kHalfTile, kHalfTile);
    Plane cr(kHalfTile, kHalfTile);
    if (!JpegDecoder().decodeComponents(stream, std::array{y.view(), cb.view(), cr.view()})) {
        qFatal("the test's own tile does not decode");
    }
    return {Samples(y), Samples(cb), Samples(cr)};
}

Bytes flatTile(int y, int cb, int cr) {
    Components tile{Samples(kTile, kTile), Samples(kHalfTile, kHalfTile), Samples(kHalfTile, kHalfTile)};
    std::ranges::fill(tile.y.values, y);
    std::ranges::fill(tile.cb.values, cb);
    std::ranges::fill(tile.cr.values, cr);
    return encodedTile(tile, 90);
}

// A family's streams, and the planes that they stand for.
struct Encoded {
    FamilyStreams streams;
    Components prediction;  // luma as level 0, chroma as level 1
    Components residual;
    Components level0;

    StreamSlot own(Bytes bytes) { return owned(streams, std::move(bytes)); }
};

int half(int size) {
    return (size + 1) / 2;
}

Encoded encoded(const Pyramid& pyramid, FamilyId id, unsigned seed) {
    const auto width = static_cast<int>(pyramid.familyRect(id, 0).width);
    const auto height = static_cast<int>(pyramid.familyRect(id, 0).height);
    const Components original{texture(width, height, seed), texture(half(width), half(height), seed + 1),
                              texture(half(width), half(height), seed + 2)};
    const auto shrunk = [](const Samples& samples) { return averaged(averaged(samples)); };
    const Bytes level2 =
        encodedTile({resized(shrunk(original.y), kTile, kTile), resized(shrunk(original.cb), kHalfTile, kHalfTile),
                     resized(shrunk(original.cr), kHalfTile, kHalfTile)},
                    80);
    const Components decoded2 = decodedTile(level2);
    const auto width2 = static_cast<int>(pyramid.familyRect(id, 2).width);
    const auto height2 = static_cast<int>(pyramid.familyRect(id, 2).height);
    Encoded family{
        .streams = {},
        .prediction = {enlarged(resized(decoded2.y, width2, height2), width, height),
                       enlarged(resized(decoded2.cb, half(width2), half(height2)), half(width), half(height)),
                       enlarged(resized(decoded2.cr, half(width2), half(height2)), half(width), half(height))},
        .residual = {Samples(width, height), Samples(half(width), half(height)), Samples(half(width), half(height))},
        .level0 = original};
    family.streams.id = id;
    family.streams.source = "slide";
    family.streams.scheme = ResidualScheme::Bicubic;
    family.streams.level2 = family.own(level2);
    for (int i = 0; i < 16; ++i) {
        const int left = i % 4 * kTile;
        const int top = i / 4 * kTile;
        if (left >= width || top >= height) {
            continue;
        }
        // Beyond the slide's edge the file's tiles go on, with whatever there is.
        const auto tileOf = [](const Samples& from, const Samples& less, int x0, int y0, int side) {
            Samples tile(side, side);
            for (int y = 0; y < side; ++y) {
                for (int x = 0; x < side; ++x) {
                    const bool isInside = x0 + x < from.width && y0 + y < from.height;
                    tile.at(x, y) = isInside
                                        ? std::clamp(from.at(x0 + x, y0 + y) - less.at(x0 + x, y0 + y) + 128, 0, 255)
                                        : 40 + (x * y) % 180;
                }
            }
            return tile;
        };
        const auto put = [](const Samples& tile, Samples& to, int x0, int y0) {
            for (int y = 0; y < std::min(tile.height, to.height - y0); ++y) {
                for (int x = 0; x < std::min(tile.width, to.width - x0); ++x) {
                    to.at(x0 + x, y0 + y) = tile.at(x, y);
                }
            }
        };
        StreamSlot& slot = family.streams.level0[static_cast<std::size_t>(i)];
        slot = family.own(encodedTile({tileOf(original.y, family.prediction.y, left, top, kTile),
                                       tileOf(original.cb, family.prediction.cb, left / 2, top / 2, kHalfTile),
                                       tileOf(original.cr, family.prediction.cr, left / 2, top / 2, kHalfTile)},
                                      60));
        const Components decoded = decodedTile(slot.bytes);
        put(decoded.y, family.residual.y, left, top);
        put(decoded.cb, family.residual.cb, left / 2, top / 2);
        put(decoded.cr, family.residual.cr, left / 2, top / 2);
    }
    family.level0 = {corrected(family.prediction.y, family.residual.y),
                     corrected(family.prediction.cb, family.residual.cb),
                     corrected(family.prediction.cr, family.residual.cr)};
    return family;
}

// Chroma of the tile at (left, top) of level 0: interpolated between the tile's own samples and, beyond its edge, the
// predicted ones.
Samples tileChroma(const Samples& own, const Samples& predicted, int left, int top, int width, int height) {
    const auto at = [&](int x, int y) {
        x = std::clamp(x, 0, own.width - 1);
        y = std::clamp(y, 0, own.height - 1);
        const bool isOwn = x / kHalfTile == left / kTile && y / kHalfTile == top / kTile;
        return isOwn ? own.at(x, y) : predicted.at(x, y);
    };
    Samples chroma(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const int nearX = (left + x) / 2;
            const int nearY = (top + y) / 2;
            const int farX = (left + x) % 2 == 0 ? nearX - 1 : nearX + 1;
            const int farY = (top + y) % 2 == 0 ? nearY - 1 : nearY + 1;
            chroma.at(x, y) =
                (9 * at(nearX, nearY) + 3 * at(farX, nearY) + 3 * at(nearX, farY) + at(farX, farY) + 8) / 16;
        }
    }
    return chroma;
}

// The number of pixels of a tile of level 0 or 1 that are not what the formulas say.
int wrongPixels(const FamilyTile& tile, FamilyId family, const Components& level0, const Components& prediction) {
    if (tile.id.level == 1) {
        return test::wrongPixels(tile, family, averaged(level0.y), level0.cb, level0.cr);
    }
    const int left = (tile.id.x - 4 * family.x) * kTile;
    const int top = (tile.id.y - 4 * family.y) * kTile;
    const int width = tile.pixels.width();
    const int height = tile.pixels.height();
    const Samples cb = tileChroma(level0.cb, prediction.cb, left, top, width, height);
    const Samples cr = tileChroma(level0.cr, prediction.cr, left, top, width, height);
    int wrong = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const auto byte = [](int value) { return static_cast<std::uint8_t>(value); };
            wrong += tile.pixels.view().row(y)[x] !=
                             toRgb32(byte(level0.y.at(left + x, top + y)), byte(cb.at(x, y)), byte(cr.at(x, y)))
                         ? 1
                         : 0;
        }
    }
    return wrong;
}

int expectedTiles(const Pyramid& pyramid, FamilyId id) {
    int count = 0;
    for (int level = 0; level <= std::min(1, pyramid.levelCount() - 1); ++level) {
        const LevelRect rect = pyramid.familyRect(id, level);
        count += static_cast<int>(ceilDiv(rect.width, kTile) * ceilDiv(rect.height, kTile));
    }
    return count;
}

}  // namespace

class TestBicubicFamily : public QObject {
    Q_OBJECT

private slots:
    void rebuildsFamiliesOfEveryShape_data() { addFamilyShapes(); }
    void rebuildsFamiliesOfEveryShape() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        QFETCH(const int, familyX);
        QFETCH(const int, familyY);
        checkFamily(width, height, {familyX, familyY});
    }

    // Sizes around those of a chroma sample, of a level 2 sample, of a unit of the JPEG, of a tile and of two.
    void rebuildsFamiliesOfEverySize() {
        const int sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 17, 31, 32, 33, 34, 37, 63, 65, 95, 97, 127};
        for (std::size_t i = 0; i < std::size(sizes); ++i) {
            checkFamily(sizes[i], sizes[i], {0, 0});
            checkFamily(sizes[i], sizes[(3 * i + 7) % std::size(sizes)], {0, 0});
        }
    }

    void madeAloneAndInPartsTheTilesAreTheSame_data() { addFamilyShapes(); }
    void madeAloneAndInPartsTheTilesAreTheSame() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        QFETCH(const int, familyX);
        QFETCH(const int, familyY);
        const Pyramid pyramid = pyramidOf(width, height);
        const Encoded family = encoded(pyramid, {familyX, familyY}, 7);
        checkTilesAlone(pyramid, family.streams);
        checkTilesInParts(pyramid, family.streams);
    }

    // Level 2 and a tile's own residual make it; all others may be damaged.
    void aTileNeedsNothingOfItsNeighbours() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        const Encoded family = encoded(pyramid, {0, 0}, 7);
        const ReconstructedFamily whole = rebuilt(pyramid, family.streams);
        FamilyStreams alone = family.streams;
        for (std::size_t i = 0; i < alone.level0.size(); ++i) {
            if (i != 6) {
                alone.level0[i] = {.bytes = {}, .problem = Error{ErrorCode::Corrupt, "damaged"}};
            }
        }
        const ReconstructedFamily lonely = rebuilt(pyramid, alone);
        QCOMPARE(find(lonely, {0, 2, 1})->kind, TileKind::Generated);
        QVERIFY(areEqual(find(lonely, {0, 2, 1})->pixels.view(), find(whole, {0, 2, 1})->pixels.view()));
    }

    void tilesNeedTheirResidualOrThoseBelow() {
        const Encoded family = encoded(pyramidOf(4 * kTile, 4 * kTile), {0, 0}, 7);
        using Needed = std::pair<std::vector<int>, std::vector<int>>;
        QCOMPARE(residualsFor(family.streams, {0, 2, 1}), Needed({}, {6}));
        QCOMPARE(residualsFor(family.streams, {1, 1, 0}), Needed({}, {2, 3, 6, 7}));
    }

    void planesAreWhatTilesAreMadeOf_data() { addFamilyShapes(); }
    void planesAreWhatTilesAreMadeOf() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        QFETCH(const int, familyX);
        QFETCH(const int, familyY);
        const Pyramid pyramid = pyramidOf(width, height);
        const Encoded family = encoded(pyramid, {familyX, familyY}, 7);
        const Result<FamilyPlanes> planes = reconstructPlanes(pyramid, family.streams, nullptr);
        QVERIFY(planes);
        QVERIFY(Samples(planes->luma0).values == family.level0.y.values);
        QVERIFY(Samples(planes->luma1).values == averaged(family.level0.y).values);
        QVERIFY(Samples(planes->cb).values == family.level0.cb.values);
        QVERIFY(Samples(planes->cr).values == family.level0.cr.values);
    }

    void planesNeedEverySoundResidual() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded family = encoded(pyramid, {0, 0}, 7);
        family.streams.level0[3] = {};
        QVERIFY(reconstructPlanes(pyramid, family.streams, nullptr));
        family.streams.level0[4].bytes = family.streams.level0[4].bytes.first(100);
        QVERIFY(!reconstructPlanes(pyramid, family.streams, nullptr));
    }

    void predictionShowsWhatTheResidualIsAddedTo() {
        const Pyramid pyramid = pyramidOf(4 * kTile - 3, 3 * kTile + 1);
        const Encoded family = encoded(pyramid, {0, 0}, 3);
        const ReconstructedFamily shown = rebuilt(pyramid, family.streams, ViewMode::Prediction);
        QCOMPARE(static_cast<int>(shown.tiles.size()), expectedTiles(pyramid, {0, 0}));
        for (const FamilyTile& tile : shown.tiles) {
            QCOMPARE(tile.kind, TileKind::Predicted);
            QCOMPARE(wrongPixels(tile, {0, 0}, family.prediction, family.prediction), 0);
        }
    }

    void residualShowsTheResidualAlone() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 3 * kTile + 1);
        Encoded family = encoded(pyramid, {0, 0}, 3);
        family.streams.level0[7] = {};
        const ReconstructedFamily shown = rebuilt(pyramid, family.streams, ViewMode::Residual);
        Samples gray(family.residual.cb.width, family.residual.cb.height);
        std::ranges::fill(gray.values, 128);
        Samples chroma(family.residual.y.width, family.residual.y.height);
        std::ranges::fill(chroma.values, 128);
        for (const FamilyTile& tile : shown.tiles) {
            QCOMPARE(tile.kind, TileKind::ResidualView);
            const bool isNothing = tile.id.level == 1 || tile.id == TileId{0, 3, 1};
            QCOMPARE(test::wrongPixels(tile, {0, 0}, isNothing ? chroma : family.residual.y, chroma, chroma), 0);
        }
    }

    // No residual is a residual of nothing: glass costs its level 2 tile.
    void absentResidualIsNeutral() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded family = encoded(pyramid, {0, 0}, 5);
        const ReconstructedFamily prediction = rebuilt(pyramid, family.streams, ViewMode::Prediction);
        family.streams.level0[5] = {};
        const ReconstructedFamily one = rebuilt(pyramid, family.streams);
        QCOMPARE(find(one, {0, 1, 1})->kind, TileKind::Generated);
        QVERIFY(areEqual(find(one, {0, 1, 1})->pixels.view(), find(prediction, {0, 1, 1})->pixels.view()));
        QVERIFY(!areEqual(find(one, {0, 2, 1})->pixels.view(), find(prediction, {0, 2, 1})->pixels.view()));
        QCOMPARE(one.record.l0Residuals, 16);
        QCOMPARE(one.record.failedTiles, 0);
        family.streams.level0 = {};
        for (const FamilyTile& tile : rebuilt(pyramid, family.streams).tiles) {
            QCOMPARE(tile.kind, TileKind::Generated);
            QVERIFY(areEqual(tile.pixels.view(), find(prediction, tile.id)->pixels.view()));
        }
    }

    void damagedResidualFailsItsTileAndTheOneOverIt_data() {
        QTest::addColumn<QByteArray>("stream");
        const auto add = [](const char* what, ByteSpan stream) {
            QTest::newRow(what) << QByteArray(reinterpret_cast<const char*>(stream.data()),
                                              static_cast<qsizetype>(stream.size()));
        };
        const Bytes good = flatTile(128, 128, 128);
        add("cut in half", ByteSpan(good).first(good.size() / 2));
        add("not a JPEG", ByteSpan(good).subspan(1));
        add("gray", flatGray(kTile, kTile, 128));
        Plane wide(kTile + 1, kTile);
        fill(wide.view(), 128);
        add("wrong size",
            *JpegEncoder().encodeYCbCr(wide.view(), wide.view(), wide.view(), 90, ChromaSampling::Half420));
        const MutablePlaneView square = wide.view().sub(0, 0, kTile, kTile);
        add("full chroma", *JpegEncoder().encodeYCbCr(square, square, square, 90, ChromaSampling::Full444));
    }
    void damagedResidualFailsItsTileAndTheOneOverIt() {
        QFETCH(const QByteArray, stream);
        const auto* begin = reinterpret_cast<const std::byte*>(stream.constData());
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded family = encoded(pyramid, {0, 0}, 5);
        const ReconstructedFamily whole = rebuilt(pyramid, family.streams);
        family.streams.level0[9] = family.own(Bytes(begin, begin + stream.size()));
        for (const ViewMode mode : {ViewMode::Reconstructed, ViewMode::Residual}) {
            const ReconstructedFamily damaged = rebuilt(pyramid, family.streams, mode);
            QCOMPARE(damaged.tiles.size(), std::size_t{20});
            for (const FamilyTile& tile : damaged.tiles) {
                const bool isFailed = tile.id == TileId{0, 1, 2} || tile.id == TileId{1, 0, 1};
                QCOMPARE(tile.kind == TileKind::Failed, isFailed);
                QCOMPARE(tile.pixels.isEmpty(), isFailed);
                QCOMPARE(tile.problem.has_value(), isFailed);
                if (isFailed) {
                    QVERIFY(tile.problem->message.find("slide: level 0 residual 1_2 of family 0_0") == 0);
                } else if (mode == ViewMode::Reconstructed) {
                    QVERIFY(areEqual(tile.pixels.view(), find(whole, tile.id)->pixels.view()));
                }
            }
            QCOMPARE(damaged.record.failedTiles, 2);
            QCOMPARE(damaged.record.l0Residuals, 15);
        }
        QCOMPARE(rebuilt(pyramid, family.streams, ViewMode::Prediction).record.failedTiles, 0);
        QVERIFY(!decodeOnly(pyramid, family.streams, nullptr));
    }

    void problemOfTheReaderFailsTheTile() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded family = encoded(pyramid, {0, 0}, 5);
        family.streams.level0[0] = {.bytes = {}, .problem = Error{ErrorCode::Corrupt, "slide: checksum of tile 0"}};
        const ReconstructedFamily damaged = rebuilt(pyramid, family.streams);
        QCOMPARE(find(damaged, {0, 0, 0})->kind, TileKind::Failed);
        QCOMPARE(find(damaged, {0, 0, 0})->problem->message, std::string("slide: checksum of tile 0"));
        QCOMPARE(find(damaged, {1, 0, 0})->kind, TileKind::Failed);
        QCOMPARE(damaged.record.failedTiles, 2);
    }

    void damagedSeedFailsTheFamily() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded family = encoded(pyramid, {0, 0}, 5);
        for (const StreamSlot& seed : {StreamSlot{.bytes = family.streams.level2.bytes.first(60), .problem = {}},
                                       family.own(flatGray(kTile, kTile, 1)), StreamSlot{}}) {
            family.streams.level2 = seed;
            const Result<ReconstructedFamily> damaged =
                reconstructFamily(pyramid, family.streams, ViewMode::Reconstructed, nullptr);
            QVERIFY(!damaged);
            QVERIFY(damaged.error().message.find("slide: level 2 tile of family 0_0") == 0);
        }
    }

    void tilesOfBrokenBlocksAreUnsupported() {
        const Pyramid pyramid = *Pyramid::create({4 * kTile, 4 * kTile}, kTile + 8);
        const Encoded family = encoded(pyramidOf(4 * kTile, 4 * kTile), {0, 0}, 5);
        const Result<ReconstructedFamily> made =
            reconstructFamily(pyramid, family.streams, ViewMode::Reconstructed, nullptr);
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::Unsupported);
    }

    void floorDecodesEverything() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 3 * kTile + 1);
        Encoded family = encoded(pyramid, {0, 0}, 5);
        QVERIFY(decodeOnly(pyramid, family.streams, nullptr));
        family.streams.level0[3] = {};
        QVERIFY(decodeOnly(pyramid, family.streams, nullptr));
    }

    void stopsWhenAsked() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        const Encoded family = encoded(pyramid, {0, 0}, 5);
        StopSource source;
        source.request_stop();
        const Result<ReconstructedFamily> stopped =
            reconstructFamily(pyramid, family.streams, ViewMode::Reconstructed, nullptr, source.token());
        QVERIFY(!stopped);
        QVERIFY(stopped.error().isCancelled());
        // In the middle: after the first tile.
        StopSource later;
        std::vector<TileId> all;
        for (int i = 0; i < 16; ++i) {
            all.push_back({0, i % 4, i / 4});
        }
        int given = 0;
        const PartRequest part{.ids = all, .deliver = [&](const FamilyTile&, double) {
                                   ++given;
                                   later.request_stop();
                               }};
        withThreads(1, [&] {
            FamilyInParts parts(pyramid, family.streams, ViewMode::Reconstructed, nullptr);
            const Result<void> broken = parts.make(part, later.token());
            QVERIFY(!broken);
            QVERIFY(broken.error().isCancelled());
        });
        QCOMPARE(given, 1);
    }

    // The stages take turns and add up to no more than the whole.
    void stagesAddUp() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        const Encoded family = encoded(pyramid, {0, 0}, 3);
        const FamilyRecord record = rebuilt(pyramid, family.streams).record;
        double sum = 0;
        for (const StageTime& stage :
             {record.l2Decode, record.l1Resize, record.l0Residual, record.l0Resize, record.convert}) {
            QVERIFY(stage.wallMs > 0);
            QVERIFY(stage.busyMs > 0);
            sum += stage.wallMs;
        }
        QVERIFY(sum <= record.totalMs);
        QCOMPARE(record.l1Residual.wallMs, 0.0);
        QCOMPARE(record.l0Residuals, 16);
        QCOMPARE(record.l1Residuals, 0);
        QCOMPARE(static_cast<int>(record.tiles[static_cast<std::size_t>(TileKind::Generated)]), 16 + 4);
        // Level 2 once; a residual, a prediction and a part of level 1 for each tile of level 0; pixels for all.
        const auto count = [&](Stage stage) {
            return std::ranges::count(record.spans.all(), stage, &StageSpan::stage);
        };
        QCOMPARE(count(Stage::L2Decode), 1);
        QCOMPARE(count(Stage::L0Residual), 16);
        QCOMPARE(count(Stage::L0Resize), 16);
        QCOMPARE(count(Stage::L1Resize), 16);
        QCOMPARE(count(Stage::Convert), 16 + 4);
    }

private:
    static void checkFamily(int width, int height, FamilyId id) {
        const Pyramid pyramid = pyramidOf(width, height);
        const Encoded family = encoded(pyramid, id, 7);
        const ReconstructedFamily made = rebuilt(pyramid, family.streams);
        QCOMPARE(static_cast<int>(made.tiles.size()), expectedTiles(pyramid, id));
        for (const FamilyTile& tile : made.tiles) {
            QVERIFY(tile.id.level < kFamilyLevel);
            const LevelRect rect = pyramid.tileRect(tile.id);
            QCOMPARE(tile.pixels.width(), static_cast<int>(rect.width));
            QCOMPARE(tile.pixels.height(), static_cast<int>(rect.height));
            QVERIFY(!tile.problem);
            QCOMPARE(tile.kind, TileKind::Generated);
            QCOMPARE(wrongPixels(tile, id, family.level0, family.prediction), 0);
        }
    }
};

QTEST_APPLESS_MAIN(TestBicubicFamily)
#include "tst_bicubic_family.moc"
