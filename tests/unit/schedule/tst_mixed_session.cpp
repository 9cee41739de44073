// The mixed session (tests/support/mixed_session.h) over a small slide, with a clock that counts frames and executors
// that run so many steps a frame: what the scheduler decides is the same every time, no family is in flight or made
// twice, and whatever the user stops to look at is there.
#include "core/schedule/scheduler.h"
#include "tests/support/manual_executor.h"
#include "tests/support/mixed_session.h"

#include <QTest>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

using namespace origami;
using namespace std::chrono_literals;

namespace {

constexpr LevelSize kSlide{6000, 4500};
constexpr WindowSize kWindow{800, 500};
constexpr auto kFrame = 16ms;
constexpr int kReadsPerFrame = 4;  // and one computing step: workers are what is scarce
constexpr auto kLook = 2000ms;     // that every view which is looked at stays at least

struct Step {
    std::int64_t ms;
    bool isRead;
    JobKey key;
    Want want;
    bool operator==(const Step&) const = default;
};

// One replay: the scheduler, and a cache that forgets nothing.
class Session {
public:
    std::vector<Step> steps;
    int twiceInFlight = 0;
    int twiceMade = 0;
    int looks = 0;
    int looksServed = 0;

    void run(const ViewTrace& trace) {
        MotionTracker tracker;
        std::size_t next = 1;  // the first view that is still to come
        for (; now.time_since_epoch() <= std::chrono::duration<double, std::milli>(trace.durationMs()); now += kFrame) {
            const auto ms = static_cast<double>(this->ms());
            const Viewport view = trace.at(ms);
            scheduler.setWanted(1, jobsFor(view, tracker.moved(view, ms)));
            for (int i = 0; i < kReadsPerFrame; ++i) {
                io.runOne();
            }
            workers.runOne();
            while (next < trace.views.size() && trace.views[next].ms < ms + static_cast<double>(kFrame.count())) {
                const bool wasLookedAt = trace.views[next].ms - trace.views[next - 1].ms >= kLook.count();
                looks += wasLookedAt ? 1 : 0;
                looksServed += wasLookedAt && isServed(view) ? 1 : 0;
                ++next;
            }
        }
        scheduler.setWanted(1, {});
        while (io.runOne() || workers.runOne()) {
        }
    }

private:
    [[nodiscard]] std::int64_t ms() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    }

    static JobKey jobFor(TileId id) {
        const bool isFamily = id.level <= kFamilyLevel;
        return {1, 0, isFamily, isFamily ? Pyramid::ancestor(id, kFamilyLevel) : id};
    }

    std::vector<WantedJob> jobsFor(const Viewport& view, const Motion& motion) const {
        std::vector<WantedJob> jobs;
        for (const WantedTile& tile : wantedTiles(pyramid, {view, view.centre, motion})) {
            if (const JobKey key = jobFor(tile.id); !made.contains(key)) {
                jobs.push_back({key, tile.want});
            }
        }
        return jobs;
    }

    bool isServed(const Viewport& view) const {
        return std::ranges::all_of(tilesInView(pyramid, view, idealLevel(pyramid, view.scale), view.centre),
                                   [this](TileId id) { return made.contains(jobFor(id)); });
    }

    ComputeStep read(const JobContext& context) {
        steps.push_back({ms(), true, context.key, context.want});
        twiceInFlight += inFlight.insert(context.key).second ? 0 : 1;
        // Out of flight when the scheduler has let go of the step, whether it was called or dropped.
        const std::shared_ptr<void> flight(nullptr, [this, key = context.key](void*) { inFlight.erase(key); });
        return [this, key = context.key, flight](Want want) {
            steps.push_back({ms(), false, key, want});
            twiceMade += made.insert(key).second ? 0 : 1;
            return JobOutcome::Done;
        };
    }

    using Keys = std::unordered_set<JobKey, JobKeyHash>;
    const Pyramid pyramid = *Pyramid::create(kSlide);
    std::chrono::steady_clock::time_point now{};
    Keys inFlight;
    Keys made;
    test::ManualExecutor io;
    test::ManualExecutor workers;
    test::FakeJobSource source{[this](const JobContext& context) { return read(context); }};
    Scheduler scheduler{
        {.maxInflight = 4, .maxReading = 4, .now = [this] { return now; }}, io.executor(), workers.executor(), source};
};

}  // namespace

class MixedSessionTest : public QObject {
    Q_OBJECT

private slots:
    void takesFiveMinutes() { QCOMPARE(test::mixedSession(kSlide, kWindow).durationMs(), 5.0 * 60 * 1000); }

    // The file that measurements use was written for the slide that it names by what is tested here.
    void theTraceInTheBenchIsThisSession() {
        std::ifstream file(ORIGAMI_SOURCE_DIR "/tests/bench/mixed.json");
        const std::string json{std::istreambuf_iterator<char>(file), {}};
        QVERIFY(json == formatViewTrace(test::mixedSession({20000, 16000}, {1920, 1080})));
    }

    void decidesTheSameEveryTimeAndServesEveryLook() {
        const ViewTrace trace = test::mixedSession(kSlide, kWindow);
        Session first;
        first.run(trace);
        Session second;
        second.run(trace);
        QVERIFY(!first.steps.empty());
        QVERIFY(first.steps == second.steps);
        QCOMPARE(first.twiceInFlight, 0);
        QCOMPARE(first.twiceMade, 0);
        QVERIFY(first.looks > 40);
        QCOMPARE(first.looksServed, first.looks);
    }
};

QTEST_APPLESS_MAIN(MixedSessionTest)
#include "tst_mixed_session.moc"
