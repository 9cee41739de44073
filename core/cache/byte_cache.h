// A cache with a byte budget. Pinned entries (what is on the screen) always stay. The others are evicted by rank, and
// within a rank the least recently used first:
//
// 1. Ahead: inserted but never pinned yet, such as tiles made on a guess; down to a quarter of the budget.
// 2. Passing: pinned once; down to a quarter of the budget.
// 3. Staying: pinned again after a while, or inserted as `isLong` and pinned once; all of it.
// 4. The rest of Passing, then the rest of Ahead.
//
// So neither guesses nor a long pan drive out what a user returns to. Thread-safe. Every operation takes constant time,
// except pinning, erasing and evicting, and each key that is inserted is searched for among the pins. A function that
// throws std::bad_alloc changes nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace origami {

// What became of values that were not pinned when they were inserted.
struct AheadUse {
    std::int64_t hits = 0;         // pinned later
    std::int64_t wasted = 0;       // evicted, erased or replaced without having been pinned
    std::size_t waiting = 0;       // in the cache, not pinned yet
    std::size_t waitingBytes = 0;  // bytes of these
};

template <class Key, class Value, class Hash = std::hash<Key>>
class ByteCache {
public:
    using Pointer = std::shared_ptr<const Value>;

    explicit ByteCache(std::size_t limit) : m_limit(limit) {}
    ByteCache(const ByteCache&) = delete;
    ByteCache& operator=(const ByteCache&) = delete;

    // The value, or null. Finding a value counts as using it.
    [[nodiscard]] Pointer find(const Key& key) {
        const std::lock_guard lock(m_mutex);
        const auto found = m_entries.find(key);
        if (found == m_entries.end()) {
            return nullptr;
        }
        Entry& entry = found->second;
        std::list<Key>& order = part(entry.rank).order;
        order.splice(order.end(), order, entry.position);
        return entry.value;
    }

    // Whether there is a value. Asking does not count as using it.
    [[nodiscard]] bool contains(const Key& key) const {
        const std::lock_guard lock(m_mutex);
        return m_entries.contains(key);
    }
    [[nodiscard]] std::vector<bool> contains(std::span<const Key> keys) const {
        std::vector<bool> are(keys.size());
        const std::lock_guard lock(m_mutex);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            are[i] = m_entries.contains(keys[i]);
        }
        return are;
    }

    // Inserts a value that takes this many bytes, or replaces the key's value, and evicts until everything fits. A
    // value that does not fit beside the pinned ones is not kept, unless it is pinned itself. `isLong` marks values
    // that stay long once they have been pinned.
    void insert(const Key& key, Pointer value, std::size_t bytes, bool isLong = false) {
        const std::lock_guard lock(m_mutex);
        // What may throw comes first.
        std::list<Key> place{key};
        const auto [found, isNew] = m_entries.try_emplace(key);
        if (!isNew) {
            leavePart(found->second);
        }
        const Rank rank = !isPinned(key) ? Rank::Ahead : isLong ? Rank::Staying : Rank::Passing;
        found->second = {std::move(value), bytes, rank, isLong, place.begin()};
        Part& to = part(rank);
        to.order.splice(to.order.end(), place);
        to.bytes += bytes;
        m_bytes += bytes;
        shrink();
    }

    // Replaces the set of keys that `owner` pins, whether they are in the cache yet or not. Pinned entries are never
    // evicted, so bytes() may exceed limit(). A key that nobody pinned before counts as used now; of several, the
    // largest key counts as used last.
    void setPinned(std::size_t owner, std::vector<Key> keys) {
        std::ranges::sort(keys);
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        const std::lock_guard lock(m_mutex);
        if (keys.empty()) {
            m_pinnedBy.erase(owner);
        } else {
            std::vector<Key>& before = m_pinnedBy[owner];
            auto old = before.begin();
            for (const Key& key : keys) {
                // Both are sorted, so the search goes on where it ended.
                old = std::find_if(old, before.end(), [&key](const Key& each) { return !(each < key); });
                const bool wasOurs = old != before.end() && *old == key;
                if (!wasOurs && !isPinned(key)) {
                    promote(key);
                }
            }
            before = std::move(keys);
        }
        shrink();
    }

    template <class Predicate>
    void eraseIf(Predicate predicate) {
        const std::lock_guard lock(m_mutex);
        for (auto entry = m_entries.begin(); entry != m_entries.end();) {
            entry = predicate(entry->first) ? remove(entry) : std::next(entry);
        }
    }

    // The sum of the bytes of all entries, as given to insert().
    [[nodiscard]] std::size_t bytes() const {
        const std::lock_guard lock(m_mutex);
        return m_bytes;
    }
    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(m_mutex);
        return m_entries.size();
    }
    [[nodiscard]] std::size_t limit() const {
        const std::lock_guard lock(m_mutex);
        return m_limit;
    }
    // Evicts until everything fits.
    void setLimit(std::size_t limit) {
        const std::lock_guard lock(m_mutex);
        m_limit = limit;
        shrink();
    }
    // Entries that were never pinned are evicted first while they take more bytes than this.
    [[nodiscard]] std::size_t aheadLimit() const { return limit() / 4; }
    [[nodiscard]] AheadUse aheadUse() const {
        const std::lock_guard lock(m_mutex);
        const Part& ahead = m_parts[static_cast<std::size_t>(Rank::Ahead)];
        return {.hits = m_hits, .wasted = m_wasted, .waiting = ahead.order.size(), .waitingBytes = ahead.bytes};
    }

private:
    enum class Rank { Ahead, Passing, Staying };  // see the top of this file
    struct Entry {
        Pointer value;
        std::size_t bytes = 0;
        Rank rank = Rank::Ahead;
        bool isLong = false;
        typename std::list<Key>::iterator position{};  // in the order of its part
    };
    struct Part {
        std::list<Key> order;  // least recently used first
        std::size_t bytes = 0;
    };
    using Entries = std::unordered_map<Key, Entry, Hash>;

    [[nodiscard]] bool isPinned(const Key& key) const {
        return std::ranges::any_of(
            m_pinnedBy, [&key](const auto& pinned) { return std::ranges::binary_search(pinned.second, key); });
    }

    Part& part(Rank rank) { return m_parts[static_cast<std::size_t>(rank)]; }

    // Call when a key becomes pinned that nobody pinned before. Does nothing if the key has no entry.
    void promote(const Key& key) {
        const auto found = m_entries.find(key);
        if (found == m_entries.end()) {
            return;
        }
        Entry& entry = found->second;
        const Rank rank = entry.rank == Rank::Ahead && !entry.isLong ? Rank::Passing : Rank::Staying;
        m_hits += entry.rank == Rank::Ahead ? 1 : 0;
        Part& from = part(entry.rank);
        Part& to = part(rank);
        to.order.splice(to.order.end(), from.order, entry.position);
        from.bytes -= entry.bytes;
        to.bytes += entry.bytes;
        entry.rank = rank;
    }

    // Takes an entry out of its part and of all counts.
    void leavePart(const Entry& entry) {
        Part& from = part(entry.rank);
        m_wasted += entry.rank == Rank::Ahead ? 1 : 0;
        m_bytes -= entry.bytes;
        from.bytes -= entry.bytes;
        from.order.erase(entry.position);
    }

    typename Entries::iterator remove(typename Entries::iterator entry) {
        leavePart(entry->second);
        return m_entries.erase(entry);
    }

    // Evicts entries of this rank until the cache has at most `limit` bytes or the rank at most `partLimit`.
    void shrink(Rank rank, std::size_t partLimit, std::size_t limit) {
        Part& from = part(rank);
        for (auto oldest = from.order.begin();
             m_bytes > limit && from.bytes > partLimit && oldest != from.order.end();) {
            const auto next = std::next(oldest);
            if (!isPinned(*oldest)) {
                remove(m_entries.find(*oldest));
            }
            oldest = next;
        }
    }

    void shrink(std::size_t limit) {
        shrink(Rank::Ahead, limit / 4, limit);
        shrink(Rank::Passing, limit / 4, limit);
        shrink(Rank::Staying, 0, limit);
        shrink(Rank::Passing, 0, limit);
        shrink(Rank::Ahead, 0, limit);
    }
    void shrink() { shrink(m_limit); }

    std::size_t m_limit;
    mutable std::mutex m_mutex;
    Entries m_entries;
    std::array<Part, 3> m_parts;  // by Rank
    std::size_t m_bytes = 0;
    std::int64_t m_hits = 0;
    std::int64_t m_wasted = 0;
    std::unordered_map<std::size_t, std::vector<Key>> m_pinnedBy;  // by owner; sorted
};

}  // namespace origami
