// ORIGAMI directories (formats.md, section 2): where residuals come from, what stands in for them, and damage.
#include "core/make/tile_maker.h"
#include "core/slide/slide.h"
#include "tests/support/files.h"
#include "tests/support/images.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace origami;
namespace fs = std::filesystem;

namespace {

std::shared_ptr<const Slide> opened(const fs::path& path, const OpenOptions& options = {}) {
    Result<std::shared_ptr<const Slide>> slide = openSlide(path, options);
    if (!slide) {
        qFatal("%s", slide.error().message.c_str());
    }
    return *slide;
}

FamilyTiles family(const Slide& slide, FamilyId id = {0, 0}) {
    Result<FamilyTiles> made = makeFamily(slide, id, ViewMode::Reconstructed, nullptr);
    if (!made) {
        qFatal("%s", made.error().message.c_str());
    }
    return std::move(*made);
}

const FamilyTile& tileOf(const FamilyTiles& family, TileId id) {
    for (const FamilyTile& tile : family.tiles) {
        if (tile.id == id) {
            return tile;
        }
    }
    qFatal("no such tile");
}

int countOf(const FamilyTiles& family, TileKind kind) {
    int count = 0;
    for (const FamilyTile& tile : family.tiles) {
        count += tile.kind == kind ? 1 : 0;
    }
    return count;
}

bool same(const FamilyTiles& a, const FamilyTiles& b) {
    return std::ranges::equal(a.tiles, b.tiles, [](const FamilyTile& first, const FamilyTile& second) {
        return test::areEqual(first.pixels.view(), second.pixels.view());
    });
}

// The folder of loose residuals, whatever quality it is named for.
fs::path looseFolder(const fs::path& slide) {
    for (const auto& entry : fs::directory_iterator(slide)) {
        if (entry.path().filename().string().starts_with("residuals_")) {
            return entry.path();
        }
    }
    qFatal("no loose residuals");
}

}  // namespace

class TestOrigamiDirectory : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_temporary;
    fs::path m_folder;

    // A copy of a shared slide that may be damaged.
    [[nodiscard]] fs::path slideLike(const char* name) const {
        return test::copyOf(test::sharedSlide(name), m_folder / name);
    }

private slots:
    void initTestCase() {
        if (!test::hasSharedSlides()) {
            QSKIP(test::kNoSharedSlides);
        }
    }

    void init() {
        static int count = 0;
        m_folder = fs::path(m_temporary.path().toStdString()) / std::to_string(count++);
        fs::create_directories(m_folder);
    }

    void allThreeLayoutsGiveTheSameTiles() {
        const auto packs = opened(test::sharedSlide("origami-packs"));
        const auto bundle = opened(test::sharedSlide("origami-bundle"));
        const auto loose = opened(test::sharedSlide("origami-loose"));
        for (const FamilyId id : {FamilyId{0, 0}, {1, 0}, {0, 1}, {1, 1}}) {
            const FamilyTiles expected = family(*packs, id);
            QCOMPARE(countOf(expected, TileKind::Generated), 20);
            QVERIFY(same(expected, family(*bundle, id)));
            QVERIFY(same(expected, family(*loose, id)));
        }
    }

    void theDescriptionStandsForItsFolder() {
        const auto slide = opened(test::sharedSlide("origami-packs") / "baseline_pyramid.dzi");
        QCOMPARE(slide->info().format, SlideFormat::OrigamiDirectory);
        QCOMPARE(slide->info().id, std::string("origami-packs"));
    }

    // Bundle before packs before loose files: each of the preferred ones is made to differ by losing a family.
    void preferenceIsBundlePacksLoose() {
        const fs::path slide = slideLike("origami-loose");
        const fs::path packs = slide / "residual_packs";
        QCOMPARE(opened(slide)->info().formatDetail, std::string("loose residuals"));
        test::copyOf(test::sharedSlide("origami-packs") / "residual_packs", packs);
        QCOMPARE(opened(slide)->info().formatDetail, std::string("packs"));
        test::write(packs / "residuals.bundle",
                    test::read(test::sharedSlide("origami-bundle") / "residual_packs" / "residuals.bundle"));
        QCOMPARE(opened(slide)->info().formatDetail, std::string("bundle"));
    }

    void residualsMayLieElsewhere() {
        const fs::path slide = slideLike("origami-packs");
        fs::rename(slide / "residual_packs", m_folder / "packs");
        QCOMPARE(opened(slide)->info().residuals.value_or(ResidualCount{}).present, std::int64_t{0});
        const auto found = opened(slide, {.residualPackDir = m_folder / "packs"});
        QVERIFY(same(family(*found), family(*opened(test::sharedSlide("origami-packs")))));
        const auto loose = opened(slide, {.residualsDir = looseFolder(test::sharedSlide("origami-loose"))});
        QVERIFY(same(family(*loose), family(*opened(test::sharedSlide("origami-packs")))));
        for (const fs::path& with : {slide, test::sharedSlide("origami-bundle")}) {
            for (const OpenOptions& options : {OpenOptions{.residualPackDir = m_folder / "nowhere"},
                                               OpenOptions{.residualsDir = m_folder / "nowhere"}}) {
                const auto nowhere = openSlide(with, options);
                QVERIFY(!nowhere);
                QVERIFY(nowhere.error().message.find("nowhere") != std::string::npos);
            }
        }
    }

    void aFolderOfResidualsThatCannotBeReadIsNamed() {
        const fs::path slide = slideLike("origami-packs");
        const fs::path packs = slide / "residual_packs";
        fs::remove_all(packs);
        fs::create_directory_symlink(packs, packs);  // permissions do not stop root, a loop does
        const auto opened = openSlide(slide);
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.find(packs.string()) != std::string::npos, opened.error().message.c_str());
    }

    void aFamilyWithoutPackIsPredicted() {
        const fs::path slide = slideLike("origami-packs");
        QVERIFY(fs::remove(slide / "residual_packs" / "1_0.pack"));
        const auto reader = opened(slide);
        QCOMPARE(reader->info().residuals->present, std::int64_t{3});
        QCOMPARE(reader->info().residuals->missing, std::int64_t{1});
        QCOMPARE(countOf(family(*reader, {1, 0}), TileKind::Predicted), 20);
        QCOMPARE(countOf(family(*reader, {0, 0}), TileKind::Generated), 20);
    }

    void aMissingResidualFallsBackToTheBaselineTile() {
        const fs::path slide = slideLike("origami-loose");
        const fs::path residuals = looseFolder(slide);
        QVERIFY(fs::remove(residuals / "L0" / "0_0" / "1_2.jpg"));
        QVERIFY(fs::remove(residuals / "L0" / "0_0" / "3_3.jpg"));
        QVERIFY(fs::remove(slide / "baseline_pyramid_files" / "11" / "3_3.jpg"));
        const FamilyTiles tiles = family(*opened(slide));
        QCOMPARE(tileOf(tiles, {0, 1, 2}).kind, TileKind::Fallback);
        QCOMPARE(tileOf(tiles, {0, 3, 3}).kind, TileKind::Predicted);
        QCOMPARE(countOf(tiles, TileKind::Generated), 18);
    }

    void aDamagedResidualFailsAlone_data() {
        QTest::addColumn<QByteArray>("content");
        const auto content = [](const fs::path& path) {
            const Bytes bytes = test::read(path);
            return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
        };
        const fs::path slide = test::sharedSlide("origami-loose");
        const QByteArray whole = content(looseFolder(slide) / "L0" / "0_0" / "1_2.jpg");
        QTest::newRow("half a JPEG") << whole.left(whole.size() / 2);
        QTest::newRow("text") << QByteArray("not a JPEG at all");
        QTest::newRow("wrong size") << content(slide / "baseline_pyramid_files" / "7" / "0_0.jpg");
    }
    void aDamagedResidualFailsAlone() {
        QFETCH(const QByteArray, content);
        const fs::path slide = slideLike("origami-loose");
        test::write(looseFolder(slide) / "L0" / "0_0" / "1_2.jpg", content.toStdString());
        const FamilyTiles tiles = family(*opened(slide));
        const FamilyTile& bad = tileOf(tiles, {0, 1, 2});
        QCOMPARE(bad.kind, TileKind::Failed);
        QVERIFY(bad.problem);
        QVERIFY2(bad.problem->message.find("1_2") != std::string::npos, bad.problem->message.c_str());
        QCOMPARE(tiles.record.failedTiles, 1);
        QCOMPARE(countOf(tiles, TileKind::Generated), 19);
    }

    // Without it nothing below can be rebuilt; the rest of the family can.
    void aDamagedLevel1ResidualFailsWithItsChildren() {
        const fs::path slide = slideLike("origami-loose");
        test::write(looseFolder(slide) / "L1" / "0_0" / "1_0.jpg", "not a JPEG at all");
        const FamilyTiles tiles = family(*opened(slide));
        QCOMPARE(countOf(tiles, TileKind::Failed), 5);
        for (const TileId id : {TileId{1, 1, 0}, {0, 2, 0}, {0, 3, 0}, {0, 2, 1}, {0, 3, 1}}) {
            QCOMPARE(tileOf(tiles, id).kind, TileKind::Failed);
        }
    }

    void aDamagedPackSpoilsItsFamilyOnly() {
        const fs::path slide = slideLike("origami-packs");
        const fs::path pack = slide / "residual_packs" / "0_0.pack";
        test::truncate(pack, 1000);
        const auto reader = opened(slide);
        const FamilyTiles damaged = family(*reader);
        QCOMPARE(countOf(damaged, TileKind::Failed), 20);
        QVERIFY(tileOf(damaged, {0, 0, 0}).problem->message.find(pack.string()) != std::string::npos);
        QCOMPARE(countOf(damaged, TileKind::Baseline), 1);
        QCOMPARE(countOf(family(*reader, {1, 1}), TileKind::Generated), 20);
    }

    void aMissingSeedIsNamed() {
        const fs::path slide = slideLike("origami-packs");
        const fs::path seed = slide / "baseline_pyramid_files" / "9" / "1_0.jpg";
        QVERIFY(fs::remove(seed));
        const auto made = makeFamily(*opened(slide), {1, 0}, ViewMode::Reconstructed, nullptr);
        QVERIFY(!made);
        QVERIFY2(made.error().message.find(seed.string()) != std::string::npos, made.error().message.c_str());
    }

    // Any prefix of a bundle, and of its index, leads to a sentence.
    void aDamagedBundleIsRefused() {
        const fs::path slide = slideLike("origami-bundle");
        const fs::path bundle = slide / "residual_packs" / "residuals.bundle";
        const Bytes bytes = test::read(bundle);
        for (const std::size_t size :
             {std::size_t{0}, std::size_t{31}, std::size_t{32}, bytes.size() / 2, bytes.size() - 1}) {
            test::write(bundle, ByteSpan(bytes).subspan(0, size));
            const auto reader = openSlide(slide);
            QVERIFY(!reader);
            QVERIFY2(reader.error().message.find("residuals.bundle") != std::string::npos,
                     reader.error().message.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestOrigamiDirectory)
#include "tst_origami_directory.moc"
