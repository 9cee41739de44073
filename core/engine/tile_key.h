// Names of tiles in the cache of all open slides, and a set of them.
#pragma once

#include "core/pyramid/tile_id.h"
#include "core/reconstruct/family_reconstructor.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>

namespace origami {

struct TileKey {
    std::uint32_t slide = 0;
    ViewMode mode = ViewMode::Reconstructed;
    TileId id;
    auto operator<=>(const TileKey&) const = default;
};

struct TileKeyHash {
    std::size_t operator()(const TileKey& key) const noexcept {
        return std::hash<TileId>{}(key.id) ^ (std::size_t{key.slide} * 0x9E3779B97F4A7C15ULL) ^
               (static_cast<std::size_t>(key.mode) << 8U);
    }
};

// A bit for each tile, those of 8 x 8 neighbours in one word: to ask for a view's worth of tiles is to look at a dozen
// places in memory. Not thread-safe.
class TileKeySet {
public:
    void insert(const TileKey& key) { m_words[wordOf(key)] |= bitOf(key); }
    void erase(const TileKey& key) {
        const auto word = m_words.find(wordOf(key));
        if (word != m_words.end() && (word->second &= ~bitOf(key)) == 0) {
            m_words.erase(word);
        }
    }
    [[nodiscard]] bool contains(const TileKey& key) const {
        const auto word = m_words.find(wordOf(key));
        return word != m_words.end() && (word->second & bitOf(key)) != 0;
    }

private:
    static constexpr int kShift = 3;  // 8 tiles
    static TileKey wordOf(const TileKey& key) noexcept {
        return {key.slide, key.mode, {key.id.level, key.id.x >> kShift, key.id.y >> kShift}};
    }
    static std::uint64_t bitOf(const TileKey& key) noexcept {
        constexpr std::uint32_t kMask = (1U << kShift) - 1;
        const auto x = static_cast<std::uint32_t>(key.id.x) & kMask;
        const auto y = static_cast<std::uint32_t>(key.id.y) & kMask;
        return std::uint64_t{1} << ((y << kShift) + x);
    }

    std::unordered_map<TileKey, std::uint64_t, TileKeyHash> m_words;
};

}  // namespace origami
