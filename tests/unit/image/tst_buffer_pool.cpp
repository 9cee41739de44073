#include "core/image/buffer_pool.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <random>
#include <thread>
#include <utility>
#include <vector>

using namespace origami;

namespace {

bool isAligned(const PixelBuffer& buffer) {
    return reinterpret_cast<std::uintptr_t>(buffer.data()) % kPixelAlignment == 0;
}

bool holdsOnly(const PixelBuffer& buffer, std::size_t bytes, std::uint8_t value) {
    return std::all_of(buffer.data(), buffer.data() + bytes, [=](std::uint8_t byte) { return byte == value; });
}

}  // namespace

class BufferPoolTest : public QObject {
    Q_OBJECT

private slots:
    void buffersAreAlignedAndLargeEnough() {
        const auto pool = BufferPool::create(4);
        for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{65},
                                        std::size_t{65536}, std::size_t{1000003}}) {
            const PixelBuffer pooled = pool->acquire(bytes);
            QVERIFY(pooled.data() != nullptr);
            QVERIFY(pooled.size() >= bytes);
            QVERIFY(isAligned(pooled));
            const PixelBuffer own(bytes);
            QVERIFY(own.data() != nullptr);
            QCOMPARE(own.size(), bytes);
            QVERIFY(isAligned(own));
        }
    }

    void theCapacityMayChange() {
        const auto pool = BufferPool::create(3);
        {
            const PixelBuffer a = pool->acquire(65536);
            const PixelBuffer b = pool->acquire(65536);
            const PixelBuffer c = pool->acquire(65536);
            pool->setCapacity(2);
            QCOMPARE(pool->use().total, std::size_t{2});
            QCOMPARE(pool->use().available, std::size_t{0});
        }
        QCOMPARE(pool->use().bytesKept, std::size_t{2 * 65536});
        pool->setCapacity(1);
        QCOMPARE(pool->use().bytesKept, std::size_t{65536});
        pool->setCapacity(4);
        QCOMPARE(pool->use().available, std::size_t{4});
    }

    void idleBuffersAreFreedWhenAsked() {
        const auto pool = BufferPool::create(3);
        PixelBuffer used = pool->acquire(65536);
        (void)pool->acquire(65536);  // and given back
        QCOMPARE(pool->use().bytesKept, std::size_t{65536});
        pool->freeIdle();
        QCOMPARE(pool->use().bytesKept, std::size_t{0});
        QCOMPARE(pool->use().total, std::size_t{3});
        used = {};
        QCOMPARE(pool->use().bytesKept, std::size_t{65536});
    }

    void returnedBuffersAreHandedOutAgain() {
        const auto pool = BufferPool::create(4);
        PixelBuffer buffer = pool->acquire(65536);
        const std::uint8_t* const address = buffer.data();
        buffer = {};
        QVERIFY(pool->use().bytesKept >= 65536);
        const PixelBuffer again = pool->acquire(65536);
        QCOMPARE(again.data(), address);
        QCOMPARE(pool->use().bytesKept, std::size_t{0});
    }

    // prepare() adds free buffers to those that the pool keeps anyway.
    void buffersArePreparedOnce() {
        const auto pool = BufferPool::create(1);
        (void)pool->acquire(4096);  // and given back
        pool->prepare(65536, 3);
        QCOMPARE(pool->use().bytesKept, std::size_t{4096 + 3 * 65536});
        pool->prepare(65536, 3);
        QCOMPARE(pool->use().bytesKept, std::size_t{4096 + 3 * 65536});
        {
            const PixelBuffer tile = pool->acquire(60000, BufferPool::Use::Keep);
            QCOMPARE(pool->use().bytesKept, std::size_t{4096 + 2 * 65536});
            QCOMPARE(pool->use().available, std::size_t{1});
        }
        QCOMPARE(pool->use().bytesKept, std::size_t{4096 + 3 * 65536});
        pool->freeIdle();
        QCOMPARE(pool->use().bytesKept, std::size_t{0});
        { const PixelBuffer a = pool->acquire(65536), b = pool->acquire(65536); }
        QCOMPARE(pool->use().bytesKept, std::size_t{65536});  // nothing is prepared any more
    }

    void smallIdleBuffersDoNotServeLargeRequests() {
        const auto pool = BufferPool::create(4);
        { const PixelBuffer small = pool->acquire(100); }
        const PixelBuffer large = pool->acquire(100000);
        QVERIFY(large.size() >= 100000);
        QVERIFY(pool->use().bytesKept >= 100);
    }

    void countsWhatIsOut() {
        const auto pool = BufferPool::create(3);
        QCOMPARE(pool->use().total, std::size_t{3});
        QCOMPARE(pool->use().available, std::size_t{3});
        QCOMPARE(pool->use().inUseMax, std::size_t{0});
        {
            const PixelBuffer first = pool->acquire(10);
            const PixelBuffer second = pool->acquire(10);
            QCOMPARE(pool->use().available, std::size_t{1});
            QCOMPARE(pool->use().inUseMax, std::size_t{2});
        }
        QCOMPARE(pool->use().available, std::size_t{3});
        QCOMPARE(pool->use().inUseMax, std::size_t{2});
        const PixelBuffer third = pool->acquire(10);
        QCOMPARE(pool->use().available, std::size_t{2});
        QCOMPARE(pool->use().inUseMax, std::size_t{2});
    }

    void neverRunsOutAndNeverKeepsTooMuch() {
        constexpr std::size_t kCapacity = 3;
        constexpr std::size_t kBytes = 4096;
        const auto pool = BufferPool::create(kCapacity);
        std::vector<PixelBuffer> buffers;
        for (int i = 0; i < 10; ++i) {
            buffers.push_back(pool->acquire(kBytes));
        }
        QCOMPARE(pool->use().available, std::size_t{0});
        QCOMPARE(pool->use().inUseMax, std::size_t{10});
        // Buffers that come back while many others are in use are kept, too.
        buffers.resize(8);
        QCOMPARE(pool->use().bytesKept, 2 * kBytes);
        buffers.clear();
        QCOMPARE(pool->use().available, kCapacity);
        QCOMPARE(pool->use().bytesKept, kCapacity * kBytes);
    }

    void aPoolOfNothingKeepsNothing() {
        const auto pool = BufferPool::create(0);
        { const PixelBuffer buffer = pool->acquire(4096); }
        QCOMPARE(pool->use().bytesKept, std::size_t{0});
        QCOMPARE(pool->use().available, std::size_t{0});
    }

    void movingLeavesNothingBehind() {
        const auto pool = BufferPool::create(4);
        PixelBuffer from = pool->acquire(100);
        const std::uint8_t* const address = from.data();
        PixelBuffer to = std::move(from);
        QCOMPARE(to.data(), address);
        QVERIFY(from.data() == nullptr);  // NOLINT(bugprone-use-after-move): this is what is tested
        QCOMPARE(from.size(), std::size_t{0});

        PixelBuffer other = pool->acquire(100);
        QCOMPARE(pool->use().available, std::size_t{2});
        other = std::move(to);  // gives back what `other` had
        QCOMPARE(other.data(), address);
        QCOMPARE(pool->use().available, std::size_t{3});

        PixelBuffer& same = other;
        other = std::move(same);
        QCOMPARE(other.data(), address);
    }

    void buffersKeepTheirPoolAlive() {
        auto pool = BufferPool::create(2);
        const std::weak_ptr<BufferPool> watched = pool;
        PixelBuffer buffer = pool->acquire(1000);
        pool.reset();
        QVERIFY(!watched.expired());
        std::fill_n(buffer.data(), buffer.size(), std::uint8_t{7});
        QVERIFY(holdsOnly(buffer, buffer.size(), 7));
        buffer = {};
        QVERIFY(watched.expired());
    }

    void threadsNeverShareABuffer() {
        constexpr std::size_t kCapacity = 6;
        constexpr std::size_t kThreads = 8;
        constexpr std::size_t kHeldByEach = 2;
        const auto pool = BufferPool::create(kCapacity);
        std::atomic<int> shared = 0;
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < kThreads; ++t) {
            threads.emplace_back([&, t] {
                const auto mark = static_cast<std::uint8_t>(t + 1);
                std::minstd_rand random(static_cast<unsigned>(t));
                std::vector<PixelBuffer> held(kHeldByEach);
                for (int round = 0; round < 500; ++round) {
                    PixelBuffer& slot = held[random() % kHeldByEach];
                    slot = {};
                    slot = pool->acquire(std::size_t{64} << (random() % 5));
                    std::fill_n(slot.data(), slot.size(), mark);
                    std::this_thread::yield();
                    for (const PixelBuffer& buffer : held) {
                        shared += holdsOnly(buffer, buffer.size(), mark) ? 0 : 1;
                    }
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(shared.load(), 0);
        const BufferPoolUse use = pool->use();
        QCOMPARE(use.available, kCapacity);
        QVERIFY(use.inUseMax >= kHeldByEach);
        QVERIFY(use.inUseMax <= kThreads * kHeldByEach);
        QVERIFY(use.bytesKept <= kCapacity * 1024);
    }
};

QTEST_APPLESS_MAIN(BufferPoolTest)
#include "tst_buffer_pool.moc"
