#include "core/pyramid/family_sample.h"

#include <algorithm>
#include <random>

namespace origami {

std::vector<FamilyId> sampleFamilies(LevelSize grid, int count, std::optional<std::uint64_t> seed) {
    const std::int64_t all = grid.width * grid.height;
    const std::int64_t picked = std::min<std::int64_t>(count, all);
    std::mt19937_64 random(seed.value_or(0));  // its numbers are the standard's, those of a distribution are not
    std::vector<FamilyId> families;
    for (std::int64_t i = 0; i < picked; ++i) {
        const std::int64_t first = i * all / picked;
        const auto length = static_cast<std::uint64_t>((i + 1) * all / picked - first);
        const std::int64_t index = first + static_cast<std::int64_t>(seed ? random() % length : length / 2);
        families.push_back(
            {static_cast<std::int32_t>(index % grid.width), static_cast<std::int32_t>(index / grid.width)});
    }
    return families;
}

}  // namespace origami
