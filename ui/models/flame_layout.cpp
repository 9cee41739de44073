#include "ui/models/flame_layout.h"

#include <algorithm>

namespace origami {

FlameLayout flameLayout(std::span<const StageSpan> spans) {
    FlameLayout layout;
    std::vector<StageSpan> sorted(spans.begin(), spans.end());
    std::ranges::sort(sorted, {}, &StageSpan::startNs);
    double cutMs = 0;                                                     // idle time left out so far
    std::int64_t busyToNs = sorted.empty() ? 0 : sorted.front().startNs;  // the latest end of any work so far
    for (const StageSpan& span : sorted) {
        const std::int64_t beginNs = sorted.front().startNs;
        const auto msAt = [beginNs](std::int64_t ns) { return static_cast<double>(ns - beginNs) / 1e6; };
        if (const double idleMs = static_cast<double>(span.startNs - busyToNs) / 1e6; idleMs > kShownIdleMs) {
            cutMs += idleMs - kShownIdleMs;
            layout.cutsMs.push_back(msAt(span.startNs) - cutMs - kShownIdleMs / 2);
        }
        busyToNs = std::max(busyToNs, span.endNs);
        auto row = std::ranges::find(layout.threads, span.thread);
        if (row == layout.threads.end()) {
            row = layout.threads.insert(row, span.thread);
        }
        const FlameBar bar{.row = static_cast<int>(row - layout.threads.begin()),
                           .startMs = msAt(span.startNs) - cutMs,
                           .endMs = msAt(span.endNs) - cutMs,
                           .ms = span.ms(),
                           .stage = span.stage};
        layout.shownMs = std::max(layout.shownMs, bar.endMs);
        layout.bars.push_back(bar);
    }
    return layout;
}

}  // namespace origami
