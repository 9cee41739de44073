// What the recorder makes of measurements, with a clock that the test sets.
#include "core/metrics/recorder.h"

#include <QTest>

#include <thread>

using namespace origami;
using namespace std::chrono_literals;

namespace {

struct FakeClock {
    MetricsRecorder::Clock::time_point now{1h};
};

// Two open slides. Their files have the same name.
constexpr std::uint32_t kDemo = 1;
constexpr std::uint32_t kOther = 2;

FamilyRecord family(std::uint32_t slide, FamilyId id, double totalMs) {
    FamilyRecord record;
    record.slide = slide;
    record.slideId = "region";
    record.id = id;
    record.totalMs = totalMs;
    return record;
}

}  // namespace

class TestRecorder : public QObject {
    Q_OBJECT

private slots:
    void startsWithZeros() {
        const MetricsSnapshot snapshot = MetricsRecorder().snapshot({});
        QCOMPARE(snapshot.tilesTotal(), 0);
        for (const TileTimes& times : {snapshot.generated, snapshot.cacheHit, snapshot.baseline, snapshot.family}) {
            QCOMPARE(times.count, 0);
            QCOMPARE(times.averageMs, 0.0);
            QCOMPARE(times.p50Ms, 0.0);
            QCOMPARE(times.p95Ms, 0.0);
            QCOMPARE(times.maxMs, 0.0);
        }
        QCOMPARE(snapshot.duplicateFamilies, 0);
        QVERIFY(snapshot.recentFamilies.empty());
        QVERIFY(snapshot.recentFrameMs.empty());
        QCOMPARE(snapshot.framesPerSecond, 0.0);
        QCOMPARE(snapshot.frameP95Ms, 0.0);
    }

    void countsEveryKindApart() {
        MetricsRecorder recorder;
        for (std::size_t kind = 0; kind < kTileKinds; ++kind) {
            for (std::size_t i = 0; i <= kind; ++i) {
                recorder.recordTile(static_cast<TileKind>(kind), 1);
            }
        }
        const MetricsSnapshot snapshot = recorder.snapshot({});
        for (std::size_t kind = 0; kind < kTileKinds; ++kind) {
            QCOMPARE(snapshot.tiles[kind], static_cast<std::int64_t>(kind) + 1);
        }
        QCOMPARE(snapshot.tilesTotal(), 36);
    }

    // A thousand quick cache hits say nothing about how long cold families take.
    void timesAreSplitByKind() {
        MetricsRecorder recorder;
        for (int i = 0; i < 1000; ++i) {
            recorder.recordTile(TileKind::CacheHit, 0.01);
        }
        for (int i = 0; i < 10; ++i) {
            recorder.recordTile(TileKind::Generated, 40);
            recorder.recordTile(TileKind::Baseline, 3);
            recorder.recordTile(TileKind::Fallback, 5000);
            recorder.recordTile(TileKind::Predicted, 5000);
            recorder.recordTile(TileKind::Failed, 5000);
        }
        const MetricsSnapshot snapshot = recorder.snapshot({});
        QCOMPARE(snapshot.cacheHit.count, 1000);
        QCOMPARE(snapshot.cacheHit.averageMs, 0.01);
        QCOMPARE(snapshot.cacheHit.maxMs, 0.01);
        QCOMPARE(snapshot.generated.count, 10);
        QCOMPARE(snapshot.generated.averageMs, 40.0);
        QCOMPARE(snapshot.generated.p50Ms, 40.0);
        QCOMPARE(snapshot.generated.maxMs, 40.0);
        QCOMPARE(snapshot.baseline.count, 10);
        QCOMPARE(snapshot.baseline.averageMs, 3.0);
        QCOMPARE(snapshot.baseline.p95Ms, 3.0);
        QCOMPARE(snapshot.family.count, 0);
    }

    // Nearest rank: of 1, 2 ... 100 the value at rank 95 is 95.
    void percentilesAreNearestRank() {
        MetricsRecorder recorder;
        for (int i = 0; i < 100; ++i) {
            recorder.recordTile(TileKind::Generated, (i * 37) % 100 + 1);  // each of 1 .. 100 once, mixed
        }
        const TileTimes times = recorder.snapshot({}).generated;
        QCOMPARE(times.p50Ms, 50.0);
        QCOMPARE(times.p95Ms, 95.0);
        QCOMPARE(times.maxMs, 100.0);
        QCOMPARE(times.averageMs, 50.5);

        recorder.recordTile(TileKind::Baseline, 7);
        QCOMPARE(recorder.snapshot({}).baseline.p50Ms, 7.0);
        QCOMPARE(recorder.snapshot({}).baseline.p95Ms, 7.0);
    }

    void percentilesForgetAverageAndMaximumDoNot() {
        MetricsRecorder recorder;
        for (int i = 0; i < 1024; ++i) {
            recorder.recordTile(TileKind::Generated, 1000);
        }
        for (int i = 0; i < 1023; ++i) {
            recorder.recordTile(TileKind::Generated, 1);
        }
        // One old value is left among the 1024 most recent.
        QCOMPARE(recorder.snapshot({}).generated.p50Ms, 1.0);
        for (int i = 0; i < 2 * 1024; ++i) {
            recorder.recordTile(TileKind::Generated, 2);
        }
        const TileTimes times = recorder.snapshot({}).generated;
        QCOMPARE(times.count, 1024 + 1023 + 2048);
        QCOMPARE(times.p50Ms, 2.0);
        QCOMPARE(times.p95Ms, 2.0);
        QCOMPARE(times.maxMs, 1000.0);
        QCOMPARE(times.averageMs, (1024 * 1000.0 + 1023 + 4096) / (1024 + 1023 + 2048));
    }

    void exactlyTheMostRecentThousandAndTwentyFourCount() {
        MetricsRecorder recorder;
        for (int i = 0; i < 3000; ++i) {
            recorder.recordTile(TileKind::Generated, i);
        }
        const TileTimes times = recorder.snapshot({}).generated;  // of 1976 .. 2999
        QCOMPARE(times.p50Ms, 1976.0 + 511);                      // rank 512 of 1024
        QCOMPARE(times.p95Ms, 1976.0 + 972);                      // rank 973 = ceil(972.8)
    }

    void keepsTheNewestFamilies() {
        MetricsRecorder recorder;
        for (int i = 0; i < 50; ++i) {
            recorder.recordFamily(family(kDemo, {i, 2 * i}, i));
        }
        const MetricsSnapshot snapshot = recorder.snapshot({});
        QCOMPARE(snapshot.recentFamilies.size(), std::size_t{32});
        QVERIFY(snapshot.recentFamilies.front().id == (FamilyId{18, 36}));
        QVERIFY(snapshot.recentFamilies.back().id == (FamilyId{49, 98}));
        QCOMPARE(snapshot.family.count, 50);
        QCOMPARE(snapshot.family.averageMs, 24.5);
        QCOMPARE(snapshot.family.maxMs, 49.0);
        QCOMPARE(snapshot.family.p95Ms, 47.0);  // rank 48 of 0 .. 49
    }

    void remembersFamiliesOfASlide() {
        MetricsRecorder recorder;
        for (int i = 0; i < static_cast<int>(kRememberedFamilies) + 5; ++i) {
            FamilyRecord record = family(i % 2 == 0 ? kDemo : kOther, {i, 7}, i);
            record.l2Bytes = 1;
            record.l1ResidualBytes = 20;
            record.l0ResidualBytes = 300;
            record.baselineBytes = 4000;
            recorder.recordFamily(std::move(record));
        }
        QVERIFY(!recorder.family(kDemo, {4, 7}));  // the first five have gone
        QVERIFY(!recorder.family(kDemo, {7, 7}));  // is of the other slide
        QVERIFY(recorder.family(kOther, {7, 7}));
        const std::vector<FamilySummary> demo = recorder.families(kDemo);
        QCOMPARE(demo.size(), kRememberedFamilies / 2);
        QVERIFY(demo.front().id == (FamilyId{6, 7}));
        QCOMPARE(demo.front().totalMs, 6.0);
        QCOMPARE(demo.front().bytes, 4321);
        FamilyRecord residual = family(kDemo, {6, 7}, 500);
        residual.variant = 2;
        recorder.recordFamily(std::move(residual));
        QCOMPARE(recorder.families(kDemo, 2).size(), std::size_t{1});
        QCOMPARE(recorder.family(kDemo, {6, 7}, 2)->totalMs, 500.0);
        QCOMPARE(recorder.family(kDemo, {6, 7})->totalMs, 6.0);
        recorder.recordFamily(family(kDemo, {6, 7}, 99));
        QCOMPARE(recorder.family(kDemo, {6, 7})->totalMs, 99.0);
    }

    void uploadsGoToTheNewestRecordOfTheirFamily() {
        MetricsRecorder recorder;
        recorder.recordFamily(family(kDemo, {3, 4}, 1));
        recorder.recordFamily(family(kDemo, {3, 4}, 2));
        recorder.recordFamily(family(kDemo, {4, 3}, 3));
        recorder.recordFamily(family(kOther, {3, 4}, 4));
        FamilyRecord residual = family(kDemo, {3, 4}, 5);
        residual.variant = 1;
        recorder.recordFamily(std::move(residual));
        const StageSpan quarter{Stage::Upload, 7, 1'000'000, 1'250'000};
        const StageSpan half{Stage::Upload, 8, 2'000'000, 2'500'000};
        recorder.addUpload(kDemo, {3, 4}, 0, quarter);
        recorder.addUpload(kDemo, {3, 4}, 0, half);
        recorder.addUpload(kDemo, {9, 9}, 0, half);
        recorder.addUpload(3, {3, 4}, 0, half);
        const std::vector<FamilyRecord> families = recorder.snapshot({}).recentFamilies;
        QCOMPARE(families.size(), std::size_t{5});
        QCOMPARE(families[0].uploadMs, 0.0);
        QCOMPARE(families[1].uploadMs, 0.75);
        const std::span<const StageSpan> uploads = families[1].spans.all();
        QCOMPARE(uploads.size(), std::size_t{2});
        QVERIFY(uploads[1] == half);
        QCOMPARE(families[2].uploadMs, 0.0);
        QCOMPARE(families[3].uploadMs, 0.0);
        QCOMPARE(families[4].uploadMs, 0.0);  // another variant
    }

    void countsDuplicateFamilies() {
        MetricsRecorder recorder;
        recorder.recordDuplicateFamily();
        recorder.recordDuplicateFamily();
        QCOMPARE(recorder.snapshot({}).duplicateFamilies, 2);
    }

    void passesGaugesOnButKnowsTheTextures() {
        MetricsRecorder recorder;
        recorder.setTextureBytes(1000, 5000000000);
        recorder.setTextureBytes(4000000000, 5000000000);
        const Gauges gauges =
            recorder.snapshot({.poolTotal = 5, .threads = 3, .queueDepth = 7, .textureBytes = 1}).gauges;
        QCOMPARE(gauges.poolTotal, std::size_t{5});
        QCOMPARE(gauges.threads, 3);
        QCOMPARE(gauges.queueDepth, std::size_t{7});
        QCOMPARE(gauges.textureBytes, std::size_t{4000000000});
    }

    void frameRateIsThatOfTheLastSecond() {
        FakeClock clock;
        MetricsRecorder recorder([&clock] { return clock.now; });
        for (int i = 0; i < 30; ++i) {
            recorder.recordFrame(5);
            clock.now += 20ms;
        }
        QCOMPARE(recorder.snapshot({}).framesPerSecond, 30.0);  // drawing began 0.6 s ago
        for (int i = 0; i < 170; ++i) {
            recorder.recordFrame(5);
            clock.now += 20ms;
        }
        QCOMPARE(recorder.snapshot({}).framesPerSecond, 49.0);  // those 0.02 to 0.98 s ago
        clock.now += 480ms;
        QCOMPARE(recorder.snapshot({}).framesPerSecond, 25.0);
        clock.now += 500ms;
        QCOMPARE(recorder.snapshot({}).framesPerSecond, 0.0);
        recorder.recordFrame(5);
        QCOMPARE(recorder.snapshot({}).framesPerSecond, 1.0);
    }

    // The rate is not limited by how many frame times are given out.
    void fastScreensAreCountedInFull() {
        FakeClock clock;
        MetricsRecorder recorder([&clock] { return clock.now; });
        for (int i = 0; i < 960; ++i) {
            clock.now += 4166667ns;
            recorder.recordFrame(2);
        }
        QCOMPARE(recorder.snapshot({}).framesPerSecond, 240.0);
    }

    void frameTimesAreThoseOfTheLastFrames() {
        FakeClock clock;
        MetricsRecorder recorder([&clock] { return clock.now; });
        for (int i = 0; i < 500; ++i) {
            recorder.recordFrame(i < 380 ? 1000 : i - 379);  // the last 120 took 1 .. 120
            clock.now += 1ms;
        }
        const MetricsSnapshot snapshot = recorder.snapshot({});
        QCOMPARE(snapshot.recentFrameMs.size(), std::size_t{120});
        QCOMPARE(snapshot.recentFrameMs.front(), 1.0F);
        QCOMPARE(snapshot.recentFrameMs.back(), 120.0F);
        QCOMPARE(snapshot.frameP95Ms, 114.0);  // rank 114 of 120
        clock.now += 1h;                       // frame times stay when nothing is drawn any more
        QCOMPARE(recorder.snapshot({}).frameP95Ms, 114.0);
    }

    void losesNothingWhenManyThreadsRecord() {
        constexpr int kThreads = 4;
        constexpr int kRounds = 2000;
        MetricsRecorder recorder;
        std::vector<std::thread> threads;
        for (int t = 0; t < kThreads; ++t) {
            threads.emplace_back([&recorder, t] {
                for (int i = 0; i < kRounds; ++i) {
                    recorder.recordTile(TileKind::Generated, 2);
                    recorder.recordTile(TileKind::CacheHit, 1);
                    recorder.recordFamily(family(kDemo, {t, i}, 3));
                    recorder.addUpload(kDemo, {t, i}, 0, {Stage::Upload, 1, 0, 1'000'000});
                    recorder.recordFrame(1);
                    recorder.recordDuplicateFamily();
                    if (i % 100 == 0) {
                        static_cast<void>(recorder.snapshot({}));
                    }
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        const MetricsSnapshot snapshot = recorder.snapshot({});
        QCOMPARE(snapshot.count(TileKind::Generated), kThreads * kRounds);
        QCOMPARE(snapshot.count(TileKind::CacheHit), kThreads * kRounds);
        QCOMPARE(snapshot.generated.averageMs, 2.0);
        QCOMPARE(snapshot.family.count, kThreads * kRounds);
        QCOMPARE(snapshot.duplicateFamilies, kThreads * kRounds);
    }
};

QTEST_APPLESS_MAIN(TestRecorder)
#include "tst_recorder.moc"
