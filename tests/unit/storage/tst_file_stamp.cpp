// Which changes of a file are noticed.
#include "core/storage/file_stamp.h"
#include "tests/support/files.h"

#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <filesystem>

using namespace origami;
namespace fs = std::filesystem;

class TestFileStamp : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_path;
    StampedFile m_file;

private slots:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_path = fs::path(m_temporary->path().toStdString()) / "slide.tif";
        test::write(m_path, "0123456789");
        const Result<FileStamp> stamp = fileStamp(m_path);
        QVERIFY(stamp);
        m_file = {m_path, *stamp};
    }

    void sizeAndTimeAreTheFiles() {
        QCOMPARE(m_file.stamp.bytes, std::int64_t{10});
        const auto age =
            std::chrono::system_clock::now().time_since_epoch() - std::chrono::nanoseconds(m_file.stamp.modifiedNs);
        QVERIFY(age < std::chrono::hours(1) && age > -std::chrono::hours(1));
    }

    void anUntouchedFileIsTheSame() {
        QVERIFY(test::read(m_path) == test::bytesOf("0123456789"));
        QVERIFY(!hasChanged(m_file));
    }

    // The time is put back, so that only the size tells.
    void appendingIsAChange() {
        const fs::file_time_type then = fs::last_write_time(m_path);
        test::write(m_path, "0123456789a");
        fs::last_write_time(m_path, then);
        QVERIFY(hasChanged(m_file));
    }

    void touchingIsAChange() {
        fs::last_write_time(m_path, fs::last_write_time(m_path) + std::chrono::milliseconds(20));
        QVERIFY(hasChanged(m_file));
    }

    // Size and time are the same, so that only the inode tells.
    void replacingIsAChange() {
        const fs::path other = m_path.parent_path() / "other.tif";
        test::write(other, "abcdefghij");
        fs::last_write_time(other, fs::last_write_time(m_path));
        fs::rename(other, m_path);
        QCOMPARE(fileStamp(m_path)->modifiedNs, m_file.stamp.modifiedNs);
        QVERIFY(hasChanged(m_file));
    }

    void aFileThatIsGoneIsNotChanged() {
        fs::remove(m_path);
        QVERIFY(!hasChanged(m_file));
        const Result<FileStamp> stamp = fileStamp(m_path);
        QVERIFY(!stamp);
        QCOMPARE(stamp.error().code, ErrorCode::NotFound);
        QVERIFY(stamp.error().message.find(m_path.string()) != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestFileStamp)
#include "tst_file_stamp.moc"
