// The scheduler's decisions, with executors that run nothing until the test says so and a clock that stands still;
// and one stress run on real threads.
#include "core/schedule/arenas.h"
#include "core/schedule/scheduler.h"
#include "tests/support/manual_executor.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <iterator>
#include <new>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

using namespace origami;
using test::FakeJobSource;
using test::ManualExecutor;

namespace {

JobKey job(int x, std::uint32_t slide = 1) {
    return {.slide = slide, .variant = 0, .isFamily = false, .id = {0, x, 0}};
}

std::vector<WantedJob> visible(std::initializer_list<int> columns) {
    std::vector<WantedJob> jobs;
    for (const int x : columns) {
        jobs.push_back({job(x), Want::Visible});
    }
    return jobs;
}

// The columns 1 .. count.
std::vector<WantedJob> wantedInOrder(int count, Want want) {
    std::vector<WantedJob> jobs;
    for (int x = 1; x <= count; ++x) {
        jobs.push_back({job(x), want});
    }
    return jobs;
}

// In a file that has the jobs in the order of their columns.
std::vector<JobKey> besideIt(const JobKey& key) {
    return {job(key.id.x + 1, key.slide), job(key.id.x + 2, key.slide), job(key.id.x - 1, key.slide)};
}

// A scheduler whose jobs note in which order they are read and computed.
struct Bench {
    ManualExecutor io;
    ManualExecutor workers;
    std::vector<int> read;  // columns, as below
    std::vector<int> computed;
    std::vector<double> queueMs;
    int readsUnderWay = 0;  // where reads overlap
    int readsAtOnce = 0;    // the most that did
    std::chrono::steady_clock::time_point now{};
    FakeJobSource source{[this](const JobContext& context) { return readOne(context); }};
    Scheduler scheduler;

    explicit Bench(int maxInflight = 4, int maxReading = 4)
        : scheduler({.maxInflight = maxInflight, .maxReading = maxReading, .now = [this] { return now; }},
                    io.executor(), workers.executor(), source) {}
    ~Bench() {
        scheduler.setWanted(1, {});
        runAll();
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    ComputeStep readOne(const JobContext& context) {
        read.push_back(context.key.id.x);
        queueMs.push_back(context.queueMs);
        return [this, x = context.key.id.x](Want) {
            computed.push_back(x);
            return JobOutcome::Done;
        };
    }
    // From now on reads of this slide take long, or no longer do. The scheduler learns that from a read.
    void setSlow(std::uint32_t slide, bool isSlow) {
        if (isSlow) {
            source.slowSlides.insert(slide);
        } else {
            source.slowSlides.erase(slide);
        }
        const auto onRead = std::exchange(source.onRead, nullptr);
        scheduler.setWanted(slide, {{job(1000, slide), Want::Visible}});
        runAll();
        source.onRead = onRead;
        source.reads = 0;
        read.clear();
        computed.clear();
        queueMs.clear();
    }
    // Each read lasts until those that may begin meanwhile have ended.
    void letReadsOverlap() {
        source.onRead = [this](const JobKey&) {
            readsAtOnce = std::max(readsAtOnce, ++readsUnderWay);
            io.runOne();
            --readsUnderWay;
        };
    }
    void runAll() {
        while (io.runOne() || workers.runOne()) {
        }
    }
    void readAll() {
        while (io.runOne()) {
        }
    }
};

// Called by many threads at once: every third read says that the slide is slow, and every fifth throws, the
// first one included.
class StressSource : public JobSource {
public:
    explicit StressSource(std::function<ComputeStep(const JobContext&)> readOne) : m_readOne(std::move(readOne)) {}

    [[nodiscard]] std::vector<JobKey> readTogetherWith(const JobKey& key) const override { return besideIt(key); }
    ReadJobs read(std::span<const JobContext> jobs) override {
        const int count = ++m_reads;
        if (m_mayThrow && count % 5 == 1) {
            throw std::bad_alloc();
        }
        ReadJobs read{.steps = {}, .isSlow = count % 3 == 0};
        std::ranges::transform(jobs, std::back_inserter(read.steps), m_readOne);
        return read;
    }
    void fail(const JobKey&, const Error&) noexcept override { ++m_failures; }
    void stopThrowing() { m_mayThrow = false; }
    [[nodiscard]] int failures() const { return m_failures; }

private:
    const std::function<ComputeStep(const JobContext&)> m_readOne;
    std::atomic<int> m_reads{0};
    std::atomic<int> m_failures{0};
    std::atomic<bool> m_mayThrow{true};
};

}  // namespace

class SchedulerTest : public QObject {
    Q_OBJECT
private slots:
    void runsTheBestFirst() {
        Bench bench(1);
        bench.scheduler.setWanted(
            1, {{job(1), Want::Visible}, {job(2), Want::Visible}, {job(3), Want::Cover}, {job(4), Want::Ring}});
        bench.runAll();
        QCOMPARE(bench.computed, (std::vector<int>{3, 1, 2, 4}));
    }

    void moreMayBeInFlightAtOnce() {
        Bench bench(1);
        bench.scheduler.setWanted(1, visible({1, 2, 3}));
        bench.readAll();
        QCOMPARE(bench.read, (std::vector<int>{1}));
        bench.scheduler.setMaxInflight(2);
        bench.readAll();
        QCOMPARE(bench.read, (std::vector<int>{1, 2}));
        QCOMPARE(bench.scheduler.use().inflightLimit, 2);
        bench.scheduler.setMaxInflight(1);  // what is in flight goes on
        bench.runAll();
        QCOMPARE(bench.computed, (std::vector<int>{1, 2, 3}));
    }

    void aNewViewReplacesThePile() {
        Bench bench(1);
        bench.scheduler.setWanted(1, visible({1, 2, 3}));
        QVERIFY(bench.io.runOne());  // 1 is being read
        bench.scheduler.setWanted(1, visible({7, 3}));
        bench.runAll();
        QCOMPARE(bench.read, (std::vector<int>{1, 7, 3}));
        QCOMPARE(bench.computed, (std::vector<int>{7, 3}));          // 1 was dropped before it was computed
        QCOMPARE(bench.scheduler.use().cancelled, std::int64_t{2});  // 1 on the way, 2 in the pile
    }

    void workersTakeTheBestOfWhatIsReady() {
        Bench bench(3);
        bench.scheduler.setWanted(1, visible({1, 2, 3}));
        bench.readAll();
        bench.scheduler.setWanted(1, visible({3, 2, 1}));
        bench.runAll();
        QCOMPARE(bench.computed, (std::vector<int>{3, 2, 1}));
    }

    void aJobInFlightIsJoinedNotStartedAgain() {
        Bench bench(4);
        bench.scheduler.setWanted(1, visible({1}));
        QVERIFY(bench.io.runOne());
        bench.scheduler.setWanted(1, visible({1, 2}));
        bench.scheduler.setWanted(1, visible({2, 1}));
        bench.runAll();
        QCOMPARE(bench.read, (std::vector<int>{1, 2}));
        QCOMPARE(bench.scheduler.use().cancelled, std::int64_t{0});
    }

    void aStoppedJobThatIsWantedAgainRunsAgainAfterwards() {
        Bench bench(4);
        bench.scheduler.setWanted(1, visible({1}));
        QVERIFY(bench.io.runOne());
        bench.scheduler.setWanted(1, {});
        bench.scheduler.setWanted(1, visible({1}));
        QCOMPARE(bench.scheduler.use().inflight, 1);
        bench.runAll();
        QCOMPARE(bench.read, (std::vector<int>{1, 1}));
        QCOMPARE(bench.computed, (std::vector<int>{1}));
    }

    void inFlightIsLimited() {
        Bench bench(2);
        bench.scheduler.setWanted(1, visible({1, 2, 3, 4, 5}));
        bench.readAll();
        QCOMPARE(bench.scheduler.use().inflight, 2);
        QCOMPARE(bench.scheduler.use().queueDepth, std::size_t{3});
        bench.runAll();
        QCOMPARE(bench.scheduler.use().inflightMax, 2);
        QCOMPARE(bench.computed.size(), std::size_t{5});
    }

    void prefetchLeavesHalfOfThePlaces() {
        Bench bench(4);
        bench.scheduler.setWanted(1, {{job(1), Want::Ring}, {job(2), Want::Ring}, {job(3), Want::Ring}});
        bench.readAll();
        QCOMPARE(bench.scheduler.use().inflight, 2);
        bench.scheduler.setWanted(
            1, {{job(8), Want::Visible}, {job(1), Want::Ring}, {job(2), Want::Ring}, {job(3), Want::Ring}});
        bench.readAll();
        QVERIFY(bench.workers.runOne());
        QCOMPARE(bench.computed, (std::vector<int>{8}));  // overtakes what was ready before it
        bench.runAll();
        QCOMPARE(bench.computed.size(), std::size_t{4});
    }

    void whatLiesTogetherIsReadTogether() {
        Bench bench(4, 2);
        bench.source.beside = besideIt;
        // 6 lies beside 5 but is not urgent, 4 comes before 20 for lying there, 30 finds no place in flight.
        bench.scheduler.setWanted(1, {{job(5), Want::Visible},
                                      {job(20), Want::Visible},
                                      {job(4), Want::Visible},
                                      {job(31), Want::Visible},
                                      {job(30), Want::Visible},
                                      {job(6), Want::Ring}});
        bench.readAll();
        QCOMPARE(bench.read, (std::vector<int>{5, 4, 20, 31}));
        QCOMPARE(bench.source.reads, 3);
        QCOMPARE(bench.scheduler.use().inflight, 4);
        bench.runAll();
        std::ranges::sort(bench.computed);
        QCOMPARE(bench.computed, (std::vector<int>{4, 5, 6, 20, 30, 31}));
        QCOMPARE(bench.scheduler.use().inflightMax, 4);
    }

    // A read for the view brings along tiles on the view's way, but not the tiles around it.
    void whatIsNextComesAlong() {
        Bench bench(4, 1);
        bench.source.beside = besideIt;
        bench.scheduler.setWanted(1, {{job(5), Want::Visible}, {job(6), Want::Predicted}, {job(4), Want::Ring}});
        QVERIFY(bench.io.runOne());
        QCOMPARE(bench.read, (std::vector<int>{5, 6}));
    }

    // On a slow slide, a read for prefetch brings along its neighbours, however few reads prefetch may have.
    void prefetchThatLiesTogetherIsReadTogether() {
        Bench bench(1, 1);
        bench.source.beside = besideIt;
        bench.setSlow(1, true);
        bench.scheduler.setWanted(1, wantedInOrder(12, Want::Ring));
        QVERIFY(bench.io.runOne());
        QCOMPARE(bench.read, (std::vector<int>{1, 2, 3}));
        bench.readAll();
        QCOMPARE(bench.read.size(),
                 std::size_t{8});  // half of sixteen for a place: the rest is for what comes into view
        bench.scheduler.setWanted(1, {{job(30), Want::Visible}, {job(31), Want::Visible}});
        bench.readAll();
        QCOMPARE(bench.read.back(), 31);
    }

    // While a read does not come back the view moves on.
    void aReadThatStallsIsLeftBehind() {
        Bench bench(1, 4);
        double stalledMs = -1;
        bench.source.onRead = [&](const JobKey& key) {
            const int x = key.id.x;
            if (x != 1) {
                return;
            }
            bench.now += std::chrono::milliseconds(2500);
            stalledMs = bench.scheduler.oldestReadMs(1);
            bench.scheduler.setWanted(1, visible({2}));
            bench.runAll();
            QCOMPARE(bench.computed, (std::vector<int>{2}));
            QCOMPARE(bench.scheduler.use().inflight, 0);
        };
        bench.scheduler.setWanted(1, visible({1}));
        QCOMPARE(bench.scheduler.oldestReadMs(1), 0.0);
        bench.runAll();
        QCOMPARE(stalledMs, 2500.0);
        QCOMPARE(bench.scheduler.oldestReadMs(1), 0.0);
        QCOMPARE(bench.computed, (std::vector<int>{2}));
        QCOMPARE(bench.scheduler.use().cancelled, 1);
        QCOMPARE(bench.scheduler.use().inflightMax, 1);
    }

    void aStalledSlideLeavesReadersToOthers() {
        Bench bench(8, 4);
        int stalled = 0;
        std::vector<int> readWhileStalled;
        bench.source.onRead = [&](const JobKey& key) {
            const int x = key.id.x;
            if (x >= 10) {
                readWhileStalled.push_back(x);
                return;
            }
            // Stalls: whatever may be read meanwhile begins inside.
            ++stalled;
            while (bench.io.runOne()) {
            }
            if (readWhileStalled.empty()) {
                QCOMPARE(stalled, 3);  // of four
                bench.scheduler.setWanted(2, {{job(10, 2), Want::Visible}});
                QVERIFY(bench.io.runOne());
            }
        };
        bench.scheduler.setWanted(1, visible({1, 2, 3, 4, 5}));
        bench.runAll();
        QCOMPARE(readWhileStalled, (std::vector<int>{10}));
        bench.scheduler.setWanted(2, {});
        QCOMPARE(bench.computed.size(), std::size_t{6});
    }

    // So the view waits for the disk only once. Computing is limited as usual, and goes by rank.
    void readsThatTakeLongTakeNoPlace() {
        Bench bench(1, 4);
        bench.letReadsOverlap();
        bench.source.onRead = [&, overlap = bench.source.onRead](const JobKey& key) {
            if (bench.source.reads == 1) {
                QCOMPARE(bench.scheduler.use().inflight, 0);
                QCOMPARE(bench.scheduler.use().queueDepth, std::size_t{18});
            }
            overlap(key);
        };
        bench.setSlow(1, true);
        bench.scheduler.setWanted(1, wantedInOrder(18, Want::Visible));
        bench.readAll();
        QCOMPARE(bench.readsAtOnce, 3);                // of four: one is left for other slides
        QCOMPARE(bench.read.size(), std::size_t{16});  // tiles for each place: 17 waits until one has been computed
        QCOMPARE(bench.scheduler.use().inflight, 0);
        QCOMPARE(bench.scheduler.use().queueDepth, std::size_t{18});
        bench.runAll();
        QCOMPARE(bench.computed.size(), std::size_t{18});
        QVERIFY(std::ranges::is_sorted(bench.computed));
        QCOMPARE(bench.scheduler.use().inflightMax, 1);
        QCOMPARE(bench.scheduler.use().queueDepth, std::size_t{0});

        bench.source.onRead = nullptr;
        bench.setSlow(1, false);
        bench.scheduler.setWanted(1, visible({6, 7}));
        bench.readAll();
        QCOMPARE(bench.read.back(), 6);
    }

    // However long its reads take, and however many would be allowed to what is in view.
    void prefetchFromASlowDiskIsLimited() {
        Bench bench(4, 8);
        bench.letReadsOverlap();
        bench.setSlow(1, true);
        bench.scheduler.setWanted(1, wantedInOrder(40, Want::Ring));
        bench.readAll();
        QCOMPARE(bench.readsAtOnce, 6);                // of eight: the others are left for other slides
        QCOMPARE(bench.read.size(), std::size_t{32});  // half of what may be under way
        bench.runAll();
        QCOMPARE(bench.computed.size(), std::size_t{40});
    }

    // Jobs that were read and then found no place are dropped like any others.
    void whatWasReadAheadIsDroppedWithItsView() {
        Bench bench(1, 4);
        bench.setSlow(1, true);
        bench.scheduler.setWanted(1, visible({1, 2, 3}));
        bench.readAll();
        QCOMPARE(bench.read, (std::vector<int>{1, 2, 3}));
        bench.scheduler.setWanted(1, visible({3, 9}));
        bench.runAll();
        QCOMPARE(bench.computed, (std::vector<int>{3, 9}));
        QCOMPARE(bench.scheduler.use().cancelled, std::int64_t{2});
        QCOMPARE(bench.scheduler.use().queueDepth, std::size_t{0});
    }

    // However many have been read, no more are computed at once than there are places.
    void placesLimitWhatIsComputedOfASlowSlide() {
        ManualExecutor io;
        ManualExecutor workers;
        int atWork = 0;
        int atOnce = 0;
        FakeJobSource source([&](const JobContext&) -> ComputeStep {
            return [&](Want) {
                atOnce = std::max(atOnce, ++atWork);
                while (workers.runOne()) {  // the other threads, meanwhile
                }
                --atWork;
                return JobOutcome::Done;
            };
        });
        Scheduler scheduler({.maxInflight = 2, .maxReading = 8}, io.executor(), workers.executor(), source);
        // The scheduler learns from a read that the slide is slow.
        source.slowSlides.insert(1);
        scheduler.setWanted(1, visible({1000}));
        while (io.runOne() || workers.runOne()) {
        }
        atOnce = 0;
        scheduler.setWanted(1, visible({1, 2, 3, 4, 5}));
        while (io.runOne()) {
        }
        QCOMPARE(scheduler.use().queueDepth, std::size_t{5});
        while (io.runOne() || workers.runOne()) {
        }
        QCOMPARE(atOnce, 2);
        QCOMPARE(scheduler.use().inflightMax, 2);
        QCOMPARE(scheduler.use().queueDepth, std::size_t{0});
    }

    void oneSlowSlideDoesNotSpeedUpAnother() {
        Bench bench(1, 8);
        bench.setSlow(2, true);
        bench.scheduler.setWanted(1, visible({1, 2, 3}));
        bench.scheduler.setWanted(2, {{job(11, 2), Want::Visible}, {job(12, 2), Want::Visible}});
        bench.readAll();
        std::ranges::sort(bench.read);
        QCOMPARE(bench.read, (std::vector<int>{1, 11, 12}));
        bench.runAll();
        bench.scheduler.setWanted(2, {});
        QCOMPARE(bench.computed.size(), std::size_t{5});
    }

    void stoppingWaitsSoLong() {
        Bench bench;
        bench.source.onRead = [&](const JobKey&) { QVERIFY(!bench.scheduler.stop(std::chrono::milliseconds(0))); };
        bench.scheduler.setWanted(1, visible({1, 2}));
        bench.runAll();
        QVERIFY(bench.scheduler.stop(std::chrono::milliseconds(0)));
        QVERIFY(bench.computed.empty());
    }

    void slidesDoNotDisturbEachOther() {
        Bench bench(1);
        bench.scheduler.setWanted(1, visible({1, 2}));
        bench.scheduler.setWanted(2, {{job(5, 2), Want::Visible}});
        bench.scheduler.setWanted(1, visible({2}));
        bench.runAll();
        QCOMPARE(bench.read.size(), std::size_t{2});
        QVERIFY(std::ranges::find(bench.computed, 5) != bench.computed.end());
        QVERIFY(std::ranges::find(bench.computed, 2) != bench.computed.end());
    }

    void queueTimeRunsFromTheFirstWish() {
        Bench bench(1);
        bench.scheduler.setWanted(1, visible({1, 2}));
        bench.now += std::chrono::milliseconds(30);
        bench.scheduler.setWanted(1, visible({1, 2}));
        bench.now += std::chrono::milliseconds(12);
        bench.runAll();
        QCOMPARE(bench.queueMs, (std::vector<double>{42, 42}));
    }

    // The urgent parts of all jobs come first. The rest follows when nothing urgent is left.
    void aPausedJobGoesOnAsPrefetch() {
        ManualExecutor io;
        ManualExecutor workers;
        std::vector<std::pair<int, Want>> steps;
        FakeJobSource source([&](const JobContext& context) -> ComputeStep {
            return [&, x = context.key.id.x, parts = 0](Want want) mutable {
                steps.emplace_back(x, want);
                return ++parts < 2 ? JobOutcome::Paused : JobOutcome::Done;
            };
        });
        Scheduler scheduler({.maxInflight = 1}, io.executor(), workers.executor(), source);
        scheduler.setWanted(1, visible({1, 2}));
        while (io.runOne() || workers.runOne()) {
        }
        QVERIFY(steps == (std::vector<std::pair<int, Want>>{
                             {1, Want::Visible}, {2, Want::Visible}, {1, Want::Ring}, {2, Want::Ring}}));
        QCOMPARE(scheduler.use().inflightMax, 1);
        QCOMPARE(scheduler.use().inflight, 0);
    }

    // A family is wanted for other tiles than those that it has just looked up.
    void whatIsWantedAnewDuringItsLastStepIsDoneOnceMore() {
        ManualExecutor io;
        ManualExecutor workers;
        std::vector<std::pair<int, Want>> steps;
        Scheduler* wanting = nullptr;
        FakeJobSource source([&](const JobContext& context) -> ComputeStep {
            return [&, x = context.key.id.x](Want want) {
                steps.emplace_back(x, want);
                if (Scheduler* const once = std::exchange(wanting, nullptr)) {
                    once->setWanted(1, visible({1}));
                }
                return JobOutcome::Served;
            };
        });
        Scheduler scheduler({}, io.executor(), workers.executor(), source);
        wanting = &scheduler;
        scheduler.setWanted(1, {{job(1), Want::Ring}});
        while (io.runOne() || workers.runOne()) {
        }
        QVERIFY(steps == (std::vector<std::pair<int, Want>>{{1, Want::Ring}, {1, Want::Visible}}));
        QCOMPARE(scheduler.use().inflight, 0);
        // Wanted and dropped again in the meantime.
        steps.clear();
        scheduler.setWanted(1, visible({1}));
        QVERIFY(io.runOne());
        wanting = &scheduler;
        QVERIFY(workers.runOne());
        scheduler.setWanted(1, {});
        while (io.runOne() || workers.runOne()) {
        }
        QCOMPARE(steps.size(), std::size_t{1});
    }

    // Reads that were queued while more of them had places.
    void aLowerLimitHoldsForReadsThatAreQueued() {
        Bench bench(4);
        bench.scheduler.setWanted(1, visible({1, 2, 3, 4}));
        bench.scheduler.setMaxInflight(1);
        bench.readAll();
        QCOMPARE(bench.read.size(), std::size_t{1});
        QCOMPARE(bench.scheduler.use().inflightMax, 1);
        bench.runAll();
        QCOMPARE(bench.computed, (std::vector<int>{1, 2, 3, 4}));
    }

    void aPausedJobIsPromotedOrDropped() {
        ManualExecutor io;
        ManualExecutor workers;
        std::vector<std::pair<int, Want>> steps;
        FakeJobSource source([&](const JobContext& context) -> ComputeStep {
            return [&, x = context.key.id.x](Want want) {
                steps.emplace_back(x, want);
                return steps.size() < 3 ? JobOutcome::Paused : JobOutcome::Done;
            };
        });
        Scheduler scheduler({}, io.executor(), workers.executor(), source);
        scheduler.setWanted(1, visible({1, 2}));
        QVERIFY(io.runOne() && io.runOne() && workers.runOne() && workers.runOne());
        QCOMPARE(scheduler.use().inflight, 0);
        QCOMPARE(scheduler.use().queueDepth, std::size_t{2});
        scheduler.setWanted(1, visible({2}));
        while (io.runOne() || workers.runOne()) {
        }
        QVERIFY(steps ==
                (std::vector<std::pair<int, Want>>{{1, Want::Visible}, {2, Want::Visible}, {2, Want::Visible}}));
        QCOMPARE(scheduler.use().cancelled, std::int64_t{1});
        QCOMPARE(scheduler.use().queueDepth, std::size_t{0});
    }

    // The whole loop with a clock that stands between frames and executors that take so many steps a frame: the same
    // decisions every time, in the order that the view wants, and none for what lies behind.
    void aReplayedPanDecidesTheSameEveryTime() {
        const auto replay = [](int stepsAFrame, std::vector<std::string>& log) {
            const Pyramid pyramid = *Pyramid::create({20000, 16000});
            ManualExecutor io;
            ManualExecutor workers;
            std::set<TileId> made;
            std::chrono::steady_clock::time_point now{};
            FakeJobSource source([&](const JobContext& context) -> ComputeStep {
                const TileId id = context.key.id;
                const std::string at =
                    std::to_string(id.level) + ' ' + std::to_string(id.x) + ' ' + std::to_string(id.y);
                log.push_back("read " + at + " after " + std::to_string(context.queueMs));
                return [&log, &made, id, at](Want want) {
                    log.push_back("make " + at + " as " + std::to_string(static_cast<int>(want)));
                    made.insert(id);
                    return JobOutcome::Done;
                };
            });
            Scheduler scheduler({.maxInflight = 4, .maxReading = 4, .now = [&] { return now; }}, io.executor(),
                                workers.executor(), source);
            MotionTracker tracker;
            int framesIdeal = 0;
            for (int frame = 0; frame < 60; ++frame) {
                const Viewport view{.centre = {4000.0 + 32 * frame, 8000}, .scale = 1, .size = {1920, 1080}};
                const Motion motion = tracker.moved(view, frame * 1000.0 / 60);
                std::vector<WantedJob> jobs;
                bool isIdeal = true;
                for (const WantedTile& tile : wantedTiles(pyramid, {view, view.centre, motion})) {
                    if (!made.contains(tile.id)) {
                        jobs.push_back({{.slide = 1, .variant = 0, .isFamily = false, .id = tile.id}, tile.want});
                        isIdeal = isIdeal && tile.want != Want::Visible;
                    }
                }
                framesIdeal += isIdeal ? 1 : 0;
                scheduler.setWanted(1, std::move(jobs));
                for (int step = 0; step < stepsAFrame && (workers.runOne() || io.runOne()); ++step) {
                }
                now += std::chrono::microseconds(16667);
            }
            for (const TileId id : made) {
                QVERIFY2(id.level > 0 || id.x >= (4000 - 960) / 256 - 1, "behind the pan");
            }
            scheduler.setWanted(1, {});
            while (io.runOne() || workers.runOne()) {
            }
            log.push_back(std::to_string(framesIdeal) + " frames ideal");
        };
        for (const int steps : {4, 30}) {
            std::vector<std::string> first;
            std::vector<std::string> second;
            replay(steps, first);
            replay(steps, second);
            QVERIFY(first == second);
            QVERIFY(first.size() > 100);
        }
        // A pan of 7.5 columns of 6 tiles a second needs 2 steps for each of 45 tiles a second; 30 steps a frame are
        // 1800: once the first view of 54 tiles is there (4 frames), no frame is without its tiles.
        std::vector<std::string> log;
        replay(30, log);
        QVERIFY2(std::stoi(log.back()) >= 55, log.back().c_str());
    }

    // A step that throws fails its own job only; the others go on.
    void aStepThatThrowsFailsItsJobAlone() {
        ManualExecutor io;
        ManualExecutor workers;
        std::vector<int> computed;
        FakeJobSource source([&](const JobContext& context) -> ComputeStep {
            const int x = context.key.id.x;
            if (x == 1) {
                throw std::runtime_error("no reading");
            }
            return [&computed, x](Want) {
                if (x == 2) {
                    throw std::bad_alloc();
                }
                computed.push_back(x);
                return JobOutcome::Done;
            };
        });
        Scheduler scheduler({}, io.executor(), workers.executor(), source);
        scheduler.setWanted(1, visible({1, 2, 3}));
        while (io.runOne() || workers.runOne()) {
        }
        QCOMPARE(computed, (std::vector<int>{3}));
        QCOMPARE(source.failures.size(), std::size_t{2});
        QVERIFY(source.failures[0] == std::pair(job(1), std::string("no reading")));
        QVERIFY(source.failures[1] == std::pair(job(2), std::string("out of memory")));
        QCOMPARE(scheduler.use().inflight, 0);
        QCOMPARE(scheduler.use().queueDepth, std::size_t{0});
        QCOMPARE(scheduler.use().cancelled, std::int64_t{2});
    }

    // A call that an executor cannot take is made with the next change.
    void aRefusedCallIsMadeLater() {
        Bench bench;
        bench.io.setRefusing(true);
        bench.scheduler.setWanted(1, visible({1}));
        QVERIFY(!bench.io.runOne());
        bench.io.setRefusing(false);
        bench.workers.setRefusing(true);
        bench.scheduler.setWanted(1, visible({1, 2}));
        bench.readAll();
        QCOMPARE(bench.read, (std::vector<int>{1, 2}));
        bench.workers.setRefusing(false);
        bench.scheduler.setWanted(1, visible({1, 2}));
        bench.runAll();
        QCOMPARE(bench.computed, (std::vector<int>{1, 2}));
        QVERIFY(bench.scheduler.stop(std::chrono::milliseconds(0)));
    }

    // Views change as fast as they can while jobs run: no key is ever in flight twice, nothing is lost, and
    // the destructor waits for the rest.
    void stress() {
        std::array<std::atomic<int>, 64> inFlight{};
        std::array<std::atomic<int>, 64> done{};
        std::atomic<int> duplicates{0};
        {
            Arenas arenas(4, 6);
            StressSource source([&](const JobContext& context) -> ComputeStep {
                const auto x = static_cast<std::size_t>(context.key.id.x);
                duplicates += inFlight[x].fetch_add(1) > 0 ? 1 : 0;
                // Dropped jobs release their mark when the step itself is destroyed.
                const auto mark = std::shared_ptr<void>(nullptr, [&inFlight, x](void*) { --inFlight[x]; });
                return [&done, x, mark, stop = context.stop](Want) {
                    if (stop.stop_requested()) {
                        return JobOutcome::Abandoned;
                    }
                    ++done[x];
                    return JobOutcome::Done;
                };
            });
            Scheduler scheduler({.maxInflight = 8, .maxReading = 6}, arenas.readers(), arenas.workers(), source);
            std::mt19937 random(1);
            for (int i = 0; i < 3000; ++i) {
                std::vector<WantedJob> jobs;
                for (int n = 0; n < 12; ++n) {
                    const WantedJob wanted{job(static_cast<int>(random() % 64)), n < 8 ? Want::Visible : Want::Ring};
                    if (std::ranges::none_of(jobs, [&](const WantedJob& other) { return other.key == wanted.key; })) {
                        jobs.push_back(wanted);
                    }
                }
                scheduler.setWanted(1, std::move(jobs));
            }
            QTRY_VERIFY(source.failures() > 0);
            source.stopThrowing();
            std::vector<WantedJob> all;
            for (int x = 0; x < 64; ++x) {
                done[static_cast<std::size_t>(x)] = 0;
                all.push_back({job(x), Want::Visible});
            }
            scheduler.setWanted(1, all);
            QTRY_VERIFY(scheduler.use().queueDepth == 0 && scheduler.use().inflight == 0);
        }
        QCOMPARE(duplicates.load(), 0);
        for (const auto& count : inFlight) {
            QCOMPARE(count.load(), 0);
        }
    }
};

QTEST_GUILESS_MAIN(SchedulerTest)
#include "tst_scheduler.moc"
