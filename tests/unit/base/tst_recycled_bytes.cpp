#include "core/base/recycled_bytes.h"

#include <QTest>

#include <thread>
#include <vector>

using namespace origami;

class RecycledBytesTest : public QObject {
    Q_OBJECT

private slots:
    void areEmptyWithRoom() {
        RecycledBytes buffers(4);
        for (const std::size_t capacity :
             {std::size_t{0}, std::size_t{1}, std::size_t{100'000}, std::size_t{9 << 20}}) {
            std::shared_ptr<Bytes> bytes = buffers.take(capacity);
            QVERIFY(bytes->empty());
            QVERIFY(bytes->capacity() >= capacity);
            bytes->resize(capacity);  // is there for the next one, and is not to be seen there
        }
    }

    void comeBackFromTheirLastOwner() {
        RecycledBytes buffers(4);
        std::shared_ptr<Bytes> first = buffers.take(100'000);
        first->resize(50'000);
        const std::byte* const memory = first->data();
        std::shared_ptr<const Bytes> second = first;
        first.reset();
        QVERIFY(buffers.take(100'000)->data() != memory);  // somebody has it still
        second.reset();
        std::shared_ptr<Bytes> again = buffers.take(90'000);
        again->resize(1);
        QCOMPARE(again->data(), memory);
    }

    void smallOnesDoNotServeForLargeOnes() {
        RecycledBytes buffers(4);
        (void)buffers.take(1000);
        QVERIFY(buffers.take(100'000)->capacity() >= 100'000);
    }

    void onlySoManyAreKept() {
        constexpr std::size_t kKept = 3;
        RecycledBytes buffers(kKept);
        std::vector<std::shared_ptr<Bytes>> taken;
        for (int i = 0; i < 10; ++i) {
            taken.push_back(buffers.take(1000));
        }
        QCOMPARE(buffers.kept(), std::size_t{0});
        taken.clear();
        QCOMPARE(buffers.kept(), kKept);
        (void)buffers.take(std::size_t{64} << 20U);
        QCOMPARE(buffers.kept(), kKept);
        taken.push_back(buffers.take(1000));
        (void)buffers.take(std::size_t{64} << 20U);  // there was room for it, but it is large
        QCOMPARE(buffers.kept(), kKept - 1);
    }

    void mayOutliveWhereTheyComeFrom() {
        std::shared_ptr<Bytes> bytes;
        {
            RecycledBytes buffers(4);
            bytes = buffers.take(10);
        }
        bytes->resize(10);
        bytes.reset();
    }

    void manyThreadsTakeThem() {
        RecycledBytes buffers(2);
        std::vector<std::thread> threads;
        std::vector<int> wrong(4);
        for (int number = 0; number < 4; ++number) {
            threads.emplace_back([&, number] {
                for (int i = 0; i < 2000; ++i) {
                    const std::shared_ptr<Bytes> bytes = buffers.take(100);
                    bytes->assign(100, static_cast<std::byte>(number));
                    for (const std::byte each : *bytes) {
                        wrong[static_cast<std::size_t>(number)] += each == static_cast<std::byte>(number) ? 0 : 1;
                    }
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(wrong, std::vector<int>(4, 0));
    }
};

QTEST_APPLESS_MAIN(RecycledBytesTest)
#include "tst_recycled_bytes.moc"
