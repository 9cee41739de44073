// What a new wish means for known jobs, and which jobs may go on: compared with lists of actions.
#include "core/schedule/job_decisions.h"
#include "core/schedule/prefetch_ring.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <optional>

using namespace origami;

namespace {

using Action = JobDecision::Action;
using State = KnownJob::State;

JobKey job(int x) {
    return {.slide = 1, .variant = 0, .isFamily = true, .id = {2, x, 0}};
}

}  // namespace

class JobDecisionsTest : public QObject {
    Q_OBJECT
private slots:
    void aWishStartsJoinsReordersAndCancels() {
        const std::vector<WantedJob> wanted{
            {job(4), Want::Cover}, {job(2), Want::Visible}, {job(1), Want::Visible}, {job(3), Want::Ring}};
        const std::vector<KnownJob> known{{job(1), State::InFlight},
                                          {job(2), State::InPile},
                                          {job(5), State::InFlight},
                                          {job(6), State::InPile},
                                          {job(7), State::Stopped}};
        const std::vector<JobDecision> expected{{Action::Start, job(4), {Want::Cover, 0}},
                                                {Action::Reorder, job(2), {Want::Visible, 1}},
                                                {Action::Join, job(1), {Want::Visible, 2}},
                                                {Action::Start, job(3), {Want::Ring, 3}},
                                                {Action::Cancel, job(5), {}},
                                                {Action::Cancel, job(6), {}}};
        QVERIFY(decideJobs(wanted, known) == expected);
    }

    void prefetchThatComesIntoViewIsPromotedNotRestarted() {
        const std::vector<WantedJob> wanted{{job(1), Want::Visible}};
        QVERIFY(decideJobs(wanted, std::vector<KnownJob>{{job(1), State::InFlight}}) ==
                (std::vector<JobDecision>{{Action::Join, job(1), {Want::Visible, 0}}}));
    }

    void aStoppedJobStartsAfreshOnce() {
        const std::vector<WantedJob> wanted{{job(1), Want::Visible}};
        QVERIFY(decideJobs(wanted, std::vector<KnownJob>{{job(1), State::Stopped}}) ==
                (std::vector<JobDecision>{{Action::Start, job(1), {Want::Visible, 0}}}));
        // In the pile again already, in whichever order the two are told.
        const std::vector<JobDecision> reorder{{Action::Reorder, job(1), {Want::Visible, 0}}};
        QVERIFY(decideJobs(wanted, std::vector<KnownJob>{{job(1), State::Stopped}, {job(1), State::InPile}}) ==
                reorder);
        QVERIFY(decideJobs(wanted, std::vector<KnownJob>{{job(1), State::InPile}, {job(1), State::Stopped}}) ==
                reorder);
        QVERIFY(decideJobs({}, std::vector<KnownJob>{{job(1), State::Stopped}}).empty());
    }

    void aJobThatIsNamedTwiceCountsOnce() {
        const std::vector<WantedJob> wanted{{job(1), Want::Visible}, {job(1), Want::Ring}, {job(2), Want::Ring}};
        QVERIFY(decideJobs(wanted, {}) == (std::vector<JobDecision>{{Action::Start, job(1), {Want::Visible, 0}},
                                                                    {Action::Start, job(2), {Want::Ring, 2}}}));
    }

    void prefetchTakesIdleWorkersAndHalfOfThePlaces() {
        const JobLoad idle{.urgent = 0, .prefetching = 0, .maxInflight = 4};
        for (const Want want : {Want::Cover, Want::Visible, Want::Predicted, Want::Ring, Want::Nearby}) {
            QVERIFY(mayStart(want, idle) && mayCompute(want, idle));
        }
        const JobLoad busy{.urgent = 1, .prefetching = 0, .maxInflight = 4};
        QVERIFY(mayStart(Want::Visible, busy) && mayStart(Want::Predicted, busy));
        QVERIFY(!mayStart(Want::Ring, busy) && !mayCompute(Want::Ring, busy) && !mayCompute(Want::Nearby, busy));
        const JobLoad half{.urgent = 0, .prefetching = 2, .maxInflight = 4};
        QVERIFY(mayStart(Want::Visible, half) && !mayStart(Want::Predicted, half) && !mayStart(Want::Ring, half));
        QVERIFY(mayCompute(Want::Ring, half));
        QVERIFY(mayStart(Want::Ring, {.urgent = 0, .prefetching = 0, .maxInflight = 1}));
    }

    void prefetchFromASlowDiskHasLimitsOfItsOwn() {
        const JobLoad reading{.prefetching = 2, .prefetchReads = 2, .maxInflight = 4, .maxPrefetchReads = 3};
        QVERIFY(mayStart(Want::Ring, reading, true) && !mayStart(Want::Ring, reading, false));
        const JobLoad all{.prefetching = 3, .prefetchReads = 3, .maxInflight = 4, .maxPrefetchReads = 3};
        QVERIFY(mayStart(Want::Visible, all, true) && !mayStart(Want::Ring, all, true));
        QVERIFY(mayComeAlong(Want::Ring, all, true));
        // Half of sixteen tiles, or four families, for each place.
        const JobLoad full{.weight = 32, .prefetchWeight = 32, .maxInflight = 4, .maxPrefetchReads = 3};
        QVERIFY(mayStart(Want::Visible, full, true) && mayComeAlong(Want::Visible, full, true));
        QVERIFY(!mayStart(Want::Ring, full, true) && !mayComeAlong(Want::Ring, full, true));
        QCOMPARE(placesFree(full, true), 32);
        QCOMPARE(weightOf({.isFamily = true, .id = {2, 0, 0}}), 4 * weightOf({.isFamily = false, .id = {0, 0, 0}}));
    }

    void theLeadGrowsWithWhatTilesTake() {
        PrefetchLead lead;
        const auto seconds = [&lead](double tileMs) {
            for (int tile = 0; tile < 200; ++tile) {
                lead.note(tileMs);
            }
            return std::round(100 * lead.seconds()) / 100;
        };
        QCOMPARE(lead.seconds(), kMostAheadSeconds);  // before anything is known
        QCOMPARE(seconds(2), 0.2);
        QCOMPARE(seconds(20), 0.3);
        QCOMPARE(seconds(500), kMostAheadSeconds);
        QCOMPARE(seconds(2), 0.2);
    }

    void theRingGrowsWhileItPaysAndVanishesWhileItDoesNot() {
        PrefetchRing ring;
        const int first = ring.tiles();
        QVERIFY(first >= 1 && first < PrefetchRing::kMaxTiles);
        for (int i = 0; i < 20; ++i) {
            ring.count(20, 2, 20);
        }
        QCOMPARE(ring.tiles(), PrefetchRing::kMaxTiles);
        QVERIFY(ring.hitRate() > 0.6 && ring.hitRate() < 1);
        for (int i = 0; i < 40; ++i) {
            ring.count(0, 40, 50);
        }
        QCOMPARE(ring.tiles(), 0);
        // Without experience of late it is tried again.
        for (int i = 0; i < 100; ++i) {
            ring.count(0, 0, 50);
        }
        QCOMPARE(ring.tiles(), first);
    }

    // What the view was heading for is nearly always seen; it must not speak for the ring.
    void theRingLearnsFromItsOwnTiles() {
        std::vector<WantedTile> wants;
        for (int x = 0; x < 40; ++x) {
            wants.push_back({{0, x, 0}, Want::Predicted});
        }
        for (int x = 40; x < 60; ++x) {
            wants.push_back({{0, x, 0}, x % 2 == 0 ? Want::Ring : Want::Nearby});
        }
        wants.push_back({{0, 60, 0}, Want::Visible});
        wants.push_back({{3, 0, 0}, Want::Cover});
        const std::vector<WantedTile> around = PrefetchRing::around(wants);
        QCOMPARE(around.size(), std::size_t{20});
        QVERIFY(std::ranges::all_of(around, [](const WantedTile& tile) { return tile.id.x >= 40 && tile.id.x < 60; }));

        // Of the twenty fifteen have been made. Of these the first five come into view, the next five stay around it,
        // the last five are left behind.
        std::vector<bool> isThere(around.size());
        std::fill_n(isThere.begin(), 15, true);
        const auto wantNow = [](TileId id) -> std::optional<Want> {
            return id.x < 45 ? std::optional(Want::Visible) : id.x < 50 ? std::optional(Want::Ring) : std::nullopt;
        };
        PrefetchRing ring;
        ring.count(around, isThere, wantNow, 12);
        PrefetchRing same;
        same.count(5, 5, 12);
        QCOMPARE(ring.hitRate(), same.hitRate());
        PrefetchRing other;
        other.count(5, 10, 12);
        QVERIFY(ring.hitRate() != other.hitRate());
    }
};

QTEST_APPLESS_MAIN(JobDecisionsTest)
#include "tst_job_decisions.moc"
