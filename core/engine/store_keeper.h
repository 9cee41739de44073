// Keeps tiles that were made on the way to coarser ones in the engine's store, like any other tile. Private to engine/.
#pragma once

#include "core/engine/tile_store.h"
#include "core/make/tile_maker.h"

#include <memory>
#include <utility>

namespace origami {

// The store must outlive it.
class StoreKeeper : public TileKeeper {
public:
    StoreKeeper(TileStore& store, SlideKey slide) : m_store(store), m_slide(slide) {}

    std::shared_ptr<const Rgb32Image> find(TileId id) override {
        const std::shared_ptr<const Tile> tile = m_store.find({m_slide, ViewMode::Reconstructed, id});
        return tile && tile->kind != TileKind::Failed ? std::shared_ptr<const Rgb32Image>(tile, &tile->pixels)
                                                      : nullptr;
    }
    std::shared_ptr<const Rgb32Image> keep(TileId id, Rgb32Image pixels) override {
        const auto tile = std::make_shared<const Tile>(Tile{id, TileKind::Derived, std::move(pixels)});
        m_store.add(m_slide, ViewMode::Reconstructed, tile);
        return {tile, &tile->pixels};
    }

private:
    TileStore& m_store;
    const SlideKey m_slide;
};

}  // namespace origami
