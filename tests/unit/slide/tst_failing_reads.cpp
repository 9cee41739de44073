// Disks and shares that fail for a while: every reader says that it was the disk, and reads on once it is back.
#include "tests/support/failing_reads.h"
#include "tests/support/small_slides.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>

using namespace origami;
using test::FailingReads;
namespace fs = std::filesystem;

class TestFailingReads : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    std::vector<test::SmallSlide> m_slides;

    void addSlides() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < m_slides.size(); ++i) {
#ifndef __linux__
            if (m_slides[i].name == "OpenSlide" || m_slides[i].name == "TIFF levels") {
                continue;  // its reads cannot be made to fail here
            }
#endif
            QTest::addRow("%s", m_slides[i].name.c_str()) << static_cast<int>(i);
        }
    }
    [[nodiscard]] const test::SmallSlide& slideAt(int index) const {
        return m_slides[static_cast<std::size_t>(index)];
    }

private slots:
    void initTestCase() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_slides = test::smallSlides(fs::path(m_temporary->path().toStdString()));
    }

    void anOpenSlideHeals_data() {
        addSlides();
    }
    void anOpenSlideHeals() {
        QFETCH(int, index);
        const test::SmallSlide& file = slideAt(index);
        const Result<std::shared_ptr<const Slide>> slide = openSlide(file.path, file.options);
        QVERIFY2(slide, slide ? "" : slide.error().message.c_str());
        const auto nothing = [](const std::string&, const Error& error) { QFAIL(error.message.c_str()); };
        const int whole = test::readEverything(**slide, nothing);
        QVERIFY(whole > 0);
        for (const int errnoValue : {EIO, ETIMEDOUT, ESTALE}) {
            int errors = 0;
            int readFailures = 0;
            {
                const FailingReads failing(errnoValue);
                test::readEverything(**slide, [&](const std::string& what, const Error& error) {
                    ++errors;
                    QVERIFY2(error.code == ErrorCode::Io, (what + ": " + error.message).c_str());
                    QVERIFY(error.mayPass());
                    QVERIFY(error.message.find(file.path.parent_path().string()) != std::string::npos);
                });
                readFailures = FailingReads::failed();
            }
            // A plain image was read when it was opened.
            QCOMPARE(errors > 0, (*slide)->info().format != SlideFormat::Image);
            QCOMPARE(readFailures > 0, errors > 0);
            QCOMPARE(test::readEverything(**slide, nothing), whole);
        }
    }

    // OpenSlide's handle answers nothing after an error, which any thread may have met.
    void manyThreadsHealTogether() {
#ifndef __linux__
        QSKIP("the reads of a library cannot be made to fail here");
#endif
        const auto file = std::ranges::find(m_slides, "OpenSlide", &test::SmallSlide::name);
        const Result<std::shared_ptr<const Slide>> slide = openSlide(file->path, file->options);
        QVERIFY(slide);
        std::atomic<int> wrong{0};
        std::atomic<int> errors{0};
        std::atomic<bool> isDone{false};
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&] {
                while (!isDone) {
                    test::readEverything(**slide, [&](const std::string&, const Error& error) {
                        ++errors;
                        wrong += error.code == ErrorCode::Io ? 0 : 1;
                    });
                }
            });
        }
        for (int i = 0; i < 50; ++i) {
            const int before = errors;
            const FailingReads failing(EIO, i);
            while (errors == before) {
                std::this_thread::yield();
            }
        }
        isDone = true;
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(wrong.load(), 0);
        test::readEverything(**slide, [](const std::string&, const Error& error) { QFAIL(error.message.c_str()); });
    }

    // Wherever the disk begins to fail, the slide does not open as something else, nor without what it could not read.
    void openingFailsWithTheDisk_data() {
        addSlides();
    }
    void openingFailsWithTheDisk() {
        QFETCH(int, index);
        const test::SmallSlide& file = slideAt(index);
        const Result<std::shared_ptr<const Slide>> whole = openSlide(file.path, file.options);
        QVERIFY(whole);
        bool hasFailed = true;
        int refused = 0;
        for (int after = 0; hasFailed; ++after) {
            const FailingReads failing(EIO, after);
            const Result<std::shared_ptr<const Slide>> slide = openSlide(file.path, file.options);
            hasFailed = FailingReads::failed() > 0;
            if (!slide) {
                ++refused;
                QVERIFY2(slide.error().code == ErrorCode::Io, slide.error().message.c_str());
                continue;
            }
            QCOMPARE((*slide)->info().format, (*whole)->info().format);
            QCOMPARE((*slide)->info().formatDetail, (*whole)->info().formatDetail);
            QVERIFY((*slide)->info().properties == (*whole)->info().properties);
            QCOMPARE((*slide)->originOf(0), (*whole)->originOf(0));
        }
        QVERIFY(refused > 0);
    }

    void aFileThatBecomesShorterHasChanged() {
        const fs::path path = m_slides.front().path.parent_path() / "cut.tif";
        fs::copy_file(m_slides.front().path, path);
        const Result<std::shared_ptr<const Slide>> slide = openSlide(path);
        QVERIFY(slide);
        QVERIFY(!(*slide)->hasChanged());
        fs::resize_file(path, 100);
        const Result<FamilyStreams> family = (*slide)->readFamily({0, 0});
        QVERIFY(!family);
        QCOMPARE(family.error().code, ErrorCode::Truncated);
        QVERIFY2(family.error().message.find("has been changed since it was opened") != std::string::npos,
                 family.error().message.c_str());
        QVERIFY((*slide)->hasChanged());
    }

    void everyKindNoticesChanges_data() {
        addSlides();
    }
    void everyKindNoticesChanges() {
        QFETCH(int, index);
        const test::SmallSlide& file = slideAt(index);
        const Result<std::shared_ptr<const Slide>> slide = openSlide(file.path, file.options);
        QVERIFY(slide);
        QVERIFY(!(*slide)->hasChanged());
        const fs::path touched = fs::is_directory(file.path) ? file.path / "baseline_pyramid.dzi" : file.path;
        const fs::file_time_type then = fs::last_write_time(touched);
        fs::last_write_time(touched, then + std::chrono::hours(1));
        QVERIFY((*slide)->hasChanged());
        fs::last_write_time(touched, then);
        QVERIFY(!(*slide)->hasChanged());
    }

    void aBundleIsWatched() {
        const auto bundle = std::ranges::find(m_slides, "bundle", &test::SmallSlide::name);
        const Result<std::shared_ptr<const Slide>> slide = openSlide(bundle->path);
        QVERIFY(slide);
        test::write(bundle->path / "residual_packs" / "residuals.bundle", "something else");
        QVERIFY((*slide)->hasChanged());
    }
};

QTEST_APPLESS_MAIN(TestFailingReads)
#include "tst_failing_reads.moc"
