#include "core/image/buffer_pool.h"
#include "core/image/pixel_slabs.h"

#include <QTest>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

using namespace origami;

class TestPixelSlabs : public QObject {
    Q_OBJECT

private slots:
    void tilesComeFromSlabs() {
        constexpr std::size_t kB = 1024;
        for (const std::size_t bytes : {128 * kB, std::size_t{4} * 254 * 254, 256 * kB, std::size_t{4} * 258 * 258,
                                        288 * kB, 1024 * kB, 1152 * kB}) {
            QVERIFY(isOfSlabs(bytes));
        }
        for (const std::size_t bytes : {0 * kB, 64 * kB, 288 * kB + 1, 448 * kB - 1, 1152 * kB + 1, 2048 * kB}) {
            QVERIFY(!isOfSlabs(bytes));
        }
    }

    // Each block can be written from end to end without touching another.
    void blocksLieApart_data() {
        QTest::addColumn<quint64>("bytes");
        QTest::newRow("128 kB") << (quint64{128} << 10U);
        QTest::newRow("256 kB") << (quint64{256} << 10U);
        QTest::newRow("288 kB") << (quint64{288} << 10U);
        QTest::newRow("512 kB") << (quint64{512} << 10U);
        QTest::newRow("1 MB") << (quint64{1} << 20U);
        QTest::newRow("1152 kB") << (quint64{1152} << 10U);
    }
    void blocksLieApart() {
        QFETCH(const quint64, bytes);
        const int kSlabs = static_cast<int>(spareSlabs(bytes)) + 3;
        std::vector<std::uint8_t*> blocks;
        for (int i = 0; i < kSlabs * kBlocksOfSlab; ++i) {
            blocks.push_back(allocateFromSlabs(bytes));
            std::memset(blocks.back(), i, bytes);
            QCOMPARE(std::bit_cast<std::uintptr_t>(blocks.back()) % kPixelAlignment, std::uintptr_t{0});
        }
        QCOMPARE(slabsMapped(bytes), static_cast<std::size_t>(kSlabs));
        for (int i = 0; i < kSlabs * kBlocksOfSlab; ++i) {
            const std::uint8_t* const block = blocks[static_cast<std::size_t>(i)];
            QVERIFY(std::all_of(block, block + bytes,
                                [i](std::uint8_t byte) { return byte == static_cast<std::uint8_t>(i); }));
        }
        // What is freed is used next, before another slab is mapped.
        returnToSlabs(blocks[kBlocksOfSlab], bytes);
        QCOMPARE(allocateFromSlabs(bytes), blocks[kBlocksOfSlab]);
        QCOMPARE(slabsMapped(bytes), static_cast<std::size_t>(kSlabs));
        for (std::uint8_t* const block : blocks) {
            returnToSlabs(block, bytes);
        }
        QCOMPARE(slabsMapped(bytes), spareSlabs(bytes));
    }

    void spareSlabsAreMappedAheadAndDropped() {
        constexpr std::size_t kBytes = std::size_t{4} * 258 * 258;
        dropSpareSlabs();
        QCOMPARE(slabsMapped(kBytes), std::size_t{0});
        std::size_t prepared = 1;
        while (prepareSlab(kBytes)) {
            ++prepared;
        }
        QCOMPARE(prepared, spareSlabs(kBytes));
        QCOMPARE(slabsMapped(kBytes), prepared);
        QVERIFY(prepared * kBlocksOfSlab * kBytes <= kSpareBytes);
        QVERIFY((prepared + 1) * kBlocksOfSlab * (std::size_t{288} << 10U) >= kSpareBytes);
        QVERIFY(!prepareSlab(kBytes));
        QCOMPARE(slabsMapped(kBytes), prepared);

        // One that is in use stays.
        std::uint8_t* const block = allocateFromSlabs(kBytes);
        QVERIFY(prepareSlab(kBytes) == false);
        QCOMPARE(slabsMapped(kBytes), prepared + 1);
        std::memset(block, 0x5A, kBytes);
        dropSpareSlabs();
        QCOMPARE(slabsMapped(kBytes), std::size_t{1});
        QVERIFY(std::all_of(block, block + kBytes, [](std::uint8_t byte) { return byte == 0x5A; }));
        returnToSlabs(block, kBytes);
        dropSpareSlabs();
        QCOMPARE(slabsMapped(kBytes), std::size_t{0});
    }

    // Blocks that were used and are free again are as good as spare ones.
    void nothingIsPreparedWhereBlocksAreFree() {
        constexpr std::size_t kBytes = std::size_t{256} << 10U;
        dropSpareSlabs();
        std::vector<std::uint8_t*> blocks;
        const std::size_t slabs = 2 * spareSlabs(kBytes);
        for (std::size_t i = 0; i < slabs * kBlocksOfSlab; ++i) {
            blocks.push_back(allocateFromSlabs(kBytes));
        }
        for (std::size_t i = 0; i < blocks.size(); i += 2) {
            returnToSlabs(blocks[i], kBytes);
        }
        QVERIFY(!prepareSlab(kBytes));
        QCOMPARE(slabsMapped(kBytes), slabs);
        blocks[0] = allocateFromSlabs(kBytes);
        QVERIFY(!prepareSlab(kBytes));  // one was
        QCOMPARE(slabsMapped(kBytes), slabs + 1);
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            if (i == 0 || i % 2 == 1) {
                returnToSlabs(blocks[i], kBytes);
            }
        }
        dropSpareSlabs();
        QCOMPARE(slabsMapped(kBytes), std::size_t{0});
    }

    // What has been begun is used up before what is spare, however often more is prepared.
    void preparingLeavesNoGaps() {
        constexpr std::size_t kBytes = std::size_t{256} << 10U;
        dropSpareSlabs();
        std::vector<std::uint8_t*> blocks;
        for (int round = 0; round < 40; ++round) {
            while (prepareSlab(kBytes)) {
            }
            for (int i = 0; i < kBlocksOfSlab - 3; ++i) {
                blocks.push_back(allocateFromSlabs(kBytes));
            }
        }
        QVERIFY(slabsMapped(kBytes) <= blocks.size() / kBlocksOfSlab + 1 + spareSlabs(kBytes));
        for (std::uint8_t* const block : blocks) {
            returnToSlabs(block, kBytes);
        }
        QCOMPARE(slabsMapped(kBytes), spareSlabs(kBytes));
        dropSpareSlabs();
        QCOMPARE(slabsMapped(kBytes), std::size_t{0});
    }

    void manyThreadsTakeAndGiveBack() {
        constexpr int kThreads = 4;
        constexpr std::size_t kKept = 20;
        constexpr std::size_t kSmall = std::size_t{128} << 10U;
        constexpr std::size_t kLarge = std::size_t{256} << 10U;
        const auto work = [](int seed, bool* isIntact) {
            const std::size_t sizes[] = {kSmall, kLarge};
            std::vector<PixelBuffer> kept;
            for (int i = 0; i < 2000; ++i) {
                PixelBuffer buffer(sizes[static_cast<std::size_t>(i + seed) % 2]);
                buffer.data()[0] = static_cast<std::uint8_t>(seed);
                buffer.data()[buffer.size() - 1] = static_cast<std::uint8_t>(seed);
                kept.push_back(std::move(buffer));
                if (kept.size() > kKept) {
                    PixelBuffer& oldest = kept[static_cast<std::size_t>(i) % kKept];
                    *isIntact = *isIntact && oldest.data()[0] == seed && oldest.data()[oldest.size() - 1] == seed;
                    std::swap(oldest, kept.back());
                    kept.pop_back();
                }
            }
        };
        bool isIntact[kThreads] = {true, true, true, true};
        std::vector<std::thread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back(work, i + 1, &isIntact[i]);
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        for (const bool intact : isIntact) {
            QVERIFY(intact);
        }
        QVERIFY(slabsMapped(kSmall) <= spareSlabs(kSmall));
        QVERIFY(slabsMapped(kLarge) <= spareSlabs(kLarge));
    }
};

QTEST_APPLESS_MAIN(TestPixelSlabs)
#include "tst_pixel_slabs.moc"
