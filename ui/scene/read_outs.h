// What the window tells about a view of a slide in words and numbers: magnification, place and colour under the cursor,
// the family there. Pure functions of their arguments and, for colours, of the engine's cache. GUI thread.
#pragma once

#include "core/view/viewport.h"
#include "ui/session/slide_document.h"

#include <QPoint>
#include <QString>

namespace origami {

// "10.3x", or "51.5 %" of full resolution where the slide does not say its magnification. `scale` is in physical pixels
// per level 0 pixel.
[[nodiscard]] QString magnificationText(const SlideDocument& slide, double scale);

// "1234, 567 µm", or pixels where the slide does not say its resolution.
[[nodiscard]] QString positionText(const SlideInfo& slide, Level0Point point);

// "red green blue" of the ideal level's pixel as it is shown in a mode. Empty outside the slide, and where the tile is
// not in the cache.
[[nodiscard]] QString colourText(const SlideDocument& slide, const Viewport& view, Level0Point point, ViewMode mode);

// Level 2 column and row of the family at a place; (-1, -1) outside the slide.
[[nodiscard]] QPoint familyAt(const SlideInfo& slide, Level0Point point);

}  // namespace origami
