// How much of the machine the viewer may use, and how it scrolls. The command line comes first, then what the user has
// chosen, which is kept between starts, then what is best for this machine. GUI thread.
#pragma once

#include "core/engine/slide_engine.h"

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QSettings>
#include <QString>
#include <QVariantList>

#include <array>
#include <memory>

namespace origami {

class EngineSettings : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Belongs to the session")
    // {name, hint, unit, least, most, step, value, standard, running, isKept, option}: `standard` is the value
    // that is best for this machine, `running` the value in use until the next start, `option` the option of the
    // command line that sets the value, or empty.
    Q_PROPERTY(QVariantList numbers READ numbers NOTIFY changed)
    Q_PROPERTY(bool prefetch READ prefetch WRITE setPrefetch NOTIFY changed)
    Q_PROPERTY(bool wheelMoves READ wheelMoves WRITE setWheelMoves NOTIFY changed)
    Q_PROPERTY(bool anyKept READ anyKept NOTIFY changed)

public:
    enum Number { Threads, IoThreads, Inflight, Pool, Cache, Textures };
    Q_ENUM(Number)
    static constexpr std::size_t kNumbers = 6;

    // The values of `given` that are not 0 come from the command line.
    explicit EngineSettings(const EngineOptions& given, const Machine& machine = thisMachine(),
                            QObject* parent = nullptr);

    // The options to make the engine with. After setEngine its limits follow these settings.
    [[nodiscard]] EngineOptions engineOptions() const;
    void setEngine(std::shared_ptr<SlideEngine> engine);
    [[nodiscard]] std::size_t textureBytes() const;

    [[nodiscard]] QVariantList numbers() const;
    [[nodiscard]] bool prefetch() const { return m_prefetch; }
    void setPrefetch(bool prefetch);
    // Whether a mouse's wheel moves the slide (and zooms with Ctrl) instead of zooming.
    [[nodiscard]] bool wheelMoves() const { return m_wheelMoves; }
    void setWheelMoves(bool moves);
    [[nodiscard]] bool anyKept() const;

    // Keeps a value, clamped to the bounds of that number. Numbers of threads change at the next start, all others at
    // once.
    Q_INVOKABLE void set(int number, int value);
    Q_INVOKABLE void reset(int number);
    Q_INVOKABLE void resetAll();

signals:
    void changed();

private:
    [[nodiscard]] int chosen(std::size_t number) const;    // 0: what is best for this machine
    [[nodiscard]] int standard(std::size_t number) const;  // best for this machine with the other choices
    [[nodiscard]] int value(std::size_t number) const;
    void apply();

    QSettings m_settings;
    const Machine m_machine;
    std::array<int, kNumbers> m_given{};    // on the command line; 0: not given
    std::array<int, kNumbers> m_kept{};     // 0: none
    std::array<int, kNumbers> m_running{};  // since the program was started
    bool m_prefetch = true;
    bool m_wheelMoves = false;
    std::shared_ptr<SlideEngine> m_engine;
};

}  // namespace origami
