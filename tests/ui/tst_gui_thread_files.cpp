// The GUI thread touches no file of a slide, whatever people do in the window. The functions of the C library that take
// a path are replaced here by ones that note who calls them.
#include "app/viewer/viewer_window.h"
#include "tests/support/deep_zoom.h"
#include "tests/support/settings.h"
#include "ui/scene/slide_view.h"

#include <QFile>
#include <QFileInfo>
#include <QQuickItem>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cstdarg>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

std::string g_folder;                // what is watched; empty: nothing
std::vector<std::string> g_touched;  // "stat /path", on the thread of the test
pid_t g_guiThread = 0;

void note(const char* call, const char* path) {
    if (gettid() == g_guiThread && !g_folder.empty() && path != nullptr && std::strstr(path, g_folder.c_str())) {
        g_touched.push_back(std::string(call) + ' ' + path);
    }
}

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

mode_t modeIn(int flags, va_list arguments) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

// Under names of their own, as the C library's headers declare some of these functions in several ways.
#define REPLACES(name) __asm__(name) __attribute__((visibility("default"), used))
extern "C" {
int watchedOpen(const char* path, int flags, ...) REPLACES("open");
int watchedOpen64(const char* path, int flags, ...) REPLACES("open64");
int watchedOpenat(int folder, const char* path, int flags, ...) REPLACES("openat");
int watchedStat(const char* path, struct stat* into) REPLACES("stat");
int watchedStat64(const char* path, struct stat64* into) REPLACES("stat64");
int watchedLstat(const char* path, struct stat* into) REPLACES("lstat");
int watchedLstat64(const char* path, struct stat64* into) REPLACES("lstat64");
int watchedStatx(int folder, const char* path, int flags, unsigned mask, struct statx* into) REPLACES("statx");
int watchedAccess(const char* path, int mode) REPLACES("access");
DIR* watchedOpendir(const char* path) REPLACES("opendir");
char* watchedRealpath(const char* path, char* into) REPLACES("realpath");
ssize_t watchedReadlink(const char* path, char* into, size_t size) REPLACES("readlink");

int watchedOpen(const char* path, int flags, ...) {
    note("open", path);
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = modeIn(flags, arguments);
    va_end(arguments);
    static auto* const next = real<int(const char*, int, ...)>("open");
    return next(path, flags, mode);
}
int watchedOpen64(const char* path, int flags, ...) {
    note("open64", path);
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = modeIn(flags, arguments);
    va_end(arguments);
    static auto* const next = real<int(const char*, int, ...)>("open64");
    return next(path, flags, mode);
}
int watchedOpenat(int folder, const char* path, int flags, ...) {
    note("openat", path);
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = modeIn(flags, arguments);
    va_end(arguments);
    static auto* const next = real<int(int, const char*, int, ...)>("openat");
    return next(folder, path, flags, mode);
}
int watchedStat(const char* path, struct stat* into) {
    note("stat", path);
    static auto* const next = real<int(const char*, struct stat*)>("stat");
    return next(path, into);
}
int watchedStat64(const char* path, struct stat64* into) {
    note("stat64", path);
    static auto* const next = real<int(const char*, struct stat64*)>("stat64");
    return next(path, into);
}
int watchedLstat(const char* path, struct stat* into) {
    note("lstat", path);
    static auto* const next = real<int(const char*, struct stat*)>("lstat");
    return next(path, into);
}
int watchedLstat64(const char* path, struct stat64* into) {
    note("lstat64", path);
    static auto* const next = real<int(const char*, struct stat64*)>("lstat64");
    return next(path, into);
}
int watchedStatx(int folder, const char* path, int flags, unsigned mask, struct statx* into) {
    note("statx", path);
    static auto* const next = real<int(int, const char*, int, unsigned, struct statx*)>("statx");
    return next(folder, path, flags, mask, into);
}
int watchedAccess(const char* path, int mode) {
    note("access", path);
    static auto* const next = real<int(const char*, int)>("access");
    return next(path, mode);
}
DIR* watchedOpendir(const char* path) {
    note("opendir", path);
    static auto* const next = real<DIR*(const char*)>("opendir");
    return next(path);
}
char* watchedRealpath(const char* path, char* into) {
    note("realpath", path);
    static auto* const next = real<char*(const char*, char*)>("realpath");
    return next(path, into);
}
ssize_t watchedReadlink(const char* path, char* into, size_t size) {
    note("readlink", path);
    static auto* const next = real<ssize_t(const char*, char*, size_t)>("readlink");
    return next(path, into, size);
}
}

using namespace origami;

namespace {

constexpr int kPatienceMs = 60'000;

// Notes what the GUI thread does to files while it exists.
class Watch {
public:
    explicit Watch(const QString& folder) {
        g_touched.clear();
        g_guiThread = gettid();
        g_folder = folder.toStdString();
    }
    ~Watch() { g_folder.clear(); }

    [[nodiscard]] static QByteArray touched() {
        QByteArray text;
        for (const std::string& each : g_touched) {
            text += QByteArray::fromStdString(each) + '\n';
        }
        return text;
    }
};

}  // namespace

class TestGuiThreadFiles : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        test::useOwnSettings();
        QVERIFY(m_folder.isValid());
        QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("one"), 600, 400));
        QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("two"), 600, 400));
    }

    void theWatchSeesWhatItShould_data() {
        QTest::addColumn<int>("way");
        for (int way = 0; way < 6; ++way) {
            QTest::addRow("way %d", way) << way;
        }
    }

    void theWatchSeesWhatItShould() {
        QFETCH(int, way);
        const QString path = m_folder.filePath(QStringLiteral("one.dzi"));
        const Watch watch(m_folder.path());
        switch (way) {
            case 0: QVERIFY(QFile::exists(path)); break;
            case 1: QVERIFY(QFileInfo(path).isReadable()); break;
            case 2: QVERIFY(QFile(path).open(QIODevice::ReadOnly)); break;
            case 3: QVERIFY(!QDir(m_folder.path()).entryList().isEmpty()); break;
            case 4: QVERIFY(std::filesystem::exists(path.toStdString())); break;
            case 5: QVERIFY(QFileInfo(path).canonicalFilePath().endsWith(QStringLiteral("one.dzi"))); break;
            default: break;
        }
        QVERIFY(!Watch::touched().isEmpty());
    }

    void theWindowTouchesNone() {
        const QString first = m_folder.filePath(QStringLiteral("one.dzi"));
        const QString second = m_folder.filePath(QStringLiteral("two.dzi"));
        const Watch watch(m_folder.path());
        {
            ViewerOptions options;
            options.metricsIntervalSeconds = 0;
            options.engine.threads = 2;
            options.slidesRoot = m_folder.path();
            options.slides = {first};
            ViewerWindow viewer(options);
            QVERIFY(QTest::qWaitForWindowExposed(viewer.window()));
            viewer.window()->requestActivate();
            QVERIFY(QTest::qWaitForWindowActive(viewer.window()));
            const auto shown = [&viewer] {
                const SlideDocument* const slide = viewer.session().slide();
                return slide && viewer.slideView()->isSettled() ? slide->path() : QString();
            };
            viewer.start();
            QTRY_COMPARE_WITH_TIMEOUT(shown(), first, kPatienceMs);
            QTRY_COMPARE_WITH_TIMEOUT(viewer.slides().rowCount(), 2, kPatienceMs);
            viewer.slides().setFilter(QStringLiteral("tw"));
            QCOMPARE(viewer.slides().rowCount(), 1);
            viewer.slides().setFilter({});
            viewer.session().openAll({QUrl::fromLocalFile(second), QUrl::fromLocalFile(first)});
            QTRY_COMPARE_WITH_TIMEOUT(shown(), second, kPatienceMs);
            const SlideKey key = viewer.session().slide()->key();
            viewer.session().reopen();
            QTRY_VERIFY_WITH_TIMEOUT(viewer.session().slide()->key() != key, kPatienceMs);

            // Convert: ask for a name, see whether it is free, write, list, open.
            QSignalSpy converted(viewer.session().converter(), &SlideConverter::finished);
            QTest::keyClick(viewer.window(), Qt::Key_E, Qt::ControlModifier);
            auto* const convert = viewer.window()->findChild<QQuickItem*>(QStringLiteral("convertButton"));
            QVERIFY(convert);
            QTRY_VERIFY_WITH_TIMEOUT(convert->isVisible() && convert->isEnabled(), kPatienceMs);
            QTRY_VERIFY(convert->hasActiveFocus());
            QTest::keyClick(viewer.window(), Qt::Key_Return);
            QTRY_COMPARE_WITH_TIMEOUT(converted.count(), 1, kPatienceMs);
            QTRY_COMPARE_WITH_TIMEOUT(viewer.slides().rowCount(), 3, kPatienceMs);
            const QString target = m_folder.filePath(QStringLiteral("two.origami.tif"));
            viewer.session().openPath(target);
            QTRY_COMPARE_WITH_TIMEOUT(shown(), target, kPatienceMs);

            auto* const exporter = viewer.window()->property("exporter").value<MetricsExporter*>();
            QVERIFY(exporter);
            QSignalSpy saved(exporter, &MetricsExporter::done);
            exporter->saveMetrics(QUrl::fromLocalFile(m_folder.filePath(QStringLiteral("numbers.csv"))));
            exporter->saveTrace(QUrl::fromLocalFile(m_folder.filePath(QStringLiteral("trace.json"))));
            QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 2, kPatienceMs);

            viewer.session().closeSlide();  // the empty page lists recent slides
            QTRY_VERIFY(viewer.window()->findChild<QQuickItem*>(QStringLiteral("emptyPage"))->isVisible());
        }
        QCOMPARE(Watch::touched(), QByteArray());
    }

private:
    QTemporaryDir m_folder;
};

QTEST_MAIN(TestGuiThreadFiles)
#include "tst_gui_thread_files.moc"
