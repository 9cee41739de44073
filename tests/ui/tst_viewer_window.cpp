// The real window over a real engine and a tiny slide, driven by real input events.
#include "app/viewer/viewer_window.h"
#include "tests/support/deep_zoom.h"
#include "tests/support/settings.h"
#include "ui/scene/slide_view.h"

#include <QDropEvent>
#include <QGuiApplication>
#include <QMimeData>
#include <QQuickItem>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <cmath>
#include <memory>
#include <vector>

using origami::SlideList;
using origami::SlideListModel;
using origami::SlideView;
using origami::ViewerOptions;
using origami::ViewerWindow;
using origami::Viewport;

namespace {
constexpr int kWidth = 1500;
constexpr int kHeight = 1100;
constexpr int kPatienceMs = 20'000;

origami::SlideProgress fileChanged() {
    origami::SlideProgress progress;
    progress.fileChanged = true;
    return progress;
}

// All texts that can be read in an item.
QStringList shownTexts(const QQuickItem& item) {
    QStringList texts;
    if (!item.isVisible()) {
        return texts;
    }
    if (const QString text = item.property("text").toString(); !text.isEmpty()) {
        texts << text;
    }
    for (const QQuickItem* const child : item.childItems()) {
        texts += shownTexts(*child);
    }
    return texts;
}
}  // namespace

class TestViewerWindow : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();

    void showsTheSlideFitted();
    void drawsTheSlidesOwnPixels();
    void dragMovesTheSlideWithTheCursor();
    void wheelZoomsAtTheCursor();
    void wheelTurnsAddUp();
    void trackpadScrollPans();
    void pinchZooms();
    void keysZoomAndPan();
    void aViewThatStartsToMoveIsNotSettled();
    void doubleClickZoomsIn();
    void viewStaysOnTheSlide();
    void resizeKeepsTheCentre();
    void fittedSlideStaysFittedWhenResized();
    void clickInOverviewMovesThere();
    void metricsKeyCyclesThroughItsForms();
    void settingsKeyOpensTheSettings();
    void hiddenPanelsFollowTheSlide();
    void gridKeyTogglesTheGrid();
    void questionMarkOpensTheKeys();
    void sheetsFitSmallWindows();
    void panelsLeaveRoomForTheCanvas();
    void namesAreShownOnOneLine();
    void modesNeedFamilies();
    void badFileShowsErrorAndKeepsTheSlide();
    void dropOpensTheSlide();
    void reopensAFileThatHasChanged();
    void aChangedFileCanBeLeftAsItIs();
    void closingShowsTheEmptyPage();
    void theEmptyPageTellsWhichRecentSlideCannotBeRead();
    void listsAndFiltersAFolder();
    void saysWhyAFolderCannotBeListed();
    void menuConvertsTheSlide();
    void asksBeforeReplacing();
    void saysWhyASlideCannotBeConverted();
    void asksBeforeQuittingAConversion();

private:
    void click(const QQuickItem& target) {
        const QPointF middle(target.width() / 2, target.height() / 2);
        QTest::mouseClick(&window(), Qt::LeftButton, {}, target.mapToScene(middle).toPoint());
    }
    // A sheet, or another object that is no item.
    [[nodiscard]] QObject* object(const char* name) const {
        return m_viewer->window()->findChild<QObject*>(QLatin1String(name));
    }
    [[nodiscard]] bool isOpened(const char* sheet) const { return object(sheet)->property("opened").toBool(); }
    // One of the conversions' rows, which come and go.
    [[nodiscard]] QQuickItem* shownInBar(const char* name) const { return shownIn(item("conversionBar"), name); }
    // Finds an item that a repeater has made. Such an item can be found only by its place.
    [[nodiscard]] static QQuickItem* shownIn(QQuickItem* container, const char* name);
    void open(const QString& path);
    void settle();
    [[nodiscard]] SlideView& view() const { return *m_viewer->slideView(); }
    [[nodiscard]] QQuickWindow& window() const { return *m_viewer->window(); }
    [[nodiscard]] QQuickItem* item(const char* name) const {
        return m_viewer->window()->findChild<QQuickItem*>(QLatin1String(name));
    }
    [[nodiscard]] QPoint middle() const {
        return view().mapToScene(QPointF(view().width() / 2, view().height() / 2)).toPoint();
    }
    void turnWheel(QPoint at, QPoint angle, QPoint pixels = {}, Qt::ScrollPhase phase = Qt::NoScrollPhase) {
        QWheelEvent event(at, window().mapToGlobal(at), pixels, angle, Qt::NoButton, Qt::NoModifier, phase, false);
        QCoreApplication::sendEvent(&window(), &event);
    }

    QTemporaryDir m_folder;
    QString m_slide;
    std::unique_ptr<ViewerWindow> m_viewer;
};

void TestViewerWindow::initTestCase() {
    origami::test::useOwnSettings();
    QVERIFY(m_folder.isValid());
    QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("tiles"), kWidth, kHeight));
    m_slide = m_folder.filePath(QStringLiteral("tiles.dzi"));
}

void TestViewerWindow::init() {
    ViewerOptions options;
    options.metricsIntervalSeconds = 0;
    options.engine.threads = 2;
    m_viewer = std::make_unique<ViewerWindow>(options);
    QVERIFY(m_viewer->window());
    QVERIFY(m_viewer->slideView());
    QVERIFY(QTest::qWaitForWindowExposed(m_viewer->window()));
    m_viewer->window()->requestActivate();
    QVERIFY(QTest::qWaitForWindowActive(m_viewer->window()));  // shortcuts belong to the active window
}

void TestViewerWindow::cleanup() {
    m_viewer.reset();
}

void TestViewerWindow::open(const QString& path) {
    m_viewer->session().openPath(path);
    QTRY_VERIFY_WITH_TIMEOUT(m_viewer->session().slide(), kPatienceMs);
    settle();
}

void TestViewerWindow::settle() {
    QTRY_VERIFY_WITH_TIMEOUT(view().isSettled(), kPatienceMs);
}

void TestViewerWindow::showsTheSlideFitted() {
    open(m_slide);
    QVERIFY(view().isFitted());
    const QRectF part = view().visiblePart();
    QVERIFY(part.left() < 0 && part.right() > 1 && part.top() < 0 && part.bottom() > 1);
    QVERIFY(window().title().startsWith(QStringLiteral("tiles")));
    QVERIFY(!item("emptyPage")->isVisible());
}

void TestViewerWindow::drawsTheSlidesOwnPixels() {
    open(m_slide);
    view().goTo(512, 512, 1.0);
    settle();
    const QImage picture = window().grabWindow();
    const double ratio = window().effectiveDevicePixelRatio();
    for (const auto& [column, row] : {std::pair{1, 1}, {2, 1}, {1, 2}, {2, 2}}) {
        const QPointF inItem = view().toItem({column * 256 + 128.0, row * 256 + 128.0});
        const QPoint pixel = (view().mapToScene(inItem) * ratio).toPoint();
        const QColor drawn = picture.pixelColor(pixel);
        const QColor expected = colourOfTile(column, row);
        QVERIFY2(qAbs(drawn.red() - expected.red()) <= 2 && qAbs(drawn.green() - expected.green()) <= 2 &&
                     qAbs(drawn.blue() - expected.blue()) <= 2,
                 qPrintable(QStringLiteral("tile %1, %2 is %3").arg(column).arg(row).arg(drawn.name())));
    }
}

void TestViewerWindow::dragMovesTheSlideWithTheCursor() {
    open(m_slide);
    view().goTo(700, 500, 2.0);
    const Viewport before = view().view();
    const QPoint from = middle();
    const QSignalSpy viewChanged(&view(), &SlideView::viewChanged);
    const QSignalSpy viewScaleChanged(&view(), &SlideView::viewScaleChanged);
    QTest::mousePress(&window(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&window(), from + QPoint(30, 10));
    QTest::mouseMove(&window(), from + QPoint(60, 20));
    QVERIFY(viewChanged.count() >= 2);
    QCOMPARE(viewScaleChanged.count(), 0);
    const Viewport during = view().view();
    QTest::mouseRelease(&window(), Qt::LeftButton, {}, from + QPoint(60, 20));
    const double perPixel = view().pixelRatio() / before.scale;
    QVERIFY(qAbs(during.centre.x - (before.centre.x - 60 * perPixel)) < 1e-6);
    QVERIFY(qAbs(during.centre.y - (before.centre.y - 20 * perPixel)) < 1e-6);
    QCOMPARE(during.scale, before.scale);
    settle();  // momentum comes to rest
}

void TestViewerWindow::wheelZoomsAtTheCursor() {
    open(m_slide);
    view().goTo(700, 500, 1.0);
    const QPoint at = middle() + QPoint(100, -50);
    const QPointF inItem = view().mapFromScene(at);
    const double ratio = view().pixelRatio();
    const auto under = [&] { return view().view().toLevel0({inItem.x() * ratio, inItem.y() * ratio}); };
    const auto before = under();
    turnWheel(at, {0, 120});
    settle();
    QVERIFY(view().viewScale() > 1.2);
    QVERIFY(qAbs(under().x - before.x) < 0.01);
    QVERIFY(qAbs(under().y - before.y) < 0.01);
}

void TestViewerWindow::wheelTurnsAddUp() {
    open(m_slide);
    view().goTo(700, 500, 1.0);
    turnWheel(middle(), {0, 120});
    turnWheel(middle(), {0, 120});  // while the first still runs
    settle();
    QVERIFY(qAbs(view().viewScale() - 2.0) < 1e-6);
}

void TestViewerWindow::trackpadScrollPans() {
    open(m_slide);
    view().goTo(700, 500, 2.0);
    turnWheel(middle(), {0, 80}, {-40, 25}, Qt::ScrollUpdate);
    QCOMPARE(view().viewScale(), 2.0);
    QVERIFY(qAbs(view().view().centre.x - (700 + 40 * view().pixelRatio() / 2)) < 1e-6);
    QVERIFY(qAbs(view().view().centre.y - (500 - 25 * view().pixelRatio() / 2)) < 1e-6);
}

void TestViewerWindow::pinchZooms() {
    open(m_slide);
    view().goTo(700, 500, 1.0);
    QPointingDevice* const screen = QTest::createTouchDevice();
    const QPoint centre = middle();
    const auto fingers = [&](int apart) { return std::pair(centre - QPoint(apart, 0), centre + QPoint(apart, 0)); };
    const auto [left, right] = fingers(50);
    QTest::touchEvent(&window(), screen).press(1, left, &window()).press(2, right, &window());
    const auto [left2, right2] = fingers(100);
    QTest::touchEvent(&window(), screen).move(1, left2, &window()).move(2, right2, &window());
    QTest::touchEvent(&window(), screen).release(1, left2, &window()).release(2, right2, &window());
    QVERIFY2(qAbs(view().viewScale() - 2.0) < 0.01, qPrintable(QString::number(view().viewScale())));
}

void TestViewerWindow::keysZoomAndPan() {
    open(m_slide);
    QTest::keyClick(&window(), Qt::Key_1);
    settle();
    QCOMPARE(view().viewScale(), 1.0);
    const double before = view().view().centre.x;
    QTest::keyClick(&window(), Qt::Key_Right);
    settle();
    QVERIFY(view().view().centre.x > before);
    const QSignalSpy viewScaleChanged(&view(), &SlideView::viewScaleChanged);
    QTest::keyClick(&window(), Qt::Key_Plus);
    settle();
    QVERIFY(view().viewScale() > 1.0);
    QVERIFY(viewScaleChanged.count() > 0);
    QTest::keyClick(&window(), Qt::Key_0);
    settle();
    QVERIFY(view().isFitted());
    QVERIFY(view().viewScale() < 1.0);
}

// Even where the last movement has only just come to its end, and before the first step of the new one.
void TestViewerWindow::aViewThatStartsToMoveIsNotSettled() {
    open(m_slide);
    view().zoomToScale(0.9);
    int moves = 0;
    int settledInMotion = 0;
    connect(&view(), &SlideView::settledChanged, this, [&] {
        if (view().isSettled() && moves < 5) {
            ++moves;
            view().zoomToScale(0.9 - 0.1 * moves);
            settledInMotion += view().isSettled() ? 1 : 0;
        }
    });
    QTRY_COMPARE_WITH_TIMEOUT(moves, 5, kPatienceMs);
    QCOMPARE(settledInMotion, 0);
    settle();
}

void TestViewerWindow::doubleClickZoomsIn() {
    open(m_slide);
    view().goTo(700, 500, 1.0);
    QTest::mouseDClick(&window(), Qt::LeftButton, {}, middle());
    settle();
    QVERIFY(qAbs(view().viewScale() - 2.0) < 1e-6);
}

void TestViewerWindow::viewStaysOnTheSlide() {
    open(m_slide);
    view().goTo(1e9, -1e9, 1e6);
    const Viewport far = view().view();
    QVERIFY(far.area().intersects({0, 0, kWidth, kHeight}));
    QVERIFY(far.scale <= view().maximumScale() * 1.000001);
    view().goTo(700, 500, 1e-9);
    QVERIFY(view().viewScale() >= view().minimumScale() * 0.999999);
}

void TestViewerWindow::resizeKeepsTheCentre() {
    open(m_slide);
    view().goTo(700, 500, 1.5);
    const double width = view().width();
    window().resize(window().width() - 200, window().height() - 100);
    QTRY_VERIFY(view().width() < width);
    QCOMPARE(view().view().centre, (origami::Level0Point{700, 500}));
    QCOMPARE(view().viewScale(), 1.5);
}

void TestViewerWindow::fittedSlideStaysFittedWhenResized() {
    open(m_slide);
    const double scale = view().viewScale();
    window().resize(window().width() / 2, window().height() / 2 + 40);
    QTRY_VERIFY(view().viewScale() < scale);
    QVERIFY(view().isFitted());
}

void TestViewerWindow::clickInOverviewMovesThere() {
    open(m_slide);
    view().goTo(200, 200, 2.0);
    QQuickItem* const overview = item("overview");
    QVERIFY(overview && overview->isVisible());
    const QPointF where(overview->width() * 0.7, overview->height() * 0.6);
    QTest::mouseClick(&window(), Qt::LeftButton, {}, overview->mapToScene(where).toPoint());
    QVERIFY(qAbs(view().view().centre.x / kWidth - 0.7) < 0.03);
    QVERIFY(qAbs(view().view().centre.y / kHeight - 0.6) < 0.03);
    QCOMPARE(view().viewScale(), 2.0);
}

void TestViewerWindow::metricsKeyCyclesThroughItsForms() {
    open(m_slide);
    const auto shown = [this] {
        return std::pair(item("compactOverlay")->isVisible(), item("metricsPanel")->isVisible());
    };
    QCOMPARE(shown(), std::pair(false, false));
    QVERIFY(!m_viewer->metrics().isActive());
    QTest::keyClick(&window(), Qt::Key_M);
    QCOMPARE(shown(), std::pair(true, false));
    QVERIFY(m_viewer->metrics().isActive());
    QTest::keyClick(&window(), Qt::Key_M);
    QCOMPARE(shown(), std::pair(false, true));
    QTest::keyClick(&window(), Qt::Key_M);
    QCOMPARE(shown(), std::pair(false, false));
    QVERIFY(!m_viewer->metrics().isActive());
}

void TestViewerWindow::settingsKeyOpensTheSettings() {
    QTest::keyClick(&window(), Qt::Key_Comma, Qt::ControlModifier);
    QTRY_VERIFY(isOpened("settingsSheet"));
    origami::EngineSettings& settings = *m_viewer->session().settings();
    QVERIFY(!settings.anyKept());
    QQuickItem* const sheet = qvariant_cast<QQuickItem*>(object("settingsSheet")->property("contentItem"));
    QQuickItem* const cache = shownIn(sheet, "settingField4");
    QVERIFY(cache && cache->isEnabled());
    QVERIFY(!shownIn(sheet, "settingField0")->isEnabled());  // threads: told by init()
    const int before = cache->property("value").toInt();
    QTest::mouseClick(&window(), Qt::LeftButton, {}, cache->mapToScene({14, cache->height() / 2}).toPoint());
    QTRY_VERIFY(settings.anyKept());
    const int after = cache->property("value").toInt();
    QVERIFY(after < before);
    QCOMPARE(m_viewer->session().engine()->metrics().gauges.cacheLimitBytes,
             static_cast<std::size_t>(after) * 1'000'000);
    QVERIFY(!shownIn(sheet, "settingReset3"));
    QQuickItem* const back = shownIn(sheet, "settingReset4");
    QVERIFY(back);
    click(*back);
    QTRY_VERIFY(!settings.anyKept());
    QCOMPARE(cache->property("value").toInt(), before);
    QTest::keyClick(&window(), Qt::Key_Escape);
    QTRY_VERIFY(!isOpened("settingsSheet"));
}

// Rows that come and go while their panel is hidden must not be laid out when it is shown again.
void TestViewerWindow::hiddenPanelsFollowTheSlide() {
    for (int round = 0; round < 3; ++round) {
        open(m_slide);
        QTest::keyClick(&window(), Qt::Key_I);
        QTRY_VERIFY(item("slidePanel")->isVisible());
        QTRY_VERIFY(item("slidePanel")->width() > 0);
        QTest::keyClick(&window(), Qt::Key_I);
        QVERIFY(!item("slidePanel")->isVisible());
        m_viewer->session().closeSlide();
        QVERIFY(item("emptyPage")->isVisible());
    }
}

void TestViewerWindow::gridKeyTogglesTheGrid() {
    open(m_slide);
    view().goTo(1024, 500, 0.5);
    settle();
    const QImage without = window().grabWindow();
    QTest::keyClick(&window(), Qt::Key_G);
    QVERIFY(item("familyGrid")->isVisible());
    const QImage with = window().grabWindow();
    // The border between the first two families runs through the middle of the view.
    const QPoint onBorder = (view().mapToScene(view().toItem({1024, 300})) * view().pixelRatio()).toPoint();
    const auto darkest = [&](const QImage& picture) {
        int value = 255;
        for (int dx = -2; dx <= 2; ++dx) {
            value = std::min(value, picture.pixelColor(onBorder + QPoint(dx, 0)).lightness());
        }
        return value;
    };
    QVERIFY(darkest(with) < darkest(without) - 20);
    QTest::keyClick(&window(), Qt::Key_G);
    QVERIFY(!item("familyGrid")->isVisible());
}

void TestViewerWindow::questionMarkOpensTheKeys() {
    QObject* const sheet = window().findChild<QObject*>(QStringLiteral("helpSheet"));
    QVERIFY(sheet);
    QVERIFY(!sheet->property("visible").toBool());
    QTest::keyClick(&window(), '?');
    QTRY_VERIFY(sheet->property("visible").toBool());
    QTest::keyClick(&window(), Qt::Key_Escape);
    QTRY_VERIFY(!sheet->property("visible").toBool());
}

// Where the window is too low for all keys, they scroll and the button stays.
void TestViewerWindow::sheetsFitSmallWindows() {
    window().resize(480, 360);
    QObject* const sheet = window().findChild<QObject*>(QStringLiteral("helpSheet"));
    QTest::keyClick(&window(), '?');
    QTRY_VERIFY(sheet->property("opened").toBool());
    QVERIFY(sheet->property("height").toReal() <= 360);
    const auto* const close = window().findChild<QQuickItem*>(QStringLiteral("closeHelp"));
    QVERIFY(close);
    const QRectF place = close->mapRectToScene({0, 0, close->width(), close->height()});
    QTRY_VERIFY(QRectF(0, 0, 480, 360).contains(close->mapRectToScene({0, 0, close->width(), close->height()})));
    QVERIFY(place.height() >= 28);
    QTest::keyClick(&window(), Qt::Key_Escape);
    QTRY_VERIFY(!sheet->property("visible").toBool());
}

// The canvas keeps its room: of two panels for which a window is too narrow, the last one asked for is shown.
void TestViewerWindow::panelsLeaveRoomForTheCanvas() {
    open(m_slide);
    QQuickItem* const list = item("slideListPanel");
    QQuickItem* const info = item("slidePanel");
    for (const int width : {1280, 700}) {
        window().resize(width, 480);
        QTRY_COMPARE(window().contentItem()->width(), double(width));
        if (!list->isVisible()) {
            QTest::keyClick(&window(), Qt::Key_L);
        }
        QTRY_VERIFY(list->isVisible());
        if (!info->isVisible()) {
            QTest::keyClick(&window(), Qt::Key_I);
        }
        QTRY_VERIFY(info->isVisible());
        QCOMPARE(list->isVisible(), width == 1280);
        QTRY_VERIFY(view().width() >= 340);
    }
    QTest::keyClick(&window(), Qt::Key_L);
    QTRY_VERIFY(list->isVisible());
    QVERIFY(!info->isVisible());
    window().resize(480, 480);
    QTRY_VERIFY(!list->isVisible());
}

void TestViewerWindow::namesAreShownOnOneLine() {
    const QString strange = m_folder.filePath(QStringLiteral("two\nlines\x1b.dzi"));
    QVERIFY(QFile::copy(m_slide, strange));
    QVERIFY(QFile::link(QString(m_slide).replace(QStringLiteral(".dzi"), QStringLiteral("_files")),
                        QString(strange).replace(QStringLiteral(".dzi"), QStringLiteral("_files"))));
    open(strange);
    QCOMPARE(m_viewer->session().slide()->name(), QStringLiteral("two lines "));
    QCOMPARE(m_viewer->session().baseName(strange), QStringLiteral("two lines "));
}

void TestViewerWindow::modesNeedFamilies() {
    open(m_slide);
    QTest::keyClick(&window(), Qt::Key_V);
    QCOMPARE(view().mode(), SlideView::Mode::Reconstructed);
}

void TestViewerWindow::badFileShowsErrorAndKeepsTheSlide() {
    open(m_slide);
    const QString bad = m_folder.filePath(QStringLiteral("not a slide.svs"));
    QFile file(bad);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("just some text\n") > 0);
    file.close();
    m_viewer->session().openPath(bad);
    QObject* const sheet = window().findChild<QObject*>(QStringLiteral("errorSheet"));
    QVERIFY(sheet);
    QTRY_VERIFY_WITH_TIMEOUT(sheet->property("opened").toBool(), kPatienceMs);
    QVERIFY(sheet->property("message").toString().contains(QStringLiteral("not a slide.svs")));
    QVERIFY(!sheet->property("advice").toString().isEmpty());
    QVERIFY(m_viewer->session().slide());
    QTest::keyClick(&window(), Qt::Key_Escape);
    QTRY_VERIFY(!sheet->property("visible").toBool());
    QTest::keyClick(&window(), Qt::Key_1);  // the window goes on working
    settle();
    QCOMPARE(view().viewScale(), 1.0);
}

void TestViewerWindow::dropOpensTheSlide() {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(m_slide)});
    const QPoint at = middle().isNull() ? QPoint(600, 400) : QPoint(window().width() / 2, window().height() / 2);
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window(), &drop);
    QTRY_VERIFY_WITH_TIMEOUT(m_viewer->session().slide(), kPatienceMs);
    QCOMPARE(m_viewer->session().slide()->path(), m_slide);
}

// The engine is told of a change here; it notices real ones itself.
void TestViewerWindow::reopensAFileThatHasChanged() {
    open(m_slide);
    view().goTo(700, 500, 1.5);
    settle();
    QQuickItem* const banner = item("changedBanner");
    QVERIFY(banner && !banner->isVisible());
    const origami::SlideDocument* const before = m_viewer->session().slide();
    const origami::SlideKey key = before->key();
    m_viewer->session().slide()->follow(fileChanged());
    QTRY_VERIFY(banner->isVisible());
    QCOMPARE(banner->property("text").toString(), QString::fromUtf8("“tiles” has changed on disk."));
    QQuickItem* const button = shownIn(banner, "bannerButton");
    QVERIFY(button);
    QTRY_VERIFY(button->width() > 0);
    click(*button);
    QTRY_VERIFY_WITH_TIMEOUT(m_viewer->session().slide()->key() != key, kPatienceMs);
    QCOMPARE(m_viewer->session().slide()->path(), m_slide);
    QCOMPARE(view().viewScale(), 1.5);
    QVERIFY(qAbs(view().view().centre.x - 700) < 1e-6);
    QVERIFY(qAbs(view().view().centre.y - 500) < 1e-6);
    QTRY_VERIFY(!banner->isVisible());
}

void TestViewerWindow::aChangedFileCanBeLeftAsItIs() {
    open(m_slide);
    QQuickItem* const banner = item("changedBanner");
    m_viewer->session().slide()->follow(fileChanged());
    QTRY_VERIFY(banner->isVisible());
    QVERIFY(QMetaObject::invokeMethod(banner, "closed"));
    QVERIFY(!banner->isVisible());
    m_viewer->session().slide()->follow({});  // it stays changed, and the banner stays closed
    QVERIFY(m_viewer->session().slide()->hasChangedOnDisk());
    QVERIFY(!banner->isVisible());
}

void TestViewerWindow::closingShowsTheEmptyPage() {
    open(m_slide);
    m_viewer->session().closeSlide();
    QVERIFY(!m_viewer->session().slide());
    QVERIFY(item("emptyPage")->isVisible());
    QVERIFY(item("openSlideButton")->isVisible());
    QVERIFY(m_viewer->session().preferences()->recentSlides().contains(m_slide));
}

void TestViewerWindow::theEmptyPageTellsWhichRecentSlideCannotBeRead() {
    m_viewer->session().preferences()->clearRecentSlides();  // of the tests before
    open(m_slide);
    QTemporaryDir folder;
    m_viewer->session().preferences()->addRecentSlide(folder.filePath(QStringLiteral("gone.svs")));
    m_viewer->session().closeSlide();
    const auto count = [&](const QString& text) { return shownTexts(*item("emptyPage")).count(text); };
    QCOMPARE(count(QStringLiteral("gone")), 1);
    QTRY_COMPARE_WITH_TIMEOUT(count(QStringLiteral("Cannot be read now")), 1, kPatienceMs);
    QCOMPARE(count(QFileInfo(m_slide).path()), 1);  // of the one that can be
}

void TestViewerWindow::listsAndFiltersAFolder() {
    SlideList& list = *m_viewer->session().slides();
    SlideListModel& slides = m_viewer->slides();
    QTemporaryDir folder;
    for (const char* const name : {"b10.svs", "b2.svs", "notes.txt", "α.tif"}) {
        QFile file(folder.filePath(QString::fromUtf8(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("origami")));
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("empty")));
    QVERIFY(QFile::copy(m_slide, folder.filePath(QStringLiteral("origami/baseline_pyramid.dzi"))));
    list.listFolder(folder.path());
    QTRY_COMPARE(list.state(), SlideList::State::Ready);
    QStringList names;
    for (int row = 0; row < slides.rowCount(); ++row) {
        names << slides.data(slides.index(row), SlideListModel::NameRole).toString();
    }
    QCOMPARE(names, (QStringList{"b2", "b10", "origami", QString::fromUtf8("α")}));
    slides.setFilter(QStringLiteral("B1"));
    QCOMPARE(slides.rowCount(), 1);
    QCOMPARE(list.total(), 4);
}

void TestViewerWindow::saysWhyAFolderCannotBeListed() {
    SlideList& list = *m_viewer->session().slides();
    const QString missing = m_folder.filePath(QStringLiteral("nowhere"));
    list.listFolder(missing);
    QTRY_COMPARE(list.state(), SlideList::State::Unreadable);
    QVERIFY(list.problem().contains(missing));
    QCOMPARE(m_viewer->slides().rowCount(), 0);
}

QQuickItem* TestViewerWindow::shownIn(QQuickItem* container, const char* name) {
    std::vector<QQuickItem*> items{container};
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i]->objectName() == QLatin1String(name) && items[i]->isVisible()) {
            return items[i];
        }
        for (QQuickItem* const child : items[i]->childItems()) {
            items.push_back(child);
        }
    }
    return nullptr;
}

// From the menu to the converted slide in the window.
void TestViewerWindow::menuConvertsTheSlide() {
    QQuickItem* const entry = item("convertEntry");
    QVERIFY(entry);
    QVERIFY(!entry->isEnabled());
    SlideList& slides = *m_viewer->session().slides();
    slides.listFolder(m_folder.path());
    QTRY_COMPARE(slides.state(), SlideList::State::Ready);
    const int listed = slides.total();
    open(m_slide);
    QCOMPARE(item("conversionBar")->height(), 0.0);

    const auto items = window().findChildren<QQuickItem*>();
    const auto fileMenu = std::find_if(items.begin(), items.end(), [](const QQuickItem* each) {
        return each->property("text").toString() == QStringLiteral("&File") && each->isVisible();
    });
    QVERIFY(fileMenu != items.end());
    click(**fileMenu);
    QTRY_VERIFY(entry->isVisible());
    QVERIFY(entry->isEnabled());
    click(*entry);
    QTRY_VERIFY(isOpened("convertSheet"));
    QTRY_COMPARE(item("convertTargetName")->property("text").toString(), QStringLiteral("tiles.origami.tif"));
    click(*item("highChoice"));
    click(*item("convertButton"));
    QTRY_VERIFY_WITH_TIMEOUT(shownInBar("openConversionButton"), kPatienceMs);
    const QString target = m_folder.filePath(QStringLiteral("tiles.origami.tif"));
    QVERIFY(QFile::exists(target));
    QTRY_COMPARE(slides.total(), listed + 1);
    QVERIFY(shownInBar("conversionSaving")->property("text").toString().contains(QString::fromUtf8(" → ")));
    QCOMPARE(m_viewer->session().slide()->path(), m_slide);  // which is still looked at
    // The row has its layout once it has been drawn.
    QSignalSpy frames(&window(), &QQuickWindow::frameSwapped);
    window().update();
    QTRY_VERIFY(!frames.isEmpty());
    window().update();
    QTRY_VERIFY(frames.size() >= 2);

    click(*shownInBar("openConversionButton"));
    QTRY_COMPARE_WITH_TIMEOUT(m_viewer->session().slide()->path(), target, kPatienceMs);
    settle();
    const origami::SlideDocument& slide = *m_viewer->session().slide();
    QCOMPARE(slide.info().properties.at("origami.encoder.luma_quality"),
             std::to_string(origami::tiffPreset("high")->lumaQuality));
    QVERIFY(window().title().contains(QString::fromUtf8(" → ")));
    QVERIFY(slide.levelBytes().size() >= 3);
    QCOMPARE(slide.levelBytes().constFirst().toMap().value(QStringLiteral("name")).toString(),
             QStringLiteral("L0 residual"));
    QVERIFY(!slide.isConvertible());
    QVERIFY(!entry->isEnabled());
    QTRY_COMPARE(item("conversionBar")->height(), 0.0);
    QVERIFY(QFile::remove(target));
}

void TestViewerWindow::asksBeforeReplacing() {
    open(m_slide);
    QTest::keyClick(&window(), Qt::Key_E, Qt::ControlModifier);
    QTRY_VERIFY(isOpened("convertSheet"));
    QFile target(m_folder.filePath(QStringLiteral("tiles.origami.tif")));
    QVERIFY(target.open(QIODevice::WriteOnly) && target.write("old") == 3);
    target.close();
    QTRY_VERIFY(item("convertButton")->isEnabled());
    QTest::keyClick(&window(), Qt::Key_Return);
    QTRY_VERIFY(object("convertSheet")->property("asking").toBool());
    QVERIFY(isOpened("convertSheet"));
    QVERIFY(!m_viewer->session().converter()->isBusy());
    QCOMPARE(target.size(), 3);
    QTest::keyClick(&window(), Qt::Key_Return);
    QVERIFY(m_viewer->session().converter()->isBusy());
    QTRY_VERIFY_WITH_TIMEOUT(shownInBar("dismissConversionButton"), kPatienceMs);
    QVERIFY(QFileInfo(target).size() > 3);
    QTRY_VERIFY(!object("convertSheet")->property("visible").toBool());
    click(*shownInBar("dismissConversionButton"));
    QTRY_COMPARE(item("conversionBar")->height(), 0.0);
    QVERIFY(target.remove());
}

void TestViewerWindow::saysWhyASlideCannotBeConverted() {
    open(m_slide);
    const QString nowhere = m_folder.filePath(QStringLiteral("nowhere/out.tif"));
    m_viewer->session().converter()->start(m_slide, nowhere, origami::SlideConverter::Preset::Default, false);
    QTRY_VERIFY_WITH_TIMEOUT(isOpened("convertErrorSheet"), kPatienceMs);
    QVERIFY(object("convertErrorSheet")->property("message").toString().contains(nowhere));
    QVERIFY(!object("convertErrorSheet")->property("advice").toString().isEmpty());
    QTest::keyClick(&window(), Qt::Key_Escape);
    QTRY_VERIFY(!object("convertErrorSheet")->property("visible").toBool());
    QTest::keyClick(&window(), Qt::Key_1);  // the window goes on working
    settle();
    QCOMPARE(view().viewScale(), 1.0);
}

void TestViewerWindow::asksBeforeQuittingAConversion() {
    open(m_slide);
    QTemporaryDir targets;
    // More than can be converted before somebody has answered.
    for (int i = 0; i < 200; ++i) {
        m_viewer->session().converter()->start(m_slide, targets.filePath(QStringLiteral("%1.tif").arg(i)),
                                               origami::SlideConverter::Preset::Default, false);
    }
    window().close();
    QVERIFY(window().isVisible());
    QTRY_VERIFY(isOpened("quitSheet"));
    QTest::keyClick(&window(), Qt::Key_Escape);
    QTRY_VERIFY(!object("quitSheet")->property("visible").toBool());
    QVERIFY(m_viewer->session().converter()->isBusy());

    QTest::keyClick(&window(), Qt::Key_Q, Qt::ControlModifier);
    QTRY_VERIFY(isOpened("quitSheet"));
    click(*item("stopAndQuitButton"));
    QTRY_VERIFY_WITH_TIMEOUT(!window().isVisible(), kPatienceMs);
    QVERIFY(!m_viewer->session().converter()->isBusy());
    const QStringList left = QDir(targets.path()).entryList(QDir::Files | QDir::Hidden);
    QVERIFY2(left.filter(QStringLiteral("partial")).isEmpty(), qPrintable(left.join(QLatin1Char(' '))));
}

QTEST_MAIN(TestViewerWindow)
#include "tst_viewer_window.moc"
