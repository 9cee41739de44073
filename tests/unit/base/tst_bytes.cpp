#include "core/base/bytes.h"

#include <QTest>

#include <cstdint>
#include <limits>

using namespace origami;

namespace {

Bytes bytesOf(std::initializer_list<int> values) {
    Bytes result;
    for (const int value : values) {
        result.push_back(static_cast<std::byte>(value));
    }
    return result;
}

}  // namespace

class BytesTest : public QObject {
    Q_OBJECT

private slots:
    void littleEndianOrder() {
        const Bytes bytes = bytesOf({0x01, 0x02, 0x83, 0xF4, 0x05, 0x06, 0x07, 0x88});
        QVERIFY(readLittleEndian<std::uint8_t>(bytes, 2) == std::uint8_t{0x83});
        QVERIFY(readLittleEndian<std::uint16_t>(bytes, 1) == std::uint16_t{0x8302});
        QVERIFY(readLittleEndian<std::uint32_t>(bytes, 0) == 0xF4830201U);
        QVERIFY(readLittleEndian<std::uint64_t>(bytes, 0) == 0x88070605F4830201ULL);
    }

    void readingEndsWhereTheSpanEnds() {
        const Bytes bytes = bytesOf({1, 2, 3, 4, 5});
        QVERIFY(readLittleEndian<std::uint32_t>(bytes, 1).has_value());
        QVERIFY(!readLittleEndian<std::uint32_t>(bytes, 2).has_value());
        QVERIFY(readLittleEndian<std::uint8_t>(bytes, 4).has_value());
        QVERIFY(!readLittleEndian<std::uint8_t>(bytes, 5).has_value());
        QVERIFY(!readLittleEndian<std::uint8_t>(bytes, 6).has_value());
        QVERIFY(!readLittleEndian<std::uint32_t>(bytes, std::numeric_limits<std::size_t>::max()).has_value());
        QVERIFY(!readLittleEndian<std::uint32_t>(bytes, std::numeric_limits<std::size_t>::max() - 2).has_value());
        QVERIFY(!readLittleEndian<std::uint8_t>(ByteSpan{}, 0).has_value());
    }

    void slicesLieInside() {
        const Bytes bytes = bytesOf({1, 2, 3, 4, 5});
        const auto middle = slice(bytes, 1, 3);
        QVERIFY(middle.has_value());
        QCOMPARE(middle->size(), 3U);
        QCOMPARE(middle->data(), bytes.data() + 1);
        QVERIFY(slice(bytes, 0, 5).has_value());
        QVERIFY(slice(bytes, 5, 0).has_value());
        QVERIFY(slice(bytes, 5, 0)->empty());
        QVERIFY(!slice(bytes, 6, 0).has_value());
        QVERIFY(!slice(bytes, 0, 6).has_value());
        QVERIFY(!slice(bytes, 4, 2).has_value());
    }

    void slicesSurviveOverflowingSums() {
        constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
        const Bytes bytes = bytesOf({1, 2, 3, 4, 5});
        QVERIFY(!slice(bytes, kMax, 1).has_value());
        QVERIFY(!slice(bytes, 1, kMax).has_value());
        QVERIFY(!slice(bytes, kMax, kMax).has_value());
        QVERIFY(!slice(bytes, 4, kMax - 3).has_value());  // their sum is 0 in 64 bits
    }

    void appendedNumbersAreReadBack() {
        Bytes bytes;
        appendLittleEndian<std::uint16_t>(bytes, 0xBEEF);
        appendLittleEndian<std::uint64_t>(bytes, 0x0123456789ABCDEFULL);
        appendLittleEndian<std::uint8_t>(bytes, 0x7F);
        QCOMPARE(bytes, bytesOf({0xEF, 0xBE, 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01, 0x7F}));
        QVERIFY(readLittleEndian<std::uint64_t>(bytes, 2) == 0x0123456789ABCDEFULL);
    }
};

QTEST_APPLESS_MAIN(BytesTest)
#include "tst_bytes.moc"
