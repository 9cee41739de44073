// A cache with a byte budget: what was used longest ago goes first, what is pinned stays. Thread-safe; every
// operation but pinning and erasing takes constant time.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace origami {

template <class Key, class Value, class Hash = std::hash<Key>>
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
        m_order.splice(m_order.end(), m_order, found->second.position);
        return found->second.value;
    }

    // The same without counting as use.
    [[nodiscard]] bool contains(const Key& key) const {
        const std::lock_guard lock(m_mutex);
        return m_entries.contains(key);
    }

    // Replaces what is there under this key. Evicts until everything fits; a value that does not fit beside what is
    // pinned is not kept, unless it is pinned itself.
    void insert(const Key& key, Pointer value, std::size_t bytes) {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_entries.find(key); found != m_entries.end()) {
            remove(found);
        }
        m_order.push_back(key);
        m_entries.emplace(key, Entry{std::move(value), bytes, std::prev(m_order.end())});
        m_bytes += bytes;
        shrink();
    }

    // Replaces the set of keys that `owner` pins, whether they are in the cache yet or not. Pinned entries are
    // never evicted: bytes() may exceed limit() by them.
    void setPinned(std::size_t owner, const std::vector<Key>& keys) {
        const std::lock_guard lock(m_mutex);
        std::vector<Key>& mine = m_pinnedBy[owner];
        for (const Key& key : keys) {
            ++m_pins[key];
        }
        for (const Key& key : mine) {
            const auto pin = m_pins.find(key);
            if (--pin->second == 0) {
                m_pins.erase(pin);
            }
        }
        if (keys.empty()) {
            m_pinnedBy.erase(owner);
        } else {
            mine = keys;
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
    [[nodiscard]] std::size_t limit() const noexcept { return m_limit; }

private:
    struct Entry {
        Pointer value;
        std::size_t bytes;
        typename std::list<Key>::iterator position;
    };
    using Entries = std::unordered_map<Key, Entry, Hash>;

    typename Entries::iterator remove(typename Entries::iterator entry) {
        m_bytes -= entry->second.bytes;
        m_order.erase(entry->second.position);
        return m_entries.erase(entry);
    }

    void shrink() {
        for (auto oldest = m_order.begin(); m_bytes > m_limit && oldest != m_order.end();) {
            const auto next = std::next(oldest);
            if (!m_pins.contains(*oldest)) {
                remove(m_entries.find(*oldest));
            }
            oldest = next;
        }
    }

    const std::size_t m_limit;
    mutable std::mutex m_mutex;
    Entries m_entries;
    std::list<Key> m_order;  // least recently used first
    std::size_t m_bytes = 0;
    std::unordered_map<Key, int, Hash> m_pins;  // how many owners pin a key
    std::unordered_map<std::size_t, std::vector<Key>> m_pinnedBy;
};

}  // namespace origami
