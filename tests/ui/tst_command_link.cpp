// The link from a terminal's search path to the command inside the application.
#include "tests/support/files.h"
#include "ui/session/command_link.h"

#include <QTemporaryDir>
#include <QTest>

using origami::ErrorCode;
using origami::linkCommand;
using origami::Result;
using origami::test::bytesOf;
using origami::test::write;

namespace fs = std::filesystem;

class TestCommandLink : public QObject {
    Q_OBJECT

private slots:
    void init();

    void linksIntoTheFirstFolder();
    void staysAsItIsWhenDone();
    void makesTheLastFolder();
    void replacesALinkIntoAnotherCopy();
    void leavesWhatIsNotOurs_data();
    void leavesWhatIsNotOurs();
    void saysWhereItCouldNotWrite();
    void refusesPlacesThatDoNotLast_data();
    void refusesPlacesThatDoNotLast();
    void saysThatTheCommandIsMissing();

private:
    std::unique_ptr<QTemporaryDir> m_root;
    fs::path m_path;
    fs::path m_command;
    fs::path m_first;
    fs::path m_last;
};

void TestCommandLink::init() {
    m_root = std::make_unique<QTemporaryDir>();
    QVERIFY(m_root->isValid());
    m_path = m_root->path().toStdString();
    m_command = m_path / "Applications/Origami Viewer.app/Contents/MacOS/origami";
    m_first = m_path / "usr/local/bin";
    m_last = m_path / "home/.local/bin";
    write(m_command, bytesOf("#!/bin/sh\n"));
    fs::create_directories(m_first);
}

void TestCommandLink::linksIntoTheFirstFolder() {
    const Result<fs::path> link = linkCommand(m_command, {m_first, m_last});
    QVERIFY2(link, link ? "" : link.error().message.c_str());
    QCOMPARE(link->string(), (m_first / "origami").string());
    QVERIFY(fs::is_symlink(*link));
    QCOMPARE(fs::read_symlink(*link).string(), m_command.string());
    QVERIFY(!fs::exists(m_last));
}

void TestCommandLink::staysAsItIsWhenDone() {
    QVERIFY(linkCommand(m_command, {m_first, m_last}));
    const Result<fs::path> again = linkCommand(m_command, {m_first, m_last});
    QVERIFY(again);
    QCOMPARE(again->string(), (m_first / "origami").string());
}

void TestCommandLink::makesTheLastFolder() {
    fs::remove(m_first);
    const Result<fs::path> link = linkCommand(m_command, {m_first, m_last});
    QVERIFY2(link, link ? "" : link.error().message.c_str());
    QCOMPARE(link->string(), (m_last / "origami").string());
    QVERIFY(!fs::exists(m_first));
}

void TestCommandLink::replacesALinkIntoAnotherCopy() {
    fs::create_symlink(m_path / "Downloads/Origami Viewer.app/Contents/MacOS/origami", m_first / "origami");
    const Result<fs::path> link = linkCommand(m_command, {m_first});
    QVERIFY2(link, link ? "" : link.error().message.c_str());
    QCOMPARE(fs::read_symlink(*link).string(), m_command.string());
}

void TestCommandLink::leavesWhatIsNotOurs_data() {
    QTest::addColumn<bool>("isLink");
    QTest::newRow("a file") << false;
    QTest::newRow("a link elsewhere") << true;
}

void TestCommandLink::leavesWhatIsNotOurs() {
    QFETCH(bool, isLink);
    const fs::path taken = m_first / "origami";
    const fs::path other = m_path / "opt/origami";
    write(isLink ? other : taken, bytesOf("other"));
    if (isLink) {
        fs::create_symlink(other, taken);
    }
    const Result<fs::path> link = linkCommand(m_command, {m_first, m_last});
    QVERIFY(!link);
    QCOMPARE(link.error().code, ErrorCode::Io);
    QVERIFY(link.error().message.starts_with(taken.string()));
    QCOMPARE(fs::is_symlink(taken), isLink);
    QCOMPARE(fs::file_size(taken), std::uintmax_t{5});
    QVERIFY(!fs::exists(m_last));
}

void TestCommandLink::saysWhereItCouldNotWrite() {
    // A file where a folder would have to be: that stops even the superuser.
    write(m_path / "home/.local", bytesOf("no folder"));
    const Result<fs::path> link = linkCommand(m_command, {m_path / "missing", m_last});
    QVERIFY(!link);
    QCOMPARE(link.error().code, ErrorCode::Io);
    QVERIFY(link.error().message.find((m_path / "missing").string()) != std::string::npos);
    QVERIFY(link.error().message.find(m_last.string()) != std::string::npos);
}

void TestCommandLink::refusesPlacesThatDoNotLast_data() {
    QTest::addColumn<QString>("command");
    QTest::newRow("disk image") << "/Volumes/Origami Viewer/Origami Viewer.app/Contents/MacOS/origami";
    QTest::newRow("translocated")
        << "/private/var/folders/x/T/AppTranslocation/1B2C/d/Origami Viewer.app/Contents/MacOS/origami";
}

void TestCommandLink::refusesPlacesThatDoNotLast() {
    QFETCH(QString, command);
    const Result<fs::path> link = linkCommand(command.toStdString(), {m_first});
    QVERIFY(!link);
    QCOMPARE(link.error().code, ErrorCode::InvalidArgument);
    QVERIFY(link.error().message.find("Applications") != std::string::npos);
}

void TestCommandLink::saysThatTheCommandIsMissing() {
    const Result<fs::path> link = linkCommand(m_path / "origami", {m_first});
    QVERIFY(!link);
    QCOMPARE(link.error().code, ErrorCode::NotFound);
}

QTEST_APPLESS_MAIN(TestCommandLink)
#include "tst_command_link.moc"
