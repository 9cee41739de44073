// What a new wish means for known jobs, and which jobs may go on: compared with lists of actions.
#include "core/schedule/job_decisions.h"

#include <QTest>

#include <vector>

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
};

QTEST_APPLESS_MAIN(JobDecisionsTest)
#include "tst_job_decisions.moc"
