// The list of slides on disks that answer late, and the names of slides.
#include "tests/support/busy_tasks.h"
#include "ui/models/slide_list_model.h"
#include "ui/session/slide_list.h"
#include "ui/session/slide_path.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <memory>

using namespace origami;

namespace {
constexpr std::chrono::seconds kPatience{20};
}

class TestSlideList : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        QVERIFY(m_first.isValid() && m_second.isValid());
        QVERIFY(QFile(m_first.filePath("one.svs")).open(QIODevice::WriteOnly));
        QVERIFY(QFile(m_second.filePath("two.svs")).open(QIODevice::WriteOnly));
    }

    void theNewestFolderWins() {
        FileTasks tasks;
        SlideList list(tasks);
        const SlideListModel rows(list);
        test::BusyTasks busy(tasks);
        list.listFolder(m_first.path());
        list.listFolder(m_second.path());
        QVERIFY(list.state() == SlideList::State::Listing);
        QCOMPARE(rows.rowCount(), 0);
        busy.release();
        QTRY_VERIFY(list.state() == SlideList::State::Ready);
        QVERIFY(tasks.stop(kPatience));  // the first folder has been read, too
        QCoreApplication::sendPostedEvents();
        QCOMPARE(list.paths(), QStringList(m_second.filePath("two.svs")));
        QCOMPARE(rows.rowCount(), 1);
        QCOMPARE(rows.data(rows.index(0), SlideListModel::NameRole).toString(), QString("two"));
    }

    void slidesMayBeAddedMeanwhile() {
        FileTasks tasks;
        SlideList list(tasks);
        test::BusyTasks busy(tasks);
        list.listFolder(m_first.path());
        list.add({"/elsewhere/three.svs", "/elsewhere/./three.svs"});
        QCOMPARE(list.total(), 1);
        busy.release();
        QTRY_VERIFY(list.state() == SlideList::State::Ready);
        QCOMPARE(list.paths(), (QStringList{"/elsewhere/three.svs", m_first.filePath("one.svs")}));
    }

    void theListMayGoMeanwhile() {
        FileTasks tasks;
        auto list = std::make_unique<SlideList>(tasks);
        test::BusyTasks busy(tasks);
        list->listFolder(m_first.path());
        list.reset();
        bool isOver = false;
        tasks.run(
            this, [] { return Result<void>(); }, [&](const Result<void>&) { isOver = true; });
        busy.release();
        QTRY_VERIFY(isOver);
    }

    void namesComeFromPathsAlone_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("name");
        QTest::newRow("slide") << "/a/b.svs"
                               << "b";
        QTest::newRow("capitals") << "/a/b.SVS"
                                  << "b";
        QTest::newRow("two extensions") << "/a/b.origami.tif"
                                        << "b.origami";
        QTest::newRow("dots") << "/a/b.4.c.ndpi"
                              << "b.4.c";
        QTest::newRow("no slide") << "/a/notes.txt"
                                  << "notes.txt";
        QTest::newRow("folder") << "/a/slide.v2/"
                                << "slide.v2";
        QTest::newRow("inside an ORIGAMI folder") << "/a/slide.v2/baseline_pyramid.dzi"
                                                  << "slide.v2";
        QTest::newRow("control characters") << "/a/two\nlines\x1b.dzi"
                                            << "two lines ";
        QTest::newRow("the root") << "/"
                                  << "";
    }

    void namesComeFromPathsAlone() {
        QFETCH(QString, path);
        QFETCH(QString, name);
        QCOMPARE(slideNameOf(path), name);
    }

    void pathsAreMadeAbsolute() {
        QCOMPARE(absolutePath("/a/./b/../c.svs"), QString("/a/c.svs"));
        QCOMPARE(absolutePath("/a/b/"), QString("/a/b"));
        QCOMPARE(absolutePath("c.svs"), QDir::currentPath() + "/c.svs");
        QCOMPARE(folderOf("/a/b/c.svs"), QString("/a/b"));
        QCOMPARE(folderOf("/a/b/"), QString("/a"));
        QCOMPARE(fileNameOf("/a/b/"), QString("b"));
        QCOMPARE(absolutePath(QString::fromUtf8("/Größe/肝.svs")), QString::fromUtf8("/Größe/肝.svs"));
    }

private:
    QTemporaryDir m_first;
    QTemporaryDir m_second;
};

QTEST_GUILESS_MAIN(TestSlideList)
#include "tst_slide_list.moc"
