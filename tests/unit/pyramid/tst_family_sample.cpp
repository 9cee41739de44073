#include "core/pyramid/family_sample.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace origami;

class TestFamilySample : public QObject {
    Q_OBJECT

private slots:
    void allOfAFewInOrder() {
        const std::vector<FamilyId> expected{{0, 0}, {1, 0}, {2, 0}, {0, 1}, {1, 1}, {2, 1}};
        QCOMPARE(sampleFamilies({3, 2}, 6), expected);
        QCOMPARE(sampleFamilies({3, 2}, 100), expected);
        QCOMPARE(sampleFamilies({3, 2}, 100, 7), expected);
    }

    void middlesWithoutASeed() {
        // 10 x 10 in 4 stretches of 25: 12, 37, 62, 87.
        const std::vector<FamilyId> expected{{2, 1}, {7, 3}, {2, 6}, {7, 8}};
        QCOMPARE(sampleFamilies({10, 10}, 4), expected);
    }

    void oneOfEachStretchWithASeed_data() {
        QTest::addColumn<int>("count");
        for (const int count : {1, 3, 7, 64, 999}) {
            QTest::addRow("%d", count) << count;
        }
    }
    void oneOfEachStretchWithASeed() {
        QFETCH(const int, count);
        const std::int64_t width = 40;
        const std::int64_t all = width * 25;
        std::vector<FamilyId> first;
        bool differs = false;
        for (const std::uint64_t seed : {1U, 2U, 3U}) {
            const std::vector<FamilyId> families = sampleFamilies({width, 25}, count, seed);
            QCOMPARE(static_cast<int>(families.size()), count);
            for (std::int64_t i = 0; i < count; ++i) {
                const FamilyId family = families[static_cast<std::size_t>(i)];
                QVERIFY(family.x >= 0 && family.x < width);
                const std::int64_t index = family.y * width + family.x;
                QVERIFY(index >= i * all / count && index < (i + 1) * all / count);
            }
            QCOMPARE(sampleFamilies({width, 25}, count, seed), families);
            differs |= !first.empty() && families != first;
            first = families;
        }
        QVERIFY(differs);
    }

    // std::mt19937_64 as the standard defines it: its 10000th number with the default seed is 9981545732273789042.
    void seedsAreTheSameEverywhere() {
        const std::int64_t width = 1 << 14;
        const std::int64_t height = 1 << 14;
        constexpr int kCount = 10'000;
        const FamilyId last = sampleFamilies({width, height}, kCount, std::mt19937_64::default_seed).back();
        const std::int64_t start = (kCount - 1) * width * height / kCount;
        const std::uint64_t length = static_cast<std::uint64_t>(width * height - start);
        QCOMPARE(last.y * width + last.x, start + static_cast<std::int64_t>(9981545732273789042ULL % length));
    }
};

QTEST_APPLESS_MAIN(TestFamilySample)
#include "tst_family_sample.moc"
