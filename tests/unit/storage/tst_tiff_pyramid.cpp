// Directories of damaged TIFFs are refused in one sentence, without a crash, a hang or memory without bound.
#include "core/storage/tiff_pyramid.h"
#include "tests/support/files.h"
#include "tests/support/origami_tiff.h"
#include "tests/support/tiff_bytes.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace origami;
using namespace origami::test;

namespace {

constexpr std::uint16_t kImageWidth = 256;
constexpr std::uint16_t kImageLength = 257;
constexpr std::uint16_t kTileWidth = 322;
constexpr std::uint16_t kTileOffsets = 324;
constexpr std::uint16_t kTileByteCounts = 325;
constexpr std::uint16_t kSubIfds = 330;
constexpr std::uint16_t kChecksums = 65001;

// Of a tag whose value was small enough for a SHORT.
void setLong(TiffBytes& tiff, std::uint64_t directory, std::uint16_t tag, std::uint64_t value) {
    tiff.set(tiff.entry(directory, tag) + 2, 4, 2);
    tiff.set(tiff.valueOf(directory, tag), value);
}

Bytes concatenated(std::initializer_list<ByteSpan> parts) {
    Bytes all;
    for (const ByteSpan part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

Bytes octets(std::initializer_list<int> values) {
    Bytes bytes;
    for (const int value : values) {
        bytes.push_back(static_cast<std::byte>(value));
    }
    return bytes;
}

}  // namespace

class TiffPyramidTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        m_path = std::filesystem::path(m_temporary.path().toStdString()) / "slide.tif";
        writeTiff(m_path, 1025, 1023);
        m_whole = read(m_path);
    }

    void lies_data() {
        using Lie = std::function<void(TiffBytes&, std::uint64_t main, std::uint64_t sub)>;
        QTest::addColumn<Lie>("lie");
        QTest::addColumn<QString>("fact");  // in the message; empty: libtiff's words
        const auto row = [](const char* name, const char* fact, Lie lie) {
            QTest::newRow(name) << std::move(lie) << QString::fromUtf8(fact);
        };
        row("2^23 x 2^23 pixels", "32768 x 32768 tiles, more than its",
            [](TiffBytes& tiff, std::uint64_t, std::uint64_t sub) {
                setLong(tiff, sub, kImageWidth, 1U << 23U);
                setLong(tiff, sub, kImageLength, 1U << 23U);
            });
        row("2^24 x 2^24 pixels", "", [](TiffBytes& tiff, std::uint64_t, std::uint64_t sub) {
            setLong(tiff, sub, kImageWidth, 1U << 24U);
            setLong(tiff, sub, kImageLength, 1U << 24U);
        });
        row("2^32 - 1 pixels a side", "", [](TiffBytes& tiff, std::uint64_t, std::uint64_t sub) {
            setLong(tiff, sub, kImageWidth, 0xFFFFFFFFU);
            setLong(tiff, sub, kImageLength, 0xFFFFFFFFU);
        });
        row("no width", "",
            [](TiffBytes& tiff, std::uint64_t main, std::uint64_t) { tiff.set(tiff.valueOf(main, kImageWidth), 0); });
        row("no tile width", "",
            [](TiffBytes& tiff, std::uint64_t main, std::uint64_t) { tiff.set(tiff.valueOf(main, kTileWidth), 0); });
        row("offsets past the end", "", [](TiffBytes& tiff, std::uint64_t, std::uint64_t sub) {
            tiff.set(tiff.valueOf(sub, kTileOffsets), std::uint64_t{1} << 40U);
        });
        row("offsets at 2^64 - 8", "", [](TiffBytes& tiff, std::uint64_t, std::uint64_t sub) {
            tiff.set(tiff.valueOf(sub, kTileOffsets), ~std::uint64_t{7});
        });
        row("lengths past the end", "", [](TiffBytes& tiff, std::uint64_t, std::uint64_t sub) {
            tiff.set(tiff.valueOf(sub, kTileByteCounts), std::uint64_t{1} << 40U);
        });
        row("a SubIFD past the end", "", [](TiffBytes& tiff, std::uint64_t main, std::uint64_t) {
            tiff.set(tiff.valueOf(main, kSubIfds), std::uint64_t{1} << 40U);
        });
        row("a SubIFD in the middle of the data", "",
            [](TiffBytes& tiff, std::uint64_t main, std::uint64_t) { tiff.set(tiff.valueOf(main, kSubIfds), 100); });
        row("the second directory is the first", "in a loop",
            [](TiffBytes& tiff, std::uint64_t main, std::uint64_t) { tiff.set(tiff.nextDirectoryField(main), main); });
        row("the third directory is the first", "in a loop", [](TiffBytes& tiff, std::uint64_t main, std::uint64_t) {
            tiff.set(tiff.nextDirectoryField(tiff.number(tiff.nextDirectoryField(main))), main);
        });
        row("the next directory is past the end", "", [](TiffBytes& tiff, std::uint64_t main, std::uint64_t) {
            tiff.set(tiff.nextDirectoryField(main), std::uint64_t{1} << 40U);
        });
        row("2^60 entries", "",
            [](TiffBytes& tiff, std::uint64_t main, std::uint64_t) { tiff.set(main, std::uint64_t{1} << 60U); });
    }

    void lies() {
        using Lie = std::function<void(TiffBytes&, std::uint64_t, std::uint64_t)>;
        QFETCH(Lie, lie);
        QFETCH(QString, fact);
        TiffBytes tiff(m_whole);
        const std::uint64_t main = tiff.firstDirectory();
        lie(tiff, main, tiff.number(tiff.valueOf(main, kSubIfds)));
        write(m_path, tiff.bytes());
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        const Result<TiffPyramid> pyramid = readTiffPyramid(*file);
        QVERIFY(!pyramid);
        QCOMPARE(pyramid.error().code, ErrorCode::Corrupt);
        const QString message = QString::fromStdString(pyramid.error().message);
        QVERIFY2(message.startsWith(QString::fromStdString(m_path.string() + ": the TIFF is damaged: ")) &&
                     message.contains(fact),
                 qPrintable(message));
    }

    // Directories may share what they point to, and so claim more than the file holds, over and over.
    void directoriesThatShareTheirTilesAreCounted() {
        TiffBytes tiff(m_whole);
        const std::uint64_t main = tiff.firstDirectory();
        const std::uint64_t sub = tiff.number(tiff.valueOf(main, kSubIfds));
        // 0xFF00 x 0x0F00 pixels are 255 x 15 tiles: 3825, of 6 bytes at least, in a file of some 60,000 bytes. Three
        // times that are more.
        const std::size_t affordable = m_whole.size() / 6;
        QVERIFY(affordable > 3825 && affordable < std::size_t{3} * 3825);
        for (const std::uint64_t directory : {main, tiff.number(tiff.nextDirectoryField(main)), sub}) {
            tiff.set(tiff.valueOf(directory, kImageWidth), 0xFF00, 2);
            tiff.set(tiff.valueOf(directory, kImageLength), 0x0F00, 2);
        }
        write(m_path, tiff.bytes());
        const Result<TiffPyramid> pyramid = readTiffPyramid(*RandomAccessFile::open(m_path));
        QVERIFY(!pyramid);
        QVERIFY(pyramid.error().message.find("255 x 15 tiles, more than") != std::string::npos);
    }

    void checksumsOfAnotherNumberOrTypeAreNone() {
        for (const bool isType : {true, false}) {
            TiffBytes tiff(m_whole);
            const std::uint64_t main = tiff.firstDirectory();
            if (isType) {
                tiff.set(tiff.entry(main, kChecksums) + 2, 1, 2);  // BYTE
            } else {
                tiff.set(tiff.countOf(main, kChecksums), 1);
            }
            write(m_path, tiff.bytes());
            const Result<TiffPyramid> pyramid = readTiffPyramid(*RandomAccessFile::open(m_path));
            QVERIFY(pyramid);
            QVERIFY(pyramid->images[0].checksums.empty());
            QVERIFY(!pyramid->images[1].checksums.empty());
        }
    }

    void whatIsNoTiffHasNoDescription() {
        for (const std::string_view text : {"", "II", "GIF89a", "II+\0\x08\0\0\0"}) {
            write(m_path, text);
            QVERIFY(!*readOrigamiDescription(*RandomAccessFile::open(m_path)));
            const Result<Bytes> profile = readTiffIccProfile(m_path);
            QVERIFY(!profile && profile.error().code == ErrorCode::NotFound);
        }
    }

    void streamsAreJoinedWithTheirTables() {
        const Bytes soi = octets({0xFF, 0xD8});
        const Bytes eoi = octets({0xFF, 0xD9});
        const Bytes quantisation = octets({0xFF, 0xDB, 0, 3, 7});
        const Bytes scan = octets({0xFF, 0xDA, 1, 2, 3, 0xFF, 0xD9});
        const Bytes tables = concatenated({soi, quantisation, eoi});
        const Bytes stream = concatenated({soi, scan});
        const Bytes before = octets({9});

        Bytes joined = before;
        QVERIFY(appendJpeg(tables, stream, false, joined));
        QCOMPARE(joined, concatenated({before, soi, quantisation, scan}));
        QVERIFY(joined.size() <= before.size() + joinedJpegSize(tables.size(), stream.size()));

        Bytes alone;
        QVERIFY(appendJpeg({}, stream, false, alone));
        QCOMPARE(alone, stream);

        // Adobe's marker (Adobe technical note 5116, section 18) says RGB with transform 0.
        Bytes rgb;
        const Bytes marker = octets({0xFF, 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0});
        QVERIFY(appendJpeg(tables, stream, true, rgb));
        QCOMPARE(rgb, concatenated({soi, marker, quantisation, scan}));
        QVERIFY(rgb.size() <= joinedJpegSize(tables.size(), stream.size()));
    }

    void whatIsNoJpegIsNotJoined() {
        const Bytes good = octets({0xFF, 0xD8, 0xFF, 0xD9});
        for (const Bytes& bad : {octets({}), octets({0xFF}), octets({0xFF, 0xD8}), octets({0, 0, 0, 0, 0})}) {
            Bytes joined;
            QVERIFY(!appendJpeg(good, bad, false, joined));
            QVERIFY(bad.empty() || !appendJpeg(bad, good, false, joined));
            QVERIFY(joined.empty());
        }
        Bytes joined;
        QVERIFY(!appendJpeg(octets({0xFF, 0xD8, 0xFF, 0xDB}), good, false, joined));  // tables without an end
    }

private:
    QTemporaryDir m_temporary;
    std::filesystem::path m_path;
    Bytes m_whole;
};

QTEST_APPLESS_MAIN(TiffPyramidTest)
#include "tst_tiff_pyramid.moc"
