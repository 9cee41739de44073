// The tiles that are ready to be drawn, on the graphics card or, for Qt's software backend, as they are in the cache:
// put on the card within a byte budget per frame, kept while there is room, least recently drawn first to go. Lives on
// the render thread; it is made, used and destroyed there (or while the GUI thread waits for it).
#pragma once

#include "core/pyramid/tile_id.h"
#include "ui/scene/tile_image.h"

#include <QImage>
#include <QSGTexture>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

class QQuickWindow;

namespace origami {

inline constexpr std::size_t kUploadBytesPerFrame = std::size_t{8} << 20U;

class TextureStore {
public:
    // Starts a frame: this store's share of the upload budget is full again.
    void beginFrame(double share) noexcept;

    // The tile's texture or pixels, marked as drawn in this frame; null if it is not here.
    QSGTexture* useTexture(TileId id);
    Picture usePicture(TileId id);
    // Without marking it.
    [[nodiscard]] Picture picture(TileId id) const;
    [[nodiscard]] bool contains(TileId id) const { return m_entries.contains(id); }

    // Which neighbours' pixels the texture's border has, as given with the image.
    [[nodiscard]] unsigned neighboursOf(TileId id) const;

    // Whether this frame's budget has room for so many bytes more; for the first upload of a frame it always has.
    [[nodiscard]] bool hasRoom(std::size_t bytes) const noexcept {
        return m_uploadedBytes == 0 || m_uploadedBytes + bytes <= shareOf(kUploadBytesPerFrame);
    }
    // Puts an opaque image in as a texture of that window, in place of the tile's former one. False if it cannot be
    // made.
    bool upload(QQuickWindow& window, TileId id, const QImage& image, unsigned neighbours);
    // Puts a tile's pixels in as they are; they take nothing of the budget.
    void keep(TileId id, Picture picture);

    // Ends a frame: drops what was drawn longest ago until the rest takes no more than that. Textures used in this
    // frame stay.
    void endFrame(std::size_t budgetBytes);
    void clear();

    [[nodiscard]] std::size_t bytes() const noexcept { return m_bytes; }

private:
    struct Entry {
        std::unique_ptr<QSGTexture> texture;
        Picture picture;
        std::size_t bytes = 0;
        unsigned neighbours = 0;
        std::uint64_t lastDrawn = 0;
    };
    Entry* use(TileId id);
    void put(TileId id, Entry entry);
    [[nodiscard]] std::size_t shareOf(std::size_t bytes) const noexcept {
        return static_cast<std::size_t>(static_cast<double>(bytes) * m_share);
    }

    std::unordered_map<TileId, Entry> m_entries;
    double m_share = 1;
    std::size_t m_bytes = 0;
    std::size_t m_uploadedBytes = 0;
    std::uint64_t m_frame = 0;
};

}  // namespace origami
