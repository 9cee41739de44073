// Entropy-coded data, written bit by bit as ITU-T T.81 says (C.2, F.1.2), and what is refused. tst_jpeg_decoder holds
// the decoder that uses this against libjpeg.
#include "core/codec/block_row_decompressor.h"
#include "core/codec/huffman_scan.h"
#include "core/codec/jpeg_encoder.h"
#include "core/image/plane.h"
#include "tests/support/each_instruction_set.h"
#include "tests/support/images.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

using namespace origami;

namespace {

using Block = std::array<std::int16_t, kBlockSize>;  // in zigzag order

// How many codes there are of each length from 1 on, and what they stand for: at most 256 of the symbols.
HuffmanCodes codesOf(std::initializer_list<int> counts, const std::vector<std::uint8_t>& symbols) {
    HuffmanCodes codes;
    std::ranges::copy(counts, codes.counts.begin() + 1);
    std::ranges::copy(symbols, codes.symbols.begin());
    return codes;
}

// Every symbol there is, from codes of 2 bits to codes of 16.
const std::vector<std::uint8_t>& acSymbols() {
    static const std::vector<std::uint8_t> symbols = [] {
        std::vector<std::uint8_t> all{0x00, 0x01};
        for (int run = 0; run < 16; ++run) {
            for (int size = 0; size < 16; ++size) {
                if (const int symbol = run << 4 | size; symbol > 1 && (size > 0 || run == 15)) {
                    all.push_back(static_cast<std::uint8_t>(symbol));
                }
            }
        }
        return all;
    }();
    return symbols;
}
HuffmanCodes acCodes() {
    return codesOf({0, 2, 1, 1, 1, 0, 0, 0, 60, 0, 0, 100, 0, 40, 0, 37}, acSymbols());
}
HuffmanCodes dcCodes() {
    return codesOf({0, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
                   {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
}

class Writer {
public:
    void put(unsigned bits, int count) {
        for (int i = count - 1; i >= 0; --i) {
            m_bits.push_back((bits >> static_cast<unsigned>(i) & 1U) != 0);
        }
    }
    // C.2: codes count up, and get a zero more with each length.
    void putSymbol(const HuffmanCodes& codes, std::uint8_t symbol) {
        unsigned code = 0;
        std::size_t next = 0;
        for (int length = 1; length <= 16; ++length, code <<= 1U) {
            for (int i = 0; i < codes.counts[static_cast<std::size_t>(length)]; ++i, ++code) {
                if (codes.symbols[next++] == symbol) {
                    put(code, length);
                    return;
                }
            }
        }
        qFatal("no code of symbol %d", symbol);
    }
    void putValue(int value, int size) {
        put(static_cast<unsigned>(value < 0 ? value + (1 << size) - 1 : value), size);
    }

    void putBlock(const Block& block, int previousDc) {
        const int difference = block[0] - previousDc;
        putSymbol(dcCodes(), static_cast<std::uint8_t>(sizeOf(difference)));
        putValue(difference, sizeOf(difference));
        int run = 0;
        for (std::size_t k = 1; k < block.size(); ++k) {
            if (block[k] == 0) {
                ++run;
                continue;
            }
            for (; run > 15; run -= 16) {
                putSymbol(acCodes(), 0xF0);
            }
            putSymbol(acCodes(), static_cast<std::uint8_t>(run << 4 | sizeOf(block[k])));
            putValue(block[k], sizeOf(block[k]));
            run = 0;
        }
        if (run > 0) {
            putSymbol(acCodes(), 0);
        }
    }
    static int sizeOf(int value) {
        int size = 0;
        for (int left = std::abs(value); left > 0; left /= 2) {
            ++size;
        }
        return size;
    }

    // With ones up to a whole byte, a zero behind each byte of ones, and `end`.
    [[nodiscard]] Bytes data(std::initializer_list<int> end = {0xFF, 0xD9}) const {
        Bytes bytes;
        for (std::size_t i = 0; i < m_bits.size(); i += 8) {
            unsigned byte = 0;
            for (std::size_t bit = i; bit < i + 8; ++bit) {
                byte = byte << 1U | (bit < m_bits.size() ? static_cast<unsigned>(m_bits[bit]) : 1U);
            }
            bytes.push_back(static_cast<std::byte>(byte));
            if (byte == 0xFF) {
                bytes.push_back(std::byte{0});
            }
        }
        for (const int byte : end) {
            bytes.push_back(static_cast<std::byte>(byte));
        }
        return bytes;
    }

private:
    std::vector<bool> m_bits;
};

ScanComponent componentOf(HuffmanTables& tables, std::vector<std::int16_t>& levels) {
    return {.dc = tables.find(HuffmanClass::Dc, dcCodes()),
            .ac = tables.find(HuffmanClass::Ac, acCodes()),
            .across = 1,
            .down = 1,
            .rows = {levels.data()}};
}

// The blocks by natural frequency; nothing if the scan refuses, or goes on behind them.
std::vector<std::int16_t> decoded(HuffmanScan& scan, ByteSpan data, std::size_t blocks) {
    HuffmanTables tables;
    std::vector<std::int16_t> levels(blocks * kBlockSize);
    ScanComponent component = componentOf(tables, levels);
    if (!scan.begin(data) || !scan.decode({&component, 1}, blocks) || !scan.isAtEnd()) {
        levels.clear();
    }
    return levels;
}

constexpr int kWidth = 40;
constexpr int kHeight = 24;

// A stream whose header has been read.
class Libjpeg {
public:
    explicit Libjpeg(const Bytes& stream) {
        m_errors.install(reinterpret_cast<j_common_ptr>(&cinfo));
        if (setjmp(m_errors.jump) != 0) {
            return;
        }
        jpeg_create_decompress(&cinfo);
        jpeg_mem_src(&cinfo, reinterpret_cast<const unsigned char*>(stream.data()),
                     static_cast<unsigned long>(stream.size()));
        jpeg_read_header(&cinfo, TRUE);
        m_isReady = cinfo.num_components == 3 && jpeg_has_multiple_scans(&cinfo) == FALSE;
        for (std::size_t i = 0; i < planes.size(); ++i) {
            m_isReady = m_isReady && static_cast<int>(cinfo.comp_info[i].downsampled_width) == planes[i].width() &&
                        static_cast<int>(cinfo.comp_info[i].downsampled_height) == planes[i].height();
        }
        if (m_isReady) {
            cinfo.prepare(std::array{planes[0].view(), planes[1].view(), planes[2].view()});
        }
    }
    ~Libjpeg() {
        cinfo.restore();
        jpeg_destroy_decompress(&cinfo);
    }
    Libjpeg(const Libjpeg&) = delete;
    Libjpeg& operator=(const Libjpeg&) = delete;

    // Whether the components are as large as the planes.
    [[nodiscard]] bool isReady() const { return m_isReady; }
    // False if libjpeg finds something wrong.
    bool readRows() {
        if (setjmp(m_errors.jump) != 0) {
            return false;
        }
        cinfo.readRows();
        jpeg_finish_decompress(&cinfo);
        return true;
    }

    BlockRowDecompressor cinfo;
    std::array<Plane, 3> planes{Plane(kWidth, kHeight), Plane(kWidth / 2, kHeight / 2), Plane(kWidth / 2, kHeight / 2)};

private:
    LibjpegErrorManager m_errors;
    bool m_isReady = false;
};

}  // namespace

class TestHuffmanScan : public QObject {
    Q_OBJECT

private slots:
    void blocksComeAsTheyWereWritten_data() {
        QTest::addColumn<int>("nonZero");  // of 64 coefficients, about
        QTest::addColumn<int>("maxSize");  // bits
        QTest::newRow("nothing") << 0 << 1;
        QTest::newRow("few small ones") << 2 << 2;
        QTest::newRow("some") << 16 << 6;
        QTest::newRow("many large ones") << 60 << 15;
    }
    void blocksComeAsTheyWereWritten() {
        QFETCH(const int, nonZero);
        QFETCH(const int, maxSize);
        std::mt19937 random(5);
        constexpr std::size_t kBlocks = 300;
        Writer writer;
        std::vector<std::int16_t> expected(kBlocks * kBlockSize);
        int previousDc = 0;
        for (std::size_t i = 0; i < kBlocks; ++i) {
            Block block{};
            for (std::int16_t& level : block) {
                if (static_cast<int>(random() % kBlockSize) < nonZero) {
                    const int size = 1 + static_cast<int>(random() % static_cast<unsigned>(maxSize));
                    const int value =
                        1 << (size - 1) | static_cast<int>(random() % (1U << static_cast<unsigned>(size - 1)));
                    level = static_cast<std::int16_t>(random() % 2 == 0 ? value : -value);
                }
            }
            block[0] = static_cast<std::int16_t>(block[0] / 2);  // differences of at most 15 bits
            writer.putBlock(block, previousDc);
            previousDc = block[0];
            for (std::size_t k = 0; k < block.size(); ++k) {
                expected[i * kBlockSize + static_cast<std::size_t>(zigzagOrder()[k])] = block[k];
            }
        }
        HuffmanScan scan;
        QVERIFY(decoded(scan, writer.data(), kBlocks) == expected);
        // The same state decodes something shorter.
        Writer one;
        one.putBlock({}, 0);
        QVERIFY(decoded(scan, one.data(), 1) == std::vector<std::int16_t>(kBlockSize));
    }

    void damageIsRefused() {
        HuffmanScan scan;
        Block block{};
        block[0] = 300;
        block[1] = -7;
        block[40] = 2;
        Writer good;
        good.putBlock(block, 0);
        QVERIFY(!decoded(scan, good.data(), 1).empty());
        QVERIFY(!decoded(scan, good.data({0xFF, 0xD9, 1, 2, 3}), 1).empty());  // libjpeg does not look there either
        for (const std::initializer_list<int> end :
             {std::initializer_list<int>{}, {0xFF}, {0xFF, 0xFF, 0xD9}, {0xFF, 0xD0}, {0, 0xFF, 0xD9}}) {
            QVERIFY(decoded(scan, good.data(end), 1).empty());
        }
        QVERIFY(decoded(scan, good.data(), 2).empty());  // there is none
        Writer nothing;
        nothing.put(0, 32);  // 8 blocks, of two codes of two bits
        QVERIFY(!decoded(scan, nothing.data(), 8).empty());
        std::vector<std::int16_t> levels(9 * kBlockSize);
        HuffmanTables tables;
        ScanComponent component = componentOf(tables, levels);
        QVERIFY(scan.begin(nothing.data()) && !scan.decode({&component, 1}, 9));
        for (std::size_t length = 0; length < good.data({}).size(); ++length) {
            Bytes cut = good.data({});
            cut.resize(length);
            cut.insert(cut.end(), {std::byte{0xFF}, std::byte{0xD9}});
            QVERIFY(decoded(scan, cut, 1).empty());
        }

        const auto refusesAfterDc = [&](const auto& putRest) {
            Writer writer;
            writer.putSymbol(dcCodes(), 0);
            putRest(writer);
            return decoded(scan, writer.data(), 1).empty();
        };
        QVERIFY(refusesAfterDc([](Writer& writer) { writer.put(0xFFFF, 16); }));  // no code
        QVERIFY(refusesAfterDc([](Writer& writer) {
            for (int i = 0; i < 4; ++i) {  // the last run goes beyond the block
                writer.putSymbol(acCodes(), 0xF1);
                writer.put(1, 1);
            }
        }));
    }

    // Written beyond any sum that a coefficient can have.
    void dcThatOverflowsIsRefused() {
        Writer writer;
        for (int i = 0; i < 3; ++i) {
            writer.putSymbol(dcCodes(), 15);
            writer.putValue(32767, 15);
            writer.putSymbol(acCodes(), 0);
        }
        HuffmanScan scan;
        QVERIFY(decoded(scan, writer.data(), 3).empty());
    }

    void impossibleTablesAreRefused() {
        HuffmanTables tables;
        QVERIFY(tables.find(HuffmanClass::Dc, dcCodes()) != nullptr);
        QVERIFY(tables.find(HuffmanClass::Dc, codesOf({3}, {0, 1, 2})) == nullptr);
        QVERIFY(tables.find(HuffmanClass::Dc, codesOf({1, 3}, {0, 1, 2, 3})) == nullptr);
        QVERIFY(tables.find(HuffmanClass::Dc, codesOf({0, 1}, {16})) == nullptr);
        QVERIFY(tables.find(HuffmanClass::Ac, codesOf({0, 1}, {16})) != nullptr);
        QVERIFY(tables.find(HuffmanClass::Ac, codesOf({0, 0, 0, 0, 0, 0, 0, 0, 200, 100}, {})) == nullptr);
        // A table of a stream that came in between is not taken for this one.
        const HuffmanTable* const table = tables.find(HuffmanClass::Ac, acCodes());
        QVERIFY(table != nullptr && table->isOf(HuffmanClass::Ac, acCodes()) &&
                !table->isOf(HuffmanClass::Dc, acCodes()));
        for (unsigned i = 0; i < 16; ++i) {
            const auto symbol = static_cast<std::uint8_t>(i << 4U);
            QCOMPARE(tables.find(HuffmanClass::Ac, codesOf({1}, {symbol}))->entry(0), i << 12U | 1U);
        }
        QVERIFY(tables.find(HuffmanClass::Ac, acCodes())->isOf(HuffmanClass::Ac, acCodes()));
    }

    // However many others were there before.
    void tablesOfAScanStayWhereTheyAre() {
        HuffmanTables tables;
        unsigned next = 0;
        const auto other = [&] {
            const auto symbol = static_cast<std::uint8_t>(next++ % 256);
            return std::pair(tables.find(HuffmanClass::Ac, codesOf({1}, {symbol})), codesOf({1}, {symbol}));
        };
        for (int before = 0; before < 40; ++before) {
            std::vector<std::pair<const HuffmanTable*, HuffmanCodes>> scan{
                {tables.find(HuffmanClass::Ac, acCodes()), acCodes()}};
            while (scan.size() < HuffmanTables::kMostOfScan) {
                scan.push_back(other());
            }
            for (const auto& [table, codes] : scan) {
                QVERIFY(table->isOf(HuffmanClass::Ac, codes));
            }
            other();
        }
    }

    // As families are stored. Those that were damaged since are refused, or are what libjpeg makes of them, too,
    // without finding anything wrong.
    void streamsAreDecodedAsByLibjpeg() {
        Plane luma(kWidth, kHeight);
        std::mt19937 random(42);
        for (int y = 0; y < kHeight; ++y) {
            std::generate_n(luma.view().row(y), kWidth, [&, i = 0]() mutable {
                return static_cast<std::uint8_t>(100 + 3 * y + i++ / 2 + static_cast<int>(random() % 9));
            });
        }
        std::vector<Bytes> streams;
        for (const int quality : {20, 75, 100}) {
            Result<Bytes> stream =
                JpegEncoder().encodeYCbCr(luma.view(), luma.view(), luma.view(), quality, ChromaSampling::Half420);
            QVERIFY(stream.has_value());
            streams.push_back(*std::move(stream));
            Libjpeg own(streams.back());
            QVERIFY(own.isReady() && own.cinfo.decodeRows());
        }
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < 10'000; ++round) {
            Bytes stream = streams[random() % streams.size()];
            for (auto changes = 1 + random() % 2; changes > 0; --changes) {
                const auto at = static_cast<std::ptrdiff_t>(random() % stream.size());
                switch (random() % 4) {
                    case 0: stream.erase(stream.begin() + at); break;
                    case 1: stream.insert(stream.begin() + at, static_cast<std::byte>(random() % 256)); break;
                    default: stream[static_cast<std::size_t>(at)] ^= static_cast<std::byte>(1U << (random() % 8));
                }
            }
            Libjpeg own(stream);
            if (!own.isReady()) {
                continue;
            }
            if (!own.cinfo.decodeRows()) {
                ++refused;
                continue;
            }
            ++accepted;
            Libjpeg other(stream);
            QVERIFY(other.isReady() && other.readRows());
            for (std::size_t i = 0; i < own.planes.size(); ++i) {
                QVERIFY(test::areEqual(own.planes[i].view(), other.planes[i].view()));
            }
        }
        QVERIFY2(accepted > 500 && refused > 500, qPrintable(QString("%1 and %2").arg(accepted).arg(refused)));
    }
};

int main(int argc, char* argv[]) {
    return test::runForEachInstructionSet<TestHuffmanScan>(argc, argv);
}
#include "tst_huffman_scan.moc"
