// Makes reading from files fail on demand. Replaces pread in the whole program, and fread where the linker lets a
// program do that to its libraries (Linux), so one source of a test may include this.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>

#include <dlfcn.h>
#include <sys/types.h>

namespace origami::test {

// While one of these exists, all reads fail with this errno, after the first few.
class FailingReads {
public:
    explicit FailingReads(int errnoValue, int after = 0) {
        s_errno = errnoValue;
        s_left = after;
        s_failed = 0;
    }
    ~FailingReads() { s_errno = 0; }
    FailingReads(const FailingReads&) = delete;
    FailingReads& operator=(const FailingReads&) = delete;

    [[nodiscard]] static int failed() { return s_failed; }

    // Called by the functions below. Sets errno.
    static bool fails() {
        if (s_errno == 0 || s_left-- > 0) {
            return false;
        }
        ++s_failed;
        errno = s_errno;
        return true;
    }

private:
    static inline std::atomic<int> s_errno{0};
    static inline std::atomic<int> s_left{0};
    static inline std::atomic<int> s_failed{0};
};

}  // namespace origami::test

extern "C" {

ssize_t pread(int descriptor, void* to, std::size_t bytes, off_t at) {
    using Pread = ssize_t (*)(int, void*, std::size_t, off_t);
    static const auto kReal = reinterpret_cast<Pread>(dlsym(RTLD_NEXT, "pread"));
    return origami::test::FailingReads::fails() ? -1 : kReal(descriptor, to, bytes, at);
}

std::size_t fread(void* to, std::size_t size, std::size_t count, FILE* file) {
    using Fread = std::size_t (*)(void*, std::size_t, std::size_t, FILE*);
    static const auto kReal = reinterpret_cast<Fread>(dlsym(RTLD_NEXT, "fread"));
    return origami::test::FailingReads::fails() ? 0 : kReal(to, size, count, file);
}

#ifdef __GLIBC__
// Libraries that are compiled with _FORTIFY_SOURCE call this function instead of fread.
std::size_t __fread_chk(void* to, std::size_t room, std::size_t size, std::size_t count, FILE* file) {
    using Fread = std::size_t (*)(void*, std::size_t, std::size_t, std::size_t, FILE*);
    static const auto kReal = reinterpret_cast<Fread>(dlsym(RTLD_NEXT, "__fread_chk"));
    return origami::test::FailingReads::fails() ? 0 : kReal(to, room, size, count, file);
}
#endif
}
