// A cache with a byte budget. What is pinned stays; of the rest goes first what was made ahead and has not been shown
// (pinned) yet, as far as it exceeds its share, then what was shown once, then what came back or is to be kept long:
// each in the order of last use. So neither guesses nor a long pan drive out what a user returns to. Thread-safe; every
// operation but pinning and erasing takes constant time, or a search among the pins where it inserts.
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
#include <unordered_set>
#include <utility>
#include <vector>

namespace origami {

// What became of values that were not pinned when they were inserted.
struct AheadUse {
    std::int64_t hits = 0;    // pinned later
    std::int64_t wasted = 0;  // gone without having been pinned
    std::size_t waiting = 0;  // neither yet
    std::size_t waitingBytes = 0;
};

// `KeySet` has insert, erase and contains, and says which keys are here.
template <class Key, class Value, class Hash = std::hash<Key>, class KeySet = std::unordered_set<Key, Hash>>
class ByteCache {
public:
    using Pointer = std::shared_ptr<const Value>;

    explicit ByteCache(std::size_t limit) : m_limit(limit) {}
    ByteCache(const ByteCache&) = delete;
    ByteCache& operator=(const ByteCache&) = delete;

    // The value, which counts as used now; null if it is not here.
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

    // The same without counting as use.
    [[nodiscard]] bool contains(const Key& key) const {
        const std::lock_guard lock(m_mutex);
        return m_keys.contains(key);
    }
    [[nodiscard]] std::vector<bool> contains(std::span<const Key> keys) const {
        std::vector<bool> are(keys.size());
        const std::lock_guard lock(m_mutex);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            are[i] = m_keys.contains(keys[i]);
        }
        return are;
    }

    // Replaces what is there under this key. Evicts until everything fits; a value that does not fit beside what is
    // pinned is not kept, unless it is pinned itself. One to be kept `long` counts as one that came back, once shown.
    void insert(const Key& key, Pointer value, std::size_t bytes, bool isLong = false) {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_entries.find(key); found != m_entries.end()) {
            remove(found);
        }
        const Rank rank = !isPinned(key) ? Rank::Ahead : isLong ? Rank::Staying : Rank::Passing;
        std::list<Key>& order = part(rank).order;
        order.push_back(key);
        m_entries.emplace(key, Entry{std::move(value), bytes, rank, isLong, std::prev(order.end())});
        m_bytes += bytes;
        part(rank).bytes += bytes;
        m_keys.insert(key);
        shrink();
    }

    // Replaces the set of keys that `owner` pins, whether they are in the cache yet or not. Pinned entries are
    // never evicted: bytes() may exceed limit() by them. What is pinned anew counts as used now, in the keys' order.
    void setPinned(std::size_t owner, std::vector<Key> keys) {
        std::ranges::sort(keys);
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        const std::lock_guard lock(m_mutex);
        std::vector<Key>& before = m_pinnedBy[owner];
        auto old = before.begin();
        for (const Key& key : keys) {
            old =
                std::find_if(old, before.end(), [&key](const Key& each) { return !(each < key); });  // both are sorted
            const bool wasOurs = old != before.end() && *old == key;
            if (!wasOurs && !isPinned(key)) {
                promote(key);
            }
        }
        if (keys.empty()) {
            m_pinnedBy.erase(owner);
        } else {
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

    // Bytes of all entries together, as told to insert().
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
    // Evicts until everything fits, as after an insertion.
    void setLimit(std::size_t limit) {
        const std::lock_guard lock(m_mutex);
        m_limit = limit;
        shrink();
    }
    // Evicts until no more than so many bytes are left, or only what is pinned; whether anything went.
    bool shrinkTo(std::size_t bytes) {
        const std::lock_guard lock(m_mutex);
        const std::size_t before = m_bytes;
        shrink(bytes);
        return m_bytes < before;
    }
    // What has not been shown may take so many bytes before it goes first.
    [[nodiscard]] std::size_t aheadLimit() const { return limit() / 4; }
    [[nodiscard]] AheadUse aheadUse() const {
        const std::lock_guard lock(m_mutex);
        const Part& ahead = m_parts[static_cast<std::size_t>(Rank::Ahead)];
        return {.hits = m_hits, .wasted = m_wasted, .waiting = ahead.order.size(), .waitingBytes = ahead.bytes};
    }

private:
    enum class Rank { Ahead, Passing, Staying };  // not shown yet; shown once; came back, or to be kept long
    struct Entry {
        Pointer value;
        std::size_t bytes;
        Rank rank;
        bool isLong;
        typename std::list<Key>::iterator position;
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

    // An entry that is pinned now and was not.
    void promote(const Key& key) {
        if (!m_keys.contains(key)) {
            return;
        }
        Entry& entry = m_entries.find(key)->second;
        const Rank to = entry.rank == Rank::Ahead && !entry.isLong ? Rank::Passing : Rank::Staying;
        m_hits += entry.rank == Rank::Ahead ? 1 : 0;
        Part& from = part(entry.rank);
        part(to).order.splice(part(to).order.end(), from.order, entry.position);
        from.bytes -= entry.bytes;
        part(to).bytes += entry.bytes;
        entry.rank = to;
    }

    typename Entries::iterator remove(typename Entries::iterator entry) {
        Part& from = part(entry->second.rank);
        m_wasted += entry->second.rank == Rank::Ahead ? 1 : 0;
        m_bytes -= entry->second.bytes;
        from.bytes -= entry->second.bytes;
        from.order.erase(entry->second.position);
        m_keys.erase(entry->first);
        return m_entries.erase(entry);
    }

    // Until no more than `limit` bytes are in the cache, or this part has no more than its own.
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
    KeySet m_keys;                // of m_entries
    std::array<Part, 3> m_parts;  // by Rank
    std::size_t m_bytes = 0;
    std::int64_t m_hits = 0;
    std::int64_t m_wasted = 0;
    std::unordered_map<std::size_t, std::vector<Key>> m_pinnedBy;  // sorted
};

}  // namespace origami
