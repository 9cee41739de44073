// Families of every shape, rebuilt from streams that the test encodes itself, against the formulas of formats.md
// (section 1) written out sample by sample.
#include "core/codec/jpeg_decoder.h"
#include "core/codec/jpeg_encoder.h"
#include "core/image/color.h"
#include "core/reconstruct/family_reconstructor.h"
#include "tests/support/images.h"
#include "tests/unit/reconstruct/family_samples.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace origami;
using namespace origami::test;

namespace {

// Bilinear interpolation by a whole factor with half-pixel centres, cropped; rounded half up.
Samples interpolated(const Samples& from, int factor, int width, int height) {
    Samples to(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const double sx = (x + 0.5) / factor - 0.5;
            const double sy = (y + 0.5) / factor - 0.5;
            const int x0 = static_cast<int>(std::floor(sx));
            const int y0 = static_cast<int>(std::floor(sy));
            const double fx = sx - x0;
            const double fy = sy - y0;
            const double value = (1 - fy) * ((1 - fx) * from.clamped(x0, y0) + fx * from.clamped(x0 + 1, y0)) +
                                 fy * ((1 - fx) * from.clamped(x0, y0 + 1) + fx * from.clamped(x0 + 1, y0 + 1));
            to.at(x, y) = static_cast<int>(std::floor(value + 0.5));
        }
    }
    return to;
}

// A family's streams, and the planes that they stand for.
struct Encoded {
    FamilyStreams streams;
    Samples y2, cb2, cr2, y1, y0;

    StreamSlot own(Bytes bytes) { return owned(streams, std::move(bytes)); }
};

// Corrects `prediction` by residuals towards `original`, tile by tile; fills the slots.
Samples encodeLevel(Encoded& encoded, const Samples& original, const Samples& prediction, int side,
                    std::span<StreamSlot> residuals) {
    Samples corrected = prediction;
    for (int i = 0; i < side * side; ++i) {
        const int left = i % side * kTile;
        const int top = i / side * kTile;
        const int width = std::min(kTile, original.width - left);
        const int height = std::min(kTile, original.height - top);
        if (width <= 0 || height <= 0) {
            continue;
        }
        Samples residual(width, height);
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                residual.at(x, y) =
                    std::clamp(original.at(left + x, top + y) - prediction.at(left + x, top + y) + 128, 0, 255);
            }
        }
        const Plane plane = residual.plane(0, 0, width, height);
        StreamSlot& slot = residuals[static_cast<std::size_t>(i)];
        slot = encoded.own(*JpegEncoder().encodeGray(plane.view(), 80));
        Plane decoded(width, height);
        if (!JpegDecoder().decodeLuma(slot.bytes, decoded.view())) {
            qFatal("the test's own residual does not decode");
        }
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                int& sample = corrected.at(left + x, top + y);
                sample = std::clamp(sample + decoded.view().row(y)[x] - 128, 0, 255);
            }
        }
    }
    return corrected;
}

Encoded encodeTwoStep(const Pyramid& pyramid, FamilyId id, unsigned seed) {
    const auto size = [&](int level) { return pyramid.familyRect(id, level); };
    const Samples original0 = texture(static_cast<int>(size(0).width), static_cast<int>(size(0).height), seed);
    const Samples original1 = averaged(original0);
    const Samples original2 = averaged(original1);
    const Samples cb = texture(original2.width, original2.height, seed + 1);
    const Samples cr = texture(original2.width, original2.height, seed + 2);
    const auto whole = [](const Samples& samples) { return samples.plane(0, 0, samples.width, samples.height); };
    const Bytes seedJpeg = *JpegEncoder().encodeYCbCr(whole(original2).view(), whole(cb).view(), whole(cr).view(), 90,
                                                      ChromaSampling::Full444);
    const YCbCrImage decoded = *JpegDecoder().decodeYCbCr(seedJpeg, kTile);
    Encoded encoded{.streams = {},
                    .y2 = Samples(decoded.y),
                    .cb2 = Samples(decoded.cb),
                    .cr2 = Samples(decoded.cr),
                    .y1 = Samples(1, 1),
                    .y0 = Samples(1, 1)};
    encoded.streams.id = id;
    encoded.streams.source = "slide";
    encoded.streams.level2 = encoded.own(seedJpeg);
    encoded.y1 = encodeLevel(encoded, original1, interpolated(encoded.y2, 2, original1.width, original1.height), 2,
                             encoded.streams.level1);
    encoded.y0 = encodeLevel(encoded, original0, interpolated(encoded.y1, 2, original0.width, original0.height), 4,
                             encoded.streams.level0);
    return encoded;
}

Bytes flatColour(int width, int height, std::uint8_t y, std::uint8_t cb, std::uint8_t cr) {
    YCbCrImage image(width, height);
    fill(image.y.view(), y);
    fill(image.cb.view(), cb);
    fill(image.cr.view(), cr);
    return *JpegEncoder().encodeYCbCr(std::as_const(image.y).view(), std::as_const(image.cb).view(),
                                      std::as_const(image.cr).view(), 95, ChromaSampling::Full444);
}

}  // namespace

class FamilyReconstructorTest : public QObject {
    Q_OBJECT
private slots:
    void rebuildsFamiliesOfEveryShape_data() { addFamilyShapes(); }

    void rebuildsFamiliesOfEveryShape() {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(int, familyX);
        QFETCH(int, familyY);
        const Pyramid pyramid = pyramidOf(width, height);
        const FamilyId id{familyX, familyY};
        const Encoded encoded = encodeTwoStep(pyramid, id, 7);
        const ReconstructedFamily family = rebuilt(pyramid, encoded.streams);

        const Samples cb1 = interpolated(encoded.cb2, 2, encoded.y1.width, encoded.y1.height);
        const Samples cr1 = interpolated(encoded.cr2, 2, encoded.y1.width, encoded.y1.height);
        const Samples cb0 = interpolated(cb1, 2, encoded.y0.width, encoded.y0.height);
        const Samples cr0 = interpolated(cr1, 2, encoded.y0.width, encoded.y0.height);
        int expectedTiles = 0;
        for (int level = 0; level <= std::min(kFamilyLevel, pyramid.levelCount() - 1); ++level) {
            const LevelRect rect = pyramid.familyRect(id, level);
            expectedTiles += static_cast<int>(ceilDiv(rect.width, kTile) * ceilDiv(rect.height, kTile));
        }
        QCOMPARE(static_cast<int>(family.tiles.size()), expectedTiles);
        for (const FamilyTile& tile : family.tiles) {
            const LevelRect rect = pyramid.tileRect(tile.id);
            QCOMPARE(tile.pixels.width(), static_cast<int>(rect.width));
            QCOMPARE(tile.pixels.height(), static_cast<int>(rect.height));
            QVERIFY(!tile.problem);
            QCOMPARE(tile.kind, tile.id.level == kFamilyLevel ? TileKind::Baseline : TileKind::Generated);
            const int wrong = tile.id.level == 2   ? wrongPixels(tile, id, encoded.y2, encoded.cb2, encoded.cr2)
                              : tile.id.level == 1 ? wrongPixels(tile, id, encoded.y1, cb1, cr1)
                                                   : wrongPixels(tile, id, encoded.y0, cb0, cr0);
            QCOMPARE(wrong, 0);
        }
    }

    void madeAloneAndInPartsTheTilesAreTheSame_data() { addFamilyShapes(); }
    void madeAloneAndInPartsTheTilesAreTheSame() {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(int, familyX);
        QFETCH(int, familyY);
        const Pyramid pyramid = pyramidOf(width, height);
        const Encoded encoded = encodeTwoStep(pyramid, {familyX, familyY}, 7);
        checkTilesAlone(pyramid, encoded.streams);
        checkTilesInParts(pyramid, encoded.streams);
    }

    void tilesNeedTheirResidualAndLevel1AroundIt() {
        const FamilyStreams streams = encodeTwoStep(pyramidOf(4 * kTile, 4 * kTile), {0, 0}, 7).streams;
        using Needed = std::pair<std::vector<int>, std::vector<int>>;
        QCOMPARE(residualsFor(streams, {0, 0, 0}), Needed({0}, {0}));
        QCOMPARE(residualsFor(streams, {0, 3, 0}), Needed({1}, {3}));
        QCOMPARE(residualsFor(streams, {0, 0, 2}), Needed({0, 2}, {8}));
        QCOMPARE(residualsFor(streams, {0, 2, 1}), Needed({0, 1, 2, 3}, {6}));
        QCOMPARE(residualsFor(streams, {1, 0, 1}), Needed({2}, {}));
    }

    void planesAreWhatTilesAreMadeOf_data() { rebuildsFamiliesOfEveryShape_data(); }
    void planesAreWhatTilesAreMadeOf() {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(int, familyX);
        QFETCH(int, familyY);
        const Pyramid pyramid = pyramidOf(width, height);
        const Encoded encoded = encodeTwoStep(pyramid, {familyX, familyY}, 7);
        const Result<FamilyPlanes> planes = reconstructPlanes(pyramid, encoded.streams, nullptr);
        QVERIFY(planes);
        QVERIFY(Samples(planes->luma0).values == encoded.y0.values);
        QVERIFY(Samples(planes->luma1).values == encoded.y1.values);
        QVERIFY(Samples(planes->cb).values == encoded.cb2.values);
    }

    // A residual of nothing is not decoded; the tile is the prediction, and still counts as generated.
    void neutralResidualsChangeNothing() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 3);
        const ReconstructedFamily prediction = rebuilt(pyramid, encoded.streams, ViewMode::Prediction);
        encoded.streams.level0[6] = encoded.own(flatGray(kTile, kTile, 128));
        const ReconstructedFamily family = rebuilt(pyramid, encoded.streams);
        QCOMPARE(find(family, {0, 2, 1})->kind, TileKind::Generated);
        QCOMPARE(family.record.l0Residuals, 16);
        QVERIFY(areEqual(find(family, {0, 2, 1})->pixels.view(), find(prediction, {0, 2, 1})->pixels.view()));
        QVERIFY(!areEqual(find(family, {0, 1, 1})->pixels.view(), find(prediction, {0, 1, 1})->pixels.view()));
        const ReconstructedFamily residual = rebuilt(pyramid, encoded.streams, ViewMode::Residual);
        QCOMPARE(find(residual, {0, 2, 1})->pixels.view().row(5)[9], rgb32(128, 128, 128));
    }

    // The stages take turns and add up to no more than the whole.
    void stagesAddUp() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        const Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 3);
        const FamilyRecord record = rebuilt(pyramid, encoded.streams).record;
        const double sum = record.l2Decode.wallMs + record.l1Residual.wallMs + record.l1Resize.wallMs +
                           record.l0Residual.wallMs + record.l0Resize.wallMs + record.convert.wallMs;
        QVERIFY(sum <= record.totalMs);
        QVERIFY(sum > 0.5 * record.totalMs);
        for (const StageTime& stage : {record.l2Decode, record.l1Residual, record.l1Resize, record.l0Residual,
                                       record.l0Resize, record.convert}) {
            QVERIFY(stage.wallMs > 0);
            QVERIFY(stage.busyMs > 0);
        }
        // The spans are the same work, piece by piece.
        std::array<double, kStages> spanMs{};
        for (const StageSpan& span : record.spans.all()) {
            QVERIFY(span.endNs >= span.startNs);
            spanMs[static_cast<std::size_t>(span.stage)] += span.ms();
        }
        QVERIFY(std::abs(spanMs[static_cast<std::size_t>(Stage::L2Decode)] - record.l2Decode.busyMs) < 1e-6);
        QVERIFY(std::abs(spanMs[static_cast<std::size_t>(Stage::L0Residual)] - record.l0Residual.busyMs) < 1e-6);
        QVERIFY(std::abs(spanMs[static_cast<std::size_t>(Stage::Convert)] - record.convert.busyMs) < 1e-6);
        QCOMPARE(std::ranges::count(record.spans.all(), Stage::L0Residual, &StageSpan::stage), 16);
        QCOMPARE(std::ranges::count(record.spans.all(), Stage::L1Residual, &StageSpan::stage), 4);
    }

    void recordSaysWhatTheFamilyWasMadeOf() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 3);
        const auto sizeOf = [](const StreamSlot& slot) { return static_cast<std::int64_t>(slot.bytes.size()); };
        std::int64_t level1 = 0;
        for (const StreamSlot& slot : encoded.streams.level1) {
            level1 += sizeOf(slot);
        }
        encoded.streams.level0[5] = {};
        std::int64_t level0 = 0;
        for (const StreamSlot& slot : encoded.streams.level0) {
            level0 += sizeOf(slot);
        }
        const FamilyRecord record = rebuilt(pyramid, encoded.streams).record;
        QCOMPARE(record.l2Bytes, sizeOf(encoded.streams.level2));
        QCOMPARE(record.l1ResidualBytes, level1);
        QCOMPARE(record.l0ResidualBytes, level0);
        QCOMPARE(record.baselineBytes, 0);
        QCOMPARE(static_cast<int>(record.tiles[static_cast<std::size_t>(TileKind::Generated)]), 4 + 15);
        QCOMPARE(static_cast<int>(record.tiles[static_cast<std::size_t>(TileKind::Predicted)]), 1);
    }

    void predictionShowsWhatTheResidualIsAddedTo() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        const Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 3);
        const ReconstructedFamily family = rebuilt(pyramid, encoded.streams, ViewMode::Prediction);
        const auto doubled = [](const Samples& from) { return interpolated(from, 2, 2 * from.width, 2 * from.height); };
        const Samples cb1 = doubled(encoded.cb2);
        const Samples cr1 = doubled(encoded.cr2);
        QCOMPARE(wrongPixels(*find(family, {1, 1, 1}), {0, 0}, doubled(encoded.y2), cb1, cr1), 0);
        // Level 0 is predicted from the corrected level 1.
        QCOMPARE(wrongPixels(*find(family, {0, 3, 2}), {0, 0}, doubled(encoded.y1), doubled(cb1), doubled(cr1)), 0);
        QCOMPARE(find(family, {0, 3, 2})->kind, TileKind::Predicted);
    }

    void residualShowsTheResidualAlone() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 3);
        encoded.streams.level0[6] = encoded.own(flatGray(kTile, kTile, 77));
        encoded.streams.level0[7] = {};
        const ReconstructedFamily family = rebuilt(pyramid, encoded.streams, ViewMode::Residual);
        QCOMPARE(find(family, {0, 2, 1})->kind, TileKind::ResidualView);
        QCOMPARE(find(family, {0, 2, 1})->pixels.view().row(5)[9], rgb32(77, 77, 77));
        QCOMPARE(find(family, {0, 3, 1})->pixels.view().row(5)[9], rgb32(128, 128, 128));
        QCOMPARE(find(family, {2, 0, 0})->pixels.view().row(0)[0], rgb32(128, 128, 128));
    }

    void missingResidualIsPredicted() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 5);
        encoded.streams.level0[5] = {};
        const ReconstructedFamily family = rebuilt(pyramid, encoded.streams);
        QCOMPARE(find(family, {0, 1, 1})->kind, TileKind::Predicted);
        QCOMPARE(find(family, {0, 0, 1})->kind, TileKind::Generated);
        QCOMPARE(family.record.l0Residuals, 15);
        QCOMPARE(family.record.l1Residuals, 4);
        QCOMPARE(family.record.failedTiles, 0);
    }

    void missingResidualFallsBackToTheBaselineTile() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 5);
        encoded.streams.level1[2] = {};
        encoded.streams.level1Baseline[2] = encoded.own(flatColour(kTile, kTile, 90, 140, 120));
        const ReconstructedFamily family = rebuilt(pyramid, encoded.streams);
        const FamilyTile* tile = find(family, {1, 0, 1});
        QCOMPARE(tile->kind, TileKind::Fallback);
        QCOMPARE(tile->pixels.view().row(9)[9], toRgb32(90, 140, 120));
        QVERIFY(!tile->problem);
        checkTilesInParts(pyramid, encoded.streams);
    }

    void damagedResidualFailsItsTileAlone_data() {
        QTest::addColumn<QByteArray>("stream");
        const Bytes good = flatGray(kTile, kTile, 128);
        const auto bytes = [](const Bytes& from, std::size_t size) {
            return QByteArray(reinterpret_cast<const char*>(from.data()), static_cast<qsizetype>(size));
        };
        QTest::newRow("cut in half") << bytes(good, good.size() / 2);
        QTest::newRow("not a JPEG") << QByteArray("hello");
        const Bytes wide = flatGray(kTile + 1, kTile, 128);
        QTest::newRow("wrong size") << bytes(wide, wide.size());
    }

    void damagedResidualFailsItsTileAlone() {
        QFETCH(QByteArray, stream);
        const auto* begin = reinterpret_cast<const std::byte*>(stream.constData());
        const Bytes damaged(begin, begin + stream.size());
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 5);
        encoded.streams.level0[9] = encoded.own(damaged);
        const ReconstructedFamily family = rebuilt(pyramid, encoded.streams);
        const FamilyTile* tile = find(family, {0, 1, 2});
        QCOMPARE(tile->kind, TileKind::Failed);
        QVERIFY(tile->pixels.isEmpty());
        QVERIFY(tile->problem->message.find("slide: level 0 residual 1_2 of family 0_0") == 0);
        QCOMPARE(family.record.failedTiles, 1);
        QCOMPARE(find(family, {0, 0, 2})->kind, TileKind::Generated);

        // With a baseline tile there is something to show, and still something to report.
        encoded.streams.level0Baseline[9] = encoded.own(flatColour(kTile, kTile, 50, 128, 128));
        const ReconstructedFamily saved = rebuilt(pyramid, encoded.streams);
        QCOMPARE(find(saved, {0, 1, 2})->kind, TileKind::Fallback);
        QVERIFY(find(saved, {0, 1, 2})->problem.has_value());
        checkTilesInParts(pyramid, encoded.streams);
    }

    void nothingIsBuiltOnAFailedLevel1Tile() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 5);
        encoded.streams.level1[3] = {.bytes = {}, .problem = Error{ErrorCode::Corrupt, "pack is damaged"}};
        const ReconstructedFamily family = rebuilt(pyramid, encoded.streams);
        QCOMPARE(find(family, {1, 1, 1})->kind, TileKind::Failed);
        for (int y = 0; y < 4; ++y) {
            for (int x = 0; x < 4; ++x) {
                QCOMPARE(find(family, {0, x, y})->kind, x >= 2 && y >= 2 ? TileKind::Failed : TileKind::Generated);
            }
        }
        QCOMPARE(family.record.failedTiles, 5);
        checkTilesInParts(pyramid, encoded.streams);
    }

    void damagedSeedFailsTheFamily() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 5);
        encoded.streams.level2.bytes = encoded.streams.level2.bytes.first(60);
        const Result<ReconstructedFamily> family =
            reconstructFamily(pyramid, encoded.streams, ViewMode::Reconstructed, nullptr);
        QVERIFY(!family);
        QVERIFY(family.error().message.find("slide: level 2 tile of family 0_0") == 0);
    }

    void seedOfAnotherSizeFailsTheFamily() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 5);
        encoded.streams.level2 = encoded.own(flatColour(kTile - 1, kTile, 1, 2, 3));
        QVERIFY(!reconstructFamily(pyramid, encoded.streams, ViewMode::Reconstructed, nullptr));
    }

    void fusedResidualCorrectsLevel0AndLevel1IsItsAverage_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("whole") << 4 * kTile << 4 * kTile;
        QTest::newRow("edge") << 3 * kTile + 5 << 2 * kTile - 3;
        QTest::newRow("one pixel") << 1 << 1;
    }

    void fusedResidualCorrectsLevel0AndLevel1IsItsAverage() {
        QFETCH(int, width);
        QFETCH(int, height);
        const Pyramid pyramid = pyramidOf(width, height);
        Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 11);
        const Plane residual = texture(width, height, 12).plane(0, 0, width, height);
        FamilyStreams& streams = encoded.streams;
        streams.scheme = ResidualScheme::Fused;
        streams.level1 = {};
        streams.level0 = {};
        streams.fused = encoded.own(*JpegEncoder().encodeGray(residual.view(), 90));
        Plane decoded(width, height);
        QVERIFY(JpegDecoder().decodeLuma(streams.fused.bytes, decoded.view()));

        Samples y0 = interpolated(encoded.y2, 4, width, height);
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                y0.at(x, y) = std::clamp(y0.at(x, y) + decoded.view().row(y)[x] - 128, 0, 255);
            }
        }
        const Samples cb0 = interpolated(encoded.cb2, 4, width, height);
        const Samples cr0 = interpolated(encoded.cr2, 4, width, height);
        const ReconstructedFamily family = rebuilt(pyramid, streams);
        for (const FamilyTile& tile : family.tiles) {
            if (tile.id.level == 0) {
                QCOMPARE(tile.kind, TileKind::Generated);
                QCOMPARE(wrongPixels(tile, {0, 0}, y0, cb0, cr0), 0);
            } else if (tile.id.level == 1) {
                QCOMPARE(wrongPixels(tile, {0, 0}, averaged(y0), averaged(cb0), averaged(cr0)), 0);
            }
        }
    }

    void stopsWhenAsked() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        const Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 5);
        StopSource source;
        source.request_stop();
        const Result<ReconstructedFamily> family =
            reconstructFamily(pyramid, encoded.streams, ViewMode::Reconstructed, nullptr, source.token());
        QVERIFY(!family);
        QVERIFY(family.error().isCancelled());
    }

    void stageTimesFitIntoTheTotal() {
        const Pyramid pyramid = pyramidOf(4 * kTile, 4 * kTile);
        const Encoded encoded = encodeTwoStep(pyramid, {0, 0}, 5);
        const FamilyRecord record = rebuilt(pyramid, encoded.streams).record;
        const double stages = record.l2Decode.wallMs + record.l1Resize.wallMs + record.l1Residual.wallMs +
                              record.l0Resize.wallMs + record.l0Residual.wallMs + record.convert.wallMs;
        QVERIFY(record.l0Residual.wallMs > 0);
        QVERIFY(stages <= record.totalMs);
    }
};

QTEST_APPLESS_MAIN(FamilyReconstructorTest)
#include "tst_family_reconstructor.moc"
