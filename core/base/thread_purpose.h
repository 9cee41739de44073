// Says what each of our threads is for. This is the one place where threads get their names and priorities.
#pragma once

namespace origami {

enum class ThreadPurpose {
    Worker,      // computes tiles that somebody may be waiting for
    Reader,      // waits for a disk or a share
    Background,  // converts or exports while somebody uses the window
};

// Names the calling thread for debuggers and profilers, and sets its priority for the rest of its life. The threads
// that draw the window keep the highest priority; background threads run when nobody else needs the core. Where the
// system refuses, the thread runs on as it is.
void enterThread(ThreadPurpose purpose) noexcept;

}  // namespace origami
