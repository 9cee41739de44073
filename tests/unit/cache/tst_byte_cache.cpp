// The cache's budget, its order of eviction and its pins; random operations against a slow model; many threads.
#include "core/cache/byte_cache.h"
#include "tests/support/failing_allocations.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <map>
#include <new>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>

using namespace origami;

namespace {

using Cache = ByteCache<int, std::string>;

Cache::Pointer text(const std::string& value) {
    return std::make_shared<const std::string>(value);
}

// The keys that are in the cache, without using them.
std::vector<int> keysIn(const Cache& cache) {
    std::vector<int> keys;
    for (int key = 0; key < 100; ++key) {
        if (cache.contains(key)) {
            keys.push_back(key);
        }
    }
    return keys;
}

// The documented behaviour in the plainest form: one list in order of use, searched from end to end.
class Model {
public:
    explicit Model(std::size_t limit) : m_limit(limit) {}

    void insert(int key, std::size_t bytes, bool isLong) {
        erase(key);
        m_entries.push_back({key, bytes, !isPinned(key) ? kAhead : isLong ? kStaying : kPassing, isLong});
        shrink();
    }
    bool find(int key) {
        const auto entry = std::ranges::find(m_entries, key, &Entry::key);
        if (entry == m_entries.end()) {
            return false;
        }
        std::rotate(entry, entry + 1, m_entries.end());
        return true;
    }
    void setPinned(std::size_t owner, const std::vector<int>& keys) {
        for (const int key : std::set(keys.begin(), keys.end())) {
            const auto entry = std::ranges::find(m_entries, key, &Entry::key);
            if (entry == m_entries.end() || isPinned(key)) {
                continue;
            }
            m_hits += entry->rank == kAhead ? 1 : 0;
            entry->rank = entry->rank == kAhead && !entry->isLong ? kPassing : kStaying;
            find(key);
            m_pins[owner].insert(key);
        }
        m_pins[owner] = {keys.begin(), keys.end()};
        shrink();
    }
    void erase(int key) {
        m_wasted += std::erase_if(m_entries, [key](const Entry& e) { return e.key == key && e.rank == kAhead; });
        std::erase_if(m_entries, [key](const Entry& entry) { return entry.key == key; });
    }
    [[nodiscard]] std::size_t bytes(bool pinnedOnly = false) const {
        std::size_t sum = 0;
        for (const Entry& entry : m_entries) {
            sum += !pinnedOnly || isPinned(entry.key) ? entry.bytes : 0;
        }
        return sum;
    }
    [[nodiscard]] std::vector<int> keys() const {
        std::vector<int> keys;
        std::ranges::transform(m_entries, std::back_inserter(keys), &Entry::key);
        std::ranges::sort(keys);
        return keys;
    }
    [[nodiscard]] std::int64_t hits() const { return m_hits; }
    [[nodiscard]] std::int64_t wasted() const { return static_cast<std::int64_t>(m_wasted); }

private:
    enum Rank { kAhead, kPassing, kStaying };
    struct Entry {
        int key;
        std::size_t bytes;
        Rank rank;
        bool isLong;
    };
    [[nodiscard]] bool isPinned(int key) const {
        return std::ranges::any_of(m_pins, [key](const auto& pins) { return pins.second.contains(key); });
    }
    [[nodiscard]] std::size_t bytesOf(Rank rank) const {
        std::size_t sum = 0;
        for (const Entry& entry : m_entries) {
            sum += entry.rank == rank ? entry.bytes : 0;
        }
        return sum;
    }
    void shrink() {
        const std::pair<Rank, std::size_t> steps[] = {
            {kAhead, m_limit / 4}, {kPassing, m_limit / 4}, {kStaying, 0}, {kPassing, 0}, {kAhead, 0}};
        for (const auto& [rank, share] : steps) {
            while (bytes() > m_limit && bytesOf(rank) > share) {
                const auto oldest = std::ranges::find_if(m_entries, [this, rank = rank](const Entry& entry) {
                    return entry.rank == rank && !isPinned(entry.key);
                });
                if (oldest == m_entries.end()) {
                    break;
                }
                erase(oldest->key);
            }
        }
    }
    std::size_t m_limit;
    std::vector<Entry> m_entries;  // least recently used first
    std::map<std::size_t, std::set<int>> m_pins;
    std::int64_t m_hits = 0;
    std::size_t m_wasted = 0;
};

}  // namespace

class ByteCacheTest : public QObject {
    Q_OBJECT
private slots:
    void keepsWhatItIsGiven() {
        Cache cache(100);
        QVERIFY(!cache.find(1));
        cache.insert(1, text("one"), 40);
        const Cache::Pointer found = cache.find(1);
        QVERIFY(found);
        QCOMPARE(*found, std::string("one"));
        QVERIFY(cache.contains(1));
        QVERIFY(!cache.contains(2));
        QCOMPARE(cache.contains(std::vector{2, 1, 1}), (std::vector<bool>{false, true, true}));
        QCOMPARE(cache.bytes(), std::size_t{40});
        QCOMPARE(cache.count(), std::size_t{1});
        QCOMPARE(cache.limit(), std::size_t{100});
    }

    void theBudgetMayBeUsedUpToItsLastByte() {
        Cache cache(100);
        cache.insert(1, text("a"), 60);
        cache.insert(2, text("b"), 40);
        QCOMPARE(keysIn(cache), (std::vector{1, 2}));
        cache.insert(3, text("c"), 1);
        QCOMPARE(keysIn(cache), (std::vector{2, 3}));
        QCOMPARE(cache.bytes(), std::size_t{41});
    }

    void whatWasUsedLongestAgoGoesFirst() {
        Cache cache(30);
        cache.insert(1, text("a"), 10);
        cache.insert(2, text("b"), 10);
        cache.insert(3, text("c"), 10);
        QVERIFY(cache.find(1));
        QVERIFY(cache.contains(2));  // no use
        cache.insert(4, text("d"), 10);
        QCOMPARE(keysIn(cache), (std::vector{1, 3, 4}));
        cache.insert(5, text("e"), 20);
        QCOMPARE(keysIn(cache), (std::vector{4, 5}));
    }

    void aSmallerBudgetTakesEffectAtOnce() {
        Cache cache(100);
        cache.insert(1, text("a"), 40);
        cache.insert(2, text("b"), 40);
        cache.setPinned(7, {1});
        cache.setLimit(40);
        QCOMPARE(keysIn(cache), (std::vector{1}));
        QCOMPARE(cache.limit(), std::size_t{40});
        cache.setLimit(80);
        cache.insert(3, text("c"), 40);
        QCOMPARE(keysIn(cache), (std::vector{1, 3}));
    }

    void theSameKeyIsReplaced() {
        Cache cache(100);
        cache.insert(1, text("old"), 90);
        const Cache::Pointer held = cache.find(1);
        QVERIFY(held);
        cache.insert(1, text("new"), 20);
        const Cache::Pointer found = cache.find(1);
        QVERIFY(found);
        QCOMPARE(*found, std::string("new"));
        QCOMPARE(cache.bytes(), std::size_t{20});
        QCOMPARE(cache.count(), std::size_t{1});
        QCOMPARE(*held, std::string("old"));
    }

    void replacingCountsAsUse() {
        Cache cache(20);
        cache.insert(1, text("a"), 10);
        cache.insert(2, text("b"), 10);
        cache.insert(1, text("c"), 10);
        cache.insert(3, text("d"), 10);
        QCOMPARE(keysIn(cache), (std::vector{1, 3}));
    }

    void whatIsLargerThanTheBudgetIsNotKept() {
        Cache cache(100);
        cache.insert(1, text("huge"), 101);
        QVERIFY(!cache.find(1));
        QCOMPARE(cache.bytes(), std::size_t{0});
        cache.insert(2, text("small"), 10);
        QCOMPARE(keysIn(cache), std::vector{2});
    }

    void anEvictedValueLivesWhileItIsHeld() {
        Cache cache(10);
        cache.insert(1, text("a"), 10);
        const Cache::Pointer held = cache.find(1);
        QVERIFY(held);
        cache.insert(2, text("b"), 10);
        QVERIFY(!cache.contains(1));
        QCOMPARE(*held, std::string("a"));
    }

    void whatIsPinnedStays() {
        Cache cache(30);
        cache.setPinned(7, {1, 2});  // before they are there
        cache.insert(1, text("a"), 10);
        cache.insert(2, text("b"), 10);
        cache.insert(3, text("c"), 10);
        cache.insert(4, text("d"), 10);
        QCOMPARE(keysIn(cache), (std::vector{1, 2, 4}));
        cache.setPinned(7, {1, 2, 5});
        cache.insert(5, text("e"), 25);  // the pins alone are over the budget
        QCOMPARE(keysIn(cache), (std::vector{1, 2, 5}));
        QCOMPARE(cache.bytes(), std::size_t{45});
        cache.insert(6, text("f"), 1);
        QVERIFY(!cache.contains(6));
        cache.setPinned(7, {});
        QCOMPARE(keysIn(cache), std::vector{5});
    }

    void aKeyIsPinnedAsLongAsAnyOwnerPinsIt() {
        Cache cache(10);
        cache.setPinned(1, {5, 5});  // twice by the same owner
        cache.setPinned(2, {5});
        cache.insert(5, text("a"), 10);
        cache.setPinned(1, {6});
        cache.insert(7, text("b"), 10);
        QCOMPARE(keysIn(cache), std::vector{5});
        cache.setPinned(2, {7});
        cache.insert(7, text("b"), 10);
        QCOMPARE(keysIn(cache), std::vector{7});
    }

    void erasesWhatThePredicateNames() {
        Cache cache(100);
        for (int key = 0; key < 10; ++key) {
            cache.insert(key, text("x"), 10);
        }
        cache.setPinned(1, {2, 3});
        cache.eraseIf([](int key) { return key % 2 == 0; });
        QCOMPARE(keysIn(cache), (std::vector{1, 3, 5, 7, 9}));
        QCOMPARE(cache.bytes(), std::size_t{50});
        // The order of use is intact: the oldest goes.
        cache.insert(50, text("y"), 60);
        QCOMPARE(keysIn(cache), (std::vector{3, 5, 7, 9, 50}));
    }

    // A pan shows one column after the other, each for a while.
    void aLongPanDrivesOutNeitherTheOverviewNorWhatIsReturnedTo() {
        Cache cache(200);
        cache.setPinned(1, {1, 2});
        cache.insert(1, text("coarse"), 20, true);
        cache.insert(2, text("place"), 20);
        cache.setPinned(1, {});
        cache.setPinned(1, {2});  // returned to
        for (int column = 10; column < 60; ++column) {
            cache.setPinned(1, {column});
            cache.insert(column, text("passing"), 20);
        }
        QVERIFY(cache.contains(1));
        QVERIFY(cache.contains(2));
        QVERIFY(cache.contains(59));
        QVERIFY(!cache.contains(40));
        QCOMPARE(cache.bytes(), std::size_t{200});
    }

    void whatWasMadeAheadGoesFirstBeyondItsShare() {
        Cache cache(100);
        cache.setPinned(1, {1});
        cache.insert(1, text("shown"), 60);
        cache.setPinned(1, {});
        for (int key = 10; key < 20; ++key) {
            cache.insert(key, text("ahead"), 10);
        }
        QVERIFY(cache.contains(1));
        QCOMPARE(cache.aheadUse().waiting, std::size_t{4});
        QCOMPARE(cache.aheadUse().wasted, std::int64_t{6});
        cache.setPinned(1, {18, 19});
        QCOMPARE(cache.aheadUse().hits, std::int64_t{2});
        QCOMPARE(cache.aheadUse().waitingBytes, std::size_t{20});
    }

    void behavesAsTheModelDoes() {
        std::mt19937 random(11);
        const auto below = [&](int n) { return std::uniform_int_distribution(0, n - 1)(random); };
        for (int round = 0; round < 20; ++round) {
            constexpr std::size_t kLimit = 200;
            Cache cache(kLimit);
            Model model(kLimit);
            for (int step = 0; step < 500; ++step) {
                const int key = below(40);
                switch (below(8)) {
                    case 0: {
                        std::vector<int> keys;
                        for (int i = below(6); i > 0; --i) {
                            keys.push_back(below(40));
                        }
                        const auto owner = static_cast<std::size_t>(below(3));
                        cache.setPinned(owner, keys);
                        model.setPinned(owner, keys);
                        break;
                    }
                    case 1:
                        cache.eraseIf([key](int other) { return other == key; });
                        model.erase(key);
                        break;
                    case 2:
                    case 3:
                    case 4: QCOMPARE(cache.find(key) != nullptr, model.find(key)); break;
                    default: {
                        const auto bytes = static_cast<std::size_t>(below(60));
                        const bool isLong = below(4) == 0;
                        cache.insert(key, text(std::to_string(step)), bytes, isLong);
                        model.insert(key, bytes, isLong);
                        break;
                    }
                }
                QCOMPARE(keysIn(cache), model.keys());
                QCOMPARE(cache.bytes(), model.bytes());
                QCOMPARE(cache.aheadUse().hits, model.hits());
                QCOMPARE(cache.aheadUse().wasted, model.wasted());
                QVERIFY(cache.bytes() <= std::max(kLimit, model.bytes(true)));
            }
        }
    }

    // Whatever allocation fails, the cache is as it was, and goes on.
    void aLackOfMemoryChangesNothing() {
        using test::FailingAllocation;
        for (const int key : {1, 3}) {  // is there already; is new
            for (std::int64_t n = 1, failed = 1; failed > 0; ++n) {
                Cache cache(100);
                cache.setPinned(7, {2, 3});
                cache.insert(1, text("one"), 40);
                cache.insert(2, text("two"), 50);
                const Cache::Pointer value = text("new");
                const Cache::Pointer before = cache.find(key);
                {
                    const FailingAllocation failing(n, FailingAllocation::Kind::Once);
                    try {
                        cache.insert(key, value, 45);
                        failed = 0;
                    } catch (const std::bad_alloc&) {
                        ++failed;
                    }
                }
                QCOMPARE(failed == 0, !FailingAllocation::hasFailed());
                QVERIFY(failed == 0 || n < 10);
                if (failed > 0) {
                    QCOMPARE(keysIn(cache), (std::vector{1, 2}));
                    QCOMPARE(cache.find(key), before);
                    QCOMPARE(cache.bytes(), std::size_t{90});
                    QCOMPARE(cache.count(), std::size_t{2});
                    QCOMPARE(cache.aheadUse().waitingBytes, std::size_t{40});
                    QCOMPARE(cache.aheadUse().wasted, std::int64_t{0});
                    cache.insert(key, value, 45);
                }
                // Key 1 is not pinned: it goes if it is in the way.
                QCOMPARE(keysIn(cache), key == 1 ? (std::vector{1, 2}) : (std::vector{2, 3}));
                QCOMPARE(cache.find(key), value);
                QCOMPARE(cache.bytes(), std::size_t{95});
            }
        }
    }

    void aLackOfMemoryKeepsThePins() {
        using test::FailingAllocation;
        Cache cache(100);
        cache.setPinned(7, {1});
        cache.insert(1, text("one"), 60);
        std::vector<int> others{2};
        {
            const FailingAllocation failing(1, FailingAllocation::Kind::Once);
            QVERIFY_EXCEPTION_THROWN(cache.setPinned(8, std::move(others)), std::bad_alloc);
        }
        cache.insert(2, text("two"), 60);
        QCOMPARE(keysIn(cache), std::vector{1});
    }

    void manyThreadsUseItAtOnce() {
        constexpr std::size_t kLimit = 2000;
        constexpr std::size_t kPinnedBytes = 4 * 2 * 30;  // threads x pins x largest entry
        ByteCache<int, int> cache(kLimit);
        std::atomic<int> wrong{0};
        std::vector<std::thread> threads;
        for (unsigned thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&, thread] {
                std::mt19937 random(thread);
                const auto below = [&](int n) { return std::uniform_int_distribution(0, n - 1)(random); };
                for (int step = 0; step < 20'000; ++step) {
                    const int key = below(500);
                    const std::shared_ptr<const int> value = cache.find(key);
                    wrong += value && *value != key * 3 ? 1 : 0;
                    if (!value) {
                        cache.insert(key, std::make_shared<const int>(key * 3), static_cast<std::size_t>(1 + key % 30));
                    }
                    if (step % 16 == 0) {
                        cache.setPinned(thread, {below(500), below(500)});
                    }
                    if (step % 512 == 0) {
                        cache.eraseIf([key](int other) { return other % 50 == key % 50; });
                    }
                    wrong += cache.bytes() > kLimit + kPinnedBytes ? 1 : 0;
                }
                cache.setPinned(thread, {});
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(wrong.load(), 0);
        QVERIFY(cache.bytes() <= kLimit);
        std::size_t bytes = 0;
        std::size_t count = 0;
        for (int key = 0; key < 500; ++key) {
            if (cache.contains(key)) {
                bytes += static_cast<std::size_t>(1 + key % 30);
                ++count;
            }
        }
        QCOMPARE(cache.bytes(), bytes);
        QCOMPARE(cache.count(), count);
    }
};

QTEST_APPLESS_MAIN(ByteCacheTest)
#include "tst_byte_cache.moc"
