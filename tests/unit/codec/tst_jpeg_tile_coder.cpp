// Tiles that share their tables: what libjpeg reads back is what was coded, whatever it is.
#include "core/codec/jpeg_decoder.h"
#include "core/codec/jpeg_tile_coder.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

#include <jpeglib.h>

using namespace origami;

namespace {

constexpr int kTile = 256;
const QuantisationTable kLuma = scaledTable(flatTable(16), 45);
const QuantisationTable kChroma = scaledTable(annexKChroma(), 53);

// The tables without their end, the tile without its beginning (TIFF Technical Note 2).
Bytes joined(const Bytes& tables, const Bytes& tile) {
    Bytes whole(tables.begin(), tables.end() - 2);
    whole.insert(whole.end(), tile.begin() + 2, tile.end());
    return whole;
}

bool isMarkedOut(const Bytes& stream) {
    return stream.size() > 4 && stream[0] == std::byte{0xFF} && stream[1] == std::byte{0xD8} &&
           stream[stream.size() - 2] == std::byte{0xFF} && stream.back() == std::byte{0xD9};
}

// Markers before the entropy-coded data, by walking from segment to segment.
std::vector<int> markersOf(const Bytes& stream) {
    std::vector<int> markers;
    const auto at = [&](std::size_t i) { return std::to_integer<int>(stream[i]); };
    for (std::size_t i = 2; i + 3 < stream.size();) {
        markers.push_back(at(i + 1));
        if (at(i + 1) == 0xDA) {
            break;
        }
        i += 2 + static_cast<std::size_t>(at(i + 2) << 8 | at(i + 3));
    }
    return markers;
}

// libjpeg's own reading of a whole stream; its default error handler ends the program, which is what a test wants.
CoefficientImage coefficientsOf(const Bytes& stream, std::array<QuantisationTable, 2>& tables) {
    jpeg_error_mgr errors;
    jpeg_decompress_struct cinfo;
    cinfo.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&cinfo);
    jpeg_mem_src(&cinfo, reinterpret_cast<const unsigned char*>(stream.data()),
                 static_cast<unsigned long>(stream.size()));
    jpeg_read_header(&cinfo, TRUE);
    jvirt_barray_ptr* arrays = jpeg_read_coefficients(&cinfo);
    CoefficientImage image =
        CoefficientImage::ofSize420(static_cast<int>(cinfo.image_width), static_cast<int>(cinfo.image_height));
    for (int c = 0; c < 3; ++c) {
        CoefficientPlane& plane = image.planes[static_cast<std::size_t>(c)];
        for (int row = 0; row < plane.blockRows; ++row) {
            JBLOCKARRAY blocks = (*cinfo.mem->access_virt_barray)(reinterpret_cast<j_common_ptr>(&cinfo), arrays[c],
                                                                  static_cast<JDIMENSION>(row), 1, FALSE);
            for (int column = 0; column < plane.blockColumns; ++column) {
                std::copy_n(blocks[0][column], kBlockSize, plane.block(column, row).begin());
            }
        }
    }
    for (std::size_t i = 0; i < 2; ++i) {
        std::copy_n(cinfo.comp_info[i].quant_table->quantval, kBlockSize, tables[i].begin());
    }
    jpeg_finish_decompress(&cinfo);
    jpeg_destroy_decompress(&cinfo);
    return image;
}

bool areEqual(const CoefficientImage& a, const CoefficientImage& b) {
    return a.width == b.width && a.height == b.height &&
           std::ranges::equal(a.planes, b.planes, {}, &CoefficientPlane::values, &CoefficientPlane::values);
}

// Every block has coefficients at random places with random runs of zeros between them, of every size that baseline
// JPEG can code, and a DC level as far from the one before as there is.
CoefficientImage extremes(unsigned seed, int width = kTile, int height = kTile) {
    std::mt19937 random(seed);
    const auto below = [&random](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
    CoefficientImage image = CoefficientImage::ofSize420(width, height);
    for (CoefficientPlane& plane : image.planes) {
        for (int row = 0; row < plane.blockRows; ++row) {
            for (int column = 0; column < plane.blockColumns; ++column) {
                const auto block = plane.block(column, row);
                const int size = below(12);
                block[0] = static_cast<std::int16_t>((below(2) == 0 ? 1 : -1) * ((1 << size) - 1) / 2);
                for (int k = 1 + below(20); k < kBlockSize; k += 1 + below(40)) {
                    const int bits = 1 + below(10);
                    const int magnitude = (1 << (bits - 1)) + below(1 << (bits - 1));
                    block[static_cast<std::size_t>(zigzagOrder()[static_cast<std::size_t>(k)])] =
                        static_cast<std::int16_t>(below(2) == 0 ? magnitude : -magnitude);
                }
            }
        }
    }
    return image;
}

// Mostly nothing, and little else: what a residual is.
CoefficientImage quiet(unsigned seed) {
    std::mt19937 random(seed);
    CoefficientImage image = CoefficientImage::ofSize420(kTile, kTile);
    for (CoefficientPlane& plane : image.planes) {
        for (std::size_t i = 0; i < plane.values.size(); i += 1 + random() % 40) {
            plane.values[i] = static_cast<std::int16_t>(random() % 3) - 1;
        }
    }
    return image;
}

}  // namespace

class TestJpegTileCoder : public QObject {
    Q_OBJECT

private slots:
    void libjpegReadsWhatWasCoded_data() {
        QTest::addColumn<int>("sampleSize");
        QTest::newRow("tables for nothing in particular") << 0;
        QTest::newRow("tables for quiet tiles") << 5;
        QTest::newRow("more of a sample than is used") << JpegTileCoder::kMaxSample + 3;
    }
    void libjpegReadsWhatWasCoded() {
        QFETCH(const int, sampleSize);
        std::vector<CoefficientImage> sample;
        for (int i = 0; i < sampleSize; ++i) {
            sample.push_back(quiet(static_cast<unsigned>(i)));
        }
        const Result<JpegTileCoder> coder = JpegTileCoder::create(kLuma, kChroma, sample);
        QVERIFY(coder);
        const Result<Bytes> tables = coder->tables();
        QVERIFY(tables);
        std::vector<CoefficientImage> images{CoefficientImage::ofSize420(kTile, kTile), quiet(1000)};
        for (unsigned seed = 0; seed < 8; ++seed) {
            images.push_back(extremes(seed));
        }
        for (const CoefficientImage& image : images) {
            const Result<Bytes> stream = coder->encode(image);
            QVERIFY2(stream, stream ? "" : stream.error().message.c_str());
            std::array<QuantisationTable, 2> steps{};
            QVERIFY(areEqual(coefficientsOf(joined(*tables, *stream), steps), image));
            QVERIFY(steps[0] == kLuma && steps[1] == kChroma);
        }
    }

    // Each symbol that a tile of 8-bit samples can need: runs of 0 to 15 zeros with sizes 1 to 10, the end of a block,
    // sixteen zeros, and DC differences of sizes 0 to 11.
    void everySymbolHasACode() {
        for (const bool isEmpty : {true, false}) {
            const std::vector<CoefficientImage> sample(isEmpty ? 0 : 20, quiet(7));
            const Result<JpegTileCoder> coder = JpegTileCoder::create(kLuma, kChroma, sample);
            QVERIFY(coder);
            for (const CodeLengths* bits : {&coder->lumaBits(), &coder->chromaBits()}) {
                double used = 0;  // Kraft's sum: a prefix code of these lengths exists
                for (std::size_t symbol = 0; symbol < bits->ac.size(); ++symbol) {
                    const bool isNeeded = symbol == 0x00 || symbol == 0xF0 || (symbol % 16 >= 1 && symbol % 16 <= 10);
                    QCOMPARE(bits->ac[symbol] > 0, isNeeded);
                    QVERIFY(bits->ac[symbol] <= 16);
                    used += bits->ac[symbol] > 0 ? std::ldexp(1.0, -bits->ac[symbol]) : 0.0;
                }
                QVERIFY(used < 1);
                for (std::size_t size = 0; size < bits->dc.size(); ++size) {
                    QCOMPARE(bits->dc[size] > 0, size <= 11);
                }
            }
        }
    }

    // The lengths that are told are those of the codes in the stream.
    void theLengthsAreThoseOfTheTables() {
        const std::vector<CoefficientImage> sample(3, quiet(9));
        const Result<JpegTileCoder> coder = JpegTileCoder::create(kLuma, kChroma, sample);
        QVERIFY(coder);
        const Bytes tables = *coder->tables();
        const auto at = [&](std::size_t i) { return std::to_integer<std::size_t>(tables[i]); };
        int found = 0;
        for (std::size_t i = 2; i + 3 < tables.size(); i += 2 + (at(i + 2) << 8U | at(i + 3))) {
            if (at(i + 1) != 0xC4) {
                continue;
            }
            const std::size_t end = i + 2 + (at(i + 2) << 8U | at(i + 3));
            for (std::size_t table = i + 4; table < end; ++found) {
                const bool isAc = at(table) / 16 == 1;
                const CodeLengths& bits = at(table) % 16 == 0 ? coder->lumaBits() : coder->chromaBits();
                std::size_t symbol = table + 17;
                for (std::size_t length = 1; length <= 16; ++length) {
                    for (std::size_t n = 0; n < at(table + length); ++n, ++symbol) {
                        QCOMPARE(std::size_t{isAc ? bits.ac[at(symbol)] : bits.dc[at(symbol)]}, length);
                    }
                }
                table = symbol;
            }
        }
        QCOMPARE(found, 4);
    }

    void tablesForTheSampleAreShorter() {
        const CoefficientImage image = quiet(3);
        const std::vector<CoefficientImage> quietTiles(8, quiet(4));
        const std::vector<CoefficientImage> wildTiles(8, extremes(4));
        const Result<JpegTileCoder> fitting = JpegTileCoder::create(kLuma, kChroma, quietTiles);
        const Result<JpegTileCoder> unfitting = JpegTileCoder::create(kLuma, kChroma, wildTiles);
        QVERIFY(fitting && unfitting);
        QVERIFY(fitting->encode(image)->size() < unfitting->encode(image)->size());
    }

    // Tables alone: SOI, then only DQT and DHT, EOI. A tile: no tables at all.
    void streamsAreAbbreviated() {
        const Result<JpegTileCoder> coder = JpegTileCoder::create(kLuma, kChroma, {});
        QVERIFY(coder);
        const Bytes tables = *coder->tables();
        const Bytes tile = *coder->encode(quiet(5));
        QVERIFY(isMarkedOut(tables) && isMarkedOut(tile));
        const std::vector<int> inTables = markersOf(tables);
        QVERIFY(std::ranges::all_of(inTables, [](int marker) { return marker == 0xDB || marker == 0xC4; }));
        QVERIFY(std::ranges::count(inTables, 0xDB) > 0 && std::ranges::count(inTables, 0xC4) > 0);
        QCOMPARE(markersOf(tile), (std::vector<int>{0xC0, 0xDA}));
        // libjpeg takes them one after the other.
        jpeg_error_mgr errors;
        jpeg_decompress_struct cinfo;
        cinfo.err = jpeg_std_error(&errors);
        jpeg_create_decompress(&cinfo);
        const auto source = [&cinfo](const Bytes& bytes) {
            jpeg_mem_src(&cinfo, reinterpret_cast<const unsigned char*>(bytes.data()),
                         static_cast<unsigned long>(bytes.size()));
        };
        source(tables);
        QCOMPARE(jpeg_read_header(&cinfo, FALSE), JPEG_HEADER_TABLES_ONLY);
        source(tile);
        QCOMPARE(jpeg_read_header(&cinfo, TRUE), JPEG_HEADER_OK);
        QCOMPARE(cinfo.comp_info[0].h_samp_factor, 2);
        QCOMPARE(cinfo.comp_info[1].v_samp_factor, 1);
        jpeg_destroy_decompress(&cinfo);
    }

    // A block of DC alone is flat: DC / 8 above the middle.
    void ourDecoderSeesThePicture() {
        const QuantisationTable steps = flatTable(8);
        const Result<JpegTileCoder> coder = JpegTileCoder::create(steps, steps, {});
        QVERIFY(coder);
        CoefficientImage image = CoefficientImage::ofSize420(kTile, kTile);
        for (int i = 0; i < 3; ++i) {
            CoefficientPlane& plane = image.planes[static_cast<std::size_t>(i)];
            for (int row = 0; row < plane.blockRows; ++row) {
                for (int column = 0; column < plane.blockColumns; ++column) {
                    plane.block(column, row)[0] = static_cast<std::int16_t>(10 * (i + 1) + row - column);
                }
            }
        }
        const Bytes stream = joined(*coder->tables(), *coder->encode(image));
        std::array planes{Plane(kTile, kTile), Plane(kTile / 2, kTile / 2), Plane(kTile / 2, kTile / 2)};
        const std::array views{planes[0].view(), planes[1].view(), planes[2].view()};
        QVERIFY(JpegDecoder().decodeComponents(stream, views));
        for (int i = 0; i < 3; ++i) {
            const MutablePlaneView view = views[static_cast<std::size_t>(i)];
            for (int y = 0; y < view.height; ++y) {
                for (int x = 0; x < view.width; ++x) {
                    QCOMPARE(int{view.row(y)[x]}, 128 + 10 * (i + 1) + y / 8 - x / 8);
                }
            }
        }
    }

    void whatBaselineCannotCodeIsRefused() {
        const Result<JpegTileCoder> coder = JpegTileCoder::create(kLuma, kChroma, {});
        QVERIFY(coder);
        const CoefficientImage good = extremes(1);
        const Bytes expected = *coder->encode(good);
        for (const auto& [position, value] : {std::pair{1, 1024}, {63, -1024}, {5, 32767}, {0, 2048}, {0, -32768}}) {
            CoefficientImage image = CoefficientImage::ofSize420(kTile, kTile);
            image.planes[1].block(3, 2)[static_cast<std::size_t>(position)] = static_cast<std::int16_t>(value);
            const Result<Bytes> stream = coder->encode(image);
            QVERIFY2(!stream, qPrintable(QString("%1 at %2").arg(value).arg(position)));
            QCOMPARE(stream.error().code, ErrorCode::InvalidArgument);
            QVERIFY(!stream.error().message.empty());
            // And the coder goes on as if nothing had been.
            QCOMPARE(*coder->encode(good), expected);
        }
    }

    void otherSizesAreCodedToo() {
        const Result<JpegTileCoder> coder = JpegTileCoder::create(kLuma, kChroma, {});
        QVERIFY(coder);
        const CoefficientImage image = extremes(2, 48, 16);
        std::array<QuantisationTable, 2> steps{};
        QVERIFY(areEqual(coefficientsOf(joined(*coder->tables(), *coder->encode(image)), steps), image));
    }
};

QTEST_APPLESS_MAIN(TestJpegTileCoder)
#include "tst_jpeg_tile_coder.moc"
