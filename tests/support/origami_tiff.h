// ORIGAMI TIFFs for tests: written by our writer, with tiles and tables that libjpeg makes here.
#pragma once

#include "core/image/rgb32.h"
#include "core/pyramid/pyramid.h"
#include "core/storage/origami_tiff_writer.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <jpeglib.h>

namespace origami::test {

inline constexpr int kTiffTileSide = 256;

// A picture in which every tile of every level looks different: 4:2:0 keeps such slow changes.
inline std::uint32_t patternAt(int level, std::int64_t x, std::int64_t y) {
    const auto wave = [](std::int64_t value) {
        const std::int64_t folded = value % 510;
        return static_cast<unsigned>(folded < 255 ? folded : 510 - folded);
    };
    return rgb32(wave(x + 40 * level), wave(y + 2 * level), wave((x + y) / 3));
}

// Compresses abbreviated streams (ITU-T T.81, B.5) of 256 x 256 pixels in 4:2:0, as tiles of a TIFF are. libjpeg's
// default error handler ends the program, which is what a test wants.
class TileCompressor {
public:
    explicit TileCompressor(int quality) {
        m_cinfo.err = jpeg_std_error(&m_errors);
        jpeg_create_compress(&m_cinfo);
        m_cinfo.image_width = kTiffTileSide;
        m_cinfo.image_height = kTiffTileSide;
        m_cinfo.input_components = 3;
        m_cinfo.in_color_space = JCS_RGB;
        jpeg_set_defaults(&m_cinfo);
        jpeg_set_quality(&m_cinfo, quality, TRUE);
        m_cinfo.write_JFIF_header = FALSE;
    }
    ~TileCompressor() {
        jpeg_destroy_compress(&m_cinfo);
        std::free(m_output);
    }
    TileCompressor(const TileCompressor&) = delete;
    TileCompressor& operator=(const TileCompressor&) = delete;

    Bytes tables() {
        return compressed([this] { jpeg_write_tables(&m_cinfo); });
    }

    // pixelAt(x, y) gives RGB32.
    template <class PixelAt>
    Bytes tile(PixelAt pixelAt) {
        return compressed([&] {
            jpeg_suppress_tables(&m_cinfo, TRUE);
            jpeg_start_compress(&m_cinfo, FALSE);
            std::vector<JSAMPLE> row;
            for (int y = 0; y < kTiffTileSide; ++y) {
                row.clear();
                for (int x = 0; x < kTiffTileSide; ++x) {
                    const std::uint32_t pixel = pixelAt(x, y);
                    row.insert(row.end(), {red(pixel), green(pixel), blue(pixel)});
                }
                JSAMPROW pointer = row.data();
                jpeg_write_scanlines(&m_cinfo, &pointer, 1);
            }
            jpeg_finish_compress(&m_cinfo);
        });
    }

private:
    template <class Body>
    Bytes compressed(Body body) {
        std::free(m_output);
        m_output = nullptr;
        m_size = 0;
        jpeg_mem_dest(&m_cinfo, &m_output, &m_size);
        body();
        const auto bytes = std::as_bytes(std::span(m_output, m_size));
        return {bytes.begin(), bytes.end()};
    }

    jpeg_error_mgr m_errors{};
    jpeg_compress_struct m_cinfo{};
    unsigned char* m_output = nullptr;
    unsigned long m_size = 0;
};

// Residual tiles whose columns and rows add up to a multiple of three are left out.
inline bool hasResidual(TileId id) {
    return (id.x + id.y) % 3 != 0;
}

inline Pyramid tiffPyramid(std::int64_t width, std::int64_t height) {
    const Result<Pyramid> pyramid = Pyramid::create({width, height});
    if (!pyramid) {
        throw std::runtime_error(pyramid.error().message);
    }
    return *pyramid;
}

// The stream of a tile of the pattern.
inline Bytes patternTile(TileCompressor& compressor, TileId id) {
    return compressor.tile([id](int x, int y) {
        return patternAt(id.level, std::int64_t{id.x} * kTiffTileSide + x, std::int64_t{id.y} * kTiffTileSide + y);
    });
}

inline constexpr const char* kTiffJson =
    R"({"format": "ORIGAMI", "version": 5, "encoder": {"luma_quality": 45},)"
    R"( "source": {"name": "source.svs", "vendor": "aperio", "mpp_x": 0.25, "mpp_y": 0.5, "objective_power": 40,)"
    R"( "bytes": 123456789, "properties": {"aperio.AppMag": "40", "openslide.vendor": "aperio"}}})";

// A description to be given to OrigamiTiffWriter::finish: mpp as in kTiffJson, no associated images, and bytes that
// only stand for an ICC profile.
inline OrigamiTiffDescription tiffDescription() {
    OrigamiTiffDescription description;
    description.json = kTiffJson;
    description.residualTables = TileCompressor(50).tables();
    description.pyramidTables = TileCompressor(90).tables();
    description.micronsPerPixelX = 0.25;
    description.micronsPerPixelY = 0.5;
    description.software = "ORIGAMI tests";
    description.iccProfile = Bytes(132, std::byte{0x5A});
    return description;
}

// Gives all tiles of the pattern to the writer, families in reverse order.
inline void appendPattern(OrigamiTiffWriter& writer, const Pyramid& pyramid) {
    TileCompressor residuals(50);
    TileCompressor tiles(90);
    const auto append = [&writer](const std::vector<std::pair<TileId, Bytes>>& streams) {
        std::vector<OrigamiTiffTile> given;
        for (const auto& [id, stream] : streams) {
            given.push_back({id, stream});
        }
        if (const Result<void> appended = writer.append(given); !appended) {
            throw std::runtime_error(appended.error().message);
        }
    };
    const LevelSize families = pyramid.gridSize(kFamilyLevel);
    for (auto y = static_cast<std::int32_t>(families.height) - 1; y >= 0; --y) {
        for (auto x = static_cast<std::int32_t>(families.width) - 1; x >= 0; --x) {
            std::vector<std::pair<TileId, Bytes>> streams;
            streams.emplace_back(TileId{kFamilyLevel, x, y}, patternTile(tiles, {kFamilyLevel, x, y}));
            for (std::int32_t index = 0; index < 16; ++index) {
                const TileId id{0, 4 * x + index % 4, 4 * y + index / 4};
                const LevelSize grid = pyramid.gridSize(0);
                if (id.x < grid.width && id.y < grid.height) {
                    streams.emplace_back(id, hasResidual(id) ? patternTile(residuals, id) : Bytes());
                }
            }
            append(streams);
        }
    }
    for (int level = kFamilyLevel + 1; level <= coarsestStoredLevel(pyramid); ++level) {
        const LevelSize grid = pyramid.gridSize(level);
        for (std::int32_t y = 0; y < grid.height; ++y) {
            for (std::int32_t x = 0; x < grid.width; ++x) {
                append({{TileId{level, x, y}, patternTile(tiles, {level, x, y})}});
            }
        }
    }
}

// Writes a slide of the pattern.
inline OrigamiTiffSize writeTiff(const std::filesystem::path& path, std::int64_t width, std::int64_t height,
                                 const OrigamiTiffDescription& description = tiffDescription()) {
    const Pyramid pyramid = tiffPyramid(width, height);
    Result<std::unique_ptr<OrigamiTiffWriter>> writer = OrigamiTiffWriter::create(path, pyramid, false);
    if (!writer) {
        throw std::runtime_error(writer.error().message);
    }
    appendPattern(**writer, pyramid);
    const Result<OrigamiTiffSize> size = (*writer)->finish(description);
    if (!size) {
        throw std::runtime_error(size.error().message);
    }
    return *size;
}

}  // namespace origami::test
