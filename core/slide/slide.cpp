#include "core/slide/slide.h"

#include <fmt/format.h>

namespace origami {

std::string_view name(SlideFormat format) noexcept {
    switch (format) {
        case SlideFormat::OrigamiTiff: return "ORIGAMI TIFF";
        case SlideFormat::OrigamiDirectory: return "ORIGAMI directory";
        case SlideFormat::DeepZoom: return "Deep Zoom";
        case SlideFormat::OpenSlide: return "OpenSlide";
        case SlideFormat::Image: return "image";
    }
    return "unknown";
}

Result<EncodedTile> Slide::readEncoded(TileId) const {
    return Error{ErrorCode::Unsupported, m_info.path.string() + " has no stored tiles"};
}

std::vector<Result<EncodedTile>> Slide::readEncodedTiles(std::span<const TileId> ids) const {
    std::vector<Result<EncodedTile>> tiles;
    tiles.reserve(ids.size());
    for (const TileId id : ids) {
        tiles.push_back(readEncoded(id));
    }
    return tiles;
}

Result<Rgb32Image> Slide::readPixels(TileId, const StopToken&) const {
    return Error{ErrorCode::Unsupported, m_info.path.string() + " has no tiles to be read as pixels"};
}

Result<FamilyStreams> Slide::readFamily(FamilyId) const {
    return Error{ErrorCode::Unsupported, m_info.path.string() + " has no families"};
}

std::vector<Result<FamilyStreams>> Slide::readFamilies(std::span<const FamilyId> ids) const {
    std::vector<Result<FamilyStreams>> families;
    families.reserve(ids.size());
    for (const FamilyId id : ids) {
        families.push_back(readFamily(id));
    }
    return families;
}

std::vector<FamilyId> Slide::familiesBeside(FamilyId, int) const {
    return {};
}

std::vector<TileId> Slide::tilesBeside(TileId, int) const {
    return {};
}

void Slide::readBaselines(FamilyStreams&) const {}

Result<Rgb32Image> Slide::readAssociatedImage(std::string_view name) const {
    return Error{ErrorCode::NotFound, fmt::format("{} has no associated image \"{}\"", m_info.path.string(), name)};
}

Result<Bytes> Slide::readIccProfile() const {
    return Error{ErrorCode::NotFound, m_info.path.string() + " has no ICC profile"};
}

}  // namespace origami
