// Opening and reading each kind of slide while memory runs out at every possible point: a sentence or std::bad_alloc,
// no crash, nothing left behind.
#include "tests/support/failing_allocations.h"
#include "tests/support/small_slides.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <iterator>
#include <new>
#include <optional>

using namespace origami;
using test::FailingAllocation;
namespace fs = std::filesystem;

namespace {

// Open files of this program; 0 where the system does not list them.
std::ptrdiff_t openFiles() {
    std::error_code error;
    return std::distance(fs::directory_iterator("/proc/self/fd", error), fs::directory_iterator());
}

// What an attempt ended with, in as many words as fit into fixed memory.
struct Outcome {
    std::optional<ErrorCode> wrong;  // an error other than that memory ran out
    int pieces = 0;                  // that were read
};

Outcome openAndRead(const test::SmallSlide& slide) {
    Outcome outcome;
    const auto note = [&outcome](const auto&, const Error& error) {
        if (error.code != ErrorCode::OutOfMemory) {
            outcome.wrong = error.code;
        }
    };
    try {
        const Result<std::shared_ptr<const Slide>> opened = openSlide(slide.path, slide.options);
        if (opened) {
            outcome.pieces = test::readEverything(**opened, note);
            static_cast<void>((*opened)->hasChanged());
        } else {
            note("", opened.error());
        }
    } catch (const std::bad_alloc&) {
        // The caller's own memory, or an error that had no room for its words.
    }
    return outcome;
}

}  // namespace

class TestScarceMemory : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_temporary;
    std::vector<test::SmallSlide> m_slides;

private slots:
    void initTestCase() { m_slides = test::smallSlides(fs::path(m_temporary.path().toStdString())); }

    void everyAllocationMayFail_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<bool>("once");
        for (std::size_t i = 0; i < m_slides.size(); ++i) {
            QTest::addRow("%s, one", m_slides[i].name.c_str()) << static_cast<int>(i) << true;
            QTest::addRow("%s, all", m_slides[i].name.c_str()) << static_cast<int>(i) << false;
        }
    }

    void everyAllocationMayFail() {
        QFETCH(int, index);
        QFETCH(bool, once);
        const test::SmallSlide& slide = m_slides[static_cast<std::size_t>(index)];
        const Outcome whole = openAndRead(slide);
        QVERIFY(!whole.wrong && whole.pieces > 0);
        const std::ptrdiff_t filesBefore = openFiles();
        const std::int64_t aliveBefore = FailingAllocation::alive();
        const auto kind = once ? FailingAllocation::Kind::Once : FailingAllocation::Kind::FromThenOn;
        std::int64_t failures = 0;
        for (bool hasFailed = true; hasFailed;) {
            Outcome outcome;
            {
                const FailingAllocation failing(++failures, kind);
                outcome = openAndRead(slide);
                hasFailed = FailingAllocation::hasFailed();
            }
            if (outcome.wrong) {
                QFAIL(qPrintable(QStringLiteral("allocation %1: %2")
                                     .arg(failures)
                                     .arg(QString::fromStdString(std::string(name(*outcome.wrong))))));
            }
            QVERIFY(hasFailed || outcome.pieces == whole.pieces);
        }
        QVERIFY(failures > 20);
        QCOMPARE(FailingAllocation::alive(), aliveBefore);
        QCOMPARE(openFiles(), filesBefore);
    }
};

QTEST_APPLESS_MAIN(TestScarceMemory)
#include "tst_scarce_memory.moc"
