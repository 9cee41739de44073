// What is installed beside the programs says the same as the programs: kinds of files, options, versions, licences,
// sizes of icons.
#include "core/base/version.h"
#include "ui/session/file_kinds.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QMap>
#include <QMimeDatabase>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QVariant>
#include <QXmlStreamReader>
#include <QtEndian>

using origami::FileKind;
using origami::fileKinds;

namespace {

using Words = QSet<QString>;

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// A file that the build has made for packages, and one of the repository.
QByteArray made(const char* name) {
    return contentOf(QDir(QStringLiteral(ORIGAMI_PACKAGE_DIR)).filePath(QString::fromUtf8(name)));
}
QByteArray source(const char* name) {
    return contentOf(QDir(QStringLiteral(ORIGAMI_SOURCE_DIR)).filePath(QString::fromUtf8(name)));
}

QString version() {
    return QString::fromUtf8(origami::version().data(), static_cast<qsizetype>(origami::version().size()));
}

// The value that begins at the reader's element: of a property list, as Apple's DTD has it.
QVariant readValue(QXmlStreamReader& xml) {
    if (xml.name() == u"dict") {
        QVariantMap map;
        QString key;
        while (xml.readNextStartElement()) {
            if (xml.name() == u"key") {
                key = xml.readElementText();
            } else {
                map[key] = readValue(xml);
            }
        }
        return map;
    }
    if (xml.name() == u"array") {
        QVariantList list;
        while (xml.readNextStartElement()) {
            list << readValue(xml);
        }
        return list;
    }
    if (xml.name() == u"true" || xml.name() == u"false") {
        const bool value = xml.name() == u"true";
        xml.skipCurrentElement();
        return value;
    }
    return xml.readElementText();
}

// Empty if it is no property list.
QVariantMap readPropertyList(const QByteArray& bytes) {
    QXmlStreamReader xml(bytes);
    if (!xml.readNextStartElement() || xml.name() != u"plist" || !xml.readNextStartElement()) {
        return {};
    }
    const QVariantMap map = readValue(xml).toMap();
    return xml.hasError() ? QVariantMap() : map;
}

Words asSet(const QStringList& list) {
    return {list.begin(), list.end()};
}

// The entries of a desktop file's only group. QSettings would take the list's ';' for a comment.
QMap<QString, QString> readDesktopEntry(const QByteArray& bytes) {
    QMap<QString, QString> entries;
    for (const QString& line : QString::fromUtf8(bytes).split(u'\n')) {
        if (const qsizetype equals = line.indexOf(u'='); equals > 0) {
            entries[line.left(equals)] = line.mid(equals + 1);
        }
    }
    return entries;
}

QString runForText(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    return process.waitForFinished() && process.exitCode() == 0 ? QString::fromUtf8(process.readAllStandardOutput())
                                                                : QString();
}

Words matches(const QString& text, const char* pattern) {
    Words found;
    auto iterator =
        QRegularExpression(QString::fromUtf8(pattern), QRegularExpression::MultilineOption).globalMatch(text);
    while (iterator.hasNext()) {
        found << iterator.next().captured(1);
    }
    return found;
}

// The names of long options where a text, that of --help, lists them.
Words optionsOfHelp(const QString& help) {
    return matches(help, "^  (?:-\\w, ?)?--([a-z0-9-]+)");
}

// The same, and the verbs, of a manual page's source.
Words optionsOfManual(const QString& manual) {
    Words options;
    for (const QString& line : manual.split(u'\n')) {
        if (line.startsWith(QStringLiteral(".It Fl"))) {
            options += matches(line, "Fl -([a-z0-9-]+)");
        }
    }
    return options;
}

QString difference(const Words& found, const Words& expected) {
    QStringList missing = (expected - found).values();
    QStringList strange = (found - expected).values();
    missing.sort();
    strange.sort();
    return QStringLiteral("missing: %1; not expected: %2").arg(missing.join(u' '), strange.join(u' '));
}

#define COMPARE_SETS(found, expected) QVERIFY2((found) == (expected), qPrintable(difference((found), (expected))))

// Pixels a side of a square PNG, 0 if it is none.
int sideOf(const QByteArray& png) {
    const QImage image = QImage::fromData(png, "PNG");
    return image.width() == image.height() ? image.width() : 0;
}

}  // namespace

class TestPackageFiles : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void kindsAreWholeAndOnce();
    void dialogOffersWhatIsOpened();
    void propertyListHasWhatMacosNeeds();
    void propertyListNamesTheKinds();
    void propertyListDeclaresTheTypes();
    void desktopEntryNamesTheKinds();
    void mimeTypesHaveTheKindsNames();
#ifndef Q_OS_MACOS
    void desktopTellsFilesApart_data();
    void desktopTellsFilesApart();
#endif
    void appStreamNamesTheProgram();
    void iconsHaveTheirSizes_data();
    void iconsHaveTheirSizes();
    void macosIconHasEverySize();
    void viewersManualHasEveryOption();
    void commandsManualHasEveryVerbAndOption();
    void versionIsTheSameEverywhere();
    void licencesCoverWhatIsLinked();
    void packageNeedsTheQmlModulesThatAreImported();

private:
    QTemporaryDir m_data;
};

// Our MIME types before those of the system.
void TestPackageFiles::initTestCase() {
    QVERIFY(m_data.isValid());
    const QString packages = m_data.filePath(QStringLiteral("mime/packages"));
    QVERIFY(QDir().mkpath(packages));
    const QString file = QStringLiteral("io.github.origamiviewer.OrigamiViewer.xml");
    QVERIFY(QFile::copy(QStringLiteral(ORIGAMI_SOURCE_DIR "/packaging/linux/") + file, QDir(packages).filePath(file)));
    qputenv("XDG_DATA_HOME", m_data.path().toUtf8() + "/none");
    qputenv("XDG_DATA_DIRS", m_data.path().toUtf8() + ":/usr/local/share:/usr/share");
}

void TestPackageFiles::kindsAreWholeAndOnce() {
    Words types;
    for (const FileKind& kind : fileKinds()) {
        QVERIFY(!kind.name.isEmpty() && !kind.typeIdentifier.isEmpty());
        QVERIFY2(!types.contains(kind.typeIdentifier), qPrintable(kind.typeIdentifier));
        types << kind.typeIdentifier;
        for (const QString& extension : kind.extensions) {
            QCOMPARE(extension, extension.toLower());
            QVERIFY(!extension.startsWith(u'.') && !extension.contains(u'*'));
        }
    }
}

void TestPackageFiles::dialogOffersWhatIsOpened() {
    // The formats of README.md, by the extensions that their makers give them.
    Words expected{"*.tif",  "*.tiff", "*.dzi",     "*.svs", "*.ndpi", "*.vms", "*.vmu",
                   "*.mrxs", "*.scn",  "*.svslide", "*.bif", "*.png",  "*.jpg", "*.jpeg"};
    if (origami::openSlideVersion() >= 4) {
        expected << QStringLiteral("*.dcm");
    }
    COMPARE_SETS(asSet(origami::slideNamePatterns().split(u' ')), expected);
}

void TestPackageFiles::propertyListHasWhatMacosNeeds() {
    const QVariantMap plist = readPropertyList(made("Info.plist"));
    QCOMPARE(plist[QStringLiteral("CFBundleIdentifier")].toString(),
             QStringLiteral("io.github.origamiviewer.OrigamiViewer"));
    QCOMPARE(plist[QStringLiteral("CFBundlePackageType")].toString(), QStringLiteral("APPL"));
    QCOMPARE(plist[QStringLiteral("CFBundleExecutable")].toString(), QStringLiteral("Origami Viewer"));
    QCOMPARE(plist[QStringLiteral("CFBundleIconFile")].toString(), QStringLiteral("OrigamiViewer"));
    QCOMPARE(plist[QStringLiteral("NSPrincipalClass")].toString(), QStringLiteral("NSApplication"));
    QCOMPARE(plist[QStringLiteral("NSHighResolutionCapable")], QVariant(true));
    QCOMPARE(plist[QStringLiteral("NSRequiresAquaSystemAppearance")], QVariant(false));  // dark where the desktop is
    QVERIFY(plist[QStringLiteral("LSMinimumSystemVersion")].toString().contains(
        QRegularExpression(QStringLiteral("^[0-9]+(\\.[0-9]+)+$"))));
}

void TestPackageFiles::propertyListNamesTheKinds() {
    Words expected;
    for (const FileKind& kind : fileKinds()) {
        expected << kind.typeIdentifier;
    }
    Words found;
    const QVariantMap plist = readPropertyList(made("Info.plist"));
    for (const QVariant& item : plist[QStringLiteral("CFBundleDocumentTypes")].toList()) {
        const QVariantMap type = item.toMap();
        const QStringList identifiers = type[QStringLiteral("LSItemContentTypes")].toStringList();
        found += asSet(identifiers);
        QCOMPARE(type[QStringLiteral("CFBundleTypeRole")].toString(), QStringLiteral("Viewer"));
        const bool isOurs = identifiers == QStringList{QStringLiteral("io.github.origamiviewer.origami-tiff")};
        QCOMPARE(type[QStringLiteral("LSHandlerRank")].toString(),
                 isOurs ? QStringLiteral("Owner") : QStringLiteral("Alternate"));
    }
    COMPARE_SETS(found, expected);
}

void TestPackageFiles::propertyListDeclaresTheTypes() {
    const QVariantMap plist = readPropertyList(made("Info.plist"));
    QMap<QString, QVariantMap> declared;
    for (const char* group : {"UTExportedTypeDeclarations", "UTImportedTypeDeclarations"}) {
        for (const QVariant& item : plist[QString::fromUtf8(group)].toList()) {
            declared[item.toMap()[QStringLiteral("UTTypeIdentifier")].toString()] = item.toMap();
        }
    }
    for (const FileKind& kind : fileKinds()) {
        if (kind.typeIdentifier.startsWith(QStringLiteral("public."))) {
            QVERIFY(!declared.contains(kind.typeIdentifier));
            continue;
        }
        QVERIFY2(declared.contains(kind.typeIdentifier), qPrintable(kind.typeIdentifier));
        const QVariantMap type = declared.take(kind.typeIdentifier);
        QCOMPARE(type[QStringLiteral("UTTypeDescription")].toString(), kind.name);
        QVERIFY(!type[QStringLiteral("UTTypeConformsTo")].toList().isEmpty());
        const QVariantMap tags = type[QStringLiteral("UTTypeTagSpecification")].toMap();
        QCOMPARE(tags[QStringLiteral("public.mime-type")].toString(), kind.mimeType);
        // macOS looks at what follows the last dot only, and .tif belongs to all TIFFs.
        Words extensions = asSet(kind.extensions);
        extensions.remove(QStringLiteral("origami.tif"));
        COMPARE_SETS(asSet(tags[QStringLiteral("public.filename-extension")].toStringList()), extensions);
    }
    QVERIFY2(declared.isEmpty(), qPrintable(QStringList(declared.keys()).join(u' ')));
}

void TestPackageFiles::desktopEntryNamesTheKinds() {
    const auto entry = readDesktopEntry(made("io.github.origamiviewer.OrigamiViewer.desktop"));
    Words expected;
    for (const FileKind& kind : fileKinds()) {
        if (!kind.mimeType.isEmpty() && kind.openSlide <= origami::openSlideVersion()) {
            expected << kind.mimeType;
        }
    }
    COMPARE_SETS(asSet(entry[QStringLiteral("MimeType")].split(u';', Qt::SkipEmptyParts)), expected);
    QCOMPARE(entry[QStringLiteral("Exec")], QStringLiteral("origami-viewer %F"));
    QCOMPARE(entry[QStringLiteral("Icon")], QStringLiteral("io.github.origamiviewer.OrigamiViewer"));
}

void TestPackageFiles::mimeTypesHaveTheKindsNames() {
    QMap<QString, Words> globs;
    QXmlStreamReader xml(source("packaging/linux/io.github.origamiviewer.OrigamiViewer.xml"));
    QString type;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) {
            continue;
        }
        if (xml.name() == u"mime-type") {
            type = xml.attributes().value(QStringLiteral("type")).toString();
        } else if (xml.name() == u"glob") {
            globs[type] << xml.attributes().value(QStringLiteral("pattern")).toString();
        }
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    // The desktop knows these by itself.
    const Words known{"image/tiff", "image/png", "image/jpeg", "application/dicom"};
    for (const FileKind& kind : fileKinds()) {
        if (kind.mimeType.isEmpty() || known.contains(kind.mimeType)) {
            continue;
        }
        Words expected;
        for (const QString& extension : kind.extensions) {
            expected << QStringLiteral("*.") + extension;
        }
        COMPARE_SETS(globs.take(kind.mimeType), expected);
    }
    QVERIFY2(globs.isEmpty(), qPrintable(QStringList(globs.keys()).join(u' ')));
}

#ifndef Q_OS_MACOS

void TestPackageFiles::desktopTellsFilesApart_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("type");
    const QByteArray bigTiff("II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0", 16);  // 8-byte offsets, directory at 16
    const QByteArray tiff("II*\0\x08\0\0\0", 8);
    QTest::newRow("ORIGAMI TIFF") << "a.origami.tif" << bigTiff << "image/x-origami-tiff";
    QTest::newRow("TIFF") << "a.tif" << tiff << "image/tiff";
    QTest::newRow("Aperio") << "a.svs" << tiff << "image/x-aperio-svs";
    QTest::newRow("upper case") << "A.SVS" << tiff << "image/x-aperio-svs";
    QTest::newRow("MIRAX") << "a.mrxs" << QByteArray("\xFF\xD8\xFF\xE0") << "image/x-mirax";
    // Godot's scenes have the same extension.
    QTest::newRow("Leica") << "a.scn" << bigTiff << "image/x-leica-scn";
    QTest::newRow("no extension") << "a" << bigTiff << "image/tiff";
}

void TestPackageFiles::desktopTellsFilesApart() {
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(QString, type);
    QCOMPARE(QMimeDatabase().mimeTypeForFileNameAndData(name, content).name(), type);
}

#endif

void TestPackageFiles::appStreamNamesTheProgram() {
    const QString text = QString::fromUtf8(made("io.github.origamiviewer.OrigamiViewer.metainfo.xml"));
    QVERIFY(text.contains(QStringLiteral("<id>io.github.origamiviewer.OrigamiViewer</id>")));
    QVERIFY(text.contains(
        QStringLiteral("<launchable type=\"desktop-id\">io.github.origamiviewer.OrigamiViewer.desktop</launchable>")));
    QVERIFY(text.contains(QStringLiteral("<release version=\"%1\"").arg(version())));
}

void TestPackageFiles::iconsHaveTheirSizes_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("side");
    for (const int side : {16, 32, 48, 64, 128, 256, 512}) {
        QTest::addRow("%d", side) << QStringLiteral("icons/%1.png").arg(side) << side;
    }
    for (const int points : {16, 32, 128, 256, 512}) {
        const QString name = QStringLiteral("OrigamiViewer.iconset/icon_%1x%1").arg(points);
        QTest::addRow("%d points", points) << name + QStringLiteral(".png") << points;
        QTest::addRow("%d points, twice", points) << name + QStringLiteral("@2x.png") << 2 * points;
    }
}

void TestPackageFiles::iconsHaveTheirSizes() {
    QFETCH(QString, file);
    QFETCH(int, side);
    const QByteArray png = made(qPrintable(file));
    QCOMPARE(sideOf(png), side);
    // It has the margin of macOS icons, and something in the middle.
    const QImage image = QImage::fromData(png, "PNG");
    QCOMPARE(qAlpha(image.pixel(0, 0)), 0);
    QCOMPARE(qAlpha(image.pixel(side / 2, side / 2)), 255);
}

void TestPackageFiles::macosIconHasEverySize() {
    const QByteArray icns = made("OrigamiViewer.icns");
    QVERIFY(icns.startsWith("icns"));
    QCOMPARE(static_cast<qsizetype>(qFromBigEndian<quint32>(icns.constData() + 4)), icns.size());
    QMap<QByteArray, int> sides;
    for (qsizetype at = 8; at + 8 <= icns.size();) {
        const auto bytes = static_cast<qsizetype>(qFromBigEndian<quint32>(icns.constData() + at + 4));
        QVERIFY(bytes > 8 && at + bytes <= icns.size());
        sides[icns.mid(at, 4)] = sideOf(icns.mid(at + 8, bytes - 8));
        at += bytes;
    }
    // The types that hold PNG, and pixels a side (Apple Icon Image format). What iconutil stores otherwise is left out.
    const QMap<QByteArray, int> expected{{"ic11", 32},  {"ic12", 64},  {"ic07", 128}, {"ic13", 256},
                                         {"ic08", 256}, {"ic14", 512}, {"ic09", 512}, {"ic10", 1024}};
    for (auto entry = expected.begin(); entry != expected.end(); ++entry) {
        QVERIFY2(sides.value(entry.key()) == entry.value(), entry.key().constData());
    }
#ifndef Q_OS_MACOS
    QCOMPARE(sides.value("icp4"), 16);
    QCOMPARE(sides.value("icp5"), 32);
#endif
}

void TestPackageFiles::viewersManualHasEveryOption() {
    const Words help = optionsOfHelp(runForText(QStringLiteral(ORIGAMI_VIEWER), {QStringLiteral("--help")}));
    QVERIFY(help.contains(QStringLiteral("slides-root")) && help.contains(QStringLiteral("version")));
    COMPARE_SETS(optionsOfManual(QString::fromUtf8(source("packaging/linux/origami-viewer.1.in"))), help);
}

void TestPackageFiles::commandsManualHasEveryVerbAndOption() {
    const QString help = runForText(QStringLiteral(ORIGAMI_COMMAND), {QStringLiteral("--help")});
    const Words verbs = matches(help.section(QStringLiteral("Subcommands:"), 1), "^  ([a-z]+)");
    QVERIFY(verbs.contains(QStringLiteral("encode")));
    const QString manual = QString::fromUtf8(source("packaging/linux/origami.1.in"));
    COMPARE_SETS(matches(manual.section(QStringLiteral(".Sh VERBS"), 1), "^\\.Ss ([a-z]+)$"), verbs);
    COMPARE_SETS(matches(manual.section(QStringLiteral(".Sh DESCRIPTION"), 0, 0), "^\\.Cm ([a-z]+)$"), verbs);
    Words options = optionsOfHelp(help);
    for (const QString& verb : verbs) {
        const Words own = optionsOfHelp(runForText(QStringLiteral(ORIGAMI_COMMAND), {verb, QStringLiteral("--help")}));
        QVERIFY2(own.size() > 1, qPrintable(verb));
        options += own;
    }
    COMPARE_SETS(optionsOfManual(manual), options);
}

void TestPackageFiles::versionIsTheSameEverywhere() {
    const QString project = QString::fromUtf8(source("CMakeLists.txt"));
    QVERIFY(matches(project, "^project\\(OrigamiViewer VERSION ([0-9.]+)").contains(version()));
    QCOMPARE(runForText(QStringLiteral(ORIGAMI_COMMAND), {QStringLiteral("--version")}).trimmed(),
             QStringLiteral("origami ") + version());
    QCOMPARE(runForText(QStringLiteral(ORIGAMI_VIEWER), {QStringLiteral("--version")}).trimmed(),
             QStringLiteral("Origami Viewer ") + version());
    const QVariantMap plist = readPropertyList(made("Info.plist"));
    QCOMPARE(plist[QStringLiteral("CFBundleVersion")].toString(), version());
    QCOMPARE(plist[QStringLiteral("CFBundleShortVersionString")].toString(), version());
    for (const char* page : {"origami.1", "origami-viewer.1"}) {
        QVERIFY(QString::fromUtf8(made(page)).contains(QStringLiteral("\"Origami Viewer %1\"").arg(version())));
    }
    // The newest version comes first.
    const QString changes = QString::fromUtf8(source("CHANGELOG.md"));
    const auto first =
        QRegularExpression(QStringLiteral("^## ([0-9.]+)"), QRegularExpression::MultilineOption).match(changes);
    QCOMPARE(first.captured(1), version());
}

void TestPackageFiles::licencesCoverWhatIsLinked() {
    // What CMake asks for, and the name in the list of licences.
    const QMap<QString, QString> names{{"JPEG", "libjpeg-turbo"},
                                       {"PNG", "libpng"},
                                       {"TIFF", "LibTIFF"},
                                       {"TBB", "oneTBB"},
                                       {"spdlog", "spdlog"},
                                       {"fmt", "{fmt}"},
                                       {"nlohmann_json", "JSON for Modern C++"},
                                       {"pugixml", "pugixml"},
                                       {"openslide", "OpenSlide"},
                                       {"liblz4", "LZ4"},
                                       {"libxxhash", "xxHash"},
                                       {"libhwy", "Highway"},
                                       {"CLI11", "CLI11"},
                                       {"Qt6", "Qt 6"}};
    const Words notShipped{"Threads", "PkgConfig", "benchmark"};  // the system's, the build's, the tests'
    const QString project = QString::fromUtf8(source("CMakeLists.txt"));
    const Words asked = (matches(project, "^ *find_package\\((\\w+)") +
                         matches(project, "^ *pkg_check_modules\\(\\w+ REQUIRED IMPORTED_TARGET (\\w+)\\)")) -
                        notShipped;
    COMPARE_SETS(asked, asSet(names.keys()));

    const QString list = QString::fromUtf8(source("resources/licences/third-party.txt"));
    COMPARE_SETS(matches(list, "^(.+)\\nFor: "), asSet(names.values()));

    Words texts{QStringLiteral("third-party")};
    for (const QString& line : matches(list, "^Licence: (.+)$")) {
        texts += matches(line, "\\b((?:LGPL|GPL|Apache|BSD|MIT|IJG|Zlib|libtiff|libpng)[\\w.-]*)");
    }
    Words files;
    for (const QString& file : QDir(QStringLiteral(ORIGAMI_SOURCE_DIR "/resources/licences")).entryList(QDir::Files)) {
        files << file.chopped(4);
    }
    COMPARE_SETS(files, texts);
}

void TestPackageFiles::packageNeedsTheQmlModulesThatAreImported() {
    const QString packages = QString::fromUtf8(source("packaging/packages/debian.txt"));
    QDir qml(QStringLiteral(ORIGAMI_SOURCE_DIR "/ui/qml"));
    int imports = 0;
    for (const QString& file : qml.entryList({QStringLiteral("*.qml")})) {
        for (QString module : matches(QString::fromUtf8(contentOf(qml.filePath(file))), "^import (Qt[\\w.]*)")) {
            // Debian splits modules, but not their styles: qml6-module-qtquick-controls has QtQuick.Controls.Basic.
            module.remove(QStringLiteral(".Basic"));
            const QString name = QStringLiteral("qml6-module-") + module.toLower().replace(u'.', u'-');
            QVERIFY2(packages.contains(
                         QRegularExpression(QStringLiteral("^%1$").arg(name), QRegularExpression::MultilineOption)),
                     qPrintable(QStringLiteral("%1 imports %2").arg(file, module)));
            ++imports;
        }
    }
    QVERIFY(imports > 20);
}

QTEST_MAIN(TestPackageFiles)
#include "tst_package_files.moc"
