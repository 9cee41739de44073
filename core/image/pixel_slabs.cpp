#include "core/image/pixel_slabs.h"

#include <sys/mman.h>

#include <array>
#include <bit>
#include <map>
#include <mutex>
#include <new>

namespace origami {
namespace {

constexpr std::size_t kSmallest = kSlabBytes / 32;
constexpr std::size_t kLargest = kSlabBytes / 2;

std::uint8_t* mapSlab() {
    // Twice as much, for a slab that begins at a multiple of its size.
    constexpr int kProtection = PROT_READ | PROT_WRITE;
    void* const mapped = mmap(nullptr, 2 * kSlabBytes, kProtection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) {
        throw std::bad_alloc();
    }
    auto* const begin = static_cast<std::uint8_t*>(mapped);
    const std::size_t before = (kSlabBytes - std::bit_cast<std::uintptr_t>(begin) % kSlabBytes) % kSlabBytes;
    std::uint8_t* const slab = begin + before;
    if (before > 0) {
        munmap(begin, before);
    }
    munmap(slab + kSlabBytes, kSlabBytes - before);
    return slab;
}

// The slabs of one size of block.
class Slabs {
public:
    std::uint8_t* take(std::size_t block) {
        const std::lock_guard lock(m_mutex);
        if (m_open.empty()) {
            m_open.emplace(mapSlab(), allFree(block));
        }
        // Of the one at the lowest address, so that those that are hardly used can empty.
        const auto slab = m_open.begin();
        const auto index = static_cast<std::size_t>(std::countr_zero(slab->second));
        std::uint8_t* const memory = slab->first + index * block;
        slab->second &= slab->second - 1;
        if (slab->second == 0) {
            m_full.insert(m_open.extract(slab));
        }
        return memory;
    }

    void giveBack(std::uint8_t* memory, std::size_t block) noexcept {
        const std::size_t offset = std::bit_cast<std::uintptr_t>(memory) % kSlabBytes;
        std::uint8_t* const slab = memory - offset;
        const std::lock_guard lock(m_mutex);
        if (const auto full = m_full.find(slab); full != m_full.end()) {
            m_open.insert(m_full.extract(full));
        }
        const auto open = m_open.find(slab);
        open->second |= FreeBlocks{1} << (offset / block);
        // One stays, so that a tile that comes and goes does not map a slab each time.
        if (open->second == allFree(block) && m_open.size() > 1) {
            m_open.erase(open);
            munmap(slab, kSlabBytes);
        }
    }

    std::size_t mapped() const {
        const std::lock_guard lock(m_mutex);
        return m_open.size() + m_full.size();
    }

private:
    using FreeBlocks = std::uint32_t;  // a bit each, from the start of the slab
    static constexpr FreeBlocks allFree(std::size_t block) {
        return static_cast<FreeBlocks>((std::uint64_t{1} << (kSlabBytes / block)) - 1);
    }

    mutable std::mutex m_mutex;
    std::map<std::uint8_t*, FreeBlocks> m_open;  // those that have free blocks
    std::map<std::uint8_t*, FreeBlocks> m_full;
};

constexpr std::size_t kSizes = static_cast<std::size_t>(std::countr_zero(kLargest) - std::countr_zero(kSmallest)) + 1;
using SlabsBySize = std::array<Slabs, kSizes>;

// Buffers may outlive everything that is static, so this one never goes.
SlabsBySize& allSlabs() {
    static SlabsBySize& instance = *new SlabsBySize;
    return instance;
}

Slabs& slabsOf(std::size_t bytes) {
    return allSlabs()[static_cast<std::size_t>(std::countr_zero(bytes) - std::countr_zero(kSmallest))];
}

}  // namespace

bool isOfSlabs(std::size_t bytes) noexcept {
    return std::has_single_bit(bytes) && bytes >= kSmallest && bytes <= kLargest;
}

std::uint8_t* allocateFromSlabs(std::size_t bytes) {
    return slabsOf(bytes).take(bytes);
}

void returnToSlabs(std::uint8_t* memory, std::size_t bytes) noexcept {
    slabsOf(bytes).giveBack(memory, bytes);
}

std::size_t slabBytesMapped() {
    std::size_t slabs = 0;
    for (const Slabs& each : allSlabs()) {
        slabs += each.mapped();
    }
    return slabs * kSlabBytes;
}

}  // namespace origami
