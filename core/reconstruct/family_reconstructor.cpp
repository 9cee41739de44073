#include "core/reconstruct/family_reconstructor.h"

#include "core/reconstruct/bicubic_builder.h"
#include "core/reconstruct/fused_builder.h"
#include "core/reconstruct/two_step_builder.h"

namespace origami {
namespace {

// What `use` makes of a builder for the request's scheme.
template <class Use>
auto withBuilder(const FamilyRequest& request, Use use) {
    switch (request.streams.scheme) {
        case ResidualScheme::TwoStep: break;
        case ResidualScheme::Fused: {
            FusedBuilder builder(request);
            return use(builder);
        }
        case ResidualScheme::Bicubic: {
            BicubicBuilder builder(request);
            return use(builder);
        }
    }
    TwoStepBuilder builder(request);
    return use(builder);
}

std::unique_ptr<FamilyBuilder> builderInParts(const FamilyRequest& request) {
    if (request.streams.scheme == ResidualScheme::Bicubic) {
        return std::make_unique<BicubicBuilder>(request);
    }
    return std::make_unique<TwoStepBuilder>(request);
}

}  // namespace

Result<ReconstructedFamily> reconstructFamily(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode,
                                              BufferPool* pool, const StopToken& stop) {
    return withBuilder({pyramid, streams, mode, pool, stop}, [](FamilyBuilder& builder) { return builder.build(); });
}

FamilyInParts::FamilyInParts(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode, BufferPool* pool)
    : m_builder(builderInParts({pyramid, streams, mode, pool, {}})) {}

FamilyInParts::~FamilyInParts() = default;

Result<void> FamilyInParts::make(const PartRequest& tiles, const StopToken& stop) {
    return m_builder->makePart(tiles, stop);
}

bool FamilyInParts::isMade(TileId id) const {
    return m_builder->isMade(id);
}

bool FamilyInParts::isAllMade() const {
    return m_builder->isAllMade();
}

const FamilyRecord& FamilyInParts::record() const {
    return m_builder->record();
}

Result<FamilyPlanes> reconstructPlanes(const Pyramid& pyramid, const FamilyStreams& streams, BufferPool* pool) {
    return withBuilder({pyramid, streams, ViewMode::Reconstructed, pool, {}},
                       [](FamilyBuilder& builder) { return builder.buildPlanes(); });
}

}  // namespace origami
