// Memory for tiles, which come and go by the thousand on all threads. A general allocator spreads them over the heaps
// of its threads and keeps what is freed in the middle of them; here they are cut from slabs, what is freed is used
// next, and slabs go back to the system as they empty: the process takes what its caches hold and little more.
#pragma once

#include <cstddef>
#include <cstdint>

namespace origami {

inline constexpr int kBlocksOfSlab = 8;
// Slabs of so many bytes stay mapped, and touched, when all their blocks are free: what is made next is made into them.
inline constexpr std::size_t kSpareBytes = std::size_t{24} << 20U;
// That many of them for blocks of this size, at least one.
[[nodiscard]] std::size_t spareSlabs(std::size_t bytes) noexcept;

// Whether memory of this size comes from slabs: powers of two from 128 kB to 1 MB, those and an eighth, and up to an
// eighth less than each. Tiles of 254 x 254 pixels are, and of 256 x 256 within a border.
[[nodiscard]] bool isOfSlabs(std::size_t bytes) noexcept;

// Uninitialised, aligned to kPixelAlignment. Thread-safe; under a microsecond but where a slab has to be mapped. Throws
// std::bad_alloc.
[[nodiscard]] std::uint8_t* allocateFromSlabs(std::size_t bytes);
void returnToSlabs(std::uint8_t* memory, std::size_t bytes) noexcept;

// Maps and touches one more spare slab for blocks of this size, unless as much is free; whether there is still too
// little. Fresh memory costs several times what writing to it does, so this is for when there is time: a millisecond
// for 2 MB, and several on a virtual machine. Thread-safe; throws std::bad_alloc.
bool prepareSlab(std::size_t bytes);
// Unmaps all that is spare. Thread-safe.
void dropSpareSlabs() noexcept;

// How many slabs for blocks of this size are mapped now.
[[nodiscard]] std::size_t slabsMapped(std::size_t bytes) noexcept;

}  // namespace origami
