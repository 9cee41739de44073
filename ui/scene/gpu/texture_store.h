// The tiles on the graphics card: uploaded within a byte budget per frame and kept while there is room. Made, used and
// destroyed on the render thread, or on the GUI thread while the render thread does not run.
#pragma once

#include "ui/scene/recent_tiles.h"

#include <QImage>
#include <QSGTexture>

#include <cstddef>
#include <memory>

class QQuickWindow;

namespace origami {

inline constexpr std::size_t kUploadBytesPerFrame = std::size_t{8} << 20U;

class TextureStore {
public:
    // Starts a frame, in which this store may upload that fraction of the upload budget.
    void beginFrame(double share) noexcept;

    // The tile's texture, marked as drawn in this frame; null if it is not here.
    QSGTexture* use(TileId id);
    [[nodiscard]] bool contains(TileId id) const { return m_tiles.contains(id); }

    // Which neighbours' pixels the texture's border has, as given with the image.
    [[nodiscard]] unsigned neighboursOf(TileId id) const;

    // Whether this frame's budget has room for so many bytes more. The first upload of a frame always has room.
    [[nodiscard]] bool hasRoom(std::size_t bytes) const noexcept {
        return m_uploadedBytes == 0 || m_uploadedBytes + bytes <= m_uploadLimitBytes;
    }
    // Makes a texture of that window from an opaque image, in place of the tile's former one. Returns false if the
    // texture cannot be made.
    bool upload(QQuickWindow& window, TileId id, const QImage& image, unsigned neighbours);

    // Ends a frame: drops what was drawn longest ago until the rest takes no more than the budget. Textures used in
    // this frame stay.
    void endFrame(std::size_t budgetBytes) { m_tiles.endFrame(budgetBytes); }
    void clear() { m_tiles.clear(); }

    [[nodiscard]] std::size_t bytes() const noexcept { return m_tiles.bytes(); }

private:
    struct Uploaded {
        std::unique_ptr<QSGTexture> texture;
        unsigned neighbours = 0;
    };

    RecentTiles<Uploaded> m_tiles;
    std::size_t m_uploadLimitBytes = 0;  // in this frame
    std::size_t m_uploadedBytes = 0;     // in this frame
};

}  // namespace origami
