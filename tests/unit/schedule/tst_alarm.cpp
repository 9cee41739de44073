#include "core/schedule/alarm.h"

#include <QTest>

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>

using namespace origami;
using namespace std::chrono_literals;

class AlarmTest : public QObject {
    Q_OBJECT

private slots:
    void ringsAtTheEarliestTime() {
        std::promise<Alarm::Clock::time_point> rang;
        const auto now = Alarm::Clock::now();
        Alarm alarm([&] { rang.set_value(Alarm::Clock::now()); });
        alarm.setFor(now + 24h);
        alarm.setFor(now + 20ms);
        alarm.setFor(now + 48h);
        QVERIFY(rang.get_future().get() >= now + 20ms);
    }

    void mayBeSetAgainWhileItRings() {
        std::promise<void> second;
        std::atomic<int> rings{0};
        Alarm* self = nullptr;
        Alarm alarm([&] {
            if (++rings == 1) {
                self->setFor(Alarm::Clock::now());
            } else {
                second.set_value();
            }
        });
        self = &alarm;
        alarm.setFor(Alarm::Clock::now());
        second.get_future().wait();
    }

    void goesOnAfterAnException() {
        std::promise<void> second;
        std::atomic<int> rings{0};
        Alarm* self = nullptr;
        Alarm alarm([&] {
            self->setFor(Alarm::Clock::now());
            if (++rings == 1) {
                throw std::runtime_error("ring");
            }
            if (rings == 2) {
                second.set_value();
            }
        });
        self = &alarm;
        alarm.setFor(Alarm::Clock::now());
        second.get_future().wait();
        alarm.stop();
    }

    void doesNotRingOnceItIsStopped() {
        std::atomic<bool> rang{false};
        {
            Alarm alarm([&] { rang = true; });
            alarm.setFor(Alarm::Clock::now() + 24h);
            alarm.stop();
            alarm.setFor(Alarm::Clock::now());
        }
        QVERIFY(!rang);
    }
};

QTEST_APPLESS_MAIN(AlarmTest)
#include "tst_alarm.moc"
