// Says aloud, for ThreadSanitizer, what oneTBB does between threads: the library itself is not instrumented, so that
// the sanitizer would see a race wherever it hands work over. Whatever happens before give() is visible after take().
// Does nothing in other builds.
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
