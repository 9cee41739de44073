// What the session tells the window of its engine, and slides on disks that answer late.
#include "core/view/tile_cover.h"
#include "tests/support/busy_tasks.h"
#include "tests/support/deep_zoom.h"
#include "tests/support/settings.h"
#include "ui/session/viewer_session.h"

#include <QEventLoop>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

using namespace origami;

namespace {

constexpr int kWidth = 3000;
constexpr int kHeight = 2000;
constexpr int kPatienceMs = 20'000;
constexpr std::chrono::milliseconds kPatience{kPatienceMs};
constexpr std::chrono::milliseconds kLeastBetween{3};  // a timer of 4 ms may be a fraction early

}  // namespace

class ViewerSessionTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        test::useOwnSettings();
        QVERIFY(m_folder.isValid());
        QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("tiles"), kWidth, kHeight));
        QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("other"), 300, 200));
    }

    void openingReturnsAtOnceAndTheNewestCallWins() {
        ViewerSession session(options());
        test::BusyTasks busy(session.tasks());
        QSignalSpy shown(&session, &ViewerSession::slideChanged);
        session.openPath(m_folder.filePath(QStringLiteral("tiles.dzi")));
        QCOMPARE(session.openingName(), QStringLiteral("tiles"));
        session.openPath(m_folder.filePath(QStringLiteral("other.dzi")));
        QCOMPARE(session.openingName(), QStringLiteral("other"));
        QVERIFY(!session.slide());
        busy.release();
        QTRY_VERIFY_WITH_TIMEOUT(session.slide(), kPatienceMs);
        QVERIFY(session.tasks().stop(kPatience));  // the first slide has been opened, too
        QCoreApplication::sendPostedEvents();
        QCOMPARE(session.slide()->name(), QStringLiteral("other"));
        QCOMPARE(shown.count(), 1);
        QVERIFY(session.openingName().isEmpty());
    }

    void whatIsClosedMeanwhileStaysClosed() {
        ViewerSession session(options());
        test::BusyTasks busy(session.tasks());
        session.openPath(m_folder.filePath(QStringLiteral("tiles.dzi")));
        session.closeSlide();
        bool isOver = false;
        session.tasks().run(
            this, [] { return Result<void>(); }, [&](const Result<void>&) { isOver = true; });
        busy.release();
        QTRY_VERIFY_WITH_TIMEOUT(isOver, kPatienceMs);
        QVERIFY(session.tasks().stop(kPatience));
        QCoreApplication::sendPostedEvents();
        QVERIFY(!session.slide());
    }

    // Even before disks have answered that do answer later.
    void theSessionMayEndMeanwhile() {
        auto session = std::make_unique<ViewerSession>(options());
        auto busy = std::make_unique<test::BusyTasks>(session->tasks());
        session->openPath(m_folder.filePath(QStringLiteral("tiles.dzi")));
        session->slides()->listFolder(m_folder.path());
        session->linkCommand();
        QVERIFY(!session->stop(std::chrono::milliseconds(1)));
        busy->release();
        session.reset();
        QCoreApplication::sendPostedEvents();
    }

    // However fast tiles come, the window hears of them a few times a frame, and hears of the last one.
    void tilesAreToldOfTogether() {
        using Clock = std::chrono::steady_clock;
        ViewerSession session(options());
        session.openPath(m_folder.filePath(QStringLiteral("tiles.dzi")));
        QTRY_VERIFY_WITH_TIMEOUT(session.slide() != nullptr, kPatienceMs);
        const SlideKey slide = session.slide()->key();
        SlideEngine& engine = session.slide()->engine();
        engine.setPrefetch(false);

        std::vector<Clock::time_point> told;
        bool hasHeardOfAll = false;
        QEventLoop loop;  // unlike QTest's, awake at once
        connect(&session, &ViewerSession::tilesChanged, this, [&] {
            told.push_back(Clock::now());
            hasHeardOfAll = engine.progress(slide).isSharp();
            if (hasHeardOfAll) {
                loop.quit();
            }
        });
        const Viewport view{
            .centre = {kWidth / 2.0, kHeight / 2.0}, .scale = 1, .size = {double{kWidth}, double{kHeight}}};
        engine.setView(slide, view, view.centre);
        QTimer::singleShot(kPatienceMs, &loop, &QEventLoop::quit);
        loop.exec();
        QVERIFY(hasHeardOfAll);
        QCOMPARE(engine.progress(slide).visible, 12 * 8);
        QVERIFY(std::ranges::adjacent_find(told, [](auto first, auto next) { return next - first < kLeastBetween; }) ==
                told.end());

        // One that comes after a pause is told of, too.
        const std::size_t before = told.size();
        engine.setView(slide, {.centre = view.centre, .scale = 0.25, .size = {750, 500}}, view.centre);
        QTRY_VERIFY_WITH_TIMEOUT(told.size() > before, kPatienceMs);
    }

private:
    static ViewerOptions options() {
        ViewerOptions options;
        options.engine.threads = 2;
        options.metricsIntervalSeconds = 0;
        return options;
    }

    QTemporaryDir m_folder;
};

QTEST_MAIN(ViewerSessionTest)
#include "tst_viewer_session.moc"
