// Publishing a release: nothing goes out whose version is not the one that is tagged.
#include "core/base/version.h"
#include "tests/support/files.h"

#include <QCryptographicHash>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QTest>

using origami::test::write;

namespace fs = std::filesystem;

class TestReleaseScript : public QObject {
    Q_OBJECT

private slots:
    void init();
    void publishesPackagesWithChecksumsAndNotes();
    void refusesOtherVersions_data();
    void refusesOtherVersions();

private:
    [[nodiscard]] std::string versioned(const char* before, const char* after) const {
        return before + std::string(origami::version()) + after;
    }
    int release(const std::string& tag) {
        QProcess process;
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        variables.insert(QStringLiteral("PATH"), QString::fromStdString((m_path / "tools").string()) +
                                                     QStringLiteral(":") + variables.value(QStringLiteral("PATH")));
        process.setProcessEnvironment(variables);
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral(ORIGAMI_SOURCE_DIR "/packaging/make-release"),
                      {QString::fromStdString(tag), QString::fromStdString((m_path / "packages").string())});
        const bool isFinished = process.waitForFinished();
        m_output = QString::fromUtf8(process.readAll());
        return isFinished ? process.exitCode() : -1;
    }
    [[nodiscard]] QByteArray content(const char* name) const {
        QFile file(QString::fromStdString((m_path / name).string()));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_root;
    fs::path m_path;
    QString m_output;
};

void TestReleaseScript::init() {
    m_root = std::make_unique<QTemporaryDir>();
    QVERIFY(m_root->isValid());
    m_path = m_root->path().toStdString();
    write(m_path / "packages" / versioned("origami-viewer_", "_amd64.deb"), "deb");
    write(m_path / "packages" / versioned("Origami-Viewer-", "-arm64.dmg"), "dmg");
    // GitHub's command: keeps its arguments and the notes.
    write(m_path / "tools/gh", "#!/bin/sh\nprintf '%s\\n' \"$@\" >'" + m_path.string() +
                                   "/arguments'\nwhile [ \"$1\" != --notes-file ]; do shift; " + "done\ncp \"$2\" '" +
                                   m_path.string() + "/notes'\n");
    fs::permissions(m_path / "tools/gh", fs::perms::owner_all);
}

void TestReleaseScript::publishesPackagesWithChecksumsAndNotes() {
    const int exitCode = release(versioned("v", ""));
    QVERIFY2(exitCode == 0, qPrintable(m_output));
    const QByteArray arguments = content("arguments");
    QVERIFY(arguments.startsWith(versioned("release\ncreate\nv", "\n").c_str()));
    QVERIFY(arguments.endsWith(
        (versioned("--\norigami-viewer_", "_amd64.deb\n") + versioned("Origami-Viewer-", "-arm64.dmg\nSHA256SUMS\n"))
            .c_str()));
    const QByteArray sum = QCryptographicHash::hash("deb", QCryptographicHash::Sha256).toHex();
    QVERIFY(content("packages/SHA256SUMS").contains(sum + versioned("  origami-viewer_", "_amd64.deb\n").c_str()));
    const QByteArray notes = content("notes");
    QVERIFY(notes.contains("### Added") && !notes.contains("## " + QByteArray(origami::version().data())) &&
            !notes.contains("# Changelog"));
}

void TestReleaseScript::refusesOtherVersions_data() {
    QTest::addColumn<QString>("tag");
    QTest::addColumn<QString>("package");
    QTest::newRow("tag") << "v9.9.9"
                         << "";
    QTest::newRow("no v") << QString::fromStdString(versioned("", "")) << "";
    QTest::newRow("package") << QString::fromStdString(versioned("v", "")) << "Origami-Viewer-9.9.9-x86_64.dmg";
}

void TestReleaseScript::refusesOtherVersions() {
    QFETCH(QString, tag);
    QFETCH(QString, package);
    if (!package.isEmpty()) {
        write(m_path / "packages" / package.toStdString(), "other");
    }
    QCOMPARE(release(tag.toStdString()), 1);
    QVERIFY2(m_output.startsWith(QStringLiteral("make-release: ")), qPrintable(m_output));
    QVERIFY(!fs::exists(m_path / "arguments"));
}

QTEST_APPLESS_MAIN(TestReleaseScript)
#include "tst_release_script.moc"
