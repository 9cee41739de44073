#include "core/encode/synthetic_slide.h"

#include <fmt/format.h>

#include <utility>

namespace origami {

Result<std::shared_ptr<const SyntheticSlide>> SyntheticSlide::create(const SyntheticOptions& options) {
    const std::string name = fmt::format("synthetic slide {}", options.seed);
    Result<Pyramid> pyramid = Pyramid::create(options.size);
    if (!pyramid) {
        return std::move(pyramid).error().within(name);
    }
    if (options.size.width > kMaxSyntheticSide || options.size.height > kMaxSyntheticSide) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("{}: {} x {} pixels is more than {} a side", name, options.size.width,
                                 options.size.height, kMaxSyntheticSide)};
    }
    SlideInfo info{.path = name,
                   .id = fmt::format("synthetic-{}", options.seed),
                   .format = SlideFormat::Image,
                   .formatDetail = "synthetic",
                   .vendor = {},
                   .pyramid = *std::move(pyramid),
                   .micronsPerPixelX = 0.25,
                   .micronsPerPixelY = 0.25,
                   .objectivePower = 40,
                   .bytesByLevel = {},
                   .fileBytes = 0,
                   .residuals = {},
                   .associatedImages = {},
                   .properties = {},
                   .background = SyntheticTissue::kGlass};
    return std::shared_ptr<const SyntheticSlide>(
        new SyntheticSlide(std::move(info), SyntheticTissue(options.size, options.seed)));
}

SyntheticSlide::SyntheticSlide(SlideInfo info, SyntheticTissue tissue) : Slide(std::move(info)), m_tissue(tissue) {}

TileOrigin SyntheticSlide::originOf(int level) const noexcept {
    return level == 0 ? TileOrigin::Pixels : TileOrigin::Derived;
}

Result<Rgb32Image> SyntheticSlide::readPixels(TileId id, const StopToken& stop) const {
    if (stop.stop_requested()) {
        return Error{ErrorCode::Cancelled, "stopped"};
    }
    if (id.level != 0 || !pyramid().contains(id)) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("{}: no tile {}_{} of level {}", info().path.string(), id.x, id.y, id.level)};
    }
    return m_tissue.render(pyramid().tileRect(id));
}

}  // namespace origami
