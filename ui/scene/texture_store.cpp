#include "ui/scene/texture_store.h"

#include <QQuickWindow>

#include <algorithm>
#include <vector>

namespace origami {

void TextureStore::beginFrame(double share) noexcept {
    ++m_frame;
    m_share = share;
    m_uploadedBytes = 0;
}

TextureStore::Entry* TextureStore::use(TileId id) {
    const auto found = m_entries.find(id);
    if (found == m_entries.end()) {
        return nullptr;
    }
    found->second.lastDrawn = m_frame;
    return &found->second;
}

QSGTexture* TextureStore::useTexture(TileId id) {
    const Entry* const entry = use(id);
    return entry != nullptr ? entry->texture.get() : nullptr;
}

Picture TextureStore::usePicture(TileId id) {
    const Entry* const entry = use(id);
    return entry != nullptr ? entry->picture : nullptr;
}

Picture TextureStore::picture(TileId id) const {
    const auto found = m_entries.find(id);
    return found != m_entries.end() ? found->second.picture : nullptr;
}

unsigned TextureStore::neighboursOf(TileId id) const {
    const auto found = m_entries.find(id);
    return found == m_entries.end() ? 0 : found->second.neighbours;
}

bool TextureStore::upload(QQuickWindow& window, TileId id, const QImage& image, unsigned neighbours) {
    // Without TextureCanUseAtlas every tile is a texture of its own.
    std::unique_ptr<QSGTexture> texture(window.createTextureFromImage(image, QQuickWindow::TextureIsOpaque));
    if (!texture) {
        return false;
    }
    texture->setFiltering(QSGTexture::Linear);
    texture->setHorizontalWrapMode(QSGTexture::ClampToEdge);
    texture->setVerticalWrapMode(QSGTexture::ClampToEdge);
    m_uploadedBytes += static_cast<std::size_t>(image.sizeInBytes());
    put(id, {std::move(texture), nullptr, static_cast<std::size_t>(image.sizeInBytes()), neighbours, m_frame});
    return true;
}

void TextureStore::keep(TileId id, Picture picture) {
    const std::size_t bytes = picture->byteCount();
    put(id, {nullptr, std::move(picture), bytes, 0, m_frame});
}

void TextureStore::put(TileId id, Entry entry) {
    Entry& place = m_entries[id];
    m_bytes += entry.bytes - place.bytes;
    place = std::move(entry);
}

void TextureStore::endFrame(std::size_t budgetBytes) {
    if (m_bytes <= budgetBytes) {
        return;
    }
    std::vector<std::pair<std::uint64_t, TileId>> unused;  // when last drawn, which
    for (const auto& [id, entry] : m_entries) {
        if (entry.lastDrawn != m_frame) {
            unused.emplace_back(entry.lastDrawn, id);
        }
    }
    std::sort(unused.begin(), unused.end());
    for (const auto& [lastDrawn, id] : unused) {
        if (m_bytes <= budgetBytes) {
            break;
        }
        const auto found = m_entries.find(id);
        m_bytes -= found->second.bytes;
        m_entries.erase(found);
    }
}

void TextureStore::clear() {
    m_entries.clear();
    m_bytes = 0;
}

}  // namespace origami
