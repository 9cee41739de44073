// The measure of a family's speed: libjpeg-turbo alone, decoding its streams and no more.
#pragma once

#include "core/base/result.h"
#include "core/pyramid/family_streams.h"
#include "core/pyramid/pyramid.h"

namespace origami {

class BufferPool;

// Decodes the L2 tile into three planes and every residual into planes of its own (luma; in version 5 luma and chroma,
// as stored), in memory from the pool, with libjpeg-turbo's own transform, on the threads of the calling thread's
// arena; then forgets them. Fails if any stream is damaged.
Result<void> decodeOnly(const Pyramid& pyramid, const FamilyStreams& streams, BufferPool* pool);

}  // namespace origami
