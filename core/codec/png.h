// PNG through libpng's simplified interface.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/stop_token.h"
#include "core/image/rgb32.h"

#include <filesystem>

namespace origami {

// Any PNG, alpha composited on white. OutOfMemory beyond maxPixels. The message does not name the file.
Result<Rgb32Image> decodePng(ByteSpan stream, std::int64_t maxPixels);

// What the colours of a PNG mean, as it says (its iCCP chunk). NotFound if it does not say, or if decodePng converts
// them, as it does for a gamma that is far from sRGB's. Corrupt. The message does not name the file.
Result<Bytes> readPngIccProfile(ByteSpan stream);

// Writes beside the target, then renames: an existing file is replaced whole or not at all. Messages name
// the file. Cancelled, with nothing written, once `stop` asks for it. Blocks on the disk.
Result<void> writePng(const std::filesystem::path& path, Rgb32View image, const StopToken& stop = {});

}  // namespace origami
