// Who gives way to whom where there are fewer cores than busy threads.
#pragma once

namespace origami {

// The calling thread gives way to those that draw the window, from now on. It takes nothing from it while a core is
// free.
void giveWayToWindow() noexcept;

}  // namespace origami
