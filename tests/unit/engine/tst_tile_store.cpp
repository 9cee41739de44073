// Failures, retries and completeness, with a clock that the test sets.
#include "core/engine/tile_store.h"

#include <QTest>

#include <chrono>
#include <memory>
#include <utility>

using namespace origami;
using namespace std::chrono_literals;

namespace {

constexpr SlideKey kSlide = 3;
constexpr auto kMode = ViewMode::Reconstructed;
const Error kDiskIsAway{ErrorCode::Io, "slide.tif: the disk does not answer"};
const Error kDamage{ErrorCode::Corrupt, "slide.tif: level 0 tile 1_0: damaged"};

struct Store {
    TileStore::Clock::time_point now{1h};
    TileStore store{std::size_t{64} << 20U, [this] { return now; }};

    Store() { store.open(kSlide); }
    std::optional<TileStore::Clock::time_point> add(TileId id, TileKind kind, const Error* problem = nullptr) {
        return store.add(
            kSlide, kMode,
            std::make_shared<const Tile>(Tile{id, kind, kind == TileKind::Failed ? Rgb32Image() : Rgb32Image(16, 16)}),
            problem);
    }
    [[nodiscard]] bool isThere(TileId id) const {
        const bool is = store.isThere({kSlide, kMode, id});
        const WantedTile tile{id, Want::Visible};
        return store.areThere(kSlide, kMode, {&tile, 1}).front() == is && is;
    }
};

PlannedLook lookAt(std::vector<TileId> tiles) {
    PlannedLook look;
    look.visibleRange = {.level = 0, .left = 0, .top = 0, .right = 10, .bottom = 1};
    look.visible = std::move(tiles);
    return look;
}

}  // namespace

class TileStoreTest : public QObject {
    Q_OBJECT

private slots:
    void aTileThatCannotBeReadIsTriedAgainLaterAndLater() {
        Store test;
        constexpr TileId kTile{0, 1, 0};
        auto delay = std::chrono::milliseconds(TileStore::kFirstRetry);
        for (int attempt = 0; attempt < 10; ++attempt) {
            const auto retryAt = test.add(kTile, TileKind::Failed, &kDiskIsAway);
            QVERIFY(retryAt == test.now + std::min(delay, std::chrono::milliseconds(TileStore::kLastRetry)));
            QVERIFY(test.store.nextRetry() == retryAt);
            QCOMPARE(test.store.failedCount(kSlide, kMode), 1);
            test.now = *retryAt - 1ms;
            QVERIFY(test.store.makeDue().empty());
            QVERIFY(test.isThere(kTile));
            test.now = *retryAt;
            QVERIFY(test.store.makeDue() == std::vector<SlideKey>{kSlide});
            QVERIFY(!test.isThere(kTile));
            QVERIFY(test.store.isCached({kSlide, kMode, kTile}));  // its mark stays on the screen
            QVERIFY(!test.store.nextRetry());
            delay *= 2;
        }
        test.add(kTile, TileKind::Baseline);
        QVERIFY(test.isThere(kTile));
        QCOMPARE(test.store.failedCount(kSlide, kMode), 0);
        QVERIFY(test.add(kTile, TileKind::Failed, &kDiskIsAway) == test.now + TileStore::kFirstRetry);
    }

    void damageIsFinal() {
        Store test;
        constexpr TileId kTile{0, 1, 0};
        QVERIFY(!test.add(kTile, TileKind::Failed, &kDamage));
        test.now += 24h;
        QVERIFY(test.store.makeDue().empty());
        test.store.retryNow(kSlide);
        QVERIFY(test.isThere(kTile));
        QVERIFY(test.store.failed(kSlide, kMode) == std::unordered_set<TileId>{kTile});
    }

    // A prediction that was shown because the residual could not be read.
    void aStandInIsTriedAgainAndIsNoFailure() {
        Store test;
        constexpr TileId kTile{0, 1, 0};
        QVERIFY(test.add(kTile, TileKind::Predicted, &kDiskIsAway));
        QCOMPARE(test.store.failedCount(kSlide, kMode), 0);
        test.now += TileStore::kFirstRetry;
        QVERIFY(!test.store.makeDue().empty());
        QVERIFY(!test.isThere(kTile));
        QVERIFY(!test.add(kTile, TileKind::Predicted, &kDamage));
        QVERIFY(test.isThere(kTile));
    }

    void onDemandItIsTriedAtOnce() {
        Store test;
        test.add({0, 1, 0}, TileKind::Failed, &kDiskIsAway);
        test.add({0, 2, 0}, TileKind::Failed, &kDamage);
        test.store.retryNow(kSlide);
        QVERIFY(!test.isThere({0, 1, 0}));
        QVERIFY(test.isThere({0, 2, 0}));
    }

    void aViewIsCompleteWithItsLastTile() {
        Store test;
        QVERIFY(!test.store.completeSince(kSlide));
        const std::vector<PlannedLook> looks{lookAt({{0, 1, 0}, {0, 2, 0}, {0, 3, 0}})};
        test.store.watch(kSlide, looks);
        test.add({0, 2, 0}, TileKind::Baseline);
        test.add({0, 1, 0}, TileKind::Failed, &kDamage);
        QVERIFY(!test.store.completeSince(kSlide));
        test.now += 5s;
        test.add({0, 3, 0}, TileKind::Baseline);
        QVERIFY(test.store.completeSince(kSlide) == test.now);
        test.now += 5s;
        test.add({0, 3, 0}, TileKind::Baseline);
        QVERIFY(test.store.completeSince(kSlide) == test.now - 5s);
        test.store.watch(kSlide, looks);  // everything is there
        QVERIFY(test.store.completeSince(kSlide) == test.now);
    }

    void whatComesAfterASlideIsClosedIsDropped() {
        Store test;
        test.add({0, 1, 0}, TileKind::Baseline);
        test.add({0, 2, 0}, TileKind::Failed, &kDiskIsAway);
        test.store.close(kSlide);
        QCOMPARE(test.store.bytes(), std::size_t{0});
        QVERIFY(!test.store.nextRetry());
        QVERIFY(!test.add({0, 3, 0}, TileKind::Baseline));
        QCOMPARE(test.store.bytes(), std::size_t{0});
        QVERIFY(!test.store.completeSince(kSlide));
    }
};

QTEST_APPLESS_MAIN(TileStoreTest)
#include "tst_tile_store.moc"
