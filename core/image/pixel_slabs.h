// Memory for tiles, which come and go by the thousand on all threads. A general allocator spreads them over the heaps
// of its threads and keeps what is freed in the middle of them; here they are cut from slabs, what is freed is used
// next, and slabs go back to the system as they empty: the process takes what its caches hold and little more.
#pragma once

#include <cstddef>
#include <cstdint>

namespace origami {

inline constexpr int kBlocksOfSlab = 8;
// Slabs that stay mapped, and touched, when all their blocks are free: what is made next is made into them.
inline constexpr std::size_t kSpareSlabs = 8;

// Whether memory of this size comes from slabs: powers of two from 128 kB to 1 MB, and up to an eighth less. Tiles of
// 254 x 254 pixels are.
[[nodiscard]] bool isOfSlabs(std::size_t bytes) noexcept;

// Uninitialised, aligned to kPixelAlignment. Thread-safe; under a microsecond but where a slab has to be mapped. Throws
// std::bad_alloc.
[[nodiscard]] std::uint8_t* allocateFromSlabs(std::size_t bytes);
void returnToSlabs(std::uint8_t* memory, std::size_t bytes) noexcept;

// How many slabs for blocks of this size are mapped now.
[[nodiscard]] std::size_t slabsMapped(std::size_t bytes) noexcept;

}  // namespace origami
