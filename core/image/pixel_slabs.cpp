#include "core/image/pixel_slabs.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <map>
#include <mutex>
#include <new>
#include <numeric>

namespace origami {
namespace {

// Each power of two and an eighth more.
constexpr std::size_t kSmallest = std::size_t{128} << 10U;
constexpr std::size_t kLargest = std::size_t{1} << 20U;
constexpr std::size_t kSizes =
    2 * (static_cast<std::size_t>(std::countr_zero(kLargest) - std::countr_zero(kSmallest)) + 1);

// The smallest size of block that has so many bytes; it may be beyond the sizes that there are.
constexpr std::size_t blockFor(std::size_t bytes) {
    const std::size_t power = std::bit_floor(std::max<std::size_t>(bytes, 1));
    return bytes <= power ? power : bytes <= power + power / 8 ? power + power / 8 : 2 * power;
}

constexpr std::size_t indexOf(std::size_t block) {
    const std::size_t power = std::bit_floor(block);
    return 2 * static_cast<std::size_t>(std::countr_zero(power) - std::countr_zero(kSmallest)) + (block != power);
}

// Blocks do not begin at the same place of a page: rows of several that are written and read at once would compete for
// the same lines of the processor's caches.
constexpr std::size_t pitchOf(std::size_t block) {
    return block + 4096 + 256;
}

constexpr std::size_t slabBytes(std::size_t block) {
    return kBlocksOfSlab * pitchOf(block);
}

std::size_t pageBytes() noexcept {
    return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void* mapPages(std::size_t bytes) noexcept {
    void* const pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages != MAP_FAILED ? pages : nullptr;
}

// Throws std::bad_alloc.
std::uint8_t* mapSlab(std::size_t block) {
    const std::size_t bytes = slabBytes(block);
#ifdef MADV_HUGEPAGE
    // Where there are pages of this size, what fills one is got and looked up as one instead of as 512. macOS has none
    // for programs to ask for.
    constexpr std::size_t kHugePage = std::size_t{2} << 20U;
    if (bytes >= kHugePage) {
        if (auto* const pages = static_cast<std::uint8_t*>(mapPages(bytes + kHugePage))) {
            const std::size_t before = -reinterpret_cast<std::uintptr_t>(pages) % kHugePage;
            std::uint8_t* const slab = pages + before;
            const std::size_t used = (bytes + pageBytes() - 1) / pageBytes() * pageBytes();
            if (before > 0) {
                munmap(pages, before);
            }
            munmap(slab + used, bytes + kHugePage - before - used);  // a page at least
            madvise(slab, bytes, MADV_HUGEPAGE);                     // where it is refused: slower
            return slab;
        }
    }
#endif
    void* const slab = mapPages(bytes);
    if (slab == nullptr) {
        throw std::bad_alloc();
    }
    return static_cast<std::uint8_t*>(slab);
}

void unmapSlab(std::uint8_t* slab, std::size_t block) noexcept {
    if (slab != nullptr) {
        munmap(slab, slabBytes(block));
    }
}

// The slabs of one size of block.
class Slabs {
public:
    std::uint8_t* take(std::size_t block) {
        const std::lock_guard lock(m_mutex);
        if (m_partial.empty()) {
            if (m_spare.empty()) {
                addSpare(mapSlab(block), block);
            }
            m_partial.insert(m_spare.extract(m_spare.begin()));
        }
        // Of the one at the lowest address, so that those that are hardly used can empty.
        const auto slab = m_partial.begin();
        const auto index = static_cast<std::size_t>(std::countr_zero(slab->second));
        std::uint8_t* const memory = slab->first + index * pitchOf(block);
        slab->second &= slab->second - 1;
        if (slab->second == 0) {
            m_full.insert(m_partial.extract(slab));
        }
        return memory;
    }

    void giveBack(std::uint8_t* memory, std::size_t block) noexcept { unmapSlab(takeBack(memory, block), block); }

    bool prepare(std::size_t block) {
        if (freeBlocks() >= kBlocksOfSlab * spareSlabs(block)) {
            return false;
        }
        std::uint8_t* const slab = mapSlab(block);
        for (std::size_t page = 0; page < slabBytes(block); page += pageBytes()) {
            slab[page] = 0;
        }
        const std::lock_guard lock(m_mutex);
        addSpare(slab, block);
        return countFree() < kBlocksOfSlab * spareSlabs(block);
    }

    void dropSpare(std::size_t block) noexcept {
        SlabMap dropped;
        {
            const std::lock_guard lock(m_mutex);
            dropped.swap(m_spare);
        }
        for (const auto& [slab, blocks] : dropped) {
            unmapSlab(slab, block);
        }
    }

    std::size_t mapped() const noexcept {
        const std::lock_guard lock(m_mutex);
        return m_spare.size() + m_partial.size() + m_full.size();
    }

private:
    using FreeBlocks = std::uint32_t;  // a bit each, from the start of the slab
    using SlabMap = std::map<std::uint8_t*, FreeBlocks>;
    static constexpr FreeBlocks kAllFree = (1U << kBlocksOfSlab) - 1;

    void addSpare(std::uint8_t* slab, std::size_t block) {
        try {
            m_spare.emplace(slab, kAllFree);
        } catch (...) {
            unmapSlab(slab, block);
            throw;
        }
    }

    // The slab that is to be unmapped now, or null.
    std::uint8_t* takeBack(std::uint8_t* memory, std::size_t block) noexcept {
        const std::size_t bytes = slabBytes(block);
        const std::lock_guard lock(m_mutex);
        if (const auto full = slabWith(m_full, memory, bytes); full != m_full.end()) {
            m_partial.insert(m_full.extract(full));
        }
        const auto slab = slabWith(m_partial, memory, bytes);
        slab->second |= 1U << (static_cast<std::size_t>(memory - slab->first) / pitchOf(block));
        if (slab->second != kAllFree) {
            return nullptr;
        }
        if (m_spare.size() < spareSlabs(block)) {
            m_spare.insert(m_partial.extract(slab));
            return nullptr;
        }
        std::uint8_t* const unneeded = slab->first;
        m_partial.erase(slab);
        return unneeded;
    }

    std::size_t freeBlocks() const noexcept {
        const std::lock_guard lock(m_mutex);
        return countFree();
    }
    // With m_mutex held.
    std::size_t countFree() const noexcept {
        return std::accumulate(m_partial.begin(), m_partial.end(), kBlocksOfSlab * m_spare.size(),
                               [](std::size_t sum, const auto& slab) {
                                   return sum + static_cast<std::size_t>(std::popcount(slab.second));
                               });
    }

    static SlabMap::iterator slabWith(SlabMap& slabs, const std::uint8_t* memory, std::size_t bytes) noexcept {
        const auto next = slabs.upper_bound(const_cast<std::uint8_t*>(memory));
        if (next == slabs.begin() || memory >= std::prev(next)->first + bytes) {
            return slabs.end();
        }
        return std::prev(next);
    }

    mutable std::mutex m_mutex;
    SlabMap m_spare;    // all free
    SlabMap m_partial;  // some
    SlabMap m_full;     // none
};

using SlabsBySize = std::array<Slabs, kSizes>;

Slabs& slabsOf(std::size_t block) {
    // Buffers may outlive everything that is static, so this one never goes.
    static SlabsBySize& all = *new SlabsBySize;
    return all[indexOf(block)];
}

}  // namespace

std::size_t spareSlabs(std::size_t bytes) noexcept {
    return std::max<std::size_t>(kSpareBytes / slabBytes(blockFor(bytes)), 1);
}

bool isOfSlabs(std::size_t bytes) noexcept {
    const std::size_t block = blockFor(bytes);
    return block >= kSmallest && block <= kLargest + kLargest / 8 && block - bytes <= block / 8;
}

std::uint8_t* allocateFromSlabs(std::size_t bytes) {
    const std::size_t block = blockFor(bytes);
    return slabsOf(block).take(block);
}

void returnToSlabs(std::uint8_t* memory, std::size_t bytes) noexcept {
    const std::size_t block = blockFor(bytes);
    slabsOf(block).giveBack(memory, block);
}

bool prepareSlab(std::size_t bytes) {
    const std::size_t block = blockFor(bytes);
    return slabsOf(block).prepare(block);
}

void dropSpareSlabs() noexcept {
    for (std::size_t power = kSmallest; power <= kLargest; power *= 2) {
        for (const std::size_t block : {power, power + power / 8}) {
            slabsOf(block).dropSpare(block);
        }
    }
}

std::size_t slabsMapped(std::size_t bytes) noexcept {
    return slabsOf(blockFor(bytes)).mapped();
}

}  // namespace origami
