// Files that the desktop hands to the program, before and after it is ready: as macOS does, with QFileOpenEvents.
#include "app/viewer/viewer_window.h"
#include "tests/support/deep_zoom.h"
#include "tests/support/settings.h"

#include <QDropEvent>
#include <QFileOpenEvent>
#include <QMimeData>
#include <QQuickItem>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using origami::FileOpenEvents;
using origami::ViewerOptions;
using origami::ViewerWindow;

namespace {
constexpr int kPatienceMs = 20'000;
}

class TestFileOpenEvents : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();

    void waitsForTheStart();
    void handsOnTogetherWhatComesTogether();
    void opensWhatCameBeforeTheWindowWasReady();
    void opensWhatComesLater();
    void opensFilesAfterThoseOfTheCommandLine();
    void bringsTheWindowBack();
    void takesDropsOverThePanels();
    void whatWasOpenIsInTheMenu();

private:
    static void askFor(const QString& path) {
        QCoreApplication::postEvent(QCoreApplication::instance(), new QFileOpenEvent(QUrl::fromLocalFile(path)));
    }
    [[nodiscard]] QString slide(const char* name) const { return m_folder.filePath(QString::fromUtf8(name) + ".dzi"); }
    static ViewerOptions options() {
        ViewerOptions options;
        options.metricsIntervalSeconds = 0;
        options.engine.threads = 2;
        return options;
    }
    static QString shown(ViewerWindow& viewer) {
        return viewer.session().slide() ? viewer.session().slide()->path() : QString();
    }

    QTemporaryDir m_folder;
};

void TestFileOpenEvents::initTestCase() {
    origami::test::useOwnSettings();
    QVERIFY(m_folder.isValid());
    for (const char* name : {"one", "two", "Größe µm"}) {
        QVERIFY(writeDeepZoom(m_folder.path(), QString::fromUtf8(name), 300, 200));
    }
}

void TestFileOpenEvents::waitsForTheStart() {
    QObject application;
    FileOpenEvents events(application);
    const QSignalSpy wishes(&events, &FileOpenEvents::filesWished);
    QFileOpenEvent event(QUrl::fromLocalFile(QStringLiteral("/a.tif")));
    QVERIFY(QCoreApplication::sendEvent(&application, &event));
    QCoreApplication::processEvents();
    QCOMPARE(wishes.count(), 0);
    events.start();
    QTRY_COMPARE(wishes.count(), 1);
    QCOMPARE(wishes.first().first().value<QList<QUrl>>(), {QUrl::fromLocalFile(QStringLiteral("/a.tif"))});
}

void TestFileOpenEvents::handsOnTogetherWhatComesTogether() {
    QObject application;
    FileOpenEvents events(application);
    events.start();
    const QSignalSpy wishes(&events, &FileOpenEvents::filesWished);
    const QUrl a = QUrl::fromLocalFile(QStringLiteral("/a.tif"));
    const QUrl b = QUrl::fromLocalFile(QStringLiteral("/b.tif"));
    QCoreApplication::postEvent(&application, new QFileOpenEvent(a));
    QCoreApplication::postEvent(&application, new QFileOpenEvent(b));
    QTRY_COMPARE(wishes.count(), 1);
    QCOMPARE(wishes.at(0).first().value<QList<QUrl>>(), (QList<QUrl>{a, b}));
    QCoreApplication::postEvent(&application, new QFileOpenEvent(b));
    QTRY_COMPARE(wishes.count(), 2);
    QCOMPARE(wishes.at(1).first().value<QList<QUrl>>(), {b});
}

void TestFileOpenEvents::opensWhatCameBeforeTheWindowWasReady() {
    ViewerWindow viewer(options());
    askFor(slide("one"));
    askFor(slide("two"));
    QCoreApplication::processEvents();
    QVERIFY(viewer.session().openingName().isEmpty());
    viewer.start();
    QTRY_COMPARE_WITH_TIMEOUT(shown(viewer), slide("one"), kPatienceMs);
    QCOMPARE(viewer.session().slides()->property("total").toInt(), 2);
}

void TestFileOpenEvents::opensWhatComesLater() {
    ViewerWindow viewer(options());
    viewer.start();
    askFor(slide("one"));
    QTRY_COMPARE_WITH_TIMEOUT(shown(viewer), slide("one"), kPatienceMs);
    askFor(slide("Größe µm"));
    QTRY_COMPARE_WITH_TIMEOUT(shown(viewer), slide("Größe µm"), kPatienceMs);
}

void TestFileOpenEvents::opensFilesAfterThoseOfTheCommandLine() {
    ViewerOptions both = options();
    both.slides = {slide("one")};
    ViewerWindow viewer(both);
    askFor(slide("two"));
    QCoreApplication::processEvents();
    viewer.start();
    QTRY_COMPARE_WITH_TIMEOUT(shown(viewer), slide("two"), kPatienceMs);
}

void TestFileOpenEvents::bringsTheWindowBack() {
    ViewerWindow viewer(options());
    viewer.start();
    QVERIFY(viewer.window());
    viewer.window()->showMinimized();
    QTRY_VERIFY(viewer.window()->windowStates().testFlag(Qt::WindowMinimized));
    askFor(slide("one"));
    QTRY_COMPARE_WITH_TIMEOUT(shown(viewer), slide("one"), kPatienceMs);
    QVERIFY(!viewer.window()->windowStates().testFlag(Qt::WindowMinimized));
}

void TestFileOpenEvents::takesDropsOverThePanels() {
    ViewerOptions listed = options();
    listed.slides = {slide("one"), slide("two")};
    ViewerWindow viewer(listed);
    viewer.start();
    QTRY_COMPARE_WITH_TIMEOUT(shown(viewer), slide("one"), kPatienceMs);
    auto* const panel = viewer.window()->findChild<QQuickItem*>(QStringLiteral("slideListPanel"));
    QVERIFY(panel);
    QTRY_VERIFY(panel->isVisible());
    const QPoint at = panel->mapToScene(QPointF(panel->width() / 2, panel->height() / 2)).toPoint();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(slide("two"))});
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(viewer.window(), &enter);
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(viewer.window(), &drop);
    QTRY_COMPARE_WITH_TIMEOUT(shown(viewer), slide("two"), kPatienceMs);
}

void TestFileOpenEvents::whatWasOpenIsInTheMenu() {
    ViewerWindow viewer(options());
    viewer.session().preferences()->clearRecentSlides();
    viewer.start();
    askFor(slide("Größe µm"));
    QTRY_COMPARE_WITH_TIMEOUT(shown(viewer), slide("Größe µm"), kPatienceMs);
    auto* const entry = viewer.window()->findChild<QQuickItem*>(QStringLiteral("recentEntry"));
    QVERIFY(entry);
    QCOMPARE(entry->property("text").toString(), QStringLiteral("Größe µm"));
}

QTEST_MAIN(TestFileOpenEvents)
#include "tst_file_open_events.moc"
