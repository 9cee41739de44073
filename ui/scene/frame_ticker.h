// Calls a function once per animation step of the window while it runs. GUI thread.
#pragma once

#include <QAbstractAnimation>

#include <functional>

namespace origami {

class FrameTicker : public QAbstractAnimation {
public:
    explicit FrameTicker(std::function<void()> step) : m_step(std::move(step)) {}
    [[nodiscard]] int duration() const override { return -1; }  // until stopped

protected:
    void updateCurrentTime(int) override {
        if (state() == Running) {
            m_step();
        }
    }

private:
    std::function<void()> m_step;
};

}  // namespace origami
