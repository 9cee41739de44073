// The books on families, without an engine: families of a small slide that is written here.
#include "core/engine/family_ledger.h"
#include "core/slide/slide.h"
#include "tests/support/origami_tiff.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <memory>

using namespace origami;

namespace {

constexpr JobKey keyOf(SlideKey slide, FamilyId family) {
    return {slide, static_cast<std::uint32_t>(ViewMode::Reconstructed), true, {kFamilyLevel, family.x, family.y}};
}

constexpr StageSpan upload(int ms) {
    return {Stage::Upload, 1, 0, std::int64_t{ms} * 1'000'000};
}

}  // namespace

class FamilyLedgerTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        const std::filesystem::path path = m_folder.filePath("slide.origami.tif").toStdString();
        test::writeTiff(path, 2048, 1024);
        const auto slide = openSlide(path);
        QVERIFY(slide);
        m_open = std::make_shared<OpenSlide>(5, *slide);
    }

    void aStartedFamilyRestsUntilItIsWantedAgain() {
        MetricsRecorder recorder;
        FamilyLedger ledger(4, recorder);
        const JobKey key = keyOf(5, {1, 0});
        QVERIFY(!ledger.take(key));
        ledger.begin(key);
        std::unique_ptr<StartedFamily> family = started({1, 0});
        const StartedFamily* const same = family.get();
        makeOneTile(*family);
        ledger.addUpload(key, upload(3));  // while it is worked on
        ledger.rest(key, std::move(family), true);
        ledger.addUpload(key, upload(4));  // while it rests
        QCOMPARE(ledger.recordOf(key)->uploadMs, 7.0);
        QCOMPARE(ledger.summaries(5, ViewMode::Reconstructed).size(), std::size_t{1});
        QCOMPARE(ledger.resting().size(), std::size_t{1});
        QVERIFY(recorder.families(5).empty());

        family = ledger.take(key);
        QVERIFY(family.get() == same);
        QVERIFY(!ledger.take(key));
        ledger.rest(key, std::move(family), false);
        QCOMPARE(recorder.family(5, {1, 0})->uploadMs, 7.0);
        ledger.addUpload(key, upload(2));  // after it was recorded
        QCOMPARE(recorder.family(5, {1, 0})->uploadMs, 9.0);
    }

    // Slides whose files have the same name are told apart, and a closed slide leaves nothing.
    void familiesBelongToTheirOpenSlide() {
        MetricsRecorder recorder;
        FamilyLedger ledger(4, recorder);
        for (const SlideKey slide : {SlideKey{5}, SlideKey{6}}) {
            std::unique_ptr<StartedFamily> family = started({0, 0}, slide);
            makeOneTile(*family);
            ledger.rest(keyOf(slide, {0, 0}), std::move(family), true);
        }
        ledger.addUpload(keyOf(6, {0, 0}), upload(8));
        QCOMPARE(ledger.recordOf(keyOf(5, {0, 0}))->uploadMs, 0.0);
        QCOMPARE(ledger.recordOf(keyOf(6, {0, 0}))->uploadMs, 8.0);
        QCOMPARE(ledger.recordOf(keyOf(6, {0, 0}))->slide, 6U);
        ledger.drop(5);
        QVERIFY(!ledger.take(keyOf(5, {0, 0})));
        QVERIFY(ledger.take(keyOf(6, {0, 0})));
    }

    void theLeastRecentlyUsedGoesFirst() {
        MetricsRecorder recorder;
        FamilyLedger ledger(1, recorder);
        std::unique_ptr<StartedFamily> first = started({0, 0});
        makeOneTile(*first);
        ledger.rest(keyOf(5, {0, 0}), std::move(first), true);
        ledger.rest(keyOf(5, {1, 0}), started({1, 0}), true);
        QVERIFY(!ledger.take(keyOf(5, {0, 0})));
        QVERIFY(recorder.family(5, {0, 0}));
        ledger.rest(keyOf(5, {0, 0}), started({0, 0}), true);
        QVERIFY(!recorder.family(5, {1, 0}));  // nothing had been made of it
    }

    void aFamilyThatIsMadeTwiceAtOnceIsCounted() {
        MetricsRecorder recorder;
        FamilyLedger ledger(4, recorder);
        const JobKey key = keyOf(5, {0, 0});
        {
            const FamilyLedger::Making first(ledger, key);
            QVERIFY(ledger.isInTheMaking(key));
            QCOMPARE(recorder.snapshot({}).duplicateFamilies, std::int64_t{0});
            const FamilyLedger::Making second(ledger, key);
            QCOMPARE(recorder.snapshot({}).duplicateFamilies, std::int64_t{1});
        }
        QVERIFY(!ledger.isInTheMaking(key));
        const FamilyLedger::Making third(ledger, key);
        QCOMPARE(recorder.snapshot({}).duplicateFamilies, std::int64_t{1});
    }

    void uploadsOfAWholeFamilyAreInItsRecord() {
        MetricsRecorder recorder;
        FamilyLedger ledger(4, recorder);
        const JobKey key = keyOf(5, {0, 0});
        const FamilyLedger::Making making(ledger, key);
        ledger.addUpload(key, upload(6));
        FamilyRecord record;
        record.slide = 5;
        ledger.finish(key, record);
        QCOMPARE(recorder.family(5, {0, 0})->uploadMs, 6.0);
    }

private:
    std::unique_ptr<StartedFamily> started(FamilyId id, SlideKey slide = 5) {
        Result<FamilyStreams> streams = readFamily(*m_open->slide, id);
        const FamilyOrigin origin{slide, ViewMode::Reconstructed, RequestReason::Visible, 0, {}};
        return std::make_unique<StartedFamily>(m_open, std::move(*streams), nullptr, origin);
    }
    static void makeOneTile(StartedFamily& family) {
        const std::array ids{TileId{0, 4 * family.streams.id.x, 4 * family.streams.id.y}};
        QVERIFY(family.parts->make({.ids = ids, .deliver = [](const FamilyTile&, double) {}}));
    }

    const QTemporaryDir m_folder;
    std::shared_ptr<OpenSlide> m_open;
};

QTEST_APPLESS_MAIN(FamilyLedgerTest)
#include "tst_family_ledger.moc"
