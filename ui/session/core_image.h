// Pixels of the core as QImage. Any thread.
#pragma once

#include "core/image/rgb32.h"

#include <QImage>

namespace origami {

// Takes the pixels over, without copying them. Null for an empty image.
QImage imageOf(Rgb32Image pixels);

}  // namespace origami
