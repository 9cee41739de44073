#include "core/encode/synthetic_tissue.h"

#include "core/encode/synthetic_noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace origami {
namespace {

using synthetic::clamp01;
using synthetic::direction;
using synthetic::hash;
using synthetic::mix;
using synthetic::Noise;
using synthetic::pixelNoise;
using synthetic::ramp;
using synthetic::Random;
using synthetic::Vector;

// One per field, so that the fields do not follow each other.
enum class Salt : std::uint32_t {
    Island = 1,
    Ragged,
    Bend,
    Wave,
    Along,
    Fibre,
    Slit,
    Haematoxylin,
    Eosin,
    Cellular,
    Glandular,
    Lymphoid,
    Fatty,
    WarpX,
    WarpY,
    Grain,
    Dust,
    Glands,
    Stroma,
    Lymphocytes,
    Fat,
    Chromatin,
    Outline,
    Cytoplasm,
    Mucin,
};
constexpr std::uint32_t salted(std::uint32_t seed, Salt salt) noexcept {
    return seed ^ (static_cast<std::uint32_t>(salt) * 0x9E3779B9U);
}

// Field coordinates start here, so that objects a little outside the slide have positive ones too.
constexpr std::int32_t kOrigin = 4096;

// Smooth fields are evaluated at every kStep-th pixel of the slide and interpolated between.
constexpr std::int32_t kStep = 16;

constexpr std::int32_t kGlandPitch = 300;  // glands and vessels: one candidate per cell of this size
constexpr std::int32_t kStromaPitch = 72;  // spindle nuclei of the stroma
constexpr std::int32_t kLymphPitch = 30;   // lymphocytes
constexpr std::int32_t kFatPitch = 210;    // fat cells

// Optical density of a pure stain in red, green and blue.
struct Stain {
    float r, g, b;
};
constexpr Stain kHaematoxylin{0.86F, 1.04F, 0.50F};
constexpr Stain kEosin{0.13F, 0.98F, 0.60F};
constexpr Stain kErythrocyte{0.20F, 1.25F, 1.15F};

// exp(-i / 512), by repeated multiplication: what passes through a density of i / 512.
constexpr int kDensityScale = 512;
constexpr std::size_t kDensities = 2560;
std::array<float, kDensities> makeTransmission() {
    std::array<float, kDensities> table{};
    double value = 1.0;
    for (float& entry : table) {
        entry = static_cast<float>(value);
        value *= 0.99804878110761875;  // exp(-1 / 512)
    }
    return table;
}

float lerp(float a, float b, float t) noexcept {
    return a + (b - a) * t;
}

struct Fields {
    float depth = 0;         // see SyntheticTissue::depth
    float haematoxylin = 1;  // regional staining
    float eosin = 1;
    float cellular = 0;   // -1 sparse .. 1 dense
    float glandular = 0;  // glands where positive
    float lymphoid = 0;   // follicles where positive
    float fatty = 0;      // fat where positive
    float bend = 0;       // pixels by which fibres are displaced across their direction
    float along = 0;      // and along it
    float warpX = 0;      // pixels by which round things are deformed
    float warpY = 0;
};

Fields mixed(const Fields& a, const Fields& b, float t) noexcept {
    return {lerp(a.depth, b.depth, t),         lerp(a.haematoxylin, b.haematoxylin, t),
            lerp(a.eosin, b.eosin, t),         lerp(a.cellular, b.cellular, t),
            lerp(a.glandular, b.glandular, t), lerp(a.lymphoid, b.lymphoid, t),
            lerp(a.fatty, b.fatty, t),         lerp(a.bend, b.bend, t),
            lerp(a.along, b.along, t),         lerp(a.warpX, b.warpX, t),
            lerp(a.warpY, b.warpY, t)};
}

struct Gland {
    std::int32_t x = 0;  // centre
    std::int32_t y = 0;
    float radius = 0;
    float stretch = 1;  // long axis over short axis
    Vector axis;
    bool vessel = false;
    float lumen = 0;  // its radius as a share of the gland's
    std::uint32_t random = 0;
};

// Ellipse with soft edge; positions in 1/16 pixels.
struct Nucleus {
    std::int32_t x16 = 0;
    std::int32_t y16 = 0;
    float a = 10;  // half axes, pixels
    float b = 10;
    Vector axis;
    float density = 1;
    float contrast = 0.5F;  // of the chromatin
    bool nucleolus = false;
    bool ofGland = false;  // the others stay outside glands
    std::uint32_t random = 0;
};

}  // namespace

SyntheticTissue::SyntheticTissue(LevelSize size, std::uint64_t seed)
    : m_size(size),
      m_seed(mix(static_cast<std::uint32_t>(seed) ^ mix(static_cast<std::uint32_t>(seed >> 32U) + 0x51ED270BU))) {
    const auto longer = static_cast<std::int32_t>(std::max(size.width, size.height));
    const auto shorter = static_cast<float>(std::min(size.width, size.height));
    m_islandSize = std::clamp(longer / 3, 700, 16'000);
    m_border = shorter < 2000.0F ? 0.0F : std::min(shorter * 0.08F, 3000.0F);

    // The threshold that leaves two fifths of an evenly sampled slide above it.
    constexpr std::int64_t kSamples = 96;
    std::vector<float> samples;
    samples.reserve(kSamples * kSamples);
    for (std::int64_t j = 0; j < kSamples; ++j) {
        for (std::int64_t i = 0; i < kSamples; ++i) {
            samples.push_back(depth(static_cast<std::int32_t>((2 * i + 1) * size.width / (2 * kSamples)),
                                    static_cast<std::int32_t>((2 * j + 1) * size.height / (2 * kSamples))));
        }
    }
    const auto split = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() * 6 / 10);
    std::nth_element(samples.begin(), split, samples.end());
    m_threshold = *split;
}

float SyntheticTissue::depth(std::int32_t x, std::int32_t y) const noexcept {
    const std::uint32_t seed = salted(m_seed, Salt::Island);
    float value = 0;
    float amplitude = 0.5F;
    std::uint32_t octave = 0;
    for (std::int32_t wavelength = m_islandSize; wavelength >= 48; wavelength /= 2) {
        value += amplitude * pixelNoise(seed + octave++, x + kOrigin, y + kOrigin, wavelength);
        amplitude *= octave < 3 ? 0.55F : 0.45F;
    }
    value *= static_cast<float>(m_islandSize);
    if (m_border > 0) {
        const auto toRight = static_cast<float>(m_size.width - 1 - x);
        const auto toBottom = static_cast<float>(m_size.height - 1 - y);
        const float edge = std::min({static_cast<float>(x), static_cast<float>(y), toRight, toBottom}) / m_border;
        const float lack = 1.0F - std::clamp(edge, 0.0F, 1.0F);
        value -= lack * lack * 0.55F * static_cast<float>(m_islandSize);
    }
    return value - m_threshold;
}

// Paints one rectangle.
class SyntheticTissue::Painter {
public:
    Painter(const SyntheticTissue& tissue, const LevelRect& rect)
        : m_tissue(tissue),
          m_left(static_cast<std::int32_t>(rect.x)),
          m_top(static_cast<std::int32_t>(rect.y)),
          m_width(static_cast<std::int32_t>(rect.width)),
          m_height(static_cast<std::int32_t>(rect.height)),
          m_firstColumn(m_left / kStep),
          m_firstRow(m_top / kStep),
          m_columns((m_left + m_width - 1) / kStep - m_firstColumn + 1),
          m_rows((m_top + m_height - 1) / kStep - m_firstRow + 1) {}

    Rgb32Image paint() {
        sampleFields();
        Rgb32Image image(m_width, m_height);
        if (m_anyTissue) {
            const auto pixels = static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_height);
            m_h.assign(pixels, 0.0F);
            m_e.assign(pixels, 0.0F);
            m_r.assign(pixels, 0.0F);
            m_solid.assign(pixels, 0.0F);
            m_gland.assign(pixels, 0.0F);
            paintGround();
            collectGlands();
            for (const Gland& gland : m_glands) {
                paintGland(gland);
            }
            paintStromaNuclei();
            paintLymphocytes();
            for (const Gland& gland : m_glands) {
                paintGlandNuclei(gland);
            }
        }
        develop(image.view());
        return image;
    }

private:
    [[nodiscard]] std::uint32_t seed(Salt salt) const noexcept { return salted(m_tissue.m_seed, salt); }

    // Noise of two octaves around a large wavelength.
    [[nodiscard]] float field(Salt salt, std::int32_t x, std::int32_t y, std::int32_t wavelength) const noexcept {
        const std::uint32_t s = seed(salt);
        return pixelNoise(s, x + kOrigin, y + kOrigin, wavelength) +
               0.5F * pixelNoise(s + 1, x + kOrigin, y + kOrigin, wavelength * 2 / 5);
    }

    [[nodiscard]] Fields fieldsAt(std::int32_t x, std::int32_t y) const noexcept {
        Fields f;
        f.depth = m_tissue.depth(x, y);
        if (f.depth < -120.0F) {
            return f;  // glass, whatever else
        }
        // Wavelengths of the tissue's architecture follow the islands' size on small slides.
        const std::int32_t region = std::clamp(m_tissue.m_islandSize / 3, 500, 2600);
        f.haematoxylin = 1.0F + 0.16F * field(Salt::Haematoxylin, x, y, 2300);
        f.eosin = 1.0F + 0.20F * field(Salt::Eosin, x, y, 1900);
        f.cellular = field(Salt::Cellular, x, y, 420);
        f.glandular = field(Salt::Glandular, x, y, region) + 0.08F;
        f.lymphoid = field(Salt::Lymphoid, x, y, region / 2) +
                     0.22F * pixelNoise(seed(Salt::Lymphoid) + 7, x + kOrigin, y + kOrigin, 130) - 0.52F;
        f.fatty = field(Salt::Fatty, x, y, region) - 0.33F;
        f.bend = 700.0F * pixelNoise(seed(Salt::Bend), x + kOrigin, y + kOrigin, 1300) +
                 210.0F * pixelNoise(seed(Salt::Bend) + 1, x + kOrigin, y + kOrigin, 410) +
                 34.0F * pixelNoise(seed(Salt::Bend) + 2, x + kOrigin, y + kOrigin, 110);
        f.along = 300.0F * field(Salt::Along, x, y, 700);
        f.warpX = 22.0F * field(Salt::WarpX, x, y, 170);
        f.warpY = 22.0F * field(Salt::WarpY, x, y, 170);
        return f;
    }

    void sampleFields() {
        m_nodes.reserve(static_cast<std::size_t>(m_columns + 1) * static_cast<std::size_t>(m_rows + 1));
        for (std::int32_t row = 0; row <= m_rows; ++row) {
            for (std::int32_t column = 0; column <= m_columns; ++column) {
                m_nodes.push_back(fieldsAt((m_firstColumn + column) * kStep, (m_firstRow + row) * kStep));
                m_anyTissue = m_anyTissue || m_nodes.back().depth > -kEdge;
            }
        }
    }

    [[nodiscard]] const Fields& node(std::int32_t column, std::int32_t row) const noexcept {
        return m_nodes[static_cast<std::size_t>(row) * static_cast<std::size_t>(m_columns + 1) +
                       static_cast<std::size_t>(column)];
    }
    [[nodiscard]] std::size_t at(std::int32_t x, std::int32_t y) const noexcept {
        return static_cast<std::size_t>(y - m_top) * static_cast<std::size_t>(m_width) +
               static_cast<std::size_t>(x - m_left);
    }

    // Calls body(x, y, fields) for the pixels of the rectangle that may hold tissue.
    template <class Body>
    void forEachTissuePixel(const Body& body) const {
        for (std::int32_t row = 0; row < m_rows; ++row) {
            for (std::int32_t column = 0; column < m_columns; ++column) {
                const Fields& a = node(column, row);
                const Fields& b = node(column + 1, row);
                const Fields& c = node(column, row + 1);
                const Fields& d = node(column + 1, row + 1);
                if (std::max({a.depth, b.depth, c.depth, d.depth}) < -kEdge) {
                    continue;
                }
                const std::int32_t blockX = (m_firstColumn + column) * kStep;
                const std::int32_t blockY = (m_firstRow + row) * kStep;
                const std::int32_t endY = std::min(blockY + kStep, m_top + m_height);
                const std::int32_t endX = std::min(blockX + kStep, m_left + m_width);
                for (std::int32_t y = std::max(blockY, m_top); y < endY; ++y) {
                    const float v = static_cast<float>(y - blockY) * (1.0F / kStep);
                    const Fields left = mixed(a, c, v);
                    const Fields right = mixed(b, d, v);
                    for (std::int32_t x = std::max(blockX, m_left); x < endX; ++x) {
                        body(x, y, mixed(left, right, static_cast<float>(x - blockX) * (1.0F / kStep)));
                    }
                }
            }
        }
    }

    // Stroma and fat.
    void paintGround() {
        collectFatCells();
        Noise coarseRag(seed(Salt::Ragged));
        Noise fineRag(seed(Salt::Ragged) + 1);
        Noise coarseWave(seed(Salt::Wave));
        Noise fineWave(seed(Salt::Wave) + 1);
        Noise bundles(seed(Salt::Fibre));
        Noise fibres(seed(Salt::Fibre) + 1);
        Noise fibrils(seed(Salt::Fibre) + 2);
        Noise slits(seed(Salt::Slit));
        forEachTissuePixel([&](std::int32_t x, std::int32_t y, const Fields& f) {
            const std::int32_t px = x + kOrigin;
            const std::int32_t py = y + kOrigin;
            float depth = f.depth;
            if (depth < 2.0F * kEdge) {
                depth += 20.0F * coarseRag.atPixel(px, py, 34) + 7.0F * fineRag.atPixel(px, py, 11);
            }
            const float inside = ramp(-1.5F, 2.5F, depth);
            if (inside <= 0.0F) {
                return;
            }
            // Fibres are the contour lines of `across`.
            const double across = static_cast<double>(f.bend) + 0.55 * x + 0.8 * y +
                                  13.0 * static_cast<double>(coarseWave.atPixel(px, py, 46)) +
                                  3.5 * static_cast<double>(fineWave.atPixel(px, py, 15));
            const double along = static_cast<double>(f.along) + 0.8 * x - 0.55 * y;
            const float bundle = bundles.atPoint(across * (1.0 / 44.0), along * (1.0 / 420.0));
            const float fibre = fibres.atPoint(across * (1.0 / 14.0), along * (1.0 / 130.0));
            const float fibril = fibrils.atPoint(across * (1.0 / 5.2), along * (1.0 / 46.0));

            const float loose = clamp01(0.45F + 0.55F * f.cellular);
            const float slit =
                slits.atPoint(across * (1.0 / 62.0), along * (1.0 / 360.0)) + 0.35F * bundle + 0.10F * fibril;
            float open = ramp(0.74F - 0.2F * loose, 0.86F - 0.2F * loose, slit);
            float eosin = (0.62F + 0.15F * bundle + 0.15F * fibre + 0.11F * fibril) * (1.0F - 0.30F * loose);
            const float gap = ramp(0.12F, 0.55F, fibril + 0.45F * fibre - 0.1F);
            eosin *= 1.0F - (0.25F + 0.35F * loose) * gap;
            float haematoxylin = 0.055F + 0.05F * loose + 0.03F * fibre;

            // Lymphoid tissue has little stroma; glands lie in a loose, bluish one.
            const float lymphoid = ramp(-0.1F, 0.12F, f.lymphoid);
            eosin *= 1.0F - 0.55F * lymphoid;
            haematoxylin += 0.10F * lymphoid;

            const float fat = ramp(0.0F, 0.07F, f.fatty);
            if (fat > 0.0F) {
                const float wall = fatWall(static_cast<float>(x) + f.warpX, static_cast<float>(y) + f.warpY);
                const float vacuole = ramp(3.0F, 6.5F, wall + 2.0F * fibril - 9.0F * (1.0F - fat));
                open = std::max(open, vacuole);
            }
            eosin = std::max(eosin, 0.02F);
            // Stain gathers at the section's edge.
            const float rim = 1.0F + 0.25F * (1.0F - clamp01(depth * (1.0F / 40.0F)));
            const float solid = inside * (1.0F - open);
            const std::size_t i = at(x, y);
            m_e[i] = eosin * solid * f.eosin * rim;
            m_h[i] = haematoxylin * solid * f.haematoxylin * rim;
            m_solid[i] = solid;
        });
    }

    void collectFatCells() {
        constexpr std::int32_t kReach = 64;  // deformation at most
        m_fatLeft = floorDiv(m_left - kReach, kFatPitch) - 1;
        m_fatTop = floorDiv(m_top - kReach, kFatPitch) - 1;
        m_fatColumns = floorDiv(m_left + m_width + kReach, kFatPitch) + 1 - m_fatLeft + 1;
        const std::int32_t rows = floorDiv(m_top + m_height + kReach, kFatPitch) + 1 - m_fatTop + 1;
        for (std::int32_t cy = m_fatTop; cy < m_fatTop + rows; ++cy) {
            for (std::int32_t cx = m_fatLeft; cx < m_fatLeft + m_fatColumns; ++cx) {
                Random random(hash(seed(Salt::Fat), cx, cy));
                m_fatCells.push_back({(static_cast<float>(cx) + random.between(0.15F, 0.85F)) * kFatPitch,
                                      (static_cast<float>(cy) + random.between(0.15F, 0.85F)) * kFatPitch});
            }
        }
    }

    // Distance in pixels to the wall between the two nearest fat cells.
    [[nodiscard]] float fatWall(float x, float y) const noexcept {
        const std::int32_t cx = floorDiv(static_cast<std::int32_t>(x), kFatPitch);
        const std::int32_t cy = floorDiv(static_cast<std::int32_t>(y), kFatPitch);
        float nearest = 1e12F;
        float second = 1e12F;
        Vector a;
        Vector b;
        for (std::int32_t j = cy - 1; j <= cy + 1; ++j) {
            for (std::int32_t i = cx - 1; i <= cx + 1; ++i) {
                const Vector& cell =
                    m_fatCells[static_cast<std::size_t>((j - m_fatTop) * m_fatColumns + (i - m_fatLeft))];
                const float dx = x - cell.x;
                const float dy = y - cell.y;
                const float distance = dx * dx + dy * dy;
                if (distance < nearest) {
                    second = nearest;
                    b = a;
                    nearest = distance;
                    a = cell;
                } else if (distance < second) {
                    second = distance;
                    b = cell;
                }
            }
        }
        const float dx = a.x - b.x;
        const float dy = a.y - b.y;
        return (second - nearest) / (2.0F * std::sqrt(dx * dx + dy * dy + 1e-6F));
    }

    static std::int32_t floorDiv(std::int32_t value, std::int32_t divisor) noexcept {
        return value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor);
    }

    // Calls body(cell x, cell y) for cells of the given pitch that come within `reach` pixels of the rectangle.
    template <class Body>
    void forEachCell(std::int32_t pitch, std::int32_t reach, const Body& body) const {
        for (std::int32_t cy = floorDiv(m_top - reach, pitch); cy * pitch < m_top + m_height + reach; ++cy) {
            for (std::int32_t cx = floorDiv(m_left - reach, pitch); cx * pitch < m_left + m_width + reach; ++cx) {
                body(cx, cy);
            }
        }
    }

    static constexpr float kMaxGland = 128.0F;

    void collectGlands() {
        // Radius and deformation at most; centres move by less than half a cell.
        constexpr std::int32_t kReach = 260;
        forEachCell(kGlandPitch, kReach, [this](std::int32_t cx, std::int32_t cy) {
            Random random(hash(seed(Salt::Glands), cx, cy));
            Gland gland;
            // Every other row is shifted by half a cell: round things pack in hexagons.
            const std::int32_t shift = (cy & 1) != 0 ? kGlandPitch / 2 : 0;
            gland.x = cx * kGlandPitch + shift + static_cast<std::int32_t>(random.between(110.0F, 190.0F));
            gland.y = cy * kGlandPitch + static_cast<std::int32_t>(random.between(110.0F, 190.0F));
            gland.random = random.next();
            gland.axis = direction(random.unit());
            gland.stretch = random.between(1.0F, 1.3F);
            const Fields f = fieldsAt(gland.x, gland.y);
            if (f.depth < kMaxGland || f.fatty > -0.05F) {
                return;
            }
            if (f.glandular > 0.0F && f.lymphoid < -0.1F) {
                gland.radius = std::min(random.between(86.0F, kMaxGland), 86.0F + 300.0F * f.glandular);
                gland.lumen = random.between(0.16F, 0.46F);
            } else if (random.unit() < 0.16F) {
                gland.vessel = true;
                gland.radius = random.between(34.0F, 90.0F);
                gland.lumen = 1.0F - random.between(14.0F, 26.0F) / gland.radius;
                gland.stretch = random.between(1.0F, 1.45F);
            } else {
                return;
            }
            m_glands.push_back(gland);
        });
    }

    struct GlandPoint {
        float radius;  // 1 on the gland's rim
        float u, v;    // in the gland's own axes, pixels, before stretching
    };
    [[nodiscard]] static GlandPoint inGland(const Gland& gland, std::int32_t x, std::int32_t y,
                                            const Fields& f) noexcept {
        const float dx = static_cast<float>(x - gland.x) + f.warpX;
        const float dy = static_cast<float>(y - gland.y) + f.warpY;
        const float u = (dx * gland.axis.x + dy * gland.axis.y) / gland.stretch;
        const float v = (dy * gland.axis.x - dx * gland.axis.y) * gland.stretch;
        return {std::sqrt(u * u + v * v) / gland.radius, u, v};
    }

    [[nodiscard]] Fields interpolated(std::int32_t x, std::int32_t y) const noexcept {
        const std::int32_t column = x / kStep - m_firstColumn;
        const std::int32_t row = y / kStep - m_firstRow;
        const float u = static_cast<float>(x % kStep) * (1.0F / kStep);
        const float v = static_cast<float>(y % kStep) * (1.0F / kStep);
        return mixed(mixed(node(column, row), node(column, row + 1), v),
                     mixed(node(column + 1, row), node(column + 1, row + 1), v), u);
    }

    // Calls body(x, y) for the pixels of the rectangle within `reach` of (cx, cy).
    template <class Body>
    void forEachPixelAround(std::int32_t cx, std::int32_t cy, std::int32_t reach, const Body& body) const {
        const std::int32_t endY = std::min(cy + reach + 1, m_top + m_height);
        const std::int32_t endX = std::min(cx + reach + 1, m_left + m_width);
        for (std::int32_t y = std::max(cy - reach, m_top); y < endY; ++y) {
            for (std::int32_t x = std::max(cx - reach, m_left); x < endX; ++x) {
                body(x, y);
            }
        }
    }

    void paintGland(const Gland& gland) {
        const auto reach = static_cast<std::int32_t>(gland.radius * gland.stretch * 1.12F) + 48;
        const float pixel = 1.0F / gland.radius;
        Noise grains(seed(Salt::Cytoplasm));
        Noise clouds(seed(Salt::Cytoplasm) + 1);
        Noise mucus(seed(Salt::Mucin));
        forEachPixelAround(gland.x, gland.y, reach, [&](std::int32_t x, std::int32_t y) {
            const Fields f = interpolated(x, y);
            const float radius = inGland(gland, x, y, f).radius;
            const float cover = 1.0F - ramp(1.0F - pixel, 1.0F + 2.0F * pixel, radius);
            const std::size_t i = at(x, y);
            if (cover <= 0.0F) {
                // A thin pale cleft around it.
                const float cleft =
                    gland.vessel ? 0.0F : 0.55F * (1.0F - ramp(2.0F * pixel, 7.0F * pixel, radius - 1.0F));
                m_e[i] *= 1.0F - cleft;
                return;
            }
            const std::int32_t px = x + kOrigin;
            const std::int32_t py = y + kOrigin;
            const float grain = grains.atPixel(px, py, 9);
            const float cloud = clouds.atPixel(px, py, 31);
            float eosin = 0;
            float haematoxylin = 0;
            float solid = 1;
            const float inner = gland.lumen + 0.05F * cloud + 0.02F * grain;
            const float lumen = 1.0F - ramp(inner - 1.5F * pixel, inner + 1.5F * pixel, radius);
            if (gland.vessel) {
                eosin = 0.62F + 0.16F * cloud + 0.08F * grain;
                haematoxylin = 0.10F;
            } else {
                const float basal = ramp(0.62F, 0.86F, radius);
                eosin = 0.34F + 0.09F * cloud + 0.07F * grain + 0.08F * basal;
                haematoxylin = 0.16F + 0.05F * cloud + 0.13F * basal;
                // Darker along the lumen's rim.
                eosin += 0.16F * (1.0F - ramp(0.0F, 6.0F * pixel, radius - inner));
            }
            if (lumen > 0.0F) {
                const float mucin = gland.vessel ? 0.0F : ramp(0.0F, 0.9F, 0.3F + mucus.atPixel(px, py, 27));
                eosin = lerp(eosin, 0.015F + 0.05F * mucin + 0.02F * grain * mucin, lumen);
                haematoxylin = lerp(haematoxylin, 0.05F * mucin, lumen);
                solid = 1.0F - lumen;
            }
            m_e[i] = lerp(m_e[i], std::max(eosin, 0.0F) * f.eosin, cover);
            m_h[i] = lerp(m_h[i], std::max(haematoxylin, 0.0F) * f.haematoxylin, cover);
            m_solid[i] = lerp(m_solid[i], solid, cover);
            m_gland[i] = std::max(m_gland[i], cover);
        });
    }

    void paintGlandNuclei(const Gland& gland) {
        const auto reach = static_cast<std::int32_t>(gland.radius * gland.stretch) + 80;
        if (gland.x + reach < m_left || gland.x - reach >= m_left + m_width || gland.y + reach < m_top ||
            gland.y - reach >= m_top + m_height) {
            return;
        }
        Random random(gland.random);
        if (gland.vessel) {
            paintRedCells(gland, random);
        }
        const float perimeter = 6.2832F * gland.radius;
        const auto count = static_cast<int>(perimeter / (gland.vessel ? 46.0F : 17.5F));
        for (int i = 0; i < count; ++i) {
            const float turn = (static_cast<float>(i) + random.between(0.15F, 0.85F)) / static_cast<float>(count);
            const Vector spoke = direction(turn);
            const float height = gland.vessel ? lerp(gland.lumen, 1.0F, random.between(0.1F, 0.8F))
                                              : 0.86F - ((i & 1) != 0 ? 0.09F : 0.0F) + random.between(-0.05F, 0.03F);
            const Vector place = onGland(gland, spoke, height);
            const Vector inward = onGland(gland, spoke, height - 0.2F);
            const float dx = place.x - inward.x;
            const float dy = place.y - inward.y;
            const float length = std::sqrt(dx * dx + dy * dy) + 1e-3F;
            Nucleus nucleus;
            nucleus.axis = gland.vessel ? Vector{-dy / length, dx / length} : Vector{dx / length, dy / length};
            place16(nucleus, gland, place);
            nucleus.a = gland.vessel ? random.between(13.0F, 19.0F) : random.between(14.0F, 19.0F);
            nucleus.b = gland.vessel ? random.between(4.0F, 6.0F) : random.between(7.5F, 11.0F);
            nucleus.density = gland.vessel ? random.between(0.9F, 1.25F) : random.between(0.62F, 1.0F);
            nucleus.contrast = 0.55F;
            nucleus.ofGland = true;
            nucleus.nucleolus = !gland.vessel && random.unit() < 0.35F;
            nucleus.random = random.next();
            if (!gland.vessel && random.unit() < 0.4F) {
                paintGoblet(gland, onGland(gland, spoke, lerp(gland.lumen, 0.8F, 0.45F)), random);
            }
            paintNucleus(nucleus);
        }
    }

    // Offset from the gland's centre, in pixels and before deformation, of a point at `height` of its radius.
    [[nodiscard]] static Vector onGland(const Gland& gland, Vector spoke, float height) noexcept {
        const float u = spoke.x * height * gland.radius * gland.stretch;
        const float v = spoke.y * height * gland.radius / gland.stretch;
        return {u * gland.axis.x - v * gland.axis.y, u * gland.axis.y + v * gland.axis.x};
    }

    // Undoes the deformation (one step is near enough) and rounds to 1/16 pixel.
    void place16(Nucleus& nucleus, const Gland& gland, Vector offset) const noexcept {
        const std::int32_t x = gland.x + static_cast<std::int32_t>(offset.x);
        const std::int32_t y = gland.y + static_cast<std::int32_t>(offset.y);
        const Vector first = warpAt(x, y);
        const Vector second = warpAt(x - static_cast<std::int32_t>(first.x), y - static_cast<std::int32_t>(first.y));
        nucleus.x16 = gland.x * 16 + static_cast<std::int32_t>((offset.x - second.x) * 16.0F);
        nucleus.y16 = gland.y * 16 + static_cast<std::int32_t>((offset.y - second.y) * 16.0F);
    }
    [[nodiscard]] Vector warpAt(std::int32_t x, std::int32_t y) const noexcept {
        return {22.0F * field(Salt::WarpX, x, y, 170), 22.0F * field(Salt::WarpY, x, y, 170)};
    }

    // A goblet cell's mucus: a pale, bluish drop.
    void paintGoblet(const Gland& gland, Vector offset, Random& random) {
        Nucleus drop;
        place16(drop, gland, offset);
        const float radius = random.between(9.0F, 15.0F);
        forEachPixelAround(
            drop.x16 / 16, drop.y16 / 16, static_cast<std::int32_t>(radius) + 3, [&](std::int32_t x, std::int32_t y) {
                const float dx = static_cast<float>(x * 16 - drop.x16) * (1.0F / 16.0F);
                const float dy = static_cast<float>(y * 16 - drop.y16) * (1.0F / 16.0F);
                const float r = std::sqrt(dx * dx + dy * dy);
                const std::size_t i = at(x, y);
                const float cover = (1.0F - ramp(radius - 1.5F, radius + 1.0F, r)) * m_solid[i];
                const float mucus = 0.09F + 0.05F * pixelNoise(seed(Salt::Mucin), x + kOrigin, y + kOrigin, 8);
                m_e[i] = lerp(m_e[i], 0.07F, cover);
                m_h[i] = lerp(m_h[i], mucus, cover);
            });
    }

    void paintRedCells(const Gland& vessel, Random& random) {
        const float lumen = vessel.lumen * vessel.radius;
        const auto count = static_cast<int>(lumen * lumen * random.between(0.0F, 1.0F) / 150.0F);
        for (int i = 0; i < count; ++i) {
            const float height = vessel.lumen * std::sqrt(random.unit()) * 0.86F;
            Nucleus cell;
            place16(cell, vessel, onGland(vessel, direction(random.unit()), height));
            const Vector axis = direction(random.unit());
            const float a = random.between(11.5F, 14.5F);
            const float b = a * random.between(0.7F, 1.0F);
            const float density = random.between(0.34F, 0.55F);
            forEachPixelAround(cell.x16 / 16, cell.y16 / 16, 17, [&](std::int32_t x, std::int32_t y) {
                const float dx = static_cast<float>(x * 16 - cell.x16) * (1.0F / 16.0F);
                const float dy = static_cast<float>(y * 16 - cell.y16) * (1.0F / 16.0F);
                const float u = (dx * axis.x + dy * axis.y) / a;
                const float v = (dy * axis.x - dx * axis.y) / b;
                const float r = u * u + v * v;
                const float cover = 1.0F - ramp(0.80F, 1.05F, r);
                if (cover <= 0.0F) {
                    return;
                }
                // The disc is thinner in its middle.
                const float value = density * (0.62F + 0.38F * ramp(0.05F, 0.6F, r));
                const std::size_t i2 = at(x, y);
                m_r[i2] = std::max(m_r[i2], value * cover);
            });
        }
    }

    void paintStromaNuclei() {
        forEachCell(kStromaPitch, 40, [this](std::int32_t cx, std::int32_t cy) {
            Random random(hash(seed(Salt::Stroma), cx, cy));
            const std::int32_t x = cx * kStromaPitch + static_cast<std::int32_t>(random.unit() * kStromaPitch);
            const std::int32_t y = cy * kStromaPitch + static_cast<std::int32_t>(random.unit() * kStromaPitch);
            const float chance = random.unit();
            const Fields f = fieldsAt(x, y);
            if (f.depth < 4.0F || chance > 0.42F + 0.35F * f.cellular) {
                return;
            }
            Nucleus nucleus;
            nucleus.x16 = x * 16 + 8;
            nucleus.y16 = y * 16 + 8;
            nucleus.axis = fibreDirection(x, y);
            nucleus.a = random.between(12.0F, 20.0F);
            nucleus.b = random.between(3.8F, 7.0F);
            nucleus.density = random.between(0.8F, 1.3F);
            nucleus.contrast = 0.45F;
            nucleus.random = random.next();
            paintNucleus(nucleus);
        });
    }

    void paintLymphocytes() {
        forEachCell(kLymphPitch, 24, [this](std::int32_t cx, std::int32_t cy) {
            Random random(hash(seed(Salt::Lymphocytes), cx, cy));
            const std::int32_t x = cx * kLymphPitch + static_cast<std::int32_t>(random.unit() * kLymphPitch);
            const std::int32_t y = cy * kLymphPitch + static_cast<std::int32_t>(random.unit() * kLymphPitch);
            const float chance = random.unit();
            if (chance > 0.93F) {
                return;
            }
            const Fields f = fieldsAt(x, y);
            if (f.depth < 14.0F) {
                return;
            }
            const float follicle = ramp(-0.12F, 0.14F, f.lymphoid);
            const float propria = ramp(-0.05F, 0.15F, f.glandular) * (0.16F + 0.22F * f.cellular);
            const float cluster = 0.5F * ramp(0.55F, 0.9F, f.cellular);
            if (chance > std::max({0.9F * follicle, propria, cluster, 0.008F})) {
                return;
            }
            Nucleus nucleus;
            nucleus.x16 = x * 16 + 8;
            nucleus.y16 = y * 16 + 8;
            nucleus.axis = direction(random.unit());
            nucleus.a = random.between(10.5F, 13.5F);
            nucleus.b = nucleus.a * random.between(0.82F, 1.0F);
            nucleus.density = random.between(0.95F, 1.4F);
            nucleus.contrast = 0.5F;
            nucleus.random = random.next();
            paintNucleus(nucleus);
        });
    }

    // Unit vector along the fibres at a pixel.
    [[nodiscard]] Vector fibreDirection(std::int32_t x, std::int32_t y) const noexcept {
        const auto bend = [this](std::int32_t bx, std::int32_t by) {
            const std::int32_t px = bx + kOrigin;
            const std::int32_t py = by + kOrigin;
            return fieldsAt(bx, by).bend + 13.0F * pixelNoise(seed(Salt::Wave), px, py, 46);
        };
        constexpr std::int32_t kSpan = 6;
        const float gx = bend(x + kSpan, y) - bend(x - kSpan, y) + 0.55F * 2.0F * kSpan;
        const float gy = bend(x, y + kSpan) - bend(x, y - kSpan) + 0.8F * 2.0F * kSpan;
        const float length = std::sqrt(gx * gx + gy * gy) + 1e-3F;
        return {-gy / length, gx / length};
    }

    void paintNucleus(const Nucleus& nucleus) {
        const float sharpness = nucleus.b / 2.2F;  // the edge is about two pixels wide
        Noise outlines(nucleus.random ^ 0x5BD1E995U);
        Noise fineClumps(nucleus.random);
        Noise coarseClumps(nucleus.random + 1);
        forEachPixelAround(
            nucleus.x16 / 16, nucleus.y16 / 16, static_cast<std::int32_t>(nucleus.a * 1.2F) + 3,
            [&](std::int32_t x, std::int32_t y) {
                const float dx = static_cast<float>(x * 16 - nucleus.x16) * (1.0F / 16.0F);
                const float dy = static_cast<float>(y * 16 - nucleus.y16) * (1.0F / 16.0F);
                const float u = (dx * nucleus.axis.x + dy * nucleus.axis.y) / nucleus.a;
                const float v = (dy * nucleus.axis.x - dx * nucleus.axis.y) / nucleus.b;
                const float square = u * u + v * v;
                if (square > 1.7F) {
                    return;
                }
                const std::size_t i = at(x, y);
                const std::int32_t px = x + kOrigin;
                const std::int32_t py = y + kOrigin;
                const float outline = 0.20F * outlines.atPixel(px, py, 11);
                const float r = std::sqrt(square) * (1.0F + outline);
                const float room = nucleus.ofGland ? m_solid[i] : m_solid[i] * (1.0F - m_gland[i]);
                const float cover = clamp01((1.0F - r) * sharpness + 0.5F) * room;
                if (cover <= 0.0F) {
                    return;
                }
                const float clump = fineClumps.atPixel(px, py, 5) + 0.5F * coarseClumps.atPixel(px, py, 9);
                float chromatin = 0.86F + nucleus.contrast * 0.6F * clump + 0.26F * ramp(0.55F, 0.95F, r);
                if (nucleus.nucleolus) {
                    const float nx = u - 0.2F;
                    const float ny = v + 0.15F;
                    chromatin += 0.7F * (1.0F - ramp(0.02F, 0.09F, nx * nx + ny * ny));
                }
                m_h[i] =
                    std::max(lerp(m_h[i], nucleus.density * std::max(chromatin, 0.3F), cover), m_h[i] * (1.0F - cover));
                m_e[i] *= 1.0F - 0.45F * cover;
            });
    }

    // Light through the stains, with the glass's own unevenness and a little sensor noise.
    void develop(MutableRgb32View image) const {
        static const std::array<float, kDensities> kTransmission = makeTransmission();
        const auto transmit = [](float density, float lamp) {
            const auto index = static_cast<std::size_t>(std::max(density, 0.0F) * kDensityScale);
            return lamp * kTransmission[std::min(index, kDensities - 1)];
        };
        const std::uint32_t grainSeed = seed(Salt::Grain);
        Noise clouds(seed(Salt::Dust));
        Noise specks(seed(Salt::Dust) + 1);
        const auto lampAt = [&](std::int32_t x, std::int32_t y) {
            return 1.6F * clouds.atPixel(x + kOrigin, y + kOrigin, 900) +
                   0.8F * specks.atPixel(x + kOrigin, y + kOrigin, 120);
        };
        for (std::int32_t y = m_top; y < m_top + m_height; ++y) {
            std::uint32_t* out = image.row(y - m_top);
            float lampLeft = 0;
            float lampRight = 0;
            std::int32_t block = -1;
            for (std::int32_t x = m_left; x < m_left + m_width; ++x) {
                if (x / kStep != block) {
                    lampLeft = block < 0 ? lampAt(x / kStep * kStep, y) : lampRight;
                    block = x / kStep;
                    lampRight = lampAt((block + 1) * kStep, y);
                }
                const float lamp = lerp(lampLeft, lampRight, static_cast<float>(x - block * kStep) * (1.0F / kStep));
                const std::uint32_t noise = hash(grainSeed, x, y);
                // Triangular, within 1.6 levels.
                const float grain =
                    (static_cast<float>(noise & 0xFFU) + static_cast<float>((noise >> 8U) & 0xFFU)) * (1.6F / 255.0F) -
                    1.6F;
                float r = red(kGlass) + lamp;
                float g = green(kGlass) + lamp;
                float b = blue(kGlass) + lamp;
                if (const std::size_t i = at(x, y); m_anyTissue && m_h[i] + m_e[i] + m_r[i] > 0.0F) {
                    const float h = m_h[i];
                    const float e = m_e[i];
                    const float c = m_r[i];
                    r = transmit(h * kHaematoxylin.r + e * kEosin.r + c * kErythrocyte.r, r);
                    g = transmit(h * kHaematoxylin.g + e * kEosin.g + c * kErythrocyte.g, g);
                    b = transmit(h * kHaematoxylin.b + e * kEosin.b + c * kErythrocyte.b, b);
                }
                const auto level = [grain](float value) {
                    return static_cast<unsigned>(std::clamp(value + grain + 0.5F, 0.0F, 255.0F));
                };
                out[x - m_left] = rgb32(level(r), level(g), level(b));
            }
        }
    }

    static constexpr float kEdge = 44.0F;  // how far raggedness reaches from the smooth edge

    const SyntheticTissue& m_tissue;
    const std::int32_t m_left;
    const std::int32_t m_top;
    const std::int32_t m_width;
    const std::int32_t m_height;
    const std::int32_t m_firstColumn;
    const std::int32_t m_firstRow;
    const std::int32_t m_columns;
    const std::int32_t m_rows;
    bool m_anyTissue = false;
    std::vector<Fields> m_nodes;
    std::vector<Vector> m_fatCells;
    std::int32_t m_fatLeft = 0;
    std::int32_t m_fatTop = 0;
    std::int32_t m_fatColumns = 0;
    std::vector<Gland> m_glands;
    // Amounts of haematoxylin, eosin and red cells per pixel; how much of the pixel is tissue at all, and how much of
    // it a gland or vessel.
    std::vector<float> m_h;
    std::vector<float> m_e;
    std::vector<float> m_r;
    std::vector<float> m_solid;
    std::vector<float> m_gland;
};

Rgb32Image SyntheticTissue::render(const LevelRect& rect) const {
    return Painter(*this, rect).paint();
}

}  // namespace origami
