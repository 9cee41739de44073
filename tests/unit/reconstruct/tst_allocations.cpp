// Rebuilding families takes no memory once the pool is warm, except for the lists of their tiles and of their stages.
// (libjpeg keeps its own books, with malloc.)
#include "core/base/parallel.h"
#include "core/codec/jpeg_encoder.h"
#include "core/reconstruct/family_reconstructor.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <random>
#include <utility>

namespace {

std::atomic<std::int64_t> allocations{0};
std::atomic<std::size_t> largest{0};

void* counted(std::size_t size, std::size_t alignment) {
    ++allocations;
    std::size_t seen = largest.load();
    while (seen < size && !largest.compare_exchange_weak(seen, size)) {
    }
    void* const memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

}  // namespace

void* operator new(std::size_t size) {
    return counted(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

using namespace origami;

class TestAllocations : public QObject {
    Q_OBJECT

private slots:
    void familiesReuseWhatEarlierOnesGaveBack_data() {
        QTest::addColumn<int>("scheme");
        QTest::newRow("version 1") << static_cast<int>(ResidualScheme::TwoStep);
        QTest::newRow("version 5") << static_cast<int>(ResidualScheme::Bicubic);
    }
    void familiesReuseWhatEarlierOnesGaveBack() {
        QFETCH(const int, scheme);
        constexpr int kTile = 64;
        constexpr int kFamilies = 10;
        std::mt19937 random(5);
        const auto noise = [&](int width, int height) {
            Plane plane(width, height);
            for (int y = 0; y < height; ++y) {
                std::generate_n(plane.view().row(y), width, [&] { return static_cast<std::uint8_t>(random()); });
            }
            return plane;
        };
        const Plane planes[] = {noise(kTile, kTile), noise(kTile, kTile), noise(kTile, kTile)};
        const auto coloured = [&](ChromaSampling sampling) {
            return *JpegEncoder().encodeYCbCr(planes[0].view(), planes[1].view(), planes[2].view(), 90, sampling);
        };
        const bool isBicubic = scheme == static_cast<int>(ResidualScheme::Bicubic);
        const Bytes seed = coloured(isBicubic ? ChromaSampling::Half420 : ChromaSampling::Full444);
        const Bytes residual = isBicubic ? seed : *JpegEncoder().encodeGray(planes[0].view(), 50);
        FamilyStreams streams;
        streams.scheme = static_cast<ResidualScheme>(scheme);
        streams.level2.bytes = seed;
        for (StreamSlot& slot : streams.level1) {
            slot.bytes = isBicubic ? ByteSpan() : residual;
        }
        for (StreamSlot& slot : streams.level0) {
            slot.bytes = residual;
        }
        const Pyramid pyramid = *Pyramid::create({4 * kTile, 4 * kTile}, kTile);
        const auto pool = BufferPool::create(64);
        const std::size_t tiles = isBicubic ? 20 : 21;
        const auto rebuild = [&] {
            const auto family = reconstructFamily(pyramid, streams, ViewMode::Reconstructed, pool.get());
            return family && family->tiles.size() == tiles;
        };
        // On one thread: others may join in at any time, and each begins with a decoder of its own.
        bool isRebuilt = true;
        withThreads(1, [&] {
            isRebuilt = rebuild() && rebuild();
            allocations = 0;
            largest = 0;
            for (int i = 0; i < kFamilies; ++i) {
                isRebuilt = isRebuilt && rebuild();
            }
        });
        const std::int64_t perFamily = allocations.load() / kFamilies;
        const std::size_t most = largest.load();
        QVERIFY(isRebuilt);
        QVERIFY2(most < static_cast<std::size_t>(kTile) * kTile, "pixels were allocated");
        QVERIFY2(perFamily <= 2, qPrintable(QString::number(perFamily)));
    }
};

QTEST_APPLESS_MAIN(TestAllocations)
#include "tst_allocations.moc"
