// The origami program as scripts see it: exit codes, streams, files, and one sentence for every bad input.
#include "core/codec/png.h"
#include "core/storage/tiff_pyramid.h"
#include "tests/support/files.h"
#include "tests/support/origami_tiff.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
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

qint64 bytesBelow(const fs::path& folder) {
    qint64 bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        bytes += entry.is_regular_file() ? static_cast<qint64>(entry.file_size()) : 0;
    }
    return bytes;
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

    // Two views of 512 x 512 pixels of a square slide, 150 ms apart.
    static void writeTrace(const fs::path& path, const QByteArray& kind, int side = 2048) {
        QFile file(text(path));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QByteArray size = QByteArray::number(side);
        file.write(R"({"name":"t","kind":")" + kind + R"(","slide":{"width":)" + size + R"(,"height":)" + size +
                   R"(},"viewport":{"width":512,"height":512},"views":[{"t_ms":0,"x":100,"y":100,"width":512},)"
                   R"({"t_ms":150,"x":1100,"y":900,"width":512}]})");
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
        for (const char* const verb : {"info", "region", "verify", "compare", "bench", "replay", "synth", "encode"}) {
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

    void anOrigamiTiffIsTold() {
        test::writeTiff(at("slide.tif"), 1025, 1023);
        const QJsonObject tiff = json(runOrigami({"info", text(at("slide.tif")), "--json"}));
        QCOMPARE(tiff["format"].toString(), QString("ORIGAMI TIFF"));
        QCOMPARE(tiff["width"].toInt(), 1025);
        QCOMPARE(tiff["mpp_y"].toDouble(), 0.5);
        QCOMPARE(tiff["families"].toInt(), 2);
        QCOMPARE(tiff["residuals"].toObject()["present"].toInt(), 2);
        QCOMPARE(tiff["bytes_by_level"].toArray().size(), 4);
        QCOMPARE(tiff["levels"].toArray().at(2).toObject()["origin"].toString(), QString("stored"));
    }

    void verifyNamesTilesThatDoNotMatchTheirChecksum() {
        const fs::path slide = at("slide.tif");
        test::writeTiff(slide, 1025, 1023);
        const Result<RandomAccessFile> file = RandomAccessFile::open(slide);
        const Result<TiffPyramid> tiff = readTiffPyramid(*file);
        Bytes bytes = test::read(slide);
        const TiffTile& tile = tiff->images[1].tiles[0];  // of level 3
        bytes[static_cast<std::size_t>(tile.offset + tile.length / 2)] ^= std::byte{1};
        test::write(slide, bytes);
        const Run run = runOrigami({"verify", text(slide), "--json"});
        QCOMPARE(run.code, 1);
        QCOMPARE(json(run)["tiles_bad"].toInt(), 1);
        const QJsonObject bad = json(run)["bad"].toArray().at(0).toObject();
        QCOMPARE(bad["level"].toInt(), 3);
        QVERIFY(bad["message"].toString().contains("do not match their checksum"));
    }

    void benchDecodesTheTilesOfOrdinarySlides() {
        const QJsonObject svs =
            json(runOrigami({"bench", text(test::sharedSlide("CMU-1-Small-Region.svs")), "--families", "2", "--json"}));
        QVERIFY(svs["openslide_ms"].toDouble() > 0);
        QVERIFY(svs["jpeg_tiles_ms"].toDouble() > 0);
        // Without its residuals the directory is an ordinary Deep Zoom.
        test::copyOf(test::sharedSlide("origami-loose/baseline_pyramid.dzi"), at("zoom.dzi"));
        test::copyOf(test::sharedSlide("origami-loose/baseline_pyramid_files"), at("zoom_files"));
        const QJsonObject zoom = json(runOrigami({"bench", text(at("zoom.dzi")), "--families", "2", "--json"}));
        QVERIFY(zoom["jpeg_tiles_ms"].toDouble() > 0);
        QVERIFY(!zoom.contains("openslide_ms"));
    }

    // The pack slide is 2048 x 2048 pixels.
    void replayTellsHowSharpASessionWas_data() {
        QTest::addColumn<QByteArray>("kind");
        QTest::newRow("jumps") << QByteArray("jumps");
        QTest::newRow("pan") << QByteArray("pan");
    }
    void replayTellsHowSharpASessionWas() {
        QFETCH(const QByteArray, kind);
        const fs::path trace = at("trace.json");
        writeTrace(trace, kind);
        const Run run = runOrigami({"replay", text(test::sharedSlide("origami-packs")), text(trace), "--json",
                                    "--threads", "2", "--cache-mb", "64", "--speed", "2"});
        QCOMPARE(run.code, 0);
        const QJsonObject report = json(run);
        QCOMPARE(report["kind"].toString().toUtf8(), kind);
        QCOMPARE(report["threads"].toInt(), 2);
        QCOMPARE(report["cache_limit_bytes"].toInt(), 64'000'000);
        QCOMPARE(report["duplicate_families"].toInt(-1), 0);
        QVERIFY(report["frames"].toInt() > 0);
        QVERIFY(report["peak_cache_bytes"].toInt() > 0);
        QVERIFY(report["view_change_ms"].toObject()["p95"].toDouble() > 0);
        if (kind == "jumps") {
            QCOMPARE(report["jumps"].toInt(), 2);
            QVERIFY(report["families"].toInt() > 0);  // a jump waits for them; a pan may be over before
            for (const char* field : {"first_ideal_ms", "first_not_bad_ms", "tiles_ideal_ms", "make_ms", "decode_ms",
                                      "decode_after_rest_ms", "tiles_ideal_over_decode_after_rest"}) {
                const QJsonObject spread = report[QLatin1String(field)].toObject();
                QVERIFY2(spread["p50"].isDouble() && spread["max"].toDouble() >= spread["p50"].toDouble(), field);
            }
        } else {
            // 10 frames of trace time at most, however many of them were missed.
            QVERIFY(report["frames"].toInt() + report["frames_missed"].toInt() <= 10);
            const double ideal = report["frames_ideal"].toDouble(-1);
            const double bad = report["frames_bad"].toDouble(-1);
            QVERIFY(ideal >= 0 && bad >= 0 && ideal + bad <= 1);
        }
    }

    void badTracesAreRefused() {
        const fs::path trace = at("trace.json");
        const QString packs = text(test::sharedSlide("origami-packs"));
        writeTrace(trace, "pan", 4096);
        const Run other = runOrigami({"replay", packs, text(trace)});
        QCOMPARE(other.code, 1);
        QCOMPARE(other.err, "origami: " + text(trace).toUtf8() + ": the trace is for a slide of 4096 x 4096 pixels, " +
                                packs.toUtf8() + " has 2048 x 2048\n");
        writeTrace(trace, "stroll");
        const Run kind = runOrigami({"replay", packs, text(trace)});
        QCOMPARE(kind.code, 1);
        QCOMPARE(kind.err,
                 "origami: " + text(trace).toUtf8() + ": the trace's kind is not jumps, pan, dive or session\n");
        const Run none = runOrigami({"replay", packs, text(at("none.json"))});
        QCOMPARE(none.code, 1);
        QCOMPARE(none.err.count('\n'), 1);
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

    void theDifferenceIsToTheBaselineOfTheSlide() {
        std::vector<Bytes> pictures;
        for (const char* const view :
             {"residual", "residual-color", "difference", "difference-signed", "difference-ciede2000"}) {
            const Run run = region(test::sharedSlide("origami-loose"), at("out.png"), 256, 256, {"--view", view});
            QVERIFY2(run.code == 0, run.err.constData());
            Bytes picture = test::read(at("out.png"));
            QVERIFY2(std::ranges::find(pictures, picture) == pictures.end(), view);
            pictures.push_back(std::move(picture));
        }
        const Run run =
            region(test::sharedSlide("origami-packs"), at("none.png"), 256, 256, {"--view", "difference-signed"});
        QCOMPARE(run.code, 1);
        QVERIFY(run.err.contains("ships no baseline tiles"));
        QVERIFY(!fs::exists(at("none.png")));
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
        const Run run = runOrigami({"verify", text(at("huge.dzi")), "--json", "--progress", "none"});
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
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        for (const char* const format : {"directory", "tiff"}) {
            for (const auto& [width, height] : {std::pair{1, 1}, {255, 257}, {1025, 1023}}) {
                QTest::addRow("%s, %d x %d", format, width, height) << format << width << height;
            }
        }
    }
    void encodedSlidesComeBack() {
        QFETCH(const QString, format);
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
        const Run encoded = runOrigami({"encode", text(at("source.png")), text(at("slide")), "--format", format});
        QVERIFY2(encoded.code == 0, encoded.err.constData());
        QVERIFY(runOrigami({"verify", text(at("slide"))}).code == 0);
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

    // Grays that differ by 5: 20 log10(255 / 5) dB of luma, no difference of chroma.
    void compareMeasuresTheDifference() {
        for (const auto& [name, gray] : {std::pair{"a.png", 100U}, {"b.png", 105U}}) {
            Rgb32Image image(300, 200);
            fill(image.view(), rgb32(gray, gray, gray));
            QVERIFY(writePng(at(name), std::as_const(image).view()));
        }
        const Run run = runOrigami({"compare", text(at("a.png")), text(at("b.png")), "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        for (const char* const level : {"l0", "l1"}) {
            const QJsonObject values = json(run)[level].toObject();
            QVERIFY(std::abs(values["psnr_y"].toDouble() - 20 * std::log10(51.0)) < 1e-9);
            QVERIFY(values["psnr_chroma"].isNull());
            const double ssim = values["ssim_y"].toDouble();
            QVERIFY(ssim > 0.99 && ssim < 1);
            const double mean = values["ciede2000_mean"].toDouble();
            QVERIFY(mean > 1 && mean < 3);
            QVERIFY(std::abs(values["ciede2000_p99"].toDouble() - mean) < 0.006);
        }
        QVERIFY(json(run)["bytes_a"].isNull() && json(run)["bytes_b"].isNull());
        QVERIFY(runOrigami({"compare", text(at("a.png")), text(at("b.png"))}).out.contains("identical"));
    }

    // Each coder at its qualities, dearer and better from one to the next; the pyramid needs what the pyramid needs.
    // Nothing of it is left.
    void compareSweepsQualities_data() {
        QTest::addColumn<int>("downsample");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("as it is") << 1 << 1001 << 777;
        QTest::newRow("halved") << 2 << 500 << 388;
    }
    void compareSweepsQualities() {
        QFETCH(const int, downsample);
        QFETCH(const int, width);
        QFETCH(const int, height);
        const fs::path source = test::sharedSlide("tissue-medium-nuclei.png");
        fs::create_directories(at("temporary"));
        const auto sweep = [&](const QStringList& more) {
            QProcess process;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert("TMPDIR", text(at("temporary")));
            process.setProcessEnvironment(environment);
            process.start(QStringLiteral(ORIGAMI_COMMAND),
                          QStringList{"compare", text(source), "--rd", "--qualities", "75,30", "--downsample",
                                      QString::number(downsample)} +
                              more);
            process.waitForFinished(kPatienceMs);
            return Run{process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
        };
        const Run run = sweep({"--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        QVERIFY(fs::is_empty(at("temporary")));
        const QJsonObject result = json(run);
        QCOMPARE(result["areas"].toInt(), 1);
        QCOMPARE(result["area_width"].toInt(), width);
        QCOMPARE(result["area_height"].toInt(), height);
        const QJsonObject coders = result["coders"].toObject();
        QCOMPARE(coders.keys(), (QStringList{"jpeg_pyramid", "origami_directory", "origami_tiff"}));
        for (const QString& name : coders.keys()) {
            const QJsonArray points = coders[name].toObject()["points"].toArray();
            QVERIFY(name == "origami_tiff" ? points.size() == 2 : points.size() > 3);
            for (qsizetype i = 1; i < points.size(); ++i) {
                const QJsonObject worse = points[i - 1].toObject();
                const QJsonObject better = points[i].toObject();
                for (const char* const field : {"quality", "bytes", "psnr_y", "ssim_y"}) {
                    QVERIFY(better[field].toDouble() > worse[field].toDouble());
                }
                QVERIFY(better["ciede2000_mean"].toDouble() < worse["ciede2000_mean"].toDouble());
            }
            for (const char* const axis : {"psnr_y", "ssim_y", "ciede2000_mean"}) {
                const double ratio = coders[name].toObject()["bytes_at_matched"].toObject()[axis].toDouble();
                QVERIFY(name == "jpeg_pyramid" ? ratio == 1 : ratio > 0.3 && ratio < 1.5);
            }
        }
        QCOMPARE(coders["origami_tiff"].toObject()["points"].toArray()[0].toObject()["quality"].toInt(), 30);
        QCOMPARE(sweep({"--json", "--threads", "1"}).out, run.out);
        const QByteArray table = sweep({}).out;
        QVERIFY(table.contains("bytes at matched") && table.contains("JPEG pyramid") && table.contains("version 1"));
    }

    void sweepingTakesOneSlide_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("two slides") << QStringList{"a", "b", "--rd"};
        QTest::newRow("one slide without --rd") << QStringList{"a"};
        QTest::newRow("--downsample without --rd") << QStringList{"a", "b", "--downsample", "2"};
        QTest::newRow("--qualities without --rd") << QStringList{"a", "b", "--qualities", "30"};
        QTest::newRow("no such quality") << QStringList{"a", "--rd", "--qualities", "30,101"};
        QTest::newRow("no such scale") << QStringList{"a", "--rd", "--downsample", "3"};
    }
    void sweepingTakesOneSlide() {
        QFETCH(const QStringList, arguments);
        const Run run = runOrigami(QStringList{"compare"} + arguments);
        QCOMPARE(run.code, 2);
        QCOMPARE(run.err.count('\n'), 1);
    }

    // The same pixels in two layouts; packs as they lie on disk, loose residuals file by file.
    void compareFindsEqualSlidesIdentical() {
        const fs::path packs = test::sharedSlide("origami-packs");
        const fs::path loose = test::sharedSlide("origami-loose");
        const Run run = runOrigami({"compare", text(packs), text(loose), "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        const QJsonObject result = json(run);
        QCOMPARE(result["families"].toInt(), 4);
        for (const char* const level : {"l0", "l1"}) {
            const QJsonObject values = result[level].toObject();
            QCOMPARE(values.size(), 5);
            QVERIFY(values["psnr_y"].isNull() && values["psnr_chroma"].isNull());
            QCOMPARE(values["ssim_y"].toDouble(), 1.0);
            QCOMPARE(values["ciede2000_mean"].toDouble(-1), 0.0);
            QCOMPARE(values["ciede2000_p99"].toDouble(-1), 0.0);
        }
        // Level 2 of 2048 x 2048 pixels is Deep Zoom's level 9.
        QCOMPARE(result["bytes_a"].toInteger(),
                 bytesBelow(packs / "residual_packs") + bytesBelow(packs / "baseline_pyramid_files" / "9"));
        QCOMPARE(result["bytes_b"].toInteger(),
                 bytesBelow(onlyFolderOf(loose, "residuals_")) + bytesBelow(loose / "baseline_pyramid_files" / "9"));
    }

    // A Deep Zoom pyramid spends its tiles of levels 0 to 2 (its 11 to 9); equal areas for every number of threads.
    void compareCountsTheTilesOfAPyramid() {
        const fs::path loose = test::sharedSlide("origami-loose");
        test::copyOf(loose / "baseline_pyramid.dzi", at("plain.dzi"));
        const fs::path files = test::copyOf(loose / "baseline_pyramid_files", at("plain_files"));
        const QStringList arguments{"compare", text(at("plain.dzi")), text(loose), "--json"};
        const Run run = runOrigami(arguments);
        QVERIFY2(run.code == 0, run.err.constData());
        const double psnr = json(run)["l0"].toObject()["psnr_y"].toDouble();
        QVERIFY2(psnr > 30 && psnr < 60, qPrintable(QString::number(psnr)));
        QCOMPARE(json(run)["bytes_a"].toInteger(),
                 bytesBelow(files / "11") + bytesBelow(files / "10") + bytesBelow(files / "9"));
        QCOMPARE(runOrigami(arguments + QStringList{"--threads", "1"}).out, run.out);
        const QStringList two{"--families", "2", "--seed", "5"};
        QCOMPARE(json(runOrigami(arguments + two))["families"].toInt(), 2);
        QCOMPARE(runOrigami(arguments + two).out, runOrigami(arguments + two).out);
    }

    void compareASlideWithItsEncoding() {
        const fs::path source = test::sharedSlide("CMU-1-Small-Region.svs");
        QCOMPARE(runOrigami({"encode", text(source), text(at("slide")), "--format", "directory"}).code, 0);
        const Run run = runOrigami({"compare", text(source), text(at("slide")), "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(json(run)["families"].toInt(), 9);
        for (const char* const level : {"l0", "l1"}) {
            const QJsonObject values = json(run)[level].toObject();
            QVERIFY(values["psnr_y"].toDouble() > 30);
            QVERIFY(values["ssim_y"].toDouble() > 0.9 && values["ssim_y"].toDouble() < 1);
            QVERIFY(values["ciede2000_p99"].toDouble() > values["ciede2000_mean"].toDouble());
        }
        QVERIFY(json(run)["bytes_a"].isNull());
        QVERIFY(json(run)["bytes_b"].toInteger() > 100'000);
        const Run different = runOrigami({"compare", text(source), text(test::sharedSlide("origami-packs"))});
        QCOMPARE(different.code, 1);
        QVERIFY(different.out.isEmpty());
        QCOMPARE(different.err.count('\n'), 1);
        QVERIFY(different.err.contains("2220 x 2967") && different.err.contains("2048 x 2048"));
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
        for (const Run& run :
             {runOrigami({"info", text(slide)}), runOrigami({"verify", text(slide)}),
              runOrigami({"bench", text(slide)}), runOrigami({"compare", text(slide), text(slide)}),
              region(slide, at("out.png"), 10, 10), runOrigami({"encode", text(slide), text(at("out"))})}) {
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

    // As on a full disk: one sentence that names the target, and nothing left.
    void aFileThatMayNotGrowIsSaid_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("slide") << "out.tif" << QStringList{"encode"};
        QTest::newRow("picture") << "out.png"
                                 << QStringList{"region", "--x", "0", "--y", "0", "--width", "900", "--height", "700"};
    }
    void aFileThatMayNotGrowIsSaid() {
        QFETCH(const QString, name);
        QFETCH(const QStringList, arguments);
        const QString target = text(m_folder / name.toStdString());
        QProcess process;
        process.start("sh", QStringList{"-c", R"(ulimit -f 8; exec "$0" "$@")", QStringLiteral(ORIGAMI_COMMAND)} +
                                arguments + QStringList{text(test::sharedSlide("tissue-medium-nuclei.png")), target});
        QVERIFY(process.waitForFinished(kPatienceMs));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 1);
        const QByteArray error = process.readAllStandardError();
        QVERIFY2(error.contains(target.toUtf8()) && error.contains("File too large"), error.constData());
        QCOMPARE(error.count('\n'), 1);
        QVERIFY(fs::is_empty(m_folder));
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

    // Ctrl-C: nothing is left behind, neither the target nor what it was being made in. A log has plain lines; there is
    // one after five seconds.
    void interruptingLeavesNothing_data() {
        QTest::addColumn<QString>("progress");
        QTest::addColumn<QString>("expected");
        QTest::newRow("JSON") << "json"
                              << R"(\{"done":\d+,"total":1600,"unit":"families","seconds":[\d.]+,"per_s":[\d.]+,)"
                                 R"("seconds_left":[\d.]+,"bytes":\d+\}\n)";
        QTest::newRow("lines")
            << "auto"
            << R"( *\d+ %  [\d,]+ of 1,600 families, [\d.]+ MB, [\d.]+ families/s, [\dhmins ]+ left\n)";
    }
    void interruptingLeavesNothing() {
        QFETCH(const QString, progress);
        QFETCH(const QString, expected);
        QProcess process;
        process.start(QStringLiteral(ORIGAMI_COMMAND),
                      {"synth", text(at("slide.tif")), "--size", "40000x40000", "--progress", progress});
        QVERIFY(process.waitForStarted());
        process.setReadChannel(QProcess::StandardError);
        QVERIFY(process.waitForReadyRead(kPatienceMs));  // it is at work
        const QString line = QString::fromUtf8(process.readLine());
        QVERIFY2(QRegularExpression(QRegularExpression::anchoredPattern(expected)).match(line).hasMatch(),
                 qPrintable(line));
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(kPatienceMs));
        QVERIFY(process.exitStatus() == QProcess::CrashExit || process.exitCode() != 0);
        QVERIFY(fs::is_empty(m_folder));
    }

    // `... | head -1`: the program ends when nobody reads its progress any more, and takes its file with it.
    void aReaderThatLeavesEndsTheWork() {
        QProcess process;
        process.start("sh", {"-c", R"("$0" "$@" 2>&1 >/dev/null | head -1)", QStringLiteral(ORIGAMI_COMMAND), "synth",
                             text(at("slide.tif")), "--size", "40000x40000", "--progress", "json"});
        QVERIFY(process.waitForFinished(kPatienceMs));
        QCOMPARE(process.readAllStandardOutput().count('\n'), 1);
        QVERIFY(fs::is_empty(m_folder));
    }
};

QTEST_GUILESS_MAIN(TestCommands)
#include "tst_commands.moc"
