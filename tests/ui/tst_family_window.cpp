// Families and view modes in the real window, driven by real input events, on a shared slide with a baseline.
#include "app/viewer/viewer_window.h"
#include "tests/support/files.h"
#include "tests/support/settings.h"
#include "ui/models/family_inspector.h"
#include "ui/scene/family_overlay.h"
#include "ui/scene/slide_view.h"

#include <QGuiApplication>
#include <QQuickItem>
#include <QQuickWindow>
#include <QStyleHints>
#include <QTest>

#include <memory>

using namespace origami;

namespace {
constexpr int kPatienceMs = 20'000;

QString shared(const char* name) {
    return QStringLiteral(ORIGAMI_SLIDES "/") + QLatin1String(name);
}
}  // namespace

class TestFamilyWindow : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup() { m_viewer.reset(); }

    void hoverShowsTheFamilyUnderTheCursor();
    void clickPinsTwoFamilies();
    void doubleClickPinsNothing();
    void keysPinAndCompare();
    void dragPinsNothing();
    void cardComparesWithTheBaseline();
    void tintKeyCyclesWithALegend();
    void modeKeySkipsWhatTheSlideLacks();
    void dividerIsDragged();
    void dividerFollowsKeys();
    void sidesChangePlaces();
    void bothSidesAreDrawnInTheirMode();

private:
    void open(const char* name);
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(view().isSettled(), kPatienceMs); }
    [[nodiscard]] SlideView& view() const { return *m_viewer->slideView(); }
    [[nodiscard]] QQuickWindow& window() const { return *m_viewer->window(); }
    template <class T = QQuickItem>
    [[nodiscard]] T& find(const char* name) const {
        T* const found = window().findChild<T*>(QLatin1String(name));
        if (found == nullptr) {
            qFatal("there is no %s", name);
        }
        return *found;
    }
    [[nodiscard]] QVariantList cards() const { return find<FamilyInspector>("familyInspector").cards(); }
    [[nodiscard]] QString title(int card) const {
        return cards().value(card).toMap().value(QStringLiteral("title")).toString();
    }
    [[nodiscard]] int pin(int card) const { return cards().value(card).toMap().value(QStringLiteral("pin")).toInt(); }
    // Where a level 0 pixel is in the window.
    [[nodiscard]] QPoint at(double x, double y) const { return view().mapToScene(view().toItem({x, y})).toPoint(); }
    void hover(QPoint place) {
        QTest::mouseMove(&window(), place - QPoint(2, 2));
        QTest::mouseMove(&window(), place);
    }
    void click(QPoint place) { QTest::mouseClick(&window(), Qt::LeftButton, {}, place); }
    // A child of an item that comes and goes.
    static QQuickItem* shownIn(QQuickItem& item, const QString& name) {
        if (item.objectName() == name && item.isVisible()) {
            return &item;
        }
        for (QQuickItem* const child : item.childItems()) {
            if (QQuickItem* const found = shownIn(*child, name)) {
                return found;
            }
        }
        return nullptr;
    }

    std::unique_ptr<ViewerWindow> m_viewer;
};

void TestFamilyWindow::initTestCase() {
    if (!test::hasSharedSlides()) {
        QSKIP(test::kNoSharedSlides);
    }
    test::useOwnSettings();
    QGuiApplication::styleHints()->setMouseDoubleClickInterval(0);  // clicks here are single ones
}

void TestFamilyWindow::init() {
    ViewerOptions options;
    options.metricsIntervalSeconds = 0;
    options.engine.threads = 2;
    m_viewer = std::make_unique<ViewerWindow>(options);
    QVERIFY(m_viewer->window() && m_viewer->slideView());
    QVERIFY(QTest::qWaitForWindowExposed(m_viewer->window()));
    m_viewer->window()->requestActivate();
    QVERIFY(QTest::qWaitForWindowActive(m_viewer->window()));
}

// With the corner of the four families in the middle of the view.
void TestFamilyWindow::open(const char* name) {
    m_viewer->session().closeSlide();  // else the one before counts as this one
    m_viewer->session().openPath(shared(name));
    QTRY_VERIFY_WITH_TIMEOUT(m_viewer->session().slide(), kPatienceMs);
    view().goTo(1024, 1024, 0.5);
    settle();
}

void TestFamilyWindow::hoverShowsTheFamilyUnderTheCursor() {
    open("origami-packs");
    hover(at(700, 700));
    QVERIFY(cards().isEmpty());  // without the grid
    QTest::keyClick(&window(), Qt::Key_G);
    QTRY_COMPARE(title(0), QStringLiteral("Family 0, 0"));
    QCOMPARE(pin(0), 0);
    QVERIFY(find("familyCards").isVisible());
    hover(at(700, 1300));
    QTRY_COMPARE(title(0), QStringLiteral("Family 0, 1"));
    const QVariantMap card = cards().constFirst().toMap();
    QVERIFY(card.value(QStringLiteral("known")).toBool());
    QVERIFY(!card.value(QStringLiteral("canCompare")).toBool());
    QCOMPARE(card.value(QStringLiteral("bytes")).toList().size(), 4);
    QVERIFY(!card.value(QStringLiteral("chart")).toMap().value(QStringLiteral("bars")).toList().isEmpty());
    QTest::keyClick(&window(), Qt::Key_G);
    QVERIFY(cards().isEmpty());
    QVERIFY(!find("familyCards").isVisible());
}

void TestFamilyWindow::clickPinsTwoFamilies() {
    open("origami-packs");
    QTest::keyClick(&window(), Qt::Key_G);
    click(at(600, 700));
    QTRY_COMPARE(pin(0), 1);
    click(at(600, 1300));
    QTRY_COMPARE(cards().size(), 2);
    QCOMPARE(title(0), QStringLiteral("Family 0, 0"));
    QCOMPARE(title(1), QStringLiteral("Family 0, 1"));
    QCOMPARE(pin(1), 2);
    QCOMPARE(find<FamilyOverlay>("familyOverlay").marks().size(), 2);
    // A third takes the place of the first; another click lets go.
    click(at(1100, 1500));
    QTRY_COMPARE(title(1), QStringLiteral("Family 1, 1"));
    QCOMPARE(title(0), QStringLiteral("Family 0, 1"));
    click(at(600, 1300));
    QTRY_COMPARE(pin(1), 0);  // still under the cursor
    QQuickItem* const unpin = shownIn(find("familyCards"), QStringLiteral("unpinButton"));
    QVERIFY(unpin);
    click(unpin->mapToScene({unpin->width() / 2, unpin->height() / 2}).toPoint());
    QTRY_COMPARE(pin(0), 0);
}

void TestFamilyWindow::doubleClickPinsNothing() {
    open("origami-packs");
    QTest::keyClick(&window(), Qt::Key_G);
    click(at(600, 1300));
    QTRY_COMPARE(pin(0), 1);
    const double before = view().view().scale;
    QGuiApplication::styleHints()->setMouseDoubleClickInterval(400);
    QTest::mouseDClick(&window(), Qt::LeftButton, {}, at(600, 700));
    QGuiApplication::styleHints()->setMouseDoubleClickInterval(0);
    QTRY_VERIFY(view().view().scale > before);
    settle();
    QCOMPARE(pin(0), 1);
    QCOMPARE(title(0), QStringLiteral("Family 0, 1"));
    QCOMPARE(pin(1), 0);
}

// The family in the middle, and what its card offers.
void TestFamilyWindow::keysPinAndCompare() {
    open("origami-loose");
    QTest::keyClick(&window(), Qt::Key_P);
    QVERIFY(cards().isEmpty());  // without the grid
    QTest::keyClick(&window(), Qt::Key_G);
    view().goTo(1500, 700, 0.5);
    QTest::keyClick(&window(), Qt::Key_P);
    QTRY_COMPARE(title(0), QStringLiteral("Family 1, 0"));
    QCOMPARE(pin(0), 1);
    settle();
    const auto hasFocus = [&](const char* name) {
        for (const QQuickItem* item = window().activeFocusItem(); item != nullptr; item = item->parentItem()) {
            if (item->objectName() == QLatin1String(name)) {
                return true;
            }
        }
        return false;
    };
    constexpr int kMostStops = 60;
    for (int i = 0; i < kMostStops && !hasFocus("compareButton"); ++i) {
        QTest::keyClick(&window(), Qt::Key_Tab);
    }
    QVERIFY(hasFocus("compareButton"));
    QTest::keyClick(&window(), Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(
        cards().constFirst().toMap().value(QStringLiteral("comparison")).toString().contains(QStringLiteral("dB")),
        kPatienceMs);
    QTest::keyClick(&window(), Qt::Key_P);
    QTRY_VERIFY(cards().isEmpty());
}

void TestFamilyWindow::dragPinsNothing() {
    open("origami-packs");
    QTest::keyClick(&window(), Qt::Key_G);
    const QPoint from = at(600, 700);
    QTest::mousePress(&window(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&window(), from + QPoint(40, 0));
    QTest::mouseMove(&window(), from + QPoint(80, 0));
    QTest::mouseRelease(&window(), Qt::LeftButton, {}, from + QPoint(80, 0));
    settle();
    for (int i = 0; i < cards().size(); ++i) {
        QCOMPARE(pin(i), 0);
    }
}

void TestFamilyWindow::cardComparesWithTheBaseline() {
    open("origami-loose");
    QTest::keyClick(&window(), Qt::Key_G);
    click(at(600, 700));
    QTRY_COMPARE(pin(0), 1);
    const auto* const cardsShown = &find("familyCards");
    QTRY_VERIFY(cardsShown->height() > 300);
    QQuickItem* const button = shownIn(find("familyCards"), QStringLiteral("compareButton"));
    QVERIFY(button);
    QVERIFY(cards().constFirst().toMap().value(QStringLiteral("comparison")).toString().isEmpty());  // on demand only
    click(button->mapToScene({button->width() / 2, button->height() / 2}).toPoint());
    QTRY_VERIFY_WITH_TIMEOUT(
        cards().constFirst().toMap().value(QStringLiteral("comparison")).toString().contains(QStringLiteral("dB")),
        kPatienceMs);
    // Stopped before it is done, it says nothing.
    FamilyInspector& inspector = find<FamilyInspector>("familyInspector");
    inspector.compare({0, 0});
    QVERIFY(cards().constFirst().toMap().value(QStringLiteral("comparing")).toBool());
    inspector.stopComparing();
    QVERIFY(!cards().constFirst().toMap().value(QStringLiteral("comparing")).toBool());
}

void TestFamilyWindow::tintKeyCyclesWithALegend() {
    open("origami-packs");
    FamilyOverlay& overlay = find<FamilyOverlay>("familyOverlay");
    QVERIFY(!overlay.isVisible());
    const QImage without = window().grabWindow();
    const QPoint place = at(300, 700) * window().effectiveDevicePixelRatio();
    for (int tint = 1; tint < kTints; ++tint) {
        QTest::keyClick(&window(), Qt::Key_T);
        QCOMPARE(overlay.tint(), tint);
        QTRY_VERIFY(find("tintLegend").isVisible());
        QVERIFY(!overlay.legend().value(QStringLiteral("title")).toString().isEmpty());
        QVERIFY(window().grabWindow().pixelColor(place) != without.pixelColor(place));
    }
    QTest::keyClick(&window(), Qt::Key_T);
    QCOMPARE(overlay.tint(), 0);
    QVERIFY(!find("tintLegend").isVisible());
    QCOMPARE(window().grabWindow().pixelColor(place), without.pixelColor(place));
}

void TestFamilyWindow::modeKeySkipsWhatTheSlideLacks() {
    open("origami-packs");
    using Mode = SlideView::Mode;
    for (const Mode mode : {Mode::Prediction, Mode::Residual, Mode::ResidualColor, Mode::Reconstructed}) {
        QTest::keyClick(&window(), Qt::Key_V);
        QCOMPARE(view().mode(), mode);
        QCOMPARE(find("leftMode").isVisible(), mode != Mode::Reconstructed);
    }
    view().setMode(Mode::DifferenceColor);  // there is no baseline
    QCOMPARE(view().mode(), Mode::Reconstructed);
    QCOMPARE(view().modes().size(), 7);
    QVERIFY(!view().modes().at(6).toMap().value(QStringLiteral("why")).toString().isEmpty());

    open("origami-loose");
    view().setMode(Mode::DifferenceColor);
    QCOMPARE(view().mode(), Mode::DifferenceColor);
    settle();
    QCOMPARE(view().failedTiles(), 0);
}

void TestFamilyWindow::dividerIsDragged() {
    open("origami-packs");
    QVERIFY(!find("splitDivider").isVisible());
    QTest::keyClick(&window(), Qt::Key_V, Qt::ShiftModifier);
    QVERIFY(view().isSplit());
    QQuickItem& divider = find("splitDivider");
    QTRY_VERIFY(divider.isVisible());
    const Viewport before = view().view();
    const QPoint from = divider.mapToScene({divider.width() / 2, 200}).toPoint();
    QTest::mousePress(&window(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&window(), from - QPoint(60, 0));
    QTest::mouseMove(&window(), from - QPoint(200, 0));
    QTest::mouseRelease(&window(), Qt::LeftButton, {}, from - QPoint(200, 0));
    QVERIFY2(qAbs(view().splitPosition() - (0.5 - 200 / view().width())) < 0.003,
             qPrintable(QString::number(view().splitPosition())));
    QCOMPARE(view().view(), before);  // the slide stays
    settle();
    // Beyond the edge it stays in reach.
    const QPoint now = divider.mapToScene({divider.width() / 2, 200}).toPoint();
    QTest::mousePress(&window(), Qt::LeftButton, {}, now);
    QTest::mouseMove(&window(), QPoint(now.x() / 2, now.y()));
    QTest::mouseMove(&window(), QPoint(-50, now.y()));
    QTest::mouseRelease(&window(), Qt::LeftButton, {}, QPoint(-50, now.y()));
    QCOMPARE(view().splitPosition(), 0.05);
}

void TestFamilyWindow::dividerFollowsKeys() {
    open("origami-packs");
    view().setSplit(true);
    QQuickItem& divider = find("splitDivider");
    QTRY_VERIFY(divider.isVisible());
    divider.forceActiveFocus(Qt::TabFocusReason);
    QTest::keyClick(&window(), Qt::Key_Right);
    QVERIFY(qAbs(view().splitPosition() - 0.51) < 1e-9);
    QTest::keyClick(&window(), Qt::Key_Left, Qt::ShiftModifier);
    QVERIFY(qAbs(view().splitPosition() - 0.41) < 1e-9);
}

void TestFamilyWindow::sidesChangePlaces() {
    using Mode = SlideView::Mode;
    open("origami-packs");
    view().setMode(Mode::Residual);
    view().setRightMode(Mode::Reconstructed);
    view().setSplit(true);
    view().setMode(Mode::Reconstructed);
    QCOMPARE(view().mode(), Mode::Reconstructed);
    QCOMPARE(view().rightMode(), Mode::Residual);
    QVERIFY(find("leftMode").isVisible() && find("rightMode").isVisible());
    QCOMPARE(view().rightSide().value(QStringLiteral("name")).toString(), QStringLiteral("Residual, gray"));
    m_viewer->session().closeSlide();
    QVERIFY(!view().isSplit());
}

void TestFamilyWindow::bothSidesAreDrawnInTheirMode() {
    using Mode = SlideView::Mode;
    open("origami-loose");
    view().goTo(1024, 1024, 1);
    settle();
    const double ratio = window().effectiveDevicePixelRatio();
    const auto grayish = [&](const QImage& picture, double x) {
        int count = 0;
        for (int y = 120; y < 420; y += 3) {
            const QColor colour = picture.pixelColor((view().mapToScene(QPointF(x, y)) * ratio).toPoint());
            count += colour.red() == colour.green() && colour.green() == colour.blue() ? 1 : 0;
        }
        return count;
    };
    view().setRightMode(Mode::Residual);
    view().setSplit(true);
    settle();
    const double middle = view().width() / 2;
    const QImage split = window().grabWindow();
    QCOMPARE(grayish(split, middle + 60), 100);
    QVERIFY(grayish(split, middle - 60) < 50);
    // Each side shows what the whole window would in its mode.
    view().setSplit(false);
    settle();
    const QImage whole = window().grabWindow();
    const QPoint place = (view().mapToScene(QPointF(middle - 60, 300)) * ratio).toPoint();
    for (int dy = 0; dy < 40; ++dy) {
        QCOMPARE(split.pixel(place + QPoint(0, dy)), whole.pixel(place + QPoint(0, dy)));
    }
}

QTEST_MAIN(TestFamilyWindow)
#include "tst_family_window.moc"
