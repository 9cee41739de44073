// One small slide of every kind that is read, and reading all of it.
#pragma once

#include "core/codec/jpeg_encoder.h"
#include "core/codec/png.h"
#include "core/slide/slide.h"
#include "tests/support/files.h"
#include "tests/support/images.h"
#include "tests/support/origami_tiff.h"
#include "tests/support/raw_pack.h"
#include "tests/support/tiff_bytes.h"

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace origami::test {

struct SmallSlide {
    std::string name;
    std::filesystem::path path;
    OpenOptions options{};
};

inline Bytes smallJpeg(int width, int height) {
    const Rgb32Image image = noise(width, height);
    return *JpegEncoder().encodeRgb32(image.view(), 50, ChromaSampling::Full444);
}

// The pack of the only family of a slide of 300 x 300 pixels: one tile of level 1, 2 x 2 tiles of level 0. What the
// streams contain is of no interest to the readers.
inline Bytes smallPack(std::uint16_t version) {
    RawPack pack{.version = version};
    if (version == 1) {
        pack.entries = {{1, 0, 0, 2}, {0, 0, 2, 2}, {0, 1, 4, 2}, {0, 4, 6, 2}, {0, 5, 8, 2}};
    } else {
        pack.entries = {{2, 0, 0, 2}, {0, 0, 2, 8}};
    }
    if (version == 3) {
        pack.sizes = {75, 75, 300, 300};
    }
    pack.blobs = bytesOf("0123456789");
    return compressed(pack.expanded());
}

inline Bytes smallBundle(ByteSpan pack) {
    constexpr std::uint32_t kHeader = 32;
    Bytes bundle = bytesOf("ORIB");
    for (int i = 0; i < 3; ++i) {  // version, columns, rows
        appendLittleEndian<std::uint16_t>(bundle, 1);
    }
    appendLittleEndian<std::uint32_t>(bundle, 1);
    appendLittleEndian<std::uint64_t>(bundle, kHeader + pack.size());
    bundle.resize(kHeader);
    bundle.insert(bundle.end(), pack.begin(), pack.end());
    appendLittleEndian<std::uint64_t>(bundle, kHeader);
    appendLittleEndian(bundle, static_cast<std::uint32_t>(pack.size()));
    return bundle;
}

// An ORIGAMI directory of 300 x 300 pixels without residuals.
inline std::filesystem::path smallDirectory(const std::filesystem::path& folder) {
    write(folder / "baseline_pyramid.dzi", deepZoomXml("300", "300"));
    write(folder / "baseline_pyramid_files" / "7" / "0_0.jpg", smallJpeg(75, 75));  // level 2
    write(folder / "summary.json", R"({"mpp": 0.25, "objective_power": 40, "scanner": "none"})");
    return folder;
}

inline std::vector<SmallSlide> smallSlides(const std::filesystem::path& folder) {
    std::vector<SmallSlide> slides;
    const std::filesystem::path tiff = folder / "slide.tif";
    Rgb32Image label(30, 20);
    fill(label.view(), rgb32(10, 20, 30));
    OrigamiTiffDescription description = tiffDescription();
    description.associatedImages = {{"label", std::as_const(label).view()}};
    writeTiff(tiff, 600, 300, description);
    slides.push_back({"ORIGAMI TIFF", tiff});

    for (std::uint16_t version = 1; version <= 3; ++version) {
        const std::string name = "packs of version " + std::to_string(version);
        const std::filesystem::path directory = smallDirectory(folder / name);
        write(directory / "residual_packs" / "0_0.pack", smallPack(version));
        slides.push_back({name, directory});
    }
    const std::filesystem::path bundle = smallDirectory(folder / "bundle");
    write(bundle / "residual_packs" / "residuals.bundle", smallBundle(smallPack(2)));
    slides.push_back({"bundle", bundle});
    const std::filesystem::path loose = smallDirectory(folder / "loose");
    for (const char* const name : {"L1/0_0/0_0", "L0/0_0/0_0", "L0/0_0/1_0", "L0/0_0/0_1", "L0/0_0/1_1"}) {
        write(loose / "residuals_q50" / (std::string(name) + ".jpg"), "01");
    }
    slides.push_back({"loose residuals", loose});

    const std::filesystem::path deepZoom = folder / "deep.dzi";
    write(deepZoom, deepZoomXml("300", "200"));
    write(folder / "deep_files" / "9" / "0_0.jpg", smallJpeg(256, 200));
    write(folder / "deep_files" / "9" / "1_0.jpg", smallJpeg(44, 200));
    write(folder / "deep_files" / "7" / "0_0.jpg", smallJpeg(75, 50));
    write(
        folder / "deep_files" / "vips-properties.xml",
        "<image><properties><property><name>openslide.mpp-x</name><value>0.5</value></property></properties></image>");
    slides.push_back({"Deep Zoom", deepZoom});

    // Without its description an ORIGAMI TIFF is an ordinary pyramid that begins at level 2.
    constexpr std::uint16_t kDescription = 65000;
    constexpr std::uint64_t kUnknownTag = 65002;
    const std::filesystem::path large = folder / "large.tif";
    writeTiff(large, 2000, 1200);
    TiffBytes bytes(read(large));
    bytes.set(bytes.entry(bytes.firstDirectory(), kDescription), kUnknownTag, 2);
    const std::filesystem::path ordinary = folder / "ordinary.tif";
    write(ordinary, bytes.bytes());
    slides.push_back({"TIFF levels", ordinary});
    slides.push_back({"OpenSlide", ordinary, {.decodesTiffTiles = false}});

    write(folder / "image.jpg", smallJpeg(300, 200));
    slides.push_back({"JPEG image", folder / "image.jpg"});
    if (!writePng(folder / "image.png", std::as_const(label).view())) {
        throw std::runtime_error("cannot write a PNG");
    }
    slides.push_back({"PNG image", folder / "image.png"});
    return slides;
}

// Reads everything that a slide has; `note(what, error)` is called for each piece that cannot be read, and for each
// stream of a family that has a problem. Returns how many pieces were read.
template <class Note>
int readEverything(const Slide& slide, const Note& note) {
    int count = 0;
    const auto take = [&count, &note](const std::string& what, const auto& result) {
        if (result) {
            ++count;
        } else {
            note(what, result.error());
        }
    };
    const auto takeSlots = [&](const std::string& what, std::span<const StreamSlot> streams) {
        for (const StreamSlot& slot : streams) {
            if (slot.problem) {
                note(what, *slot.problem);
            }
            count += slot.isPresent() ? 1 : 0;
        }
    };
    const auto cells = [&slide](int level) {
        std::vector<TileId> ids;
        const LevelSize grid = slide.pyramid().gridSize(level);
        for (std::int32_t y = 0; y < grid.height; ++y) {
            for (std::int32_t x = 0; x < grid.width; ++x) {
                ids.push_back({level, x, y});
            }
        }
        return ids;
    };
    for (int level = 0; level < slide.pyramid().levelCount(); ++level) {
        const std::string name = "level " + std::to_string(level);
        if (slide.originOf(level) == TileOrigin::Encoded) {
            for (const Result<EncodedTile>& tile : slide.readEncodedTiles(cells(level))) {
                take(name, tile);
            }
            take(name, slide.readEncoded({level, 0, 0}));
        } else if (slide.originOf(level) == TileOrigin::Pixels) {
            for (const TileId id : cells(level)) {
                take(name, slide.readPixels(id, {}));
            }
        }
    }
    if (slide.originOf(0) == TileOrigin::Family) {
        std::vector<FamilyId> ids;
        for (const TileId id : cells(kFamilyLevel)) {
            ids.push_back({id.x, id.y});
        }
        for (const Result<FamilyStreams>& family : slide.readFamilies(ids)) {
            take("family", family);
            if (family) {
                takeSlots("level 1 stream", family->level1);
                takeSlots("level 0 stream", family->level0);
                takeSlots("fused stream", {&family->fused, 1});
            }
        }
    }
    for (const AssociatedImage& image : slide.info().associatedImages) {
        take(image.name, slide.readAssociatedImage(image.name));
    }
    if (const Result<Bytes> profile = slide.readIccProfile(); profile || profile.error().code != ErrorCode::NotFound) {
        take("profile", profile);
    }
    return count;
}

}  // namespace origami::test
