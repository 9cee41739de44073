#include "core/image/buffer_pool.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <iterator>
#include <new>
#include <utility>

namespace origami {
namespace {

std::uint8_t* allocate(std::size_t bytes) {
    return static_cast<std::uint8_t*>(::operator new (bytes, std::align_val_t{kPixelAlignment}));
}

void deallocate(std::uint8_t* data) noexcept {
    ::operator delete (data, std::align_val_t{kPixelAlignment});
}

}  // namespace

PixelBuffer::PixelBuffer(std::size_t bytes)
    : m_data(allocate(std::max<std::size_t>(bytes, 1)), ReturnBuffer{.bytes = bytes, .pool = nullptr}) {}

void ReturnBuffer::operator()(std::uint8_t* data) const noexcept {
    if (pool) {
        pool->giveBack(data, bytes, isWorking);
    } else {
        deallocate(data);
    }
}

std::shared_ptr<BufferPool> BufferPool::create(std::size_t capacity) {
    return std::shared_ptr<BufferPool>(new BufferPool(capacity));
}

BufferPool::~BufferPool() {
    for (const Idle& idle : m_idle) {
        deallocate(idle.data);
    }
}

// To powers of two, so that planes of edge families reuse the buffers of whole ones.
std::size_t BufferPool::rounded(std::size_t bytes) noexcept {
    return std::bit_ceil(std::max<std::size_t>(bytes, kPixelAlignment));
}

PixelBuffer BufferPool::acquire(std::size_t bytes, Use use) {
    const std::size_t size = rounded(bytes);
    std::uint8_t* data = nullptr;
    {
        const std::lock_guard lock(m_mutex);
        m_idle.reserve(m_capacity + m_prepared);  // so that giving back does not allocate
        // The buffer that came back last is the likeliest to be in the processor's cache still.
        const auto found =
            std::find_if(m_idle.rbegin(), m_idle.rend(), [size](const Idle& idle) { return idle.bytes == size; });
        if (found != m_idle.rend()) {
            data = found->data;
            m_idle.erase(std::next(found).base());
        }
    }
    if (data == nullptr) {
        data = allocate(size);
    }
    if (use == Use::Work) {
        const std::lock_guard lock(m_mutex);
        m_inUseMax = std::max(m_inUseMax, ++m_inUse);
    }
    PixelBuffer buffer;
    buffer.m_data = {data, ReturnBuffer{size, shared_from_this(), use == Use::Work}};
    return buffer;
}

void BufferPool::prepare(std::size_t bytes, std::size_t count) {
    const std::size_t size = rounded(bytes);
    {
        const std::lock_guard lock(m_mutex);
        m_prepared = count;
        m_idle.reserve(m_capacity + m_prepared);
        count -= std::min(count, static_cast<std::size_t>(std::ranges::count(m_idle, size, &Idle::bytes)));
    }
    for (; count > 0; --count) {
        std::uint8_t* const fresh = allocate(size);
        constexpr std::size_t kPage = 4096;  // the smallest there is
        for (std::size_t i = 0; i < size; i += kPage) {
            fresh[i] = 0;
        }
        giveBack(fresh, size, false);
    }
}

void BufferPool::giveBack(std::uint8_t* data, std::size_t bytes, bool wasWorking) noexcept {
    {
        const std::lock_guard lock(m_mutex);
        m_inUse -= wasWorking ? 1 : 0;
        if (m_idle.size() < m_capacity + m_prepared) {
            m_idle.push_back({data, bytes});
            return;
        }
    }
    deallocate(data);
}

void BufferPool::setCapacity(std::size_t capacity) {
    std::vector<Idle> surplus;
    {
        const std::lock_guard lock(m_mutex);
        m_capacity = capacity;
        surplus = takeIdleBeyond(capacity + m_prepared);
        m_idle.reserve(capacity + m_prepared);  // so that giving back does not allocate
    }
    deallocateAll(surplus);
}

void BufferPool::freeIdle() {
    std::vector<Idle> idle;
    {
        const std::lock_guard lock(m_mutex);
        idle = takeIdleBeyond(0);
        m_prepared = 0;
    }
    deallocateAll(idle);
}

std::vector<BufferPool::Idle> BufferPool::takeIdleBeyond(std::size_t count) {
    std::vector<Idle> taken;
    if (m_idle.size() > count) {
        taken.assign(m_idle.begin() + static_cast<std::ptrdiff_t>(count), m_idle.end());
        m_idle.resize(count);
    }
    return taken;
}

void BufferPool::deallocateAll(const std::vector<Idle>& idle) noexcept {
    for (const Idle& buffer : idle) {
        deallocate(buffer.data);
    }
}

BufferPoolUse BufferPool::use() const {
    const std::lock_guard lock(m_mutex);
    BufferPoolUse use{.total = m_capacity,
                      .available = m_capacity - std::min(m_capacity, m_inUse),
                      .inUseMax = m_inUseMax,
                      .bytesKept = 0};
    for (const Idle& idle : m_idle) {
        use.bytesKept += idle.bytes;
    }
    return use;
}

}  // namespace origami
