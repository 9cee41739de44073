// The origami program as scripts see it: exit codes, streams, files, and one sentence for every bad input.
#include "core/codec/png.h"
#include "tests/support/files.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace origami;
namespace fs = std::filesystem;

namespace {

constexpr int kPatienceMs = 60'000;

struct Run {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Run runOrigami(const QStringList& arguments) {
    QProcess process;
    process.start(QStringLiteral(ORIGAMI_COMMAND), arguments);
    if (!process.waitForFinished(kPatienceMs) || process.exitStatus() != QProcess::NormalExit) {
        qFatal("origami %s crashed or hung", qPrintable(arguments.join(' ')));
    }
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

QString text(const fs::path& path) {
    return QString::fromStdString(path.string());
}

QJsonObject json(const Run& run) {
    return QJsonDocument::fromJson(run.out).object();
}

fs::path onlyFolderOf(const fs::path& slide, const std::string& prefix) {
    for (const auto& entry : fs::directory_iterator(slide)) {
        if (entry.path().filename().string().starts_with(prefix)) {
            return entry.path();
        }
    }
    qFatal("%s has no %s", slide.c_str(), prefix.c_str());
}

}  // namespace

class TestCommands : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_temporary;
    fs::path m_folder;

    [[nodiscard]] fs::path at(const char* name) const { return m_folder / name; }
    [[nodiscard]] Run region(const fs::path& slide, const fs::path& out, int width, int height,
                             const QStringList& more = {}) const {
        return runOrigami(QStringList{"region", text(slide), text(out), "--x", "0", "--y", "0", "--width",
                                      QString::number(width), "--height", QString::number(height)} +
                          more);
    }

private slots:
    void initTestCase() {
        if (!test::hasSharedSlides()) {
            QSKIP(test::kNoSharedSlides);
        }
    }

    void init() {
        static int count = 0;
        m_folder = fs::path(m_temporary.path().toStdString()) / ("Fälle " + std::to_string(count++));
        fs::create_directories(m_folder);
    }

    void helpAndVersionSucceed() {
        QCOMPARE(runOrigami({"--help"}).code, 0);
        QVERIFY(runOrigami({"--version"}).out.contains("."));
        for (const char* const verb : {"info", "region", "verify", "bench", "synth", "encode"}) {
            const Run run = runOrigami({verb, "--help"});
            QCOMPARE(run.code, 0);
            QVERIFY(run.out.contains("Usage"));
        }
    }

    void wrongUsageExitsWith2_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("nothing") << QStringList{};
        QTest::newRow("unknown verb") << QStringList{"frobnicate"};
        QTest::newRow("no slide") << QStringList{"info"};
        QTest::newRow("unknown option") << QStringList{"info", "--frobnicate", "x"};
        QTest::newRow("not a number") << QStringList{"synth", "x", "--size", "abc"};
        QTest::newRow("no such view") << QStringList{"region",  "x", "y",        "--x", "0",      "--y", "0",
                                                     "--width", "1", "--height", "1",   "--view", "z"};
    }
    void wrongUsageExitsWith2() {
        QFETCH(const QStringList, arguments);
        const Run run = runOrigami(arguments);
        QCOMPARE(run.code, 2);
        QVERIFY(run.out.isEmpty());
        QCOMPARE(run.err.count('\n'), 1);
        // What is wrong is named.
        QVERIFY2(arguments.isEmpty() || run.err.contains(arguments.contains("--view") ? "--view" : "frobnicate") ||
                     run.err.contains("SLIDE") || run.err.contains("--size"),
                 run.err.constData());
    }

    void controlCharactersInNamesStayOutOfTheTerminal() {
        const fs::path slide = m_folder / "new\nline\x1b[31m.svs";
        const Run run = runOrigami({"info", text(slide)});
        QCOMPARE(run.code, 1);
        QCOMPARE(run.err.count('\n'), 1);
        QVERIFY(!run.err.contains('\x1b'));
        test::copyOf(test::sharedSlide("origami-packs"), m_folder / "a\nb\x1b");
        QVERIFY(runOrigami({"info", text(m_folder / "a\nb\x1b")}).out.contains("a b \n"));
    }

    void infoTellsWhatTheSlideIs() {
        const QJsonObject svs = json(runOrigami({"info", text(test::sharedSlide("CMU-1-Small-Region.svs")), "--json"}));
        QCOMPARE(svs["vendor"].toString(), QString("aperio"));
        QCOMPARE(svs["width"].toInt(), 2220);
        QCOMPARE(svs["height"].toInt(), 2967);
        QCOMPARE(svs["mpp_x"].toDouble(), 0.499);
        QCOMPARE(svs["objective_power"].toDouble(), 20.0);
        const QJsonObject packs = json(runOrigami({"info", text(test::sharedSlide("origami-packs")), "--json"}));
        QCOMPARE(packs["families"].toInt(), 4);
        QCOMPARE(packs["residuals"].toObject()["present"].toInt(), 4);
        QCOMPARE(packs["residuals"].toObject()["missing"].toInt(), 0);
        QCOMPARE(packs["levels"].toArray().size(), 4);
    }

    void theThreeLayoutsGiveTheSamePicture_data() {
        QTest::addColumn<QString>("view");
        QTest::newRow("reconstructed") << "reconstructed";
        QTest::newRow("prediction") << "prediction";
        QTest::newRow("residual") << "residual";
    }
    void theThreeLayoutsGiveTheSamePicture() {
        QFETCH(const QString, view);
        Bytes expected;
        for (const char* const name : {"origami-packs", "origami-bundle", "origami-loose"}) {
            const Run run = region(test::sharedSlide(name), at("out.png"), 2048, 2048, {"--view", view});
            QVERIFY2(run.code == 0, run.err.constData());
            const Bytes picture = test::read(at("out.png"));
            QVERIFY(expected.empty() || picture == expected);
            expected = picture;
        }
    }

    void verifyFindsNothingWrongWithGoodSlides() {
        for (const char* const name : {"origami-packs", "origami-bundle", "origami-loose", "CMU-1-Small-Region.svs"}) {
            const Run run = runOrigami({"verify", text(test::sharedSlide(name)), "--json"});
            QVERIFY2(run.code == 0, run.err.constData());
            QCOMPARE(json(run)["tiles_bad"].toInt(-1), 0);
            QVERIFY(json(run)["tiles_checked"].toInt() > 80);
            QVERIFY(json(run)["complete"].toBool());
        }
        // 8 x 8 + 4 x 4 + 2 x 2 + 1 tiles, each once.
        QCOMPARE(json(runOrigami({"verify", text(test::sharedSlide("origami-packs")), "--json"}))["tiles_checked"],
                 QJsonValue(85));
    }

    // A few bytes that claim a hundred billion tiles.
    void verifyGivesUpOnHopelessSlides() {
        test::write(at("huge.dzi"), test::deepZoomXml("16000000", "16000000", "16"));
        fs::create_directories(at("huge_files") / "0");
        const Run run = runOrigami({"verify", text(at("huge.dzi")), "--json"});
        QCOMPARE(run.code, 1);
        QCOMPARE(run.err.count('\n'), 1);
        QVERIFY(run.err.contains("the rest was not checked"));
        QCOMPARE(json(run)["complete"], QJsonValue(false));
    }

    // libtiff, inside OpenSlide, warns of tags that it does not know.
    void librariesPrintNothing() {
        const fs::path slide = test::copyOf(test::sharedSlide("CMU-1-Small-Region.svs"), at("strange.svs"));
        Bytes bytes = test::read(slide);
        const auto directory = readLittleEndian<std::uint32_t>(bytes, 4).value();
        const auto entries = readLittleEndian<std::uint16_t>(bytes, directory).value();
        const std::size_t last = directory + 2 + 12 * (entries - std::size_t{1});
        bytes[last] = bytes[last + 1] = std::byte{0xFE};  // tags are in order: the last may become a larger one
        test::write(slide, bytes);
        const Run run = runOrigami({"info", text(slide)});
        QCOMPARE(run.code, 0);
        QVERIFY2(run.err.isEmpty(), run.err.constData());
    }

    // Level 0 of a plain image, encoded and read back; every size that makes odd families.
    void encodedSlidesComeBack_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("1 x 1") << 1 << 1;
        QTest::newRow("255 x 257") << 255 << 257;
        QTest::newRow("1025 x 1023") << 1025 << 1023;
    }
    void encodedSlidesComeBack() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        Rgb32Image image(width, height);
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                const auto gray = static_cast<unsigned>(x * 100 / width + y * 100 / height + 20);
                image.view().row(y)[x] = rgb32(gray, gray, gray);
            }
        }
        QVERIFY(writePng(at("source.png"), std::as_const(image).view()));
        const Run encoded = runOrigami({"encode", text(at("source.png")), text(at("slide")), "--format", "directory"});
        QVERIFY2(encoded.code == 0, encoded.err.constData());
        QVERIFY(region(at("slide"), at("out.png"), width, height).code == 0);
        const Bytes png = test::read(at("out.png"));
        const auto back = decodePng(png, std::int64_t{width} * height);
        QVERIFY(back);
        int worst = 0;
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                worst = std::max(worst, std::abs(int{green(back->view().row(y)[x])} - green(image.view().row(y)[x])));
            }
        }
        QVERIFY2(worst <= 6, qPrintable(QString("off by %1 on a smooth ramp").arg(worst)));
    }

    // Exit code 1, one line on stderr that names the slide, nothing on stdout, no output file.
    void badSlidesAreRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("missing") << "missing.svs" << QByteArray();
        QTest::newRow("empty") << "empty.svs" << QByteArray("");
        QTest::newRow("text") << "text.svs" << QByteArray("hello\n");
        QTest::newRow("no XML") << "text.dzi" << QByteArray("hello\n");
        QTest::newRow("absurd size") << "absurd.dzi"
                                     << QByteArray::fromStdString(test::deepZoomXml("4000000000", "4000000000"));
        QTest::newRow("no tiles") << "lonely.dzi" << QByteArray::fromStdString(test::deepZoomXml("1000", "1000"));
    }
    void badSlidesAreRefused() {
        QFETCH(const QString, name);
        QFETCH(const QByteArray, content);
        const fs::path slide = m_folder / name.toStdString();
        if (!content.isNull()) {
            test::write(slide, content.toStdString());
        }
        for (const Run& run : {runOrigami({"info", text(slide)}), runOrigami({"verify", text(slide)}),
                               runOrigami({"bench", text(slide)}), region(slide, at("out.png"), 10, 10),
                               runOrigami({"encode", text(slide), text(at("out"))})}) {
            QCOMPARE(run.code, 1);
            QVERIFY(run.out.isEmpty());
            QVERIFY2(run.err.contains(text(slide).toUtf8()), run.err.constData());
            QCOMPARE(run.err.count('\n'), 1);
        }
        QVERIFY(!fs::exists(at("out.png")));
        QVERIFY(!fs::exists(at("out")));
    }

    // The slide opens, what is damaged is found and named, and no picture is written with a hole in it.
    void damagedFamiliesAreNamed_data() {
        QTest::addColumn<QString>("damage");
        for (const char* const damage : {"cut pack", "LZ4 size", "wrong size", "half JPEG", "no L2 tile"}) {
            QTest::newRow(damage) << damage;
        }
    }
    void damagedFamiliesAreNamed() {
        QFETCH(const QString, damage);
        const bool isLoose = damage == "wrong size" || damage == "half JPEG";
        const fs::path slide =
            test::copyOf(test::sharedSlide(isLoose ? "origami-loose" : "origami-packs"), at("slide"));
        const fs::path pack = slide / "residual_packs" / "0_0.pack";
        fs::path damaged = slide;
        if (damage == "cut pack") {
            test::truncate(pack, 1000);
            damaged = pack;
        } else if (damage == "LZ4 size") {
            Bytes bytes = test::read(pack);
            std::fill_n(bytes.begin(), 4, std::byte{0xFF});
            test::write(pack, bytes);
            damaged = pack;
        } else if (damage == "no L2 tile") {
            damaged = slide / "baseline_pyramid_files" / "9" / "0_0.jpg";
            fs::remove(damaged);
        } else {
            const fs::path tile = onlyFolderOf(slide, "residuals_") / "L0" / "0_0" / "1_1.jpg";
            if (damage == "half JPEG") {
                test::truncate(tile, test::read(tile).size() / 2);
            } else {
                test::write(tile, test::read(slide / "baseline_pyramid_files" / "7" / "0_0.jpg"));
            }
        }
        QCOMPARE(runOrigami({"info", text(slide)}).code, 0);
        const Run verified = runOrigami({"verify", text(slide), "--json"});
        QCOMPARE(verified.code, 1);
        const int bad = json(verified)["tiles_bad"].toInt();
        QVERIFY(isLoose ? bad == 1 : bad >= 20 && bad < 30);
        QCOMPARE(json(verified)["bad"].toArray().size(), bad);
        test::write(at("out.png"), "what was there before");
        const Run rendered = region(slide, at("out.png"), 2048, 2048);
        QCOMPARE(rendered.code, 1);
        QVERIFY2(rendered.err.contains(text(damaged).toUtf8()), rendered.err.constData());
        QCOMPARE(rendered.err.count('\n'), 1);
        QVERIFY(test::read(at("out.png")) == test::bytesOf("what was there before"));
        QCOMPARE(region(slide, at("other.png"), 900, 900, {"--level", "3"}).code, 0);
    }

    void nothingIsOverwrittenUnasked() {
        test::write(at("slide") / "precious.txt", "do not lose me");
        const Run run = runOrigami({"synth", text(at("slide")), "--size", "100x100"});
        QCOMPARE(run.code, 1);
        QVERIFY(run.err.contains(text(at("slide")).toUtf8()));
        QVERIFY(test::read(at("slide") / "precious.txt") == test::bytesOf("do not lose me"));
        const Run nowhere = runOrigami({"synth", text(at("no") / "such" / "place"), "--size", "100x100"});
        QCOMPARE(nowhere.code, 1);
        QCOMPARE(nowhere.err.count('\n'), 1);
    }

    // Ctrl-C: nothing is left behind, neither the target nor what it was being made in.
    void interruptingLeavesNothing() {
        QProcess process;
        process.start(QStringLiteral(ORIGAMI_COMMAND),
                      {"synth", text(at("slide")), "--size", "40000x40000", "--progress", "json"});
        QVERIFY(process.waitForStarted());
        process.setReadChannel(QProcess::StandardError);
        QVERIFY(process.waitForReadyRead(kPatienceMs));  // it is at work
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(kPatienceMs));
        QVERIFY(process.exitStatus() == QProcess::CrashExit || process.exitCode() != 0);
        QVERIFY(fs::is_empty(m_folder));
    }
};

QTEST_GUILESS_MAIN(TestCommands)
#include "tst_commands.moc"
