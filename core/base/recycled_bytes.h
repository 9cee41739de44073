// Memory for bytes that are read, used for a moment and done with, kept for those that are read next: to get fresh
// memory from the system takes several times what reading from its cache into it does.
#pragma once

#include "core/base/bytes.h"

#include <cstddef>
#include <memory>

namespace origami {

// Thread-safe.
class RecycledBytes {
public:
    // Keeps no more than so many at a time, and none that is unusually large.
    explicit RecycledBytes(std::size_t kept);

    // Empty, with room for at least so many bytes. Comes back here once its last owner lets it go, or is freed if this
    // is gone by then. Throws std::bad_alloc.
    [[nodiscard]] std::shared_ptr<Bytes> take(std::size_t capacity);
    [[nodiscard]] std::size_t kept() const;  // now

private:
    struct Shelf;
    std::shared_ptr<Shelf> m_shelf;
};

}  // namespace origami
