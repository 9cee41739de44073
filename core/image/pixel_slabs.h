// Memory for tiles, which come and go by the thousand on all threads. A general allocator spreads them over the heaps
// of its threads and keeps what is freed in the middle of them; here they are cut from slabs, what is freed is used
// next, and a slab goes back to the system with its last tile: the process takes what its caches hold and little more.
#pragma once

#include <cstddef>
#include <cstdint>

namespace origami {

inline constexpr std::size_t kSlabBytes = std::size_t{2} << 20U;

// Whether memory of this size comes from slabs: powers of two from 64 kB to 1 MB.
[[nodiscard]] bool isOfSlabs(std::size_t bytes) noexcept;

// Uninitialised, aligned to its size. Thread-safe; under a microsecond but where a slab has to be mapped. Throws
// std::bad_alloc.
[[nodiscard]] std::uint8_t* allocateFromSlabs(std::size_t bytes);
void returnToSlabs(std::uint8_t* memory, std::size_t bytes) noexcept;

// Bytes of slabs that are mapped now.
[[nodiscard]] std::size_t slabBytesMapped();

}  // namespace origami
