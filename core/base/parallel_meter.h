// How many threads are inside something.
#pragma once

#include <atomic>

namespace origami {

// Thread-safe.
class ParallelMeter {
public:
    class Scope {
    public:
        explicit Scope(ParallelMeter& meter) : m_meter(meter) { m_meter.enter(); }
        ~Scope() { m_meter.leave(); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        ParallelMeter& m_meter;
    };

    void enter() {
        const int now = m_inside.fetch_add(1) + 1;
        int seen = m_maximum.load();
        while (seen < now && !m_maximum.compare_exchange_weak(seen, now)) {
        }
    }
    void leave() { m_inside.fetch_sub(1); }

    [[nodiscard]] int inside() const { return m_inside.load(); }
    [[nodiscard]] int maximum() const { return m_maximum.load(); }  // ever at once

private:
    std::atomic<int> m_inside{0};
    std::atomic<int> m_maximum{0};
};

}  // namespace origami
