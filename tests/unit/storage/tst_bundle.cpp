// Bundles (formats.md, section 2): the index, families that are not there, and damage.
#include "core/storage/bundle.h"
#include "tests/support/files.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace origami;

namespace {

struct RawBundle {
    std::string_view magic = "ORIB";
    std::uint16_t version = 1;
    std::uint16_t columns = 2;
    std::uint16_t rows = 2;
    std::uint32_t count = 4;
    std::optional<std::uint64_t> indexOffset{};
    std::vector<std::pair<std::uint64_t, std::uint32_t>> index{{32, 3}, {35, 0}, {35, 4}, {32, 7}};

    [[nodiscard]] Bytes bytes() const {
        Bytes out = test::bytesOf(magic);
        appendLittleEndian(out, version);
        appendLittleEndian(out, columns);
        appendLittleEndian(out, rows);
        appendLittleEndian(out, count);
        appendLittleEndian(out, indexOffset.value_or(39));
        out.resize(32);
        const Bytes packs = test::bytesOf("abcdefg");
        out.insert(out.end(), packs.begin(), packs.end());
        for (const auto& [offset, length] : index) {
            appendLittleEndian(out, offset);
            appendLittleEndian(out, length);
        }
        return out;
    }
};

}  // namespace

class TestBundle : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_path = std::filesystem::path(m_folder.path().toStdString()) / "residuals.bundle";

private slots:
    void familiesAreFoundRowByRow() {
        test::write(m_path, RawBundle().bytes());
        const Result<Bundle> bundle = Bundle::open(m_path, 2, 2);
        QVERIFY2(bundle, bundle ? "" : bundle.error().message.c_str());
        QCOMPARE(bundle->packCount(), std::int64_t{3});
        QVERIFY(bundle->contains(0, 0));
        QVERIFY(!bundle->contains(1, 0));
        QVERIFY(*bundle->readPack(0, 0) == test::bytesOf("abc"));
        QVERIFY(*bundle->readPack(0, 1) == test::bytesOf("defg"));
        QVERIFY(*bundle->readPack(1, 1) == test::bytesOf("abcdefg"));
        const Result<Bytes> absent = bundle->readPack(1, 0);
        QVERIFY(!absent);
        QCOMPARE(absent.error().code, ErrorCode::NotFound);
    }

    void liesAreRefused_data() {
        QTest::addColumn<QByteArray>("file");
        const auto row = [](const char* name, const RawBundle& bundle) {
            const Bytes bytes = bundle.bytes();
            QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(bytes.data()),
                                              static_cast<qsizetype>(bytes.size()));
        };
        QTest::newRow("nothing") << QByteArray();
        row("wrong magic", {.magic = "ORIG"});
        row("version 2", {.version = 2});
        row("another grid", {.columns = 4, .rows = 1});
        row("wrong count", {.count = 5});
        row("4 billion families", {.count = 0xFFFFFFFFU});
        row("index beyond the end", {.indexOffset = 40});
        row("index at the end of numbers", {.indexOffset = 0xFFFFFFFFFFFFFFFFU});
        row("pack beyond the end", {.index = {{32, 3}, {35, 0}, {35, 4}, {87, 1}}});
        row("pack that wraps around", {.index = {{32, 3}, {35, 0}, {35, 4}, {0xFFFFFFFFFFFFFFFFU, 2}}});
        row("pack longer than the file", {.index = {{32, 0xFFFFFFFFU}, {35, 0}, {35, 4}, {32, 7}}});
    }
    void liesAreRefused() {
        QFETCH(const QByteArray, file);
        test::write(m_path, file.toStdString());
        const Result<Bundle> bundle = Bundle::open(m_path, 2, 2);
        QVERIFY(!bundle);
        QVERIFY2(bundle.error().message.find(m_path.string()) != std::string::npos, bundle.error().message.c_str());
    }

    void everyTruncationIsRefused() {
        const Bytes bytes = RawBundle().bytes();
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            test::write(m_path, ByteSpan(bytes).subspan(0, size));
            QVERIFY2(!Bundle::open(m_path, 2, 2), qPrintable(QString::number(size)));
        }
    }

    void aFileThatShrinksLaterIsAnError() {
        test::write(m_path, RawBundle().bytes());
        const Result<Bundle> bundle = Bundle::open(m_path, 2, 2);
        QVERIFY(bundle);
        test::truncate(m_path, 33);
        const Result<Bytes> pack = bundle->readPack(0, 0);
        QVERIFY(!pack);
        QCOMPARE(pack.error().code, ErrorCode::Truncated);
    }
};

QTEST_APPLESS_MAIN(TestBundle)
#include "tst_bundle.moc"
