// Packs (formats.md, section 2): written and read back, laid out by hand, and damaged in every way.
#include "core/storage/pack.h"
#include "tests/support/raw_pack.h"

#include <QTest>

#include <algorithm>
#include <functional>
#include <random>

using namespace origami;
using test::compressed;
using test::RawEntry;
using test::RawPack;

namespace {

Bytes noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    Bytes bytes(size);
    std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random()); });
    return bytes;
}

bool liesInside(ByteSpan part, const Bytes& whole) {
    return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

// Whatever is in the file: a sentence, or a pack whose parts lie inside its own bytes.
void verifyHarmless(const Result<Pack>& pack) {
    if (!pack) {
        QVERIFY(!pack.error().message.empty());
        return;
    }
    QVERIFY(pack->data);
    for (const ByteSpan blob : pack->level1) {
        QVERIFY(liesInside(blob, *pack->data));
    }
    for (const ByteSpan blob : pack->level0) {
        QVERIFY(liesInside(blob, *pack->data));
    }
    QVERIFY(liesInside(pack->level2, *pack->data));
    QVERIFY(liesInside(pack->fused, *pack->data));
}

RawPack twoBlobs() {
    return {.entries = {{1, 2, 0, 3}, {0, 15, 3, 5}}, .blobs = noise(8, 1)};
}

}  // namespace

class TestPack : public QObject {
    Q_OBJECT

private slots:
    void writtenPacksAreReadBack() {
        std::vector<Bytes> blobs;
        for (unsigned i = 0; i < 20; ++i) {
            blobs.push_back(noise(100 + 37 * i, i));
        }
        PackBlobs given;
        std::copy_n(blobs.begin(), 4, given.level1.begin());
        std::copy_n(blobs.begin() + 4, 16, given.level0.begin());
        given.level0[7] = {};  // left out
        const Result<Bytes> file = encodePack(given, 256);
        QVERIFY(file);
        const Result<Pack> pack = parsePack(*file, 256);
        QVERIFY2(pack, pack ? "" : pack.error().message.c_str());
        QCOMPARE(pack->version, 1);
        std::size_t total = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            QVERIFY(std::ranges::equal(pack->level1[i], blobs[i]));
            total += blobs[i].size();
        }
        for (std::size_t i = 0; i < 16; ++i) {
            QVERIFY(i == 7 ? pack->level0[i].empty() : std::ranges::equal(pack->level0[i], blobs[i + 4]));
            total += i == 7 ? 0 : blobs[i + 4].size();
        }
        QCOMPARE(pack->residualBytes, static_cast<std::int64_t>(total));
        QVERIFY(pack->level2.empty());
        QVERIFY(pack->fused.empty());
    }

    // Byte 4 onward of the expanded pack, as the table of the specification has it.
    void writtenPacksFollowTheSpecification() {
        const Bytes blob = noise(5, 9);
        PackBlobs given;
        given.level0[3] = blob;
        const Result<Bytes> file = encodePack(given, 256);
        QVERIFY(file);
        const RawPack expected{.entries = {{0, 3, 0, 5}}, .blobs = blob};
        const Bytes wanted = expected.expanded();
        QCOMPARE(*readLittleEndian<std::uint32_t>(*file, 0), static_cast<std::uint32_t>(wanted.size()));
        Bytes expanded(wanted.size());
        const int size = LZ4_decompress_safe(reinterpret_cast<const char*>(file->data() + 4),
                                             reinterpret_cast<char*>(expanded.data()),
                                             static_cast<int>(file->size()) - 4, static_cast<int>(expanded.size()));
        QCOMPARE(size, static_cast<int>(wanted.size()));
        QVERIFY(expanded == wanted);
    }

    void aPackMayBeEmpty() {
        const Result<Bytes> file = encodePack({}, 256);
        QVERIFY(file);
        const Result<Pack> pack = parsePack(*file, 256);
        QVERIFY(pack);
        QCOMPARE(pack->residualBytes, std::int64_t{0});
    }

    void otherTileSizesAreWrittenAndChecked() {
        const Result<Bytes> file = encodePack({}, 512);
        QVERIFY(file);
        QVERIFY(parsePack(*file, 512));
        QVERIFY(!parsePack(*file, 256));
    }

    void oldMagicIsRead() {
        RawPack raw = twoBlobs();
        raw.magic = "RRIP";
        const Result<Pack> pack = parsePack(compressed(raw.expanded()), 256);
        QVERIFY(pack);
        QVERIFY(std::ranges::equal(pack->level1[2], ByteSpan(raw.blobs).subspan(0, 3)));
        QVERIFY(std::ranges::equal(pack->level0[15], ByteSpan(raw.blobs).subspan(3, 5)));
    }

    void versionsTwoAndThreeHoldTheSeedAndOneResidual_data() {
        QTest::addColumn<int>("version");
        QTest::newRow("version 2") << 2;
        QTest::newRow("version 3") << 3;
    }
    void versionsTwoAndThreeHoldTheSeedAndOneResidual() {
        QFETCH(const int, version);
        RawPack raw{.version = static_cast<std::uint16_t>(version),
                    .entries = {{2, 0, 0, 10}, {0, 0, 10, 20}},
                    .blobs = noise(30, 4)};
        if (version == 3) {
            raw.sizes = {200, 100, 800, 400};
        }
        const Result<Pack> pack = parsePack(compressed(raw.expanded()), 256);
        QVERIFY2(pack, pack ? "" : pack.error().message.c_str());
        QCOMPARE(pack->version, version);
        QVERIFY(std::ranges::equal(pack->level2, ByteSpan(raw.blobs).subspan(0, 10)));
        QVERIFY(std::ranges::equal(pack->fused, ByteSpan(raw.blobs).subspan(10, 20)));
        QCOMPARE(pack->residualBytes, std::int64_t{20});
        QCOMPARE(pack->seedSize.width, version == 3 ? 200 : 0);
        QCOMPARE(pack->residualSize.height, version == 3 ? 400 : 0);
    }

    void liesAreRefused_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("code");
        const auto row = [](const char* name, const Bytes& file, ErrorCode code) {
            QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(file.data()),
                                              static_cast<qsizetype>(file.size()))
                                << static_cast<int>(code);
        };
        const auto changed = [](const std::function<void(RawPack&)>& change) {
            RawPack raw = twoBlobs();
            change(raw);
            return compressed(raw.expanded());
        };
        row("nothing", {}, ErrorCode::Truncated);
        row("three bytes", Bytes(3), ErrorCode::Truncated);
        const Bytes honest = twoBlobs().expanded();
        row("LZ4 size 0", compressed(honest, 0), ErrorCode::Corrupt);
        row("LZ4 size 4 GiB", compressed(honest, 0xFFFFFFFFU), ErrorCode::Corrupt);
        row("LZ4 size one too large", compressed(honest, static_cast<std::uint32_t>(honest.size()) + 1),
            ErrorCode::Corrupt);
        row("LZ4 size one too small", compressed(honest, static_cast<std::uint32_t>(honest.size()) - 1),
            ErrorCode::Corrupt);
        row("wrong magic", changed([](RawPack& raw) { raw.magic = "GIRO"; }), ErrorCode::Corrupt);
        row("version 4", changed([](RawPack& raw) { raw.version = 4; }), ErrorCode::Unsupported);
        row("version 9", changed([](RawPack& raw) { raw.version = 9; }), ErrorCode::Unsupported);
        row("another tile size", changed([](RawPack& raw) { raw.tileSize = 512; }), ErrorCode::Corrupt);
        row("more entries than there is room for", changed([](RawPack& raw) { raw.count = 20; }), ErrorCode::Corrupt);
        row("4 billion entries", changed([](RawPack& raw) { raw.count = 0xFFFFFFFFU; }), ErrorCode::Corrupt);
        row("index beyond the end", changed([](RawPack& raw) { raw.indexOffset = 1000; }), ErrorCode::Corrupt);
        row("index at the very end of numbers", changed([](RawPack& raw) { raw.indexOffset = 0xFFFFFFF0U; }),
            ErrorCode::Corrupt);
        row("data beyond the end", changed([](RawPack& raw) { raw.dataOffset = 0xFFFFFFFFU; }), ErrorCode::Corrupt);
        row("blob beyond the end", changed([](RawPack& raw) { raw.entries[1].length = 6; }), ErrorCode::Corrupt);
        row("blob that wraps around", changed([](RawPack& raw) { raw.entries[1].offset = 0xFFFFFFFFU; }),
            ErrorCode::Corrupt);
        row("blob of 4 GiB", changed([](RawPack& raw) { raw.entries[0].length = 0xFFFFFFFFU; }), ErrorCode::Corrupt);
    }
    void liesAreRefused() {
        QFETCH(const QByteArray, file);
        QFETCH(const int, code);
        const Result<Pack> pack = parsePack(
            {reinterpret_cast<const std::byte*>(file.constData()), static_cast<std::size_t>(file.size())}, 256);
        QVERIFY(!pack);
        QCOMPARE(static_cast<int>(pack.error().code), code);
        QVERIFY(!pack.error().message.empty());
    }

    void everyTruncationIsHarmless() {
        PackBlobs given;
        const Bytes blob = noise(60, 3);
        given.level1.fill(blob);
        given.level0[0] = blob;
        const Bytes file = *encodePack(given, 256);
        for (std::size_t size = 0; size < file.size(); ++size) {
            const Result<Pack> pack = parsePack(ByteSpan(file).subspan(0, size), 256);
            QVERIFY2(!pack, qPrintable(QString("%1 of %2 bytes were taken for a pack").arg(size).arg(file.size())));
            verifyHarmless(pack);
        }
    }

    // In the compressed file, and in what it expands to, where a flip reaches every field.
    void everyFlippedBitIsHarmless() {
        const Bytes expanded = twoBlobs().expanded();
        const auto flipAll = [](const Bytes& bytes, const auto& parse) {
            for (std::size_t i = 0; i < bytes.size(); ++i) {
                for (int bit = 0; bit < 8; ++bit) {
                    Bytes damaged = bytes;
                    damaged[i] ^= std::byte{1} << bit;
                    verifyHarmless(parse(damaged));
                }
            }
        };
        flipAll(compressed(expanded), [](const Bytes& bytes) { return parsePack(bytes, 256); });
        flipAll(expanded, [](const Bytes& bytes) { return parsePack(compressed(bytes), 256); });
    }
};

QTEST_APPLESS_MAIN(TestPack)
#include "tst_pack.moc"
