// What the slide looks like on the screen, pixel by pixel, with the graphics system that the environment chooses.
#include "tests/support/deep_zoom.h"
#include "tests/support/settings.h"
#include "ui/scene/slide_view.h"
#include "ui/session/viewer_session.h"

#include <QDirIterator>
#include <QFile>
#include <QMatrix4x4>
#include <QQuickItem>
#include <QQuickWindow>
#include <QSGImageNode>
#include <QSGTexture>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <memory>
#include <utility>

using origami::ShownFrame;
using origami::SlideView;
using origami::ViewerOptions;
using origami::ViewerSession;
using origami::Viewport;

namespace {

constexpr int kWidth = 1300;
constexpr int kHeight = 1100;
constexpr int kPatienceMs = 60'000;
const QSize kWindow(640, 480);
constexpr QRgb kSurroundings = qRgb(1, 254, 3);  // no pixel of the slide has this colour

// Smooth ramps of brightness across, down and diagonally, ten levels from one pixel to the next.
QImage ramps() {
    QImage image(kWidth, kHeight, QImage::Format_RGB32);
    const auto wave = [](int value) { return std::abs(value % 510 - 255); };
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            image.setPixel(x, y, qRgb(wave(10 * x), wave(10 * y), wave(5 * (x + y))));
        }
    }
    return image;
}

// An item that draws a view of the whole slide from one texture.
class OneImage : public QQuickItem {
public:
    OneImage(QImage image, QQuickItem* parent) : QQuickItem(parent), m_image(std::move(image)) {
        setFlag(ItemHasContents);
        setSize(parent->size());
    }
    void show(const Viewport& view) {
        m_view = view;
        update();
    }

protected:
    QSGNode* updatePaintNode(QSGNode* old, UpdatePaintNodeData*) override {
        delete old;
        auto* const transform = new QSGTransformNode;
        const double ratio = window()->effectiveDevicePixelRatio();
        const auto corner = m_view.toWindow({0, 0});
        QMatrix4x4 matrix;
        matrix.translate(static_cast<float>(corner.x / ratio), static_cast<float>(corner.y / ratio));
        matrix.scale(static_cast<float>(m_view.scale / ratio));
        transform->setMatrix(matrix);
        QSGImageNode* const node = window()->createImageNode();
        node->setTexture(window()->createTextureFromImage(m_image, QQuickWindow::TextureIsOpaque));
        node->setOwnsTexture(true);
        node->setFiltering(QSGTexture::Linear);
        node->setRect(0, 0, m_image.width(), m_image.height());
        node->setSourceRect(0, 0, m_image.width(), m_image.height());
        transform->appendChildNode(node);
        return transform;
    }

private:
    QImage m_image;
    Viewport m_view;
};

int largestDifference(const QImage& a, const QImage& b) {
    int largest = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y);
            const QRgb q = b.pixel(x, y);
            largest = std::max(
                {largest, std::abs(qRed(p) - qRed(q)), std::abs(qGreen(p) - qGreen(q)), std::abs(qBlue(p) - qBlue(q))});
        }
    }
    return largest;
}

}  // namespace

class TestSlidePixels : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();

    void tilesHaveNoSeams_data();
    void tilesHaveNoSeams();
    void newTilesFadeIn_data();
    void newTilesFadeIn();
    void aroundTheSlideIsTheWindow();
    void whereNothingCanBeReadIsTheWindow();

private:
    void openSlide(const QString& name = QStringLiteral("ramps"));
    void compareWithOneImage();
    QTemporaryDir m_folder;
    std::unique_ptr<ViewerSession> m_session;
    std::unique_ptr<QQuickWindow> m_window;
    SlideView* m_view = nullptr;
};

void TestSlidePixels::initTestCase() {
    origami::test::useOwnSettings();
    QVERIFY(m_folder.isValid());
    QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("ramps"), ramps()));
}

void TestSlidePixels::init() {
    ViewerOptions options;
    options.metricsIntervalSeconds = 0;
    options.engine.threads = 2;
    m_session = std::make_unique<ViewerSession>(options);
    m_window = std::make_unique<QQuickWindow>();
    m_window->resize(kWindow);
    m_window->setColor(QColor(kSurroundings));
    m_view = new SlideView;
    m_view->setParent(m_window.get());
    m_view->setParentItem(m_window->contentItem());
    m_view->setSize(kWindow);
    m_view->setSession(m_session.get());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    openSlide();
}

void TestSlidePixels::openSlide(const QString& name) {
    QSignalSpy shown(m_view, &SlideView::slideShown);
    m_session->openPath(m_folder.filePath(name + QStringLiteral(".dzi")));
    QTRY_COMPARE_WITH_TIMEOUT(shown.count(), 1, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_view->isSettled(), kPatienceMs);
}

void TestSlidePixels::cleanup() {
    m_window.reset();
    m_session.reset();
}

void TestSlidePixels::tilesHaveNoSeams_data() {
    QTest::addColumn<double>("scale");
    for (const double scale : {0.51, 0.6, 0.77, 0.93, 1.0, 1.3, 2.6, 7.7}) {
        QTest::addRow("%g", scale) << scale;
    }
}

// Level 0 tiles against one texture of level 0, around a corner where four tiles meet.
void TestSlidePixels::tilesHaveNoSeams() {
    QFETCH(double, scale);
    m_view->goTo(512.3, 511.6, scale);
    QTRY_VERIFY_WITH_TIMEOUT(m_view->isSettled(), kPatienceMs);
    compareWithOneImage();
}

void TestSlidePixels::compareWithOneImage() {
    const QImage tiles = m_window->grabWindow();

    QQuickWindow window;
    window.resize(kWindow);
    window.setColor(QColor(kSurroundings));
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    (new OneImage(ramps(), window.contentItem()))->show(m_view->view());
    const QImage one = window.grabWindow();

    QCOMPARE(tiles.size(), one.size());
    QVERIFY(largestDifference(one, QImage(one.size(), QImage::Format_RGB32)) > 200);  // not blank
    const int difference = largestDifference(tiles, one);
    QVERIFY2(difference <= 2, qPrintable(QString::number(difference)));
}

void TestSlidePixels::newTilesFadeIn_data() {
    QTest::addColumn<bool>("reducedMotion");
    QTest::newRow("fades") << false;
    QTest::newRow("reduced motion") << true;
}

// Where motion is reduced, the first frame with every tile is the last one; otherwise fading goes on. In the end
// nothing of the coarser tiles shows through.
void TestSlidePixels::newTilesFadeIn() {
    QFETCH(bool, reducedMotion);
    m_view->setReducedMotion(reducedMotion);
    bool isFirst = true;
    bool hasFaded = false;
    // Connected through the event loop, so that the view has decided by then whether it is settled.
    const auto watch = [&](const ShownFrame& frame) {
        if (frame.isSharp && frame.view == m_view->view() && std::exchange(isFirst, false)) {
            hasFaded = hasFaded || !m_view->isSettled();
        }
    };
    // Tiles that are made before the first frame of the new view do not fade, so this may take several tries.
    for (int i = 0; i < 20 && !hasFaded; ++i) {
        openSlide();
        m_view->goTo(512.3, 511.6, 0.77);
        (void)m_window->grabWindow();  // a frame without them
        isFirst = true;
        const auto connection = connect(m_view, &SlideView::frameShown, this, watch, Qt::QueuedConnection);
        QTRY_VERIFY_WITH_TIMEOUT(m_view->isSettled() && !isFirst, kPatienceMs);
        disconnect(connection);
    }
    QCOMPARE(hasFaded, !reducedMotion);
    compareWithOneImage();
}

// The slide covers exactly the pixels whose centres lie in it.
void TestSlidePixels::aroundTheSlideIsTheWindow() {
    m_view->goTo(651.7, 549.2, 0.301);
    QTRY_VERIFY_WITH_TIMEOUT(m_view->isSettled(), kPatienceMs);
    const QImage picture = m_window->grabWindow();
    const double ratio = m_window->effectiveDevicePixelRatio();
    const auto first = m_view->view().toWindow({0, 0});
    const auto end = m_view->view().toWindow({kWidth, kHeight});
    const QRectF slide(QPointF(first.x, first.y), QPointF(end.x, end.y));
    QVERIFY(QRectF(QPointF(0, 0), QSizeF(kWindow) * ratio).contains(slide));
    int around = 0;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            const bool isSlide = slide.contains(x + 0.5, y + 0.5);
            QVERIFY2((picture.pixel(x, y) == kSurroundings) != isSlide,
                     qPrintable(QStringLiteral("%1, %2").arg(x).arg(y)));
            around += isSlide ? 0 : 1;
        }
    }
    QVERIFY(around > 1000);
}

void TestSlidePixels::whereNothingCanBeReadIsTheWindow() {
    QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("lost"), ramps()));
    QDirIterator tiles(m_folder.filePath(QStringLiteral("lost_files")), QDir::Files, QDirIterator::Subdirectories);
    while (tiles.hasNext()) {
        QVERIFY(QFile::remove(tiles.next()));
    }
    openSlide(QStringLiteral("lost"));
    m_view->goTo(512.3, 511.6, 0.77);
    QTRY_VERIFY_WITH_TIMEOUT(m_view->isSettled(), kPatienceMs);
    const QImage picture = m_window->grabWindow();
    int marked = 0;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            marked += picture.pixel(x, y) == kSurroundings ? 0 : 1;
        }
    }
    QVERIFY(marked > 0);  // the small marks of lost tiles
    QVERIFY2(marked < picture.width() * picture.height() / 50, qPrintable(QString::number(marked)));
}

QTEST_MAIN(TestSlidePixels)
#include "tst_slide_pixels.moc"
