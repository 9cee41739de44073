// What the command line can set for a window.
#pragma once

#include "core/engine/slide_engine.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace origami {

// A place of a slide to show.
struct Place {
    Level0Point centre;
    double scale = 1.0;  // physical pixels per level 0 pixel
};

struct ViewerOptions {
    EngineOptions engine;
    OpenOptions open;
    QStringList slides;  // the first is opened, all are listed
    QString slidesRoot;  // empty: none
    bool showOverlay = false;
    int metricsIntervalSeconds = 10;  // 0: the metrics line is not logged
    std::optional<Place> place;
};

}  // namespace origami
