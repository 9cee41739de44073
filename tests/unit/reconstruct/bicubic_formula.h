// The bicubic prediction of version 5 (formats.md, section 4) for one sample, in the format's integers.
#pragma once

#include <algorithm>

namespace origami::test {

// Sample (x, y) of the 4x enlargement of `clampedSample(column, row)`, which repeats the edges.
template <class ClampedSample>
int bicubicSample(ClampedSample clampedSample, int x, int y) {
    // Output sample 4i + k lies at source position i + (k - 1.5) / 4, so between samples i - 1 and i, or i and i + 1.
    constexpr int kWeights[4][4] = {{-6, 50, 93, -9}, {-1, 12, 123, -6}, {-6, 123, 12, -1}, {-9, 93, 50, -6}};
    const auto firstTap = [](int position) { return position / 4 - (position % 4 < 2 ? 2 : 1); };
    // Rounds to the nearest, halves up; the shift of a negative number is arithmetic.
    const auto shifted = [](int value, int bits) { return (value + (1 << (bits - 1))) >> bits; };
    int sum = 0;
    for (int j = 0; j < 4; ++j) {
        int row = 0;
        for (int i = 0; i < 4; ++i) {
            row += kWeights[x % 4][i] * (clampedSample(firstTap(x) + i, firstTap(y) + j) - 128);
        }
        sum += shifted(row * kWeights[y % 4][j], 7);
    }
    return std::clamp(shifted(sum, 7) + 128, 0, 255);
}

}  // namespace origami::test
