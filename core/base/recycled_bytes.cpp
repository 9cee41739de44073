#include "core/base/recycled_bytes.h"

#include <algorithm>
#include <bit>
#include <mutex>
#include <utility>
#include <vector>

namespace origami {
namespace {

constexpr std::size_t kLargestKept = std::size_t{4} << 20U;

}  // namespace

struct RecycledBytes::Shelf {
    explicit Shelf(std::size_t kept) : limit(kept) { idle.reserve(kept); }

    // Null if there is none with that capacity. The one given back last is the likeliest to be in a cache still.
    std::unique_ptr<Bytes> find(std::size_t capacity) {
        const std::lock_guard lock(mutex);
        const auto found = std::find_if(idle.rbegin(), idle.rend(),
                                        [capacity](const auto& bytes) { return bytes->capacity() >= capacity; });
        if (found == idle.rend()) {
            return nullptr;
        }
        std::unique_ptr<Bytes> bytes = std::move(*found);
        idle.erase(std::next(found).base());
        return bytes;
    }

    void giveBack(std::unique_ptr<Bytes> bytes) noexcept {
        bytes->clear();
        const std::lock_guard lock(mutex);
        if (idle.size() < limit && bytes->capacity() <= kLargestKept) {
            idle.push_back(std::move(bytes));
        }
    }

    const std::size_t limit;
    std::mutex mutex;
    std::vector<std::unique_ptr<Bytes>> idle;
};

RecycledBytes::RecycledBytes(std::size_t kept) : m_shelf(std::make_shared<Shelf>(kept)) {}

std::shared_ptr<Bytes> RecycledBytes::take(std::size_t capacity) {
    std::unique_ptr<Bytes> bytes = m_shelf->find(capacity);
    if (!bytes) {
        bytes = std::make_unique<Bytes>();
        // Few sizes, so that most fit again.
        bytes->reserve(capacity <= kLargestKept ? std::bit_ceil(capacity) : capacity);
    }
    const auto giveBack = [shelf = std::weak_ptr<Shelf>(m_shelf)](Bytes* back) {
        std::unique_ptr<Bytes> owned(back);
        if (const std::shared_ptr<Shelf> open = shelf.lock()) {
            open->giveBack(std::move(owned));
        }
    };
    return {bytes.release(), giveBack};
}

std::size_t RecycledBytes::kept() const {
    const std::lock_guard lock(m_shelf->mutex);
    return m_shelf->idle.size();
}

}  // namespace origami
