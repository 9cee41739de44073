// Which jobs may take their next step.
#include "core/schedule/job_limits.h"

#include <QTest>

#include <vector>

using namespace origami;

class JobLimitsTest : public QObject {
    Q_OBJECT
private slots:
    void prefetchTakesIdleWorkersAndHalfOfThePlaces() {
        const JobLoad idle{.urgent = 0, .prefetching = 0, .maxInflight = 4};
        for (const Want want : {Want::Cover, Want::Visible, Want::Predicted, Want::Ring, Want::Nearby}) {
            QVERIFY(mayStart(want, idle, false) && mayCompute(want, idle));
        }
        const JobLoad busy{.urgent = 1, .prefetching = 0, .maxInflight = 4};
        QVERIFY(mayStart(Want::Visible, busy, false) && mayStart(Want::Predicted, busy, false));
        QVERIFY(!mayStart(Want::Ring, busy, false) && !mayCompute(Want::Ring, busy) && !mayCompute(Want::Nearby, busy));
        const JobLoad half{.urgent = 0, .prefetching = 2, .maxInflight = 4};
        QVERIFY(mayStart(Want::Visible, half, false) && !mayStart(Want::Predicted, half, false) &&
                !mayStart(Want::Ring, half, false));
        QVERIFY(mayCompute(Want::Ring, half));
        QVERIFY(mayStart(Want::Ring, {.urgent = 0, .prefetching = 0, .maxInflight = 1}, false));
    }

    // Half of sixteen tiles, or of four families, for each place.
    void prefetchFromASlowDiskHasALimitOfItsOwn() {
        const JobLoad reading{.prefetching = 2, .weight = 2, .prefetchWeight = 2, .maxInflight = 4};
        QVERIFY(mayStart(Want::Ring, reading, true) && !mayStart(Want::Ring, reading, false));
        const JobLoad full{.weight = 32, .prefetchWeight = 32, .maxInflight = 4};
        QVERIFY(mayStart(Want::Visible, full, true));
        QVERIFY(!mayStart(Want::Ring, full, true));
        QCOMPARE(placesFree(full, true), 32);
        QCOMPARE(weightOf({.isFamily = true, .id = {2, 0, 0}}), 4 * weightOf({.isFamily = false, .id = {0, 0, 0}}));
    }
};

QTEST_APPLESS_MAIN(JobLimitsTest)
#include "tst_job_limits.moc"
