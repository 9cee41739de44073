#include "core/quality/picture_difference.h"

#include "core/image/color.h"

#include <utility>

namespace origami {
namespace {

YCbCrImage planesOf(Rgb32View picture) {
    YCbCrImage planes(picture.width, picture.height);
    toYCbCr(picture, planes.y.view(), planes.cb.view(), planes.cr.view());
    return planes;
}

}  // namespace

void PictureDifference::add(Rgb32View a, Rgb32View b) {
    assert(a.width == b.width && a.height == b.height);
    const YCbCrImage planesA = planesOf(a);
    const YCbCrImage planesB = planesOf(b);
    luma.add(planesA.y.view(), planesB.y.view());
    chroma.add(planesA.cb.view(), planesB.cb.view());
    chroma.add(planesA.cr.view(), planesB.cr.view());
    structure.add(planesA.y.view(), planesB.y.view());
    color.add(a, b);
}

void PictureDifference::add(const PictureDifference& other) noexcept {
    luma.add(other.luma);
    chroma.add(other.chroma);
    structure.add(other.structure);
    color.add(other.color);
}

}  // namespace origami
