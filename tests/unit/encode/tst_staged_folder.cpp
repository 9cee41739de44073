// A staged folder appears whole or not at all, and never costs anybody else's files.
#include "core/encode/staged_folder.h"
#include "tests/unit/encode/folder_listing.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace origami;

namespace {

namespace fs = std::filesystem;

const OverwriteGuard kNoObjection = [](const fs::path&) { return std::string(); };

ByteSpan bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
}

bool holds(const fs::path& path, std::string_view text) {
    return std::ranges::equal(contentOf(path), bytesOf(text));
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

class StagedFolderTest : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_place = m_temporary->path().toStdString();
        m_target = m_place / "slide";
    }

    void appearsOnlyWhenCommitted() {
        Result<StagedFolder> folder = StagedFolder::create(m_target, false, kNoObjection);
        QVERIFY(folder);
        QVERIFY(folder->makeFolder("a/b"));
        QVERIFY(folder->writeFile("a/b/one.txt", bytesOf("one")));
        QVERIFY(folder->writeFile("empty", {}));
        QVERIFY(!fs::exists(m_target));
        QVERIFY(folder->commit());
        QCOMPARE(namesIn(m_place), std::set<std::string>{"slide"});
        QCOMPARE(namesIn(m_target), (std::set<std::string>{"a", "empty"}));
        QVERIFY(holds(m_target / "a/b/one.txt", "one"));
        QVERIFY(holds(m_target / "empty", ""));
    }

    void leavesNothingWithoutCommit() {
        {
            Result<StagedFolder> folder = StagedFolder::create(m_target, false, kNoObjection);
            QVERIFY(folder && folder->makeFolder("a") && folder->writeFile("a/one", bytesOf("one")));
            QVERIFY(!namesIn(m_place).empty());  // beside the target, so that the rename stays on its disk
        }
        QVERIFY(namesIn(m_place).empty());
    }

    void staysAfterItsOwnerIsGone() {
        {
            Result<StagedFolder> folder = StagedFolder::create(m_target, false, kNoObjection);
            QVERIFY(folder && folder->writeFile("one", bytesOf("one")) && folder->commit());
        }
        QVERIFY(holds(m_target / "one", "one"));
    }

    void movingHandsItOver() {
        auto folder = std::make_unique<Result<StagedFolder>>(StagedFolder::create(m_target, false, kNoObjection));
        QVERIFY(*folder);
        {
            const StagedFolder owner = *std::move(*folder);
            folder.reset();
            QVERIFY(owner.writeFile("one", bytesOf("one")));
        }
        QVERIFY(namesIn(m_place).empty());
    }

    void refusesWhatExists_data() {
        QTest::addColumn<bool>("isFolder");
        QTest::newRow("file") << false;
        QTest::newRow("folder") << true;
    }
    void refusesWhatExists() {
        QFETCH(bool, isFolder);
        putFile(isFolder ? m_target / "precious" : m_target, "keep");
        const Result<StagedFolder> folder = StagedFolder::create(m_target, false, kNoObjection);
        QVERIFY(!folder);
        QCOMPARE(folder.error().code, ErrorCode::InvalidArgument);
        QVERIFY(contains(folder.error().message, m_target.string()));
        QCOMPARE(namesIn(m_place), std::set<std::string>{"slide"});
        QVERIFY(holds(isFolder ? m_target / "precious" : m_target, "keep"));
    }

    void theGuardProtectsWhatExists() {
        putFile(m_target / "precious", "keep");
        fs::path asked;
        const Result<StagedFolder> folder = StagedFolder::create(m_target, true, [&](const fs::path& path) {
            asked = path;
            return std::string("is precious");
        });
        QVERIFY(!folder);
        QCOMPARE(asked, m_target);
        QCOMPARE(folder.error().code, ErrorCode::InvalidArgument);
        QVERIFY(contains(folder.error().message, m_target.string() + " is precious"));
        QVERIFY(holds(m_target / "precious", "keep"));
        QCOMPARE(namesIn(m_place), std::set<std::string>{"slide"});
    }

    void overwritesOnlyAtTheEnd() {
        putFile(m_target / "old/deep", "old");
        Result<StagedFolder> folder = StagedFolder::create(m_target, true, kNoObjection);
        QVERIFY(folder && folder->writeFile("new", bytesOf("new")));
        QCOMPARE(namesIn(m_target), std::set<std::string>{"old"});
        QVERIFY(folder->commit());
        QCOMPARE(namesIn(m_target), std::set<std::string>{"new"});
        QCOMPARE(namesIn(m_place), std::set<std::string>{"slide"});
    }

    void leavesTheOldOneWithoutCommit() {
        putFile(m_target / "old", "old");
        { QVERIFY(StagedFolder::create(m_target, true, kNoObjection)); }
        QVERIFY(holds(m_target / "old", "old"));
        QCOMPARE(namesIn(m_place), std::set<std::string>{"slide"});
    }

    void replacesALinkAndNotWhatItPointsTo() {
        putFile(m_place / "elsewhere/old", "old");
        fs::create_directory_symlink(m_place / "elsewhere", m_target);
        Result<StagedFolder> folder = StagedFolder::create(m_target, true, kNoObjection);
        QVERIFY(folder && folder->writeFile("new", bytesOf("new")) && folder->commit());
        QVERIFY(!fs::is_symlink(m_target));
        QVERIFY(holds(m_target / "new", "new"));
        QVERIFY(holds(m_place / "elsewhere/old", "old"));
        QCOMPARE(namesIn(m_place), (std::set<std::string>{"elsewhere", "slide"}));
    }

    void aDanglingLinkIsSomethingThatExists() {
        fs::create_symlink(m_place / "nowhere", m_target);
        QVERIFY(!StagedFolder::create(m_target, false, kNoObjection));
        QVERIFY(fs::is_symlink(m_target));
    }

    void aTargetMadeMeanwhileIsKept() {
        for (const bool empty : {true, false}) {
            Result<StagedFolder> folder = StagedFolder::create(m_target, false, kNoObjection);
            QVERIFY(folder);
            fs::create_directory(m_target);
            if (!empty) {
                putFile(m_target / "theirs", "theirs");
            }
            const Result<void> committed = folder->commit();
            QVERIFY(!committed);
            QCOMPARE(committed.error().code, ErrorCode::InvalidArgument);
            QCOMPARE(namesIn(m_target), empty ? std::set<std::string>{} : std::set<std::string>{"theirs"});
            fs::remove_all(m_target);
        }
    }

    void theFolderAroundItMustExist() {
        const Result<StagedFolder> folder = StagedFolder::create(m_place / "missing/slide", false, kNoObjection);
        QVERIFY(!folder);
        QCOMPARE(folder.error().code, ErrorCode::NotFound);
        QVERIFY(contains(folder.error().message, (m_place / "missing").string()));
        QVERIFY(namesIn(m_place).empty());
    }

    void aFolderThatCannotBeWrittenToIsSaid() {
        const Result<StagedFolder> folder = StagedFolder::create("/proc/slide", false, kNoObjection);
        QVERIFY(!folder);
        QCOMPARE(folder.error().code, ErrorCode::Io);
        QVERIFY(contains(folder.error().message, "/proc/slide"));
    }

    void namesAreTakenAsPeopleWriteThem() {
        for (const std::string& name :
             {m_target.string() + "/", m_place.string() + "/./slide", m_place.string() + "/x/../slide"}) {
            Result<StagedFolder> folder = StagedFolder::create(name, false, kNoObjection);
            QVERIFY(folder && folder->commit());
            QCOMPARE(namesIn(m_place), std::set<std::string>{"slide"});
            fs::remove_all(m_target);
        }
        QVERIFY(!StagedFolder::create("/", true, kNoObjection));
        QVERIFY(!StagedFolder::create("", true, kNoObjection));
    }

    void failedWritesNameTheFileAsTheUserKnowsIt() {
        Result<StagedFolder> folder = StagedFolder::create(m_target, false, kNoObjection);
        QVERIFY(folder);
        const Result<void> written = folder->writeFile("missing/one", bytesOf("one"));
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Io);
        QVERIFY(contains(written.error().message, (m_target / "missing/one").string()));
        QVERIFY(folder->writeFile("file", bytesOf("x")));
        const Result<void> made = folder->makeFolder("file/below");
        QVERIFY(!made);
        QVERIFY(contains(made.error().message, (m_target / "file/below").string()));
    }

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_place;
    fs::path m_target;
};

QTEST_APPLESS_MAIN(StagedFolderTest)
#include "tst_staged_folder.moc"
