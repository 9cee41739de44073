// Plans a window's looks, without a cache and without a scheduler.
#include "core/engine/look_planner.h"

#include <QTest>

#include <algorithm>
#include <vector>

using namespace origami;

namespace {

constexpr std::uint32_t kSlide = 7;
constexpr std::size_t kNoLimit = 1'000'000;

// 16 x 8 tiles; levels 0 and 1 are rebuilt in families, the others are stored.
class FamilySlide : public Slide {
public:
    FamilySlide() : Slide({.path = "slide", .id = "slide", .pyramid = *Pyramid::create({4096, 2048}, 256)}) {}
    [[nodiscard]] TileOrigin originOf(int level) const noexcept override {
        return level < kFamilyLevel ? TileOrigin::Family : TileOrigin::Encoded;
    }
};

// The families 1_0 and 2_0 at full resolution, at rest. Their cover are two tiles of level 2.
LookRequest twoFamilies() {
    return {.looks = {{.view = {.centre = {2048, 512}, .scale = 1, .size = {2048, 1024}}}}, .focus = {1600, 512}};
}

PlannedLook planned(const LookRequest& request, const std::unordered_set<TileId>& failed = {}, bool isSlow = false) {
    return planLook(FamilySlide(), request, request.looks.front(), failed, isSlow);
}

std::vector<bool> none(const PlannedLook& look) {
    return std::vector<bool>(look.wants.size(), false);
}

}  // namespace

class LookPlannerTest : public QObject {
    Q_OBJECT

private slots:
    void aTileIsMadeWithItsFamilyWhereItsLevelIsRebuilt() {
        const FamilySlide slide;
        const JobKey family = jobFor(slide, kSlide, {0, 6, 5}, ViewMode::Residual);
        QVERIFY(family == (JobKey{kSlide, static_cast<std::uint32_t>(ViewMode::Residual), true, {2, 1, 1}}));
        QVERIFY(familyOf(family) == (FamilyId{1, 1}));
        QCOMPARE(modeOf(family), ViewMode::Residual);
        const JobKey tile = jobFor(slide, kSlide, {3, 1, 0}, ViewMode::Reconstructed);
        QVERIFY(tile == (JobKey{kSlide, 0, false, {3, 1, 0}}));
    }

    void theTilesOfAFamilyAreOneJob() {
        PlannedLook look = planned(twoFamilies());
        QCOMPARE(look.visible.size(), std::size_t{32});
        const std::vector<WantedJob> jobs = planJobs(FamilySlide(), kSlide, look, none(look), 0);
        const auto isFamily = [](const WantedJob& job) { return job.key.isFamily; };
        QCOMPARE(std::ranges::count_if(jobs, isFamily), 2);
        QVERIFY(std::ranges::find_if(jobs, isFamily)->key.id == (TileId{2, 1, 0}));
        QCOMPARE(askedForOf(FamilySlide().pyramid(), look, {1, 0}).size(), std::size_t{16});
        QVERIFY(askedForOf(FamilySlide().pyramid(), look, {0, 0}).empty());
    }

    void whatIsThereIsNotAskedFor() {
        PlannedLook look = planned(twoFamilies());
        std::vector<bool> isThere = none(look);
        for (std::size_t i = 0; i < look.wants.size(); ++i) {
            isThere[i] = look.wants[i].id != TileId{0, 5, 2};
        }
        const std::vector<WantedJob> jobs = planJobs(FamilySlide(), kSlide, look, isThere, kNoLimit);
        QCOMPARE(jobs.size(), std::size_t{1});
        const std::vector<WantedTile> asked = askedForOf(FamilySlide().pyramid(), look, {1, 0});
        QCOMPARE(asked.size(), std::size_t{1});
        QVERIFY(asked.front() == (WantedTile{{0, 5, 2}, Want::Visible}));
        isThere.assign(isThere.size(), true);
        QVERIFY(planJobs(FamilySlide(), kSlide, look, isThere, kNoLimit).empty());
    }

    // The limit counts tiles, those that are there included.
    void prefetchStopsAtItsLimit() {
        PlannedLook look = planned(twoFamilies(), {}, true);
        const auto askedAhead = [&](std::size_t limit) {
            (void)planJobs(FamilySlide(), kSlide, look, none(look), limit);
            std::size_t count = 0;
            for (std::size_t i = 0; i < look.wants.size(); ++i) {
                count += look.isAskedFor[i] && isPrefetch(look.wants[i].want) ? 1U : 0U;
            }
            return count;
        };
        QCOMPARE(askedAhead(0), std::size_t{0});
        QCOMPARE(askedAhead(5), std::size_t{5});
        QVERIFY(askedAhead(kNoLimit) > 5);
    }

    void aViewAtRestWantsWhatLiesAroundItWhereReadsAreSlow() {
        const auto ahead = [](const LookRequest& request, bool isSlow) {
            const PlannedLook look = planned(request, {}, isSlow);
            return std::ranges::count_if(look.wants, [](const WantedTile& tile) { return isPrefetch(tile.want); });
        };
        QCOMPARE(ahead(twoFamilies(), false), 0);
        QVERIFY(ahead(twoFamilies(), true) > 0);
        LookRequest moving = twoFamilies();
        moving.motion.velocity = {1500, 0};
        QVERIFY(ahead(moving, false) > 0);
        QCOMPARE(ahead(moving, true), ahead(moving, false));
    }

    void whatIsInViewAndTheOverviewArePinned() {
        const PlannedLook look = planned(twoFamilies(), {}, true);
        std::vector<TileKey> pinned;
        addPinned(FamilySlide(), kSlide, look, pinned);
        const auto isPinned = [&](TileId id) {
            return std::ranges::find(pinned, TileKey{kSlide, ViewMode::Reconstructed, id}) != pinned.end();
        };
        for (const TileId id : look.visible) {
            QVERIFY(isPinned(id));
        }
        const int overview = overviewLevel(FamilySlide().pyramid());
        QVERIFY(isPinned({overview, 0, 0}));
        for (const WantedTile& wanted : look.wants) {
            QVERIFY(!isPrefetch(wanted.want) || wanted.id.level == overview || !isPinned(wanted.id));
        }
    }

    void aFailedTileIsCoveredByACoarserOne() {
        std::unordered_set<TileId> failed;
        for (int y = 0; y < 4; ++y) {
            for (int x = 4; x < 8; ++x) {
                failed.insert({0, x, y});
            }
        }
        failed.insert({1, 2, 0});
        const auto covers = [](const PlannedLook& look, TileId id) {
            return std::ranges::any_of(
                look.wants, [&](const WantedTile& tile) { return tile.id == id && tile.want == Want::Cover; });
        };
        QVERIFY(!covers(planned(twoFamilies()), {1, 3, 1}));
        const PlannedLook look = planned(twoFamilies(), failed);
        QVERIFY(covers(look, {1, 3, 1}));
        QVERIFY(!covers(look, {1, 2, 0}));  // has failed, too
    }

    void looksTakeTurns() {
        const auto job = [](int x) { return WantedJob{{.slide = kSlide, .id = {0, x, 0}}, Want::Visible}; };
        const std::vector<std::vector<WantedJob>> looks{{job(1), job(2), job(3)}, {job(11)}};
        std::vector<int> order;
        for (const WantedJob& each : interleaved(looks)) {
            order.push_back(each.key.id.x);
        }
        QCOMPARE(order, (std::vector<int>{1, 11, 2, 3}));
        QVERIFY(interleaved({}).empty());
    }
};

QTEST_APPLESS_MAIN(LookPlannerTest)
#include "tst_look_planner.moc"
