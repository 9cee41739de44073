// How encoders walk over a slide: families in an order that keeps few coarse tiles waiting, each handing its level 2
// tile up, from which level 3 is averaged, and so on to the top. Private to encode/.
#pragma once

#include "core/image/rgb32.h"
#include "core/pyramid/pyramid.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace origami {

// Calls body for each family, on the threads of the calling thread's arena, in Morton order: each thread finishes one
// subtree after the other.
void forEachFamily(const Pyramid& pyramid, const std::function<void(FamilyId)>& body);

// Makes the levels above level 2 by averaging, tile by tile, as their children become ready. Memory is a few tiles for
// each thread and level. Thread-safe.
class CoarseLevels {
public:
    // Takes a finished tile; false ends the climb.
    using Emit = std::function<bool(TileId, Rgb32View)>;

    // Makes levels up to and including `coarsest`.
    CoarseLevels(const Pyramid& pyramid, int coarsest, Emit emit);

    // Gives a tile of level 2 to its parent, and emits the parent if this was its last child; and so on upwards.
    void handUp(TileId id, Rgb32View pixels);

private:
    // A coarse tile that waits for its (up to) four children.
    struct Parent {
        Rgb32Image mosaic;
        std::atomic<int> missing;
        Parent(int width, int height, int children) : mosaic(width, height), missing(children) {}
    };
    std::shared_ptr<Parent> parentOf(TileId id);

    const Pyramid m_pyramid;
    const int m_coarsest;
    const Emit m_emit;
    std::mutex m_mutex;
    std::unordered_map<TileId, std::shared_ptr<Parent>> m_parents;
};

}  // namespace origami
