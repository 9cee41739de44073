// Aligned pixel memory, recycled. Decoding a family needs a dozen planes of the same few sizes again and again; the
// pool hands them out without going to the allocator once it is warm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace origami {

class BufferPool;

// Every buffer starts at a multiple of this: a cache line, and the widest vector register in use.
inline constexpr std::size_t kPixelAlignment = 64;

// Where a buffer goes when its owner lets it go. Private to PixelBuffer.
struct ReturnBuffer {
    std::size_t bytes = 0;
    std::shared_ptr<BufferPool> pool{};  // null: the buffer is freed
    bool isWorking = false;              // the buffer was acquired with Use::Work
    void operator()(std::uint8_t* data) const noexcept;
};

// Move-only, uninitialised memory that is aligned to kPixelAlignment. It returns to its pool, or is freed.
class PixelBuffer {
public:
    PixelBuffer() = default;
    // Memory that belongs to no pool. Throws std::bad_alloc.
    explicit PixelBuffer(std::size_t bytes);

    [[nodiscard]] std::uint8_t* data() noexcept { return m_data.get(); }
    [[nodiscard]] const std::uint8_t* data() const noexcept { return m_data.get(); }
    [[nodiscard]] std::size_t size() const noexcept { return m_data ? m_data.get_deleter().bytes : 0; }

private:
    friend class BufferPool;
    std::unique_ptr<std::uint8_t[], ReturnBuffer> m_data;
};

struct BufferPoolUse {
    std::size_t total = 0;      // idle buffers that the pool keeps at most
    std::size_t available = 0;  // the same, less the buffers that are handed out now; at least 0
    std::size_t inUseMax = 0;   // most ever handed out at once
    std::size_t bytesKept = 0;  // bytes of idle buffers
};

// Thread-safe. Never blocks. If no buffer is idle, it allocates one. Of the buffers that come back it keeps up to
// `capacity`, and as many more as have been prepared; it frees the rest.
class BufferPool : public std::enable_shared_from_this<BufferPool> {
public:
    enum class Use {
        Work,  // comes back soon, and counts as in use until then
        Keep,  // lives on in a cache that has a budget of its own
    };

    static std::shared_ptr<BufferPool> create(std::size_t capacity);
    ~BufferPool();
    BufferPool(const BufferPool&) = delete;
    BufferPool& operator=(const BufferPool&) = delete;

    // Throws std::bad_alloc.
    [[nodiscard]] PixelBuffer acquire(std::size_t bytes, Use use = Use::Work);
    // Sees to it that `count` buffers of this size are idle and that the system has given them real memory, which takes
    // several times as long as writing to it does: milliseconds for a view's tiles. For times when there is nothing
    // else to do. Throws std::bad_alloc.
    void prepare(std::size_t bytes, std::size_t count);
    [[nodiscard]] BufferPoolUse use() const;
    // Frees idle buffers that are beyond it.
    void setCapacity(std::size_t capacity);
    // Frees idle buffers. Those that are handed out are kept when they come back.
    void freeIdle();

private:
    explicit BufferPool(std::size_t capacity) : m_capacity(capacity) {}
    friend struct ReturnBuffer;
    void giveBack(std::uint8_t* data, std::size_t bytes, bool wasWorking) noexcept;

    struct Idle {
        std::uint8_t* data;
        std::size_t bytes;
    };
    static std::size_t rounded(std::size_t bytes) noexcept;
    std::vector<Idle> takeIdleBeyond(std::size_t count);  // call it with m_mutex held
    static void deallocateAll(const std::vector<Idle>& idle) noexcept;

    std::size_t m_capacity;
    std::size_t m_prepared = 0;  // how many idle buffers prepare() was asked for
    mutable std::mutex m_mutex;
    std::vector<Idle> m_idle;  // few enough for a linear search; has room for all that it may hold
    std::size_t m_inUse = 0;
    std::size_t m_inUseMax = 0;
};

}  // namespace origami
