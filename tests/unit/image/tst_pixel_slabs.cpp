#include "core/image/buffer_pool.h"
#include "core/image/pixel_slabs.h"

#include <QTest>

#include <bit>
#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

using namespace origami;

class TestPixelSlabs : public QObject {
    Q_OBJECT

private slots:
    void powersOfTwoComeFromSlabs() {
        for (const std::size_t bytes : {std::size_t{64} << 10U, std::size_t{256} << 10U, std::size_t{1} << 20U}) {
            QVERIFY(isOfSlabs(bytes));
        }
        for (const std::size_t bytes :
             {std::size_t{0}, std::size_t{32} << 10U, (std::size_t{256} << 10U) + 1, kSlabBytes, 3 * kSlabBytes}) {
            QVERIFY(!isOfSlabs(bytes));
        }
    }

    // Each block can be written from end to end without touching another.
    void blocksLieApart_data() {
        QTest::addColumn<quint64>("bytes");
        for (quint64 bytes = kSlabBytes / 32; bytes <= kSlabBytes / 2; bytes *= 2) {
            QTest::addRow("%llu kB", bytes >> 10U) << bytes;
        }
    }
    void blocksLieApart() {
        QFETCH(const quint64, bytes);
        const std::size_t before = slabBytesMapped();
        const std::size_t perSlab = kSlabBytes / bytes;
        std::vector<std::uint8_t*> blocks;
        std::set<std::uintptr_t> places;
        for (std::size_t i = 0; i < 3 * perSlab; ++i) {
            blocks.push_back(allocateFromSlabs(bytes));
            std::memset(blocks.back(), static_cast<int>(i % 251), bytes);
            const auto place = std::bit_cast<std::uintptr_t>(blocks.back());
            QCOMPARE(place % bytes, std::uintptr_t{0});
            QVERIFY(places.insert(place).second);
        }
        QVERIFY(slabBytesMapped() - before <= 3 * kSlabBytes);
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            QCOMPARE(blocks[i][0], i % 251);
            QCOMPARE(blocks[i][bytes - 1], i % 251);
        }
        // What is freed is used next, before another slab is mapped.
        const std::size_t full = slabBytesMapped();
        returnToSlabs(blocks[perSlab], bytes);
        QCOMPARE(allocateFromSlabs(bytes), blocks[perSlab]);
        QCOMPARE(slabBytesMapped(), full);
        for (std::uint8_t* const block : blocks) {
            returnToSlabs(block, bytes);
        }
        QVERIFY(slabBytesMapped() <= before + kSlabBytes);  // one stays
    }

    void manyThreadsTakeAndGiveBack() {
        const std::size_t before = slabBytesMapped();
        constexpr int kThreads = 4;
        constexpr std::size_t kKept = 20;
        const auto work = [](int seed, bool* isIntact) {
            const std::size_t sizes[] = {std::size_t{64} << 10U, std::size_t{256} << 10U};
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
        QVERIFY(slabBytesMapped() <= before + 2 * kSlabBytes);  // one of each size
    }
};

QTEST_APPLESS_MAIN(TestPixelSlabs)
#include "tst_pixel_slabs.moc"
