// Tells ThreadSanitizer where oneTBB hands work from one thread to another. The library is not instrumented, so the
// sanitizer would otherwise report a race at each of these places. Whatever happens before give() is visible after
// take(). Does nothing in other builds.
#pragma once

#ifdef ORIGAMI_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

namespace origami {

class HandOff {
public:
#ifdef ORIGAMI_THREAD_SANITIZER
    void give() noexcept {
        __tsan_release(this);
    }
    void take() noexcept {
        __tsan_acquire(this);
    }
#else
    void give() noexcept {}
    void take() noexcept {}
#endif
};

struct GiveOnExit {
    HandOff& handOff;
    ~GiveOnExit() { handOff.give(); }
};

struct TakeOnExit {
    HandOff& handOff;
    ~TakeOnExit() { handOff.take(); }
};

}  // namespace origami
