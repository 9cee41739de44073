// The converter without a window, on a small slide made here.
#include "core/slide/slide.h"
#include "tests/support/deep_zoom.h"
#include "ui/session/conversion_target.h"
#include "ui/session/file_tasks.h"
#include "ui/session/slide_converter.h"
#include "ui/session/slide_path.h"

#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include <unistd.h>

using origami::SlideConversion;
using origami::SlideConverter;
using State = SlideConversion::State;
using Preset = SlideConverter::Preset;

namespace {
// Three by two families.
constexpr int kWidth = 2304;
constexpr int kHeight = 1600;
constexpr int kPatienceMs = 60'000;

QStringList listing(const QString& folder) {
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
}
}  // namespace

class TestSlideConverter : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();

    void convertsASlide();
    void progressOnlyGrows();
    void oneAfterTheOther();
    void cancelledLeavesNothing();
    void cancelledKeepsWhatIsThere();
    void destroyedLeavesNothing();
    void saysWhatFailed_data();
    void saysWhatFailed();
    void replacesOnlyWhenTold();
    void suggestsNamesThatAreFree();
    void suggestsAPlaceBesideTheSlide();
    void suggestsNamesThatFit();
    void knowsWhichTargetsExist();
    void chosenNamesGetTheirSuffix();

private:
    [[nodiscard]] SlideConversion* conversion(int index = 0) const {
        return qobject_cast<SlideConversion*>(m_converter->conversions().value(index));
    }
    [[nodiscard]] QString target(const char* name) const { return m_targets->filePath(QString::fromUtf8(name)); }

    QTemporaryDir m_folder;
    QString m_slide;
    std::unique_ptr<QTemporaryDir> m_targets;
    origami::FileTasks m_tasks;
    std::unique_ptr<SlideConverter> m_converter;
};

void TestSlideConverter::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QVERIFY(m_folder.isValid());
    QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("tiles"), kWidth, kHeight));
    m_slide = m_folder.filePath(QStringLiteral("tiles.dzi"));
}

void TestSlideConverter::init() {
    m_targets = std::make_unique<QTemporaryDir>();
    m_converter = std::make_unique<SlideConverter>(m_tasks, origami::OpenOptions());
}

void TestSlideConverter::cleanup() {
    m_converter.reset();
    m_targets.reset();
}

void TestSlideConverter::convertsASlide() {
    QSignalSpy finished(m_converter.get(), &SlideConverter::finished);
    m_converter->start(m_slide, target("out.tif"), Preset::Default, false);
    QVERIFY(m_converter->isBusy());
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatienceMs);
    QCOMPARE(finished.constFirst().constFirst().toString(), target("out.tif"));
    QVERIFY(!m_converter->isBusy());
    QCOMPARE(listing(m_targets->path()), QStringList(QStringLiteral("out.tif")));

    const auto source = origami::openSlide(origami::toPath(m_slide));
    const auto slide = origami::openSlide(origami::toPath(target("out.tif")));
    QVERIFY(source && slide);
    const origami::SlideInfo& info = (*slide)->info();
    QCOMPARE(info.format, origami::SlideFormat::OrigamiTiff);
    QCOMPARE(info.pyramid.levelSize(0), (origami::LevelSize{kWidth, kHeight}));
    QCOMPARE(info.properties.at("origami.source.bytes"), std::to_string((*source)->info().fileBytes));

    QCOMPARE(m_converter->conversions().size(), 1);
    QCOMPARE(conversion()->state(), State::Done);
    QCOMPARE(conversion()->share(), 1.0);
    QCOMPARE(conversion()->name(), QStringLiteral("tiles"));
    QCOMPARE(conversion()->targetName(), QStringLiteral("out.tif"));
    QVERIFY(conversion()->saving().contains(QString::fromUtf8("→")));
    m_converter->dismiss(conversion());
    QVERIFY(m_converter->conversions().isEmpty());
}

void TestSlideConverter::progressOnlyGrows() {
    QList<double> shares;
    SlideConversion* watched = nullptr;
    const QObject scope;  // of the connections
    connect(m_converter.get(), &SlideConverter::conversionsChanged, &scope, [&] {
        if (SlideConversion* const now = conversion(); now && !watched) {
            watched = now;
            connect(now, &SlideConversion::shareChanged, &scope, [&shares, now] { shares << now->share(); });
        }
    });
    m_converter->start(m_slide, target("out.tif"), Preset::Small, false);
    QTRY_VERIFY_WITH_TIMEOUT(!m_converter->isBusy(), kPatienceMs);
    QVERIFY(!shares.isEmpty());
    QVERIFY(std::is_sorted(shares.cbegin(), shares.cend()));
    QVERIFY(shares.constFirst() > 0);
    QCOMPARE(shares.constLast(), 1.0);
}

void TestSlideConverter::oneAfterTheOther() {
    int most = 0;
    const QObject scope;  // of the connection
    connect(m_converter.get(), &SlideConverter::conversionsChanged, &scope, [&] {
        int running = 0;
        for (int i = 0; SlideConversion* const each = conversion(i); ++i) {
            running += each->state() == State::Running ? 1 : 0;
        }
        most = std::max(most, running);
    });
    m_converter->start(m_slide, target("first.tif"), Preset::Default, false);
    m_converter->start(m_slide, target("second.tif"), Preset::Default, false);
    QTRY_COMPARE_WITH_TIMEOUT(m_converter->waiting(), 1, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!m_converter->isBusy(), kPatienceMs);
    QCOMPARE(most, 1);
    QCOMPARE(conversion(0)->target(), target("first.tif"));
    QCOMPARE(conversion(1)->target(), target("second.tif"));
    QCOMPARE(listing(m_targets->path()), (QStringList{"first.tif", "second.tif"}));
}

void TestSlideConverter::cancelledLeavesNothing() {
    QSignalSpy failed(m_converter.get(), &SlideConverter::failed);
    QSignalSpy finished(m_converter.get(), &SlideConverter::finished);
    // The first is stopped as soon as it runs, the second before.
    m_converter->start(m_slide, target("first.tif"), Preset::High, false);
    m_converter->start(m_slide, target("second.tif"), Preset::High, false);
    QTRY_VERIFY_WITH_TIMEOUT(conversion(), kPatienceMs);
    m_converter->cancelAll();
    QTRY_VERIFY_WITH_TIMEOUT(!m_converter->isBusy(), kPatienceMs);
    QVERIFY(m_converter->conversions().isEmpty());
    QVERIFY(listing(m_targets->path()).isEmpty());
    QCOMPARE(failed.count(), 0);
    QCOMPARE(finished.count(), 0);
}

void TestSlideConverter::cancelledKeepsWhatIsThere() {
    QFile old(target("out.tif"));
    QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
    old.close();
    m_converter->start(m_slide, target("out.tif"), Preset::Default, true);
    m_converter->cancelAll();
    QTRY_VERIFY_WITH_TIMEOUT(!m_converter->isBusy(), kPatienceMs);
    QVERIFY(old.open(QIODevice::ReadOnly));
    QCOMPARE(old.readAll(), QByteArray("old"));
    QCOMPARE(listing(m_targets->path()), QStringList(QStringLiteral("out.tif")));
}

void TestSlideConverter::destroyedLeavesNothing() {
    m_converter->start(m_slide, target("out.tif"), Preset::Default, false);
    QTRY_VERIFY_WITH_TIMEOUT(conversion(), kPatienceMs);
    m_converter.reset();
    QVERIFY(listing(m_targets->path()).isEmpty());
}

void TestSlideConverter::saysWhatFailed_data() {
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("named");  // the file that the sentence is about
    const QString missing = m_folder.filePath(QStringLiteral("missing.svs"));
    QTest::newRow("no slide") << missing << QStringLiteral("out.tif") << missing;
    QTest::newRow("no folder") << m_slide << QStringLiteral("nowhere/out.tif") << QStringLiteral("nowhere");
    QTest::newRow("the slide itself") << m_slide << m_slide << m_slide;
    QTest::newRow("a place that cannot be written") << m_slide << QString() << QStringLiteral("out.tif");
}

void TestSlideConverter::saysWhatFailed() {
    QFETCH(QString, source);
    QFETCH(QString, target);
    QFETCH(QString, named);
    if (target.isEmpty()) {
        // Permissions do not stop root, but nobody makes files there.
        const QString folder = geteuid() == 0 ? QStringLiteral("/proc") : m_targets->path();
        QVERIFY(geteuid() == 0 || QFile::setPermissions(folder, QFileDevice::ReadOwner | QFileDevice::ExeOwner));
        target = folder + QStringLiteral("/out.tif");
    } else if (QDir::isRelativePath(target)) {
        target = m_targets->filePath(target);
    }
    QSignalSpy failed(m_converter.get(), &SlideConverter::failed);
    m_converter->start(source, target, Preset::Default, true);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatienceMs);
    const QList<QVariant> told = failed.takeFirst();
    QCOMPARE(told[0].toString(), source);
    QCOMPARE(told[1].toString(), target);
    QVERIFY2(told[2].toString().contains(named), qPrintable(told[2].toString()));
    QVERIFY(told[2].toString().endsWith(QLatin1Char('.')));
    QVERIFY(!told[3].toString().isEmpty());
    QVERIFY(!m_converter->isBusy());
    QVERIFY(m_converter->conversions().isEmpty());
    QVERIFY(listing(m_targets->path()).isEmpty());
    QVERIFY(QFile::exists(m_slide));
    QFile::setPermissions(m_targets->path(), QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
}

void TestSlideConverter::replacesOnlyWhenTold() {
    for (const bool replace : {false, true}) {
        QFile old(target("out.tif"));
        QVERIFY(old.open(QIODevice::WriteOnly | QIODevice::Truncate) && old.write("old") == 3);
        old.close();
        QSignalSpy failed(m_converter.get(), &SlideConverter::failed);
        m_converter->start(m_slide, old.fileName(), Preset::Default, replace);
        QTRY_VERIFY_WITH_TIMEOUT(!m_converter->isBusy(), kPatienceMs);
        QCOMPARE(failed.count(), replace ? 0 : 1);
        QCOMPARE(QFileInfo(old).size() > 3, replace);
    }
    // A conversion that replaced an earlier one is listed once.
    m_converter->start(m_slide, target("out.tif"), Preset::Small, true);
    QTRY_VERIFY_WITH_TIMEOUT(!m_converter->isBusy(), kPatienceMs);
    QCOMPARE(m_converter->conversions().size(), 1);
}

void TestSlideConverter::suggestsNamesThatAreFree() {
    const auto touch = [this](const char* name) { return QFile(target(name)).open(QIODevice::WriteOnly); };
    const QString source = target("Präparat 4.b.svs");
    QCOMPARE(origami::suggestedTarget(source, {}), target("Präparat 4.b.origami.tif"));
    QVERIFY(touch("Präparat 4.b.origami.tif"));
    QCOMPARE(origami::suggestedTarget(source, {}), target("Präparat 4.b-2.origami.tif"));
    QVERIFY(touch("Präparat 4.b-2.origami.tif"));
    QCOMPARE(origami::suggestedTarget(source, {}), target("Präparat 4.b-3.origami.tif"));
    // Nor is one suggested that is going to be written.
    m_converter->start(m_slide, target("Präparat 4.b-3.origami.tif"), Preset::Default, false);
    QSignalSpy suggested(m_converter.get(), &SlideConverter::targetSuggested);
    m_converter->suggestTarget(m_slide);
    m_converter->suggestTarget(source);
    QTRY_COMPARE(suggested.count(), 1);  // only the newest question is answered
    QCOMPARE(suggested.constFirst(), (QVariantList{source, target("Präparat 4.b-4.origami.tif")}));
}

// An ORIGAMI folder is a slide of its own: the file goes beside it, whichever way it was opened.
void TestSlideConverter::suggestsAPlaceBesideTheSlide() {
    QVERIFY(QDir(m_targets->path()).mkpath(QStringLiteral("slide")));
    QVERIFY(QFile(target("slide/baseline_pyramid.dzi")).open(QIODevice::WriteOnly));
    for (const char* const source : {"slide", "slide/", "slide/baseline_pyramid.dzi"}) {
        QCOMPARE(origami::suggestedTarget(target(source), {}), target("slide.origami.tif"));
    }
}

void TestSlideConverter::suggestsNamesThatFit() {
    const QString name = QString::fromUtf8("肝").repeated(83);  // 249 bytes
    const QString suggested = QFileInfo(origami::suggestedTarget(target("x") + name, {})).fileName();
    QVERIFY(suggested.startsWith(QString::fromUtf8("x肝")));
    QVERIFY(suggested.endsWith(QStringLiteral(".origami.tif")));
    QVERIFY2(suggested.toUtf8().size() <= 220, qPrintable(suggested));
    m_converter->start(m_slide, target(suggested.toUtf8().constData()), Preset::Small, false);
    QTRY_VERIFY_WITH_TIMEOUT(!m_converter->isBusy(), kPatienceMs);
    QCOMPARE(listing(m_targets->path()), QStringList(suggested));
}

void TestSlideConverter::knowsWhichTargetsExist() {
    QVERIFY(QFile(target("there.tif")).open(QIODevice::WriteOnly));
    QVERIFY(QFile::link(target("nowhere"), target("link.tif")));
    m_converter->start(m_slide, target("planned.tif"), Preset::Default, false);
    QSignalSpy checked(m_converter.get(), &SlideConverter::targetChecked);
    for (const auto& [name, exists] : {std::pair{"there.tif", true}, std::pair{"link.tif", true},
                                       std::pair{"planned.tif", true}, std::pair{"free.tif", false}}) {
        m_converter->checkTarget(target("before.tif"));
        m_converter->checkTarget(target(name));
        QTRY_COMPARE(checked.count(), 1);  // only the newest question is answered
        QCOMPARE(checked.takeFirst(), (QVariantList{target(name), exists}));
    }
}

void TestSlideConverter::chosenNamesGetTheirSuffix() {
    const auto pathOf = [this](const char* chosen) {
        return m_converter->targetPath(QUrl::fromLocalFile(QString::fromUtf8(chosen)));
    };
    QCOMPARE(pathOf("/a/slide.tif"), QStringLiteral("/a/slide.tif"));
    QCOMPARE(pathOf("/a/slide.TIFF"), QStringLiteral("/a/slide.TIFF"));
    QCOMPARE(pathOf("/a/slide"), QStringLiteral("/a/slide.origami.tif"));
    QCOMPARE(pathOf("/a/slide.v2"), QStringLiteral("/a/slide.v2.origami.tif"));
}

QTEST_MAIN(TestSlideConverter)
#include "tst_slide_converter.moc"
