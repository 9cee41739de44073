#include "ui/session/demo_slide.h"

#include "core/encode/synthetic_slide.h"
#include "core/encode/tiff_encoder.h"
#include "ui/session/slide_path.h"

#include <QStandardPaths>

#include <system_error>

namespace origami {

namespace fs = std::filesystem;

Result<fs::path> ensureDemoSlide() {
    // The script ./run makes the same file.
    const fs::path folder =
        toPath(QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation)) / "origami-viewer";
    const fs::path path = folder / "demo.tif";
    std::error_code error;
    if (fs::exists(path, error)) {
        return path;
    }
    fs::create_directories(folder, error);
    if (error) {
        return Error{ErrorCode::Io, "cannot make the folder " + folder.string() + ": " + error.message()};
    }
    const auto slide = SyntheticSlide::create({.size = {8192, 6144}});
    if (!slide) {
        return slide.error();
    }
    const Result<EncodeReport> report = encodeTiff(**slide, path, {});
    // Another window may have made the file meanwhile.
    if (!report && !fs::exists(path, error)) {
        return report.error();
    }
    return path;
}

}  // namespace origami
