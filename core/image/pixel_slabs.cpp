#include "core/image/pixel_slabs.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <map>
#include <mutex>
#include <new>

namespace origami {
namespace {

constexpr std::size_t kSmallest = std::size_t{128} << 10U;
constexpr std::size_t kLargest = std::size_t{1} << 20U;

// Blocks do not begin at the same place of a page: rows of several that are written and read at once would compete for
// the same lines of the processor's caches.
constexpr std::size_t pitchOf(std::size_t block) {
    return block + 4096 + 256;
}

// The slabs of one size of block.
class Slabs {
public:
    std::uint8_t* take(std::size_t block) {
        const std::lock_guard lock(m_mutex);
        if (m_open.empty()) {
            map(kBlocksOfSlab * pitchOf(block));
        }
        // Of the one at the lowest address, so that those that are hardly used can empty.
        const auto slab = m_open.begin();
        if (slab->second == kAllFree) {
            --m_spare;
        }
        const auto index = static_cast<std::size_t>(std::countr_zero(slab->second));
        std::uint8_t* const memory = slab->first + index * pitchOf(block);
        slab->second &= slab->second - 1;
        if (slab->second == 0) {
            m_full.insert(m_open.extract(slab));
        }
        return memory;
    }

    void giveBack(std::uint8_t* memory, std::size_t block) noexcept {
        const std::size_t bytes = kBlocksOfSlab * pitchOf(block);
        const std::lock_guard lock(m_mutex);
        if (const auto full = slabWith(m_full, memory, bytes); full != m_full.end()) {
            m_open.insert(m_full.extract(full));
        }
        const auto open = slabWith(m_open, memory, bytes);
        open->second |= 1U << (static_cast<std::size_t>(memory - open->first) / pitchOf(block));
        if (open->second == kAllFree && ++m_spare > kSpareSlabs) {
            --m_spare;
            munmap(open->first, bytes);
            m_open.erase(open);
        }
    }

    std::size_t mapped() const noexcept {
        const std::lock_guard lock(m_mutex);
        return m_open.size() + m_full.size();
    }

private:
    using FreeBlocks = std::uint32_t;  // a bit each, from the start of the slab
    using SlabMap = std::map<std::uint8_t*, FreeBlocks>;
    static constexpr FreeBlocks kAllFree = (1U << kBlocksOfSlab) - 1;

    void map(std::size_t bytes) {
        void* const slab = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (slab == MAP_FAILED) {
            throw std::bad_alloc();
        }
        try {
            m_open.emplace(static_cast<std::uint8_t*>(slab), kAllFree);
            ++m_spare;
        } catch (...) {
            munmap(slab, bytes);
            throw;
        }
    }

    static SlabMap::iterator slabWith(SlabMap& slabs, const std::uint8_t* memory, std::size_t bytes) noexcept {
        const auto next = slabs.upper_bound(const_cast<std::uint8_t*>(memory));
        if (next == slabs.begin() || memory >= std::prev(next)->first + bytes) {
            return slabs.end();
        }
        return std::prev(next);
    }

    mutable std::mutex m_mutex;
    SlabMap m_open;  // those that have free blocks
    SlabMap m_full;
    std::size_t m_spare = 0;  // all free
};

constexpr std::size_t kSizes = static_cast<std::size_t>(std::countr_zero(kLargest) - std::countr_zero(kSmallest)) + 1;
using SlabsBySize = std::array<Slabs, kSizes>;

Slabs& slabsOf(std::size_t block) {
    // Buffers may outlive everything that is static, so this one never goes.
    static SlabsBySize& all = *new SlabsBySize;
    return all[static_cast<std::size_t>(std::countr_zero(block) - std::countr_zero(kSmallest))];
}

}  // namespace

bool isOfSlabs(std::size_t bytes) noexcept {
    const std::size_t block = std::bit_ceil(std::max<std::size_t>(bytes, 1));
    return block >= kSmallest && block <= kLargest && block - bytes <= block / 8;
}

std::uint8_t* allocateFromSlabs(std::size_t bytes) {
    const std::size_t block = std::bit_ceil(bytes);
    return slabsOf(block).take(block);
}

void returnToSlabs(std::uint8_t* memory, std::size_t bytes) noexcept {
    const std::size_t block = std::bit_ceil(bytes);
    slabsOf(block).giveBack(memory, block);
}

std::size_t slabsMapped(std::size_t bytes) noexcept {
    return slabsOf(std::bit_ceil(bytes)).mapped();
}

}  // namespace origami
