// Aligned pixel memory, recycled. Decoding a family needs a dozen planes of the same few sizes again and
// again; the pool hands them out without going to the allocator once it is warm.
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

// Move-only memory aligned to kPixelAlignment; uninitialised. Returns to its pool, or is freed.
class PixelBuffer {
public:
    PixelBuffer() = default;
    // Memory that belongs to no pool. Throws std::bad_alloc like any allocation.
    explicit PixelBuffer(std::size_t bytes);
    ~PixelBuffer();
    PixelBuffer(PixelBuffer&& other) noexcept;
    PixelBuffer& operator=(PixelBuffer&& other) noexcept;
    PixelBuffer(const PixelBuffer&) = delete;
    PixelBuffer& operator=(const PixelBuffer&) = delete;

    [[nodiscard]] std::uint8_t* data() noexcept { return m_data; }
    [[nodiscard]] const std::uint8_t* data() const noexcept { return m_data; }
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }

private:
    friend class BufferPool;
    void release() noexcept;

    std::uint8_t* m_data = nullptr;
    std::size_t m_size = 0;
    bool m_isWorking = false;  // counts as in use
    std::shared_ptr<BufferPool> m_pool;
};

struct BufferPoolUse {
    std::size_t total = 0;      // idle buffers that the pool keeps at most
    std::size_t available = 0;  // total less those handed out now (0 when more are out than the pool keeps)
    std::size_t inUseMax = 0;   // most ever handed out at once
    std::size_t bytesKept = 0;  // bytes of idle buffers
};

// Thread-safe. Never blocks and never fails for want of a free buffer. Of those that are not in use it keeps up to
// `capacity`, however many are, and frees the rest.
class BufferPool : public std::enable_shared_from_this<BufferPool> {
public:
    enum class Use {
        Work,  // given back soon: counts as in use
        Keep,  // lives on elsewhere, in a cache that has a budget of its own
    };

    static std::shared_ptr<BufferPool> create(std::size_t capacity);
    ~BufferPool();
    BufferPool(const BufferPool&) = delete;
    BufferPool& operator=(const BufferPool&) = delete;

    [[nodiscard]] PixelBuffer acquire(std::size_t bytes, Use use = Use::Work);
    [[nodiscard]] BufferPoolUse use() const;
    // Frees idle buffers that are beyond it.
    void setCapacity(std::size_t capacity);
    // Frees idle buffers; those handed out are kept when they come back.
    void freeIdle();

private:
    explicit BufferPool(std::size_t capacity) : m_capacity(capacity) {}
    friend class PixelBuffer;
    void giveBack(std::uint8_t* data, std::size_t bytes, bool wasWorking) noexcept;

    struct Idle {
        std::uint8_t* data;
        std::size_t bytes;
    };
    std::vector<Idle> takeIdleBeyond(std::size_t count);  // with m_mutex held
    static void deallocateAll(const std::vector<Idle>& idle) noexcept;

    std::size_t m_capacity;
    mutable std::mutex m_mutex;
    std::vector<Idle> m_idle;  // few enough that a linear search is the fastest
    std::size_t m_inUse = 0;
    std::size_t m_inUseMax = 0;
};

}  // namespace origami
