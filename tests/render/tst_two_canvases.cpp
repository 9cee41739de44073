// Two canvases in one window: each shows its own slide and view, becomes sharp by itself, and leaves the other alone.
#include "tests/support/deep_zoom.h"
#include "tests/support/settings.h"
#include "ui/scene/slide_view.h"
#include "ui/session/viewer_session.h"

#include <QQuickItem>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace origami;

namespace {

constexpr int kSlideSide = 1024;
constexpr int kPatienceMs = 60'000;
const QSize kCanvas(300, 240);
constexpr QRgb kSurroundings = qRgb(1, 254, 3);  // no pixel of the slides has this colour

// Its pixels tell where they are in the slide: a step of brightness every 8 pixels across and down.
QImage stripes(int blue) {
    QImage image(kSlideSide, kSlideSide, QImage::Format_RGB32);
    for (int y = 0; y < kSlideSide; ++y) {
        for (int x = 0; x < kSlideSide; ++x) {
            image.setPixel(x, y, qRgb(x / 8 % 128 * 2, y / 8 % 128 * 2, blue));
        }
    }
    return image;
}

// A window's canvas with a session of its own.
struct Pane {
    std::unique_ptr<ViewerSession> session;
    SlideView* view = nullptr;

    Pane(QQuickWindow& window, QPointF position, QSize size = kCanvas) {
        ViewerOptions options;
        options.metricsIntervalSeconds = 0;
        options.engine.threads = 1;
        session = std::make_unique<ViewerSession>(options);
        view = new SlideView(window.contentItem());
        view->setParent(&window);
        view->setPosition(position);
        view->setSize(size);
        view->setSession(session.get());
    }
};

}  // namespace

class TestTwoCanvases : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();

    void eachDrawsItsOwnSlideAndView();
    void aMoveOfOneLeavesTheOtherAlone();
    void oneMayGoAndTheOtherStays();
    void aFrameOfTheWindowIsRecordedOnce();
    void theyShareTheTextureBudget();

private:
    void settle();
    void checkPixels(const Pane& pane, int blue);

    QTemporaryDir m_folder;
    std::unique_ptr<QQuickWindow> m_window;
    std::unique_ptr<Pane> m_left;
    std::unique_ptr<Pane> m_right;
};

void TestTwoCanvases::initTestCase() {
    origami::test::useOwnSettings();
    QVERIFY(m_folder.isValid());
    QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("dark"), stripes(50)));
    QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("light"), stripes(200)));
}

void TestTwoCanvases::init() {
    m_window = std::make_unique<QQuickWindow>();
    m_window->resize(2 * kCanvas.width(), kCanvas.height());
    m_window->setColor(QColor(kSurroundings));
    m_left = std::make_unique<Pane>(*m_window, QPointF(0, 0));
    m_right = std::make_unique<Pane>(*m_window, QPointF(kCanvas.width(), 0));
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QSignalSpy leftShown(m_left->view, &SlideView::slideShown);
    QSignalSpy rightShown(m_right->view, &SlideView::slideShown);
    m_left->session->openPath(m_folder.filePath(QStringLiteral("dark.dzi")));
    m_right->session->openPath(m_folder.filePath(QStringLiteral("light.dzi")));
    QTRY_COMPARE_WITH_TIMEOUT(leftShown.count(), 1, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(rightShown.count(), 1, kPatienceMs);
    settle();
}

void TestTwoCanvases::cleanup() {
    m_window.reset();
    m_left.reset();
    m_right.reset();
}

void TestTwoCanvases::settle() {
    QTRY_VERIFY_WITH_TIMEOUT(m_left->view->isSettled() && m_right->view->isSettled(), kPatienceMs);
}

// Every pixel of the canvas is the slide's pixel there. Level 0 must be ideal.
void TestTwoCanvases::checkPixels(const Pane& pane, int blue) {
    const QImage picture = m_window->grabWindow();
    const double ratio = m_window->effectiveDevicePixelRatio();
    const QPoint corner = (pane.view->position() * ratio).toPoint();
    const Viewport& view = pane.view->view();
    const QImage slide = stripes(blue);
    int compared = 0;
    for (int y = 0; y < static_cast<int>(view.size.height); y += 3) {
        for (int x = 0; x < static_cast<int>(view.size.width); x += 3) {
            const Level0Point place = view.toLevel0({x + 0.5, y + 0.5});
            const QPoint pixel(static_cast<int>(place.x), static_cast<int>(place.y));
            if (!slide.rect().contains(pixel)) {
                continue;
            }
            const QRgb wanted = slide.pixel(pixel);
            const QRgb found = picture.pixel(corner + QPoint(x, y));
            QVERIFY2(
                std::abs(qRed(wanted) - qRed(found)) <= 2 && std::abs(qGreen(wanted) - qGreen(found)) <= 2 &&
                    std::abs(qBlue(wanted) - qBlue(found)) <= 2,
                qPrintable(
                    QStringLiteral("%1, %2: %3 instead of %4").arg(x).arg(y).arg(found, 8, 16).arg(wanted, 8, 16)));
            ++compared;
        }
    }
    QVERIFY(compared > kCanvas.width() * kCanvas.height() / 9 / 2);
}

void TestTwoCanvases::eachDrawsItsOwnSlideAndView() {
    m_left->view->goTo(200, 300, 1);
    m_right->view->goTo(700, 500, 2);
    settle();
    QCOMPARE(m_left->view->view().centre, (Level0Point{200, 300}));
    QCOMPARE(m_right->view->view().scale, 2.0);
    checkPixels(*m_left, 50);
    checkPixels(*m_right, 200);
}

void TestTwoCanvases::aMoveOfOneLeavesTheOtherAlone() {
    m_left->view->goTo(200, 300, 1);
    m_right->view->goTo(700, 500, 2);
    settle();
    const QSignalSpy rightMoved(m_right->view, &SlideView::viewChanged);
    const QSignalSpy rightSettled(m_right->view, &SlideView::settledChanged);
    m_left->view->zoomToScale(2);
    QVERIFY(m_left->view->isMoving());
    QVERIFY(!m_right->view->isMoving());
    settle();
    m_left->view->panBy(0.5, 0);
    settle();
    QCOMPARE(m_left->view->view().scale, 2.0);
    QCOMPARE(rightMoved.count(), 0);
    QCOMPARE(rightSettled.count(), 0);
    checkPixels(*m_left, 50);
    checkPixels(*m_right, 200);
}

void TestTwoCanvases::oneMayGoAndTheOtherStays() {
    m_right->view->goTo(700, 500, 2);
    settle();
    delete m_left->view;
    m_left->session.reset();
    m_right->view->goTo(300, 300, 1);
    QTRY_VERIFY_WITH_TIMEOUT(m_right->view->isSettled(), kPatienceMs);
    checkPixels(*m_right, 200);
    // Its place shows the window.
    QCOMPARE(m_window->grabWindow().pixel(10, 10), kSurroundings);
}

void TestTwoCanvases::aFrameOfTheWindowIsRecordedOnce() {
    // A third canvas, of the left one's session.
    SlideView* const third = new SlideView(m_window->contentItem());
    third->setParent(m_window.get());
    third->setSize({20, 20});
    third->setSession(m_left->session.get());
    (void)m_window->grabWindow();
    int shown = 0;
    connect(m_left->view, &SlideView::frameShown, this, [&](const ShownFrame&) { ++shown; });
    const auto recorded = [this] { return m_left->session->engine()->metrics().recentFrameMs.size(); };
    const std::size_t before = recorded();
    m_left->view->goTo(200, 300, 1);
    QTRY_VERIFY_WITH_TIMEOUT(shown >= 1, kPatienceMs);
    for (int i = 0; i < 5; ++i) {
        const int last = shown;
        m_left->view->update();
        QTRY_VERIFY_WITH_TIMEOUT(shown > last, kPatienceMs);
    }
    QVERIFY(recorded() > before);
    // A frame may have been rendered whose signal is still on its way.
    QVERIFY2(recorded() - before <= static_cast<std::size_t>(shown) + 1,
             qPrintable(QStringLiteral("%1 frames, %2 shown").arg(recorded() - before).arg(shown)));
}

void TestTwoCanvases::theyShareTheTextureBudget() {
    const std::size_t budget = m_left->session->settings()->textureBytes();
    for (const Pane* const pane : {m_left.get(), m_right.get()}) {
        pane->view->goTo(512, 512, 1);
        settle();
        QCOMPARE(pane->session->engine()->metrics().gauges.textureLimitBytes, budget / 2);
    }
}

QTEST_MAIN(TestTwoCanvases)
#include "tst_two_canvases.moc"
