// The scripts that make the macOS application, on any system: over a tree like an application's, with stand-ins for
// Apple's tools that answer from files and write down what they are asked.
#include "tests/support/files.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QTest>

using origami::test::write;

namespace fs = std::filesystem;

namespace {

// Magic number of a 64-bit Mach-O file, and something behind it.
constexpr std::string_view kMachO(
    "\xCF\xFA\xED\xFE"
    "...",
    7);

struct Outcome {
    int exitCode = -1;
    QString output;  // both channels
};

// What `otool -L` and `otool -l` say of one file.
struct MachO {
    QStringList references;
    QString name = {};  // of a library
    QStringList rpaths = {};
    QString leastMacos = QStringLiteral("13.0");
};

std::string textOf(const fs::path& path) {
    const origami::Bytes bytes = origami::test::read(path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

QString otoolReferences(const MachO& file) {
    QString text = QStringLiteral("the file:\n");
    const QStringList named = file.name.isEmpty() ? QStringList() : QStringList{file.name};
    for (const QString& reference : named + file.references) {
        text += QStringLiteral("\t%1 (compatibility version 1.0.0, current version 1.2.0)\n").arg(reference);
    }
    return text;
}

QString otoolCommands(const MachO& file) {
    QString text = QStringLiteral(
                       "Load command 1\n      cmd LC_BUILD_VERSION\n  cmdsize 32\n platform 1\n    minos %1\n      "
                       "sdk 15.0\n")
                       .arg(file.leastMacos);
    if (!file.name.isEmpty()) {
        text += QStringLiteral(
                    "Load command 2\n          cmd LC_ID_DYLIB\n      cmdsize 48\n         name %1 (offset 24)\n")
                    .arg(file.name);
    }
    for (const QString& rpath : file.rpaths) {
        text +=
            QStringLiteral("Load command 3\n          cmd LC_RPATH\n      cmdsize 48\n         path %1 (offset 12)\n")
                .arg(rpath);
    }
    return text;
}

}  // namespace

class TestMacosScripts : public QObject {
    Q_OBJECT

private slots:
    void init();

    void aWholeBundlePasses();
    void faultsAreNamed_data();
    void faultsAreNamed();
    void linksThatLeadOutAreNamed();
    void missingArchitecturesAreNamed();
    void anEmptyBundleFails();
    void foreignSearchPathsAreRemovedOnWish();

    void licencesAreCollected();
    void aLibraryFromNowhereHasNoLicence();

    void withoutIdentityTheSignatureIsAdHoc();
    void withIdentityAllIsSignedFromTheInsideOut();
    void imagesAreNotarised();
    void imagesWithoutIdentityStayUnsigned();

    void makesABundleWhole();
    void aBundleThatIsNotWholeStaysUnsigned_data();
    void aBundleThatIsNotWholeStaysUnsigned();

    void makesOneIconOfAll();

private:
    // A stand-in for a tool, as a shell script.
    void tool(const char* name, const QString& script) {
        const fs::path path = m_path / "tools" / name;
        write(path, ("#!/bin/sh\n" + script).toStdString());
        fs::permissions(path, fs::perms::owner_all);
    }
    void machO(const std::string& inside, const MachO& file) {
        write(m_app / inside, kMachO);
        const fs::path answers = m_path / "otool" / fs::path(inside).filename();
        write(answers.string() + "-L", otoolReferences(file).toStdString());
        write(answers.string() + "-l", otoolCommands(file).toStdString());
    }
    Outcome run(const char* script, const QStringList& arguments,
                const QMap<QString, QString>& environment = {}) const {
        QProcess process;
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        variables.insert(QStringLiteral("PATH"), QString::fromStdString((m_path / "tools").string()) +
                                                     QStringLiteral(":") + variables.value(QStringLiteral("PATH")));
        for (auto entry = environment.begin(); entry != environment.end(); ++entry) {
            variables.insert(entry.key(), entry.value());
        }
        process.setProcessEnvironment(variables);
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral(ORIGAMI_SOURCE_DIR "/packaging/macos/") + QString::fromUtf8(script), arguments);
        if (!process.waitForFinished()) {
            return {};
        }
        return {process.exitCode(), QString::fromUtf8(process.readAll())};
    }
    [[nodiscard]] Outcome checkBundle() const { return run("check-bundle", {QString::fromStdString(m_app.string())}); }
    // Homebrew with the libraries of the tree, and a macdeployqt that has nothing left to do.
    void homebrew();
    // What the tools were asked, one line a call.
    [[nodiscard]] QStringList calls() const {
        QFile file(QString::fromStdString((m_path / "calls").string()));
        if (!file.open(QIODevice::ReadOnly)) {
            return {};
        }
        return QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts);
    }

    std::unique_ptr<QTemporaryDir> m_root;
    fs::path m_path;
    fs::path m_app;
};

void TestMacosScripts::init() {
    m_root = std::make_unique<QTemporaryDir>();
    QVERIFY(m_root->isValid());
    m_path = fs::canonical(m_root->path().toStdString());
    m_app = m_path / "Origami Viewer.app";
    const QString path = QString::fromStdString(m_path.string());
    tool("otool", QStringLiteral("exec cat \"%1/otool/$(basename \"$2\")$1\"\n").arg(path));
    tool("lipo", QStringLiteral("cat \"%1/lipo/$(basename \"$2\")\" 2>/dev/null || echo arm64\n").arg(path));
    const QString note = QStringLiteral("echo \"$(basename \"$0\") $*\" >>'%1/calls'\n").arg(path);
    tool("codesign", note);
    tool("xcrun", note);
    tool("install_name_tool", note);

    write(m_app / "Contents/Info.plist",
          "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>CFBundleExecutable</key><string>Origami "
          "Viewer</string>"
          "<key>LSMinimumSystemVersion</key><string>13.0</string></dict></plist>");
    const QString system = QStringLiteral("/usr/lib/libSystem.B.dylib");
    const QString rpath = QStringLiteral("@executable_path/../Frameworks");
    machO("Contents/MacOS/Origami Viewer",
          {.references = {QStringLiteral("@rpath/QtCore.framework/Versions/A/QtCore"),
                          QStringLiteral("@executable_path/../Frameworks/libtbb.12.dylib"),
                          QStringLiteral("/System/Library/Frameworks/AppKit.framework/Versions/C/AppKit"), system},
           .rpaths = {rpath}});
    machO(
        "Contents/MacOS/origami",
        {.references = {QStringLiteral("@executable_path/../Frameworks/libtbb.12.dylib"), system}, .rpaths = {rpath}});
    machO("Contents/Frameworks/QtCore.framework/Versions/A/QtCore",
          {.references = {system}, .name = QStringLiteral("@rpath/QtCore.framework/Versions/A/QtCore")});
    fs::create_directory_symlink("A", m_app / "Contents/Frameworks/QtCore.framework/Versions/Current");
    machO("Contents/Frameworks/libtbb.12.dylib",
          {.references = {QStringLiteral("@loader_path/libhwloc.15.dylib"), system},
           .name = QStringLiteral("@executable_path/../Frameworks/libtbb.12.dylib")});
    machO("Contents/Frameworks/libhwloc.15.dylib",
          {.references = {system}, .name = QStringLiteral("@executable_path/../Frameworks/libhwloc.15.dylib")});
    machO("Contents/PlugIns/platforms/libqcocoa.dylib",
          {.references = {QStringLiteral("@rpath/QtCore.framework/Versions/A/QtCore"), system},
           .rpaths = {QStringLiteral("@loader_path/../../Frameworks")}});
}

void TestMacosScripts::aWholeBundlePasses() {
    const Outcome outcome = checkBundle();
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.output));
    QVERIFY2(outcome.output.contains(QStringLiteral("6 programs and libraries")), qPrintable(outcome.output));
}

void TestMacosScripts::faultsAreNamed_data() {
    QTest::addColumn<QStringList>("references");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("rpaths");
    QTest::addColumn<QString>("leastMacos");
    QTest::addColumn<QString>("fault");
    const auto row = [](const char* title, const MachO& file, const char* fault) {
        QTest::newRow(title) << file.references << file.name << file.rpaths << file.leastMacos
                             << QString::fromUtf8(fault);
    };
    row("Homebrew", {.references = {"/opt/homebrew/opt/lz4/lib/liblz4.1.dylib"}},
        "refers to /opt/homebrew/opt/lz4/lib/liblz4.1.dylib");
    row("Homebrew on Intel", {.references = {"/usr/local/lib/liblz4.1.dylib"}},
        "refers to /usr/local/lib/liblz4.1.dylib");
    row("a name with spaces", {.references = {"/Users/a b/lib.dylib"}}, "refers to /Users/a b/lib.dylib");
    row("an rpath that leads nowhere", {.references = {"@rpath/libmissing.dylib"}},
        "refers to @rpath/libmissing.dylib");
    row("missing beside it", {.references = {"@loader_path/libmissing.dylib"}},
        "refers to @loader_path/libmissing.dylib, which is missing");
    row("out of the bundle", {.references = {"@executable_path/../../../lib.dylib"}},
        "refers to @executable_path/../../../lib.dylib, which is outside");
    row("no path at all", {.references = {"libplain.dylib"}}, "refers to libplain.dylib");
    row("a foreign search path", {.references = {}, .rpaths = {"/opt/homebrew/lib"}},
        "has the search path /opt/homebrew/lib");
    row("a foreign name", {.references = {}, .name = "/opt/homebrew/lib/libfault.dylib"},
        "refers to /opt/homebrew/lib/libfault.dylib");
    row("a newer macOS", {.references = {}, .leastMacos = "15.0"}, "needs macOS 15.0");
}

void TestMacosScripts::faultsAreNamed() {
    QFETCH(QStringList, references);
    QFETCH(QString, name);
    QFETCH(QStringList, rpaths);
    QFETCH(QString, leastMacos);
    QFETCH(QString, fault);
    machO("Contents/Frameworks/libfault.dylib",
          {.references = references, .name = name, .rpaths = rpaths, .leastMacos = leastMacos});
    const Outcome outcome = checkBundle();
    QCOMPARE(outcome.exitCode, 1);
    const QStringList lines = outcome.output.split(u'\n', Qt::SkipEmptyParts);
    QVERIFY2(lines.size() == 1, qPrintable(outcome.output));
    QVERIFY2(lines.first().startsWith(
                 QStringLiteral("check-bundle: Origami Viewer.app/Contents/Frameworks/libfault.dylib: ") + fault),
             qPrintable(outcome.output));
}

void TestMacosScripts::linksThatLeadOutAreNamed() {
    fs::create_symlink("/usr/share", m_app / "Contents/Resources");
    fs::create_symlink("nowhere", m_app / "Contents/Frameworks/libgone.dylib");
    const Outcome outcome = checkBundle();
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.output.contains(QStringLiteral("Contents/Resources: the link leads out")),
             qPrintable(outcome.output));
    QVERIFY2(outcome.output.contains(QStringLiteral("libgone.dylib: the link leads nowhere")),
             qPrintable(outcome.output));
}

void TestMacosScripts::missingArchitecturesAreNamed() {
    write(m_path / "lipo/libtbb.12.dylib", "x86_64\n");
    const Outcome outcome = checkBundle();
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.output.contains(QStringLiteral("libtbb.12.dylib: lacks the architecture arm64")),
             qPrintable(outcome.output));
}

void TestMacosScripts::anEmptyBundleFails() {
    fs::remove_all(m_app);
    fs::create_directories(m_app / "Contents");
    QCOMPARE(checkBundle().exitCode, 1);
    fs::remove_all(m_app);
    QCOMPARE(checkBundle().exitCode, 2);
}

void TestMacosScripts::foreignSearchPathsAreRemovedOnWish() {
    const std::string plugin = "Contents/PlugIns/quick/libqtquick2plugin.dylib";
    machO(plugin, {.references = {QStringLiteral("@rpath/QtCore.framework/Versions/A/QtCore")},
                   .rpaths = {QStringLiteral("@loader_path/../../../../../lib"), QStringLiteral("/opt/homebrew/lib"),
                              QStringLiteral("@loader_path/../../Frameworks")}});
    QCOMPARE(checkBundle().exitCode, 1);
    QVERIFY(calls().isEmpty());
    const QString app = QString::fromStdString(m_app.string());
    const Outcome outcome = run("check-bundle", {QStringLiteral("--remove-search-paths"), app});
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.output));
    const QString file = QString::fromStdString((m_app / plugin).string());
    QCOMPARE(calls(),
             (QStringList{QStringLiteral("install_name_tool -delete_rpath @loader_path/../../../../../lib ") + file,
                          QStringLiteral("install_name_tool -delete_rpath /opt/homebrew/lib ") + file}));
}

void TestMacosScripts::homebrew() {
    const QString path = QString::fromStdString(m_path.string());
    tool("brew",
         QStringLiteral("case $1 in --prefix) echo '%1/brew' ;; --cellar) echo '%1/brew/Cellar' ;; esac\n").arg(path));
    const fs::path brew = m_path / "brew";
    write(brew / "Cellar/tbb/2022.1/lib/libtbb.12.dylib", kMachO);
    write(brew / "Cellar/tbb/2022.1/LICENSE.txt", "the licence of tbb");
    write(brew / "Cellar/hwloc/2.12/lib/libhwloc.15.dylib", kMachO);
    write(brew / "Cellar/hwloc/2.12/COPYING", "the licence of hwloc");
    write(brew / "Cellar/qtbase/6.9.1/lib/QtCore.framework/Versions/A/QtCore", kMachO);
    fs::create_directories(brew / "lib");
    fs::create_symlink("../Cellar/tbb/2022.1/lib/libtbb.12.dylib", brew / "lib/libtbb.12.dylib");
    fs::create_directory_symlink("../Cellar/qtbase/6.9.1/lib/QtCore.framework", brew / "lib/QtCore.framework");
    fs::create_directories(brew / "opt");  // of a formula that is not linked into lib
    fs::create_directory_symlink("../Cellar/hwloc/2.12", brew / "opt/hwloc");
    tool("macdeployqt", QStringLiteral("echo \"macdeployqt $*\" >>'%1/calls'\n").arg(path));
    for (const char* plugin : {"imageformats/libqsvg.dylib", "iconengines/libqsvgicon.dylib"}) {
        machO(std::string("Contents/PlugIns/") + plugin,
              {.references = {QStringLiteral("/usr/lib/libSystem.B.dylib")}});
    }
}

void TestMacosScripts::licencesAreCollected() {
    homebrew();
    const Outcome outcome = run("collect-licences", {QString::fromStdString(m_app.string())});
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.output));
    const fs::path licences = m_app / "Contents/Resources/licences";
    QCOMPARE(textOf(licences / "tbb/LICENSE.txt"), std::string("the licence of tbb"));
    QCOMPARE(textOf(licences / "hwloc/COPYING"), std::string("the licence of hwloc"));
    QVERIFY(!fs::exists(licences / "qtbase"));
    QVERIFY2(outcome.output.contains(QStringLiteral("the formula qtbase brings no licence")),
             qPrintable(outcome.output));
    const std::string text = textOf(licences / "bundled.txt");
    QVERIFY2(text.ends_with("\n\nhwloc/2.12\nqtbase/6.9.1\ntbb/2022.1\n"), text.c_str());
}

void TestMacosScripts::aLibraryFromNowhereHasNoLicence() {
    const QString path = QString::fromStdString(m_path.string());
    tool("brew", QStringLiteral("echo '%1/brew'\n").arg(path));
    const Outcome outcome = run("collect-licences", {QString::fromStdString(m_app.string())});
    QVERIFY(outcome.exitCode != 0);
    QVERIFY2(outcome.output.contains(QStringLiteral("is in no formula")), qPrintable(outcome.output));
}

void TestMacosScripts::withoutIdentityTheSignatureIsAdHoc() {
    const Outcome outcome =
        run("sign", {QString::fromStdString(m_app.string())}, {{QStringLiteral("ORIGAMI_SIGN_IDENTITY"), QString()}});
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.output));
    QVERIFY(outcome.output.contains(QStringLiteral("ad-hoc")));
    for (const QString& call : calls()) {
        QVERIFY2(call.contains(QStringLiteral("--sign - ")) || call.contains(QStringLiteral("--verify")),
                 qPrintable(call));
        // It refuses libraries without a team.
        QVERIFY2(!call.contains(QStringLiteral("runtime")), qPrintable(call));
    }
    QVERIFY(calls().size() >= 4);
}

void TestMacosScripts::withIdentityAllIsSignedFromTheInsideOut() {
    const QString app = QString::fromStdString(m_app.string());
    const Outcome outcome =
        run("sign", {app}, {{QStringLiteral("ORIGAMI_SIGN_IDENTITY"), QStringLiteral("Developer ID Application: X")}});
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.output));
    const QStringList made = calls();
    const auto positionOf = [&](const QString& end) {
        for (qsizetype i = 0; i < made.size(); ++i) {
            if (made[i].contains(QStringLiteral("--sign")) && made[i].contains(end)) {
                return i;
            }
        }
        return qsizetype{-1};
    };
    const qsizetype library = positionOf(QStringLiteral("/libtbb.12.dylib"));
    const qsizetype framework = positionOf(QStringLiteral("/QtCore.framework"));
    const qsizetype program = positionOf(QStringLiteral("/MacOS/origami"));
    const qsizetype plugin = positionOf(QStringLiteral("/libqcocoa.dylib"));
    const qsizetype whole = made.size() - 2;
    QVERIFY(library >= 0 && plugin >= 0 && framework > library && program > framework && whole > program);
    QVERIFY(made[whole].endsWith(app) && made[whole].contains(QStringLiteral("entitlements.plist")));
    QVERIFY(made[program].contains(QStringLiteral("entitlements.plist")));
    QVERIFY(made.last().contains(QStringLiteral("--verify --deep --strict")));
    for (const QString& call : made.mid(0, made.size() - 1)) {
        QVERIFY2(call.contains(QStringLiteral("--timestamp --options runtime --sign Developer ID Application: X")),
                 qPrintable(call));
    }
}

void TestMacosScripts::imagesAreNotarised() {
    const Outcome outcome = run("sign", {QStringLiteral("/x/Origami.dmg")},
                                {{QStringLiteral("ORIGAMI_SIGN_IDENTITY"), QStringLiteral("ID")},
                                 {QStringLiteral("ORIGAMI_NOTARY_KEY"), QStringLiteral("/key.p8")},
                                 {QStringLiteral("ORIGAMI_NOTARY_KEY_ID"), QStringLiteral("K1")},
                                 {QStringLiteral("ORIGAMI_NOTARY_ISSUER"), QStringLiteral("I1")}});
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.output));
    QCOMPARE(calls(),
             (QStringList{
                 QStringLiteral("codesign --force --timestamp --sign ID /x/Origami.dmg"),
                 QStringLiteral("xcrun notarytool submit /x/Origami.dmg --key /key.p8 --key-id K1 --issuer I1 --wait"),
                 QStringLiteral("xcrun stapler staple /x/Origami.dmg")}));
}

void TestMacosScripts::imagesWithoutIdentityStayUnsigned() {
    const Outcome outcome =
        run("sign", {QStringLiteral("/x/Origami.dmg")}, {{QStringLiteral("ORIGAMI_SIGN_IDENTITY"), QString()}});
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY(outcome.output.contains(QStringLiteral("stays unsigned")));
    QVERIFY(calls().isEmpty());
    QCOMPARE(run("sign", {QStringLiteral("/x/Origami.zip")}).exitCode, 2);
}

void TestMacosScripts::makesABundleWhole() {
    homebrew();
    const QString app = QString::fromStdString(m_app.string());
    const Outcome outcome = run("bundle", {app}, {{QStringLiteral("ORIGAMI_SIGN_IDENTITY"), QString()}});
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.output));
    const QStringList made = calls();
    QVERIFY(made.first().startsWith(QStringLiteral("macdeployqt ") + app));
    QVERIFY(made.first().contains(QStringLiteral("-executable=%1/Contents/MacOS/origami").arg(app)));
    QVERIFY(made.last().startsWith(QStringLiteral("codesign --verify")));
    QVERIFY(fs::exists(m_app / "Contents/Resources/licences/tbb/LICENSE.txt"));
}

void TestMacosScripts::aBundleThatIsNotWholeStaysUnsigned_data() {
    QTest::addColumn<QString>("missing");
    QTest::addColumn<QString>("foreign");
    QTest::addColumn<QString>("complaint");
    QTest::newRow("no plugin for icons") << "Contents/PlugIns/imageformats/libqsvg.dylib"
                                         << ""
                                         << "left out the plugin imageformats/libqsvg.dylib";
    QTest::newRow("a foreign library") << ""
                                       << "/opt/homebrew/lib/liblz4.1.dylib"
                                       << "libtbb.12.dylib: refers to /opt/homebrew/lib/liblz4.1.dylib";
}

void TestMacosScripts::aBundleThatIsNotWholeStaysUnsigned() {
    QFETCH(QString, missing);
    QFETCH(QString, foreign);
    QFETCH(QString, complaint);
    homebrew();
    if (!missing.isEmpty()) {
        fs::remove(m_app / missing.toStdString());
    }
    if (!foreign.isEmpty()) {
        machO("Contents/Frameworks/libtbb.12.dylib", {.references = {foreign}});
    }
    const Outcome outcome = run("bundle", {QString::fromStdString(m_app.string())});
    QVERIFY(outcome.exitCode != 0);
    QVERIFY2(outcome.output.contains(complaint), qPrintable(outcome.output));
    QVERIFY(calls().filter(QStringLiteral("codesign")).isEmpty());
}

void TestMacosScripts::makesOneIconOfAll() {
    const fs::path iconset = m_path / "X.iconset";
    const fs::path out = m_path / "X.icns";
    fs::copy(fs::path(ORIGAMI_PACKAGE_DIR) / "OrigamiViewer.iconset", iconset);
    const QStringList arguments{QString::fromStdString(iconset.string()), QString::fromStdString(out.string())};
    QVERIFY(run("make-icns", arguments).exitCode == 0 && fs::exists(out));
    fs::remove(out);
    fs::copy_file(iconset / "icon_16x16.png", iconset / "icon_32x32.png", fs::copy_options::overwrite_existing);
    const Outcome wrongSize = run("make-icns", arguments);
    QCOMPARE(wrongSize.exitCode, 1);
    QVERIFY2(wrongSize.output.contains(QStringLiteral("icon_32x32.png has 16 x 16 pixels, not 32 x 32")),
             qPrintable(wrongSize.output));
    fs::remove(iconset / "icon_32x32.png");
    QVERIFY(run("make-icns", arguments).output.contains(QStringLiteral("icon_32x32.png cannot be read")));
    QVERIFY(!fs::exists(out));
}

QTEST_APPLESS_MAIN(TestMacosScripts)
#include "tst_macos_scripts.moc"
