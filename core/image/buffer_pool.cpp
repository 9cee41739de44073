#include "core/image/buffer_pool.h"

#include "core/image/pixel_slabs.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <iterator>
#include <new>
#include <utility>

namespace origami {
namespace {

std::uint8_t* allocate(std::size_t bytes) {
    if (isOfSlabs(bytes)) {
        return allocateFromSlabs(bytes);
    }
    return static_cast<std::uint8_t*>(::operator new (bytes, std::align_val_t{kPixelAlignment}));
}

void deallocate(std::uint8_t* data, std::size_t bytes) noexcept {
    if (isOfSlabs(bytes)) {
        returnToSlabs(data, bytes);
        return;
    }
    ::operator delete (data, std::align_val_t{kPixelAlignment});
}

}  // namespace

PixelBuffer::PixelBuffer(std::size_t bytes) : m_data(allocate(std::max<std::size_t>(bytes, 1))), m_size(bytes) {}

PixelBuffer::~PixelBuffer() {
    release();
}

PixelBuffer::PixelBuffer(PixelBuffer&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)),
      m_size(std::exchange(other.m_size, 0)),
      m_isWorking(other.m_isWorking),
      m_pool(std::move(other.m_pool)) {}

PixelBuffer& PixelBuffer::operator=(PixelBuffer&& other) noexcept {
    if (this != &other) {
        release();
        m_data = std::exchange(other.m_data, nullptr);
        m_size = std::exchange(other.m_size, 0);
        m_isWorking = other.m_isWorking;
        m_pool = std::move(other.m_pool);
    }
    return *this;
}

void PixelBuffer::release() noexcept {
    if (m_data == nullptr) {
        return;
    }
    if (m_pool) {
        m_pool->giveBack(m_data, m_size, m_isWorking);
        m_pool.reset();
    } else {
        deallocate(m_data, m_size);
    }
    m_data = nullptr;
    m_size = 0;
}

std::shared_ptr<BufferPool> BufferPool::create(std::size_t capacity) {
    return std::shared_ptr<BufferPool>(new BufferPool(capacity));
}

BufferPool::~BufferPool() {
    for (const Idle& idle : m_idle) {
        deallocate(idle.data, idle.bytes);
    }
}

PixelBuffer BufferPool::acquire(std::size_t bytes, Use use) {
    // Powers of two, so that planes of edge families reuse the buffers of whole ones.
    const std::size_t rounded = std::bit_ceil(std::max<std::size_t>(bytes, kPixelAlignment));
    PixelBuffer buffer;
    buffer.m_isWorking = use == Use::Work;
    {
        const std::lock_guard lock(m_mutex);
        m_idle.reserve(m_capacity);
        if (buffer.m_isWorking) {
            m_inUseMax = std::max(m_inUseMax, ++m_inUse);
        }
        // The one given back last is the likeliest to be in a cache still.
        const auto found =
            std::find_if(m_idle.rbegin(), m_idle.rend(), [rounded](const Idle& idle) { return idle.bytes == rounded; });
        if (found != m_idle.rend()) {
            buffer.m_data = found->data;
            m_idle.erase(std::next(found).base());
        }
    }
    if (buffer.m_data == nullptr) {
        try {
            buffer.m_data = allocate(rounded);
        } catch (...) {
            const std::lock_guard lock(m_mutex);
            m_inUse -= buffer.m_isWorking ? 1 : 0;
            throw;
        }
    }
    buffer.m_size = rounded;
    buffer.m_pool = shared_from_this();
    return buffer;
}

void BufferPool::giveBack(std::uint8_t* data, std::size_t bytes, bool wasWorking) noexcept {
    {
        const std::lock_guard lock(m_mutex);
        m_inUse -= wasWorking ? 1 : 0;
        if (m_idle.size() < m_capacity) {
            m_idle.push_back({data, bytes});
            return;
        }
    }
    deallocate(data, bytes);
}

void BufferPool::setCapacity(std::size_t capacity) {
    std::vector<Idle> surplus;
    {
        const std::lock_guard lock(m_mutex);
        m_capacity = capacity;
        surplus = takeIdleBeyond(capacity);
        m_idle.reserve(capacity);  // giving back does not allocate
    }
    deallocateAll(surplus);
}

void BufferPool::freeIdle() {
    std::vector<Idle> idle;
    {
        const std::lock_guard lock(m_mutex);
        idle = takeIdleBeyond(0);
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
        deallocate(buffer.data, buffer.bytes);
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
