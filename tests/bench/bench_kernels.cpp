// The kernels on the level 0 of one family, 1024 x 1024 samples, beside the plain loops.
#include "core/codec/forward_transform.h"
#include "core/codec/inverse_transform.h"
#include "core/image/color.h"
#include "core/reconstruct/bicubic.h"
#include "core/reconstruct/kernels.h"
#include "core/reconstruct/reference.h"
#include "ui/scene/painted/draw_scaled.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace {

using namespace origami;

constexpr int kSide = 1024;

Plane noise(int side) {
    std::mt19937 random(1);
    Plane plane(side, side);
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            plane.view().row(y)[x] = static_cast<std::uint8_t>(random());
        }
    }
    return plane;
}

void finish(benchmark::State& state, MutablePlaneView made) {
    benchmark::DoNotOptimize(made.data);
    state.SetItemsProcessed(state.iterations() * kSide * kSide);
}

template <void (*kernel)(PlaneView, MutablePlaneView, int, int), int factor>
void enlarge(benchmark::State& state) {
    const Plane from = noise(kSide / factor);
    Plane to(kSide, kSide);
    for ([[maybe_unused]] auto _ : state) {
        kernel(from.view(), to.view(), 0, 0);
    }
    finish(state, to.view());
}
BENCHMARK(enlarge<up2, 2>)->Name("up2");
BENCHMARK(enlarge<reference::up2, 2>)->Name("up2, plain");
BENCHMARK(enlarge<up4, 4>)->Name("up4");
BENCHMARK(enlarge<reference::up4, 4>)->Name("up4, plain");
void enlargeAndAdd(PlaneView from, MutablePlaneView samples, int x, int y) {
    up2AddResidual(from, samples, samples, x, y);
}
BENCHMARK(enlarge<enlargeAndAdd, 2>)->Name("up2AddResidual");
BENCHMARK(enlarge<up4Bicubic, 4>)->Name("up4Bicubic");
BENCHMARK(enlarge<reference::up4Bicubic, 4>)->Name("up4Bicubic, plain");
BENCHMARK(enlarge<up4BicubicAddResidual, 4>)->Name("up4BicubicAddResidual");

void average(benchmark::State& state) {
    const Plane from = noise(2 * kSide);
    Plane to(kSide, kSide);
    for ([[maybe_unused]] auto _ : state) {
        halve(from.view(), to.view());
    }
    finish(state, to.view());
}
BENCHMARK(average)->Name("halve");

template <void (*kernel)(PlaneView, MutablePlaneView)>
void add(benchmark::State& state) {
    const Plane residual = noise(kSide);
    Plane samples = noise(kSide);
    for ([[maybe_unused]] auto _ : state) {
        kernel(residual.view(), samples.view());
    }
    finish(state, samples.view());
}
BENCHMARK(add<addResidual>)->Name("addResidual");
BENCHMARK(add<reference::addResidual>)->Name("addResidual, plain");

void plainColour(PlaneView y, PlaneView cb, PlaneView cr, MutableRgb32View out) {
    toRgb32(y, cb, cr, out);
}

template <void (*kernel)(PlaneView, PlaneView, PlaneView, MutableRgb32View)>
void convert(benchmark::State& state) {
    const Plane samples = noise(kSide);
    Rgb32Image out(kSide, kSide);
    for ([[maybe_unused]] auto _ : state) {
        kernel(samples.view(), samples.view(), samples.view(), out.view());
    }
    benchmark::DoNotOptimize(out.view().data);
    state.SetItemsProcessed(state.iterations() * kSide * kSide);
}
BENCHMARK(convert<convertToRgb32>)->Name("convertToRgb32");
BENCHMARK(convert<plainColour>)->Name("convertToRgb32, plain");

void convertUp2(benchmark::State& state) {
    const Plane luma = noise(kSide);
    const Plane chroma = noise(kSide / 2);
    Rgb32Image out(kSide, kSide);
    for ([[maybe_unused]] auto _ : state) {
        convertToRgb32Up2(luma.view(), chroma.view(), chroma.view(), out.view());
    }
    benchmark::DoNotOptimize(out.view().data);
    state.SetItemsProcessed(state.iterations() * kSide * kSide);
}
BENCHMARK(convertUp2)->Name("convertToRgb32Up2");

// Blocks as in residuals: of ten, six of nothing, the others with six levels.
template <void (*kernel)(std::span<const std::int16_t>, const QuantisationTable&, MutablePlaneView)>
void transform(benchmark::State& state) {
    constexpr std::size_t kBlocks = kSide / kBlockSide;  // in a row
    std::mt19937 random(1);
    std::vector<std::int16_t> levels(kSide * kSide);
    for (std::size_t block = 0; block < levels.size(); block += kBlockSize) {
        const bool isNothing = random() % 10 < 6;
        for (int i = 0; i < (isNothing ? 0 : 6); ++i) {
            levels[block + random() % kBlockSize] = static_cast<std::int16_t>(1 + random() % 3);
        }
    }
    const QuantisationTable steps = flatTable(18);
    Plane to(kSide, kSide);
    for ([[maybe_unused]] auto _ : state) {
        for (int y = 0; y < kSide; y += kBlockSide) {
            const std::size_t row = static_cast<std::size_t>(y) * kSide;
            kernel({levels.data() + row, kBlocks * kBlockSize}, steps, to.view().sub(0, y, kSide, kBlockSide));
        }
    }
    finish(state, to.view());
}
BENCHMARK(transform<inverseTransform>)->Name("inverseTransform");
BENCHMARK(transform<reference::inverseTransform>)->Name("inverseTransform, plain");

template <void (*kernel)(const BlockSamples&, BlockSpectrum&)>
void transformForward(benchmark::State& state) {
    std::mt19937 random(1);
    std::vector<BlockSamples> blocks(kSide * kSide / kBlockSize);
    for (BlockSamples& block : blocks) {
        std::ranges::generate(block, [&] { return static_cast<std::int16_t>(random() % 511) - 255; });
    }
    BlockSpectrum spectrum;
    for ([[maybe_unused]] auto _ : state) {
        for (const BlockSamples& block : blocks) {
            kernel(block, spectrum);
            benchmark::DoNotOptimize(spectrum.data());
        }
    }
    state.SetItemsProcessed(state.iterations() * kSide * kSide);
}
BENCHMARK(transformForward<forwardTransform>)->Name("forwardTransform");
BENCHMARK(transformForward<reference::forwardTransform>)->Name("forwardTransform, plain");

void plainYCbCr(Rgb32View in, MutablePlaneView y, MutablePlaneView cb, MutablePlaneView cr) noexcept {
    for (int row = 0; row < in.height; ++row) {
        for (int x = 0; x < in.width; ++x) {
            const YCbCr sample = toYCbCr(in.row(row)[x]);
            y.row(row)[x] = sample.y;
            cb.row(row)[x] = sample.cb;
            cr.row(row)[x] = sample.cr;
        }
    }
}
template <void (*kernel)(Rgb32View, MutablePlaneView, MutablePlaneView, MutablePlaneView) noexcept>
void separate(benchmark::State& state) {
    Rgb32Image pixels(kSide, kSide);
    toRgb32(noise(kSide).view(), noise(kSide).view(), noise(kSide).view(), pixels.view());
    std::array planes{Plane(kSide, kSide), Plane(kSide, kSide), Plane(kSide, kSide)};
    for ([[maybe_unused]] auto _ : state) {
        kernel(std::as_const(pixels).view(), planes[0].view(), planes[1].view(), planes[2].view());
    }
    finish(state, planes[0].view());
}
BENCHMARK(separate<toYCbCr>)->Name("toYCbCr");
BENCHMARK(separate<plainYCbCr>)->Name("toYCbCr, plain");

// A tile's share of a frame: percents of its pixels for one of the screen's.
void drawTile(benchmark::State& state) {
    Rgb32Image tile(kSide, kSide);
    fill(tile.view(), 0xFF8090A0U);
    SurroundedPicture from;
    from.pictures[SurroundedPicture::kMiddle] = std::as_const(tile).view();
    const double step = static_cast<double>(state.range(0)) / 100;
    const int side = static_cast<int>(kSide / step);
    Rgb32Image screen(side, side);
    for (auto _ : state) {
        drawScaled(from, {0.3, 0.3, step}, screen.view());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * side * side);
}
BENCHMARK(drawTile)->Name("drawScaled")->Arg(50)->Arg(100)->Arg(130)->Arg(190);

}  // namespace
