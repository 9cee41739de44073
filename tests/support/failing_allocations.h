// Makes operator new fail on demand. Replaces it in the whole program, so one source of a test may include this.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace origami::test {

// While one of these exists, an allocation of the thread that made it fails: the n-th from now (1 is the next), or that
// and all after it.
class FailingAllocation {
public:
    enum class Kind { Once, FromThenOn };
    FailingAllocation(std::int64_t n, Kind kind) {
        s_left = n;
        s_hasFailed = false;
        s_kind = kind;
    }
    ~FailingAllocation() { s_left = 0; }
    FailingAllocation(const FailingAllocation&) = delete;
    FailingAllocation& operator=(const FailingAllocation&) = delete;

    // Allocations of all threads that have not been freed.
    [[nodiscard]] static std::int64_t alive() { return s_alive; }
    static void count(int change) noexcept { s_alive += change; }

    // Returns whether the allocation that was to fail has been reached.
    [[nodiscard]] static bool hasFailed() { return s_hasFailed; }

    // Called by operator new.
    static bool fails() {
        if (s_left == 0 || --s_left > 0) {
            return false;
        }
        s_hasFailed = true;
        s_left = s_kind == Kind::FromThenOn ? 1 : 0;
        return true;
    }

private:
    static inline std::atomic<std::int64_t> s_alive{0};
    static inline thread_local std::int64_t s_left = 0;  // 0: none fails
    static inline thread_local bool s_hasFailed = false;
    static inline thread_local Kind s_kind = Kind::Once;
};

}  // namespace origami::test

void* operator new(std::size_t size) {
    void* const memory = origami::test::FailingAllocation::fails() ? nullptr : std::malloc(size > 0 ? size : 1);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    origami::test::FailingAllocation::count(1);
    return memory;
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    const auto align = static_cast<std::size_t>(alignment);
    void* const memory = origami::test::FailingAllocation::fails()
                             ? nullptr
                             : std::aligned_alloc(align, (size + align - 1) / align * align);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    origami::test::FailingAllocation::count(1);
    return memory;
}
void operator delete(void* memory) noexcept {
    origami::test::FailingAllocation::count(memory != nullptr ? -1 : 0);
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    ::operator delete(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    ::operator delete(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    ::operator delete(memory);
}
