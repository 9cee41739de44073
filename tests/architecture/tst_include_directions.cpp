// Which folder may include which, and who may see which library, read from the #include lines of app, core and ui.
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace {

// The files below `from` (a path prefix; the longest that matches counts) may include the project's headers that
// begin with one of `to`. Each folder may include itself without saying so.
struct Direction {
    std::string_view from;
    std::vector<std::string_view> to;
};

const std::vector<Direction>& directions() {
    // Lower layers first. Only what lies above core sees the engine.
    static const std::vector<Direction> kTable{
        {"core/base/", {}},
        {"core/image/", {"core/base/"}},
        {"core/pyramid/", {"core/base/"}},
        {"core/metrics/", {"core/base/", "core/pyramid/"}},
        {"core/codec/", {"core/base/", "core/image/"}},
        {"core/storage/", {"core/base/", "core/image/", "core/pyramid/"}},
        {"core/view/", {"core/base/", "core/pyramid/"}},
        {"core/cache/", {"core/base/"}},
        {"core/quality/", {"core/base/", "core/image/"}},
        {"core/slide/", {"core/base/", "core/image/", "core/pyramid/", "core/storage/", "core/codec/"}},
        {"core/reconstruct/", {"core/base/", "core/image/", "core/pyramid/", "core/codec/", "core/metrics/"}},
        {"core/schedule/", {"core/base/", "core/pyramid/", "core/view/", "core/cache/", "core/metrics/"}},
        {"core/make/",
         {"core/base/", "core/image/", "core/pyramid/", "core/metrics/", "core/codec/", "core/slide/",
          "core/reconstruct/", "core/quality/"}},
        {"core/engine/",
         {"core/base/", "core/image/", "core/pyramid/", "core/metrics/", "core/storage/", "core/view/", "core/cache/",
          "core/slide/", "core/reconstruct/", "core/schedule/", "core/quality/", "core/make/"}},
        {"core/encode/",
         {"core/base/", "core/image/", "core/codec/", "core/pyramid/", "core/storage/", "core/slide/",
          "core/reconstruct/", "core/make/tile_maker.h"}},
        {"ui/scene/",
         {"ui/", "core/engine/", "core/view/", "core/pyramid/", "core/image/", "core/metrics/", "core/base/",
          "core/make/"}},
        {"ui/",
         {"core/engine/", "core/view/", "core/pyramid/", "core/image/", "core/metrics/", "core/base/", "core/make/",
          "core/encode/"}},
        {"app/", {"core/", "ui/"}},
    };
    return kTable;
}

// A library whose headers begin with one of `headers` may be seen only by files that begin with one of `users`.
struct Library {
    std::string_view name;
    std::vector<std::string_view> headers;
    std::vector<std::string_view> users;
};

const std::vector<Library>& libraries() {
    static const std::vector<Library> kTable{
        {"Qt", {"Q", "qt", "qml", "rhi/"}, {"app/viewer/", "ui/"}},
        {"oneTBB", {"tbb/", "oneapi/"}, {"core/schedule/", "core/base/parallel."}},
        {"libjpeg-turbo", {"jpeglib.h", "jerror.h", "jconfig.h", "jmorecfg.h", "turbojpeg.h"}, {"core/codec/"}},
        {"libtiff", {"tiff"}, {"core/storage/"}},
        {"xxHash", {"xxhash"}, {"core/storage/checksum."}},
        {"OpenSlide", {"openslide"}, {"core/slide/openslide_slide."}},
        {"LZ4", {"lz4"}, {"core/storage/pack.", "core/storage/pack_writer."}},
    };
    return kTable;
}

bool beginsWithOneOf(std::string_view text, std::span<const std::string_view> prefixes) {
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return text.starts_with(prefix); });
}

const Direction* directionOf(std::string_view path) {
    const Direction* best = nullptr;
    for (const Direction& direction : directions()) {
        if (path.starts_with(direction.from) && (best == nullptr || direction.from.size() > best->from.size())) {
            best = &direction;
        }
    }
    return best;
}

struct Include {
    int line = 0;
    bool quoted = false;
    std::string header;
};

std::vector<Include> includesIn(const QString& source) {
    static const QRegularExpression kPattern(QStringLiteral("^\\s*#\\s*(?:include|import)\\s*([<\"])([^>\"]+)[>\"]"));
    std::vector<Include> result;
    int line = 0;
    for (const QString& text : source.split(u'\n')) {
        ++line;
        if (const auto match = kPattern.match(text); match.hasMatch()) {
            result.push_back({line, match.captured(1) == u'"', match.captured(2).toStdString()});
        }
    }
    return result;
}

std::optional<QString> faultOf(std::string_view path, const Include& include) {
    const std::string_view header = include.header;
    const auto quoted = [](std::string_view text) {
        return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    };
    constexpr std::array<std::string_view, 3> kOurs{"app/", "core/", "ui/"};
    if (beginsWithOneOf(header, kOurs)) {
        const Direction* direction = directionOf(path);
        if (direction == nullptr) {
            return QStringLiteral("lies in a folder that the table of directions does not know");
        }
        if (header.starts_with(direction->from) || beginsWithOneOf(header, direction->to)) {
            return std::nullopt;
        }
        return QStringLiteral("%1 may not include %2").arg(quoted(direction->from), quoted(header));
    }
    if (include.quoted && !header.ends_with(".moc")) {
        return QStringLiteral("%1 is not named from the repository root").arg(quoted(header));
    }
    for (const Library& library : libraries()) {
        if (beginsWithOneOf(header, library.headers) && !beginsWithOneOf(path, library.users)) {
            return QStringLiteral("%1 may not be seen here, but <%2> is included")
                .arg(quoted(library.name), quoted(header));
        }
    }
    return std::nullopt;
}

// One line for each #include of `source` that breaks a rule; `path` is relative to the repository.
QStringList faults(const QString& path, const QString& source) {
    QStringList result;
    const std::string file = path.toStdString();
    for (const Include& include : includesIn(source)) {
        if (const auto fault = faultOf(file, include)) {
            result << QStringLiteral("%1:%2: %3").arg(path).arg(include.line).arg(*fault);
        }
    }
    return result;
}

}  // namespace

class IncludeDirections : public QObject {
    Q_OBJECT

private slots:
    void plantedIncludes_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("line");
        QTest::addColumn<bool>("allowed");
        const auto row = [](const char* path, const char* line, bool allowed) {
            QTest::addRow("%s: %s", path, line) << QString::fromUtf8(path) << QString::fromUtf8(line) << allowed;
        };
        row("core/base/log.h", R"(#include "core/image/plane.h")", false);
        row("core/base/log.h", "#include <string>", true);
        row("core/base/log.h", R"(#include "core/base/result.h")", true);
        row("core/image/plane.cpp", R"(#include "core/base/result.h")", true);
        row("core/image/plane.cpp", R"(#include "ui/scene/slide_view.h")", false);
        row("core/image/plane.cpp", "#include <QImage>", false);
        row("core/image/plane.cpp", "  #  include <QtGui/QImage>  // drawn", false);
        row("core/image/plane.cpp", "#include <qtgui-config.h>", false);
        row("core/image/plane.cpp", "// #include <QImage>", true);
        row("core/image/plane.cpp", "#include <jpeglib.h>", false);
        row("core/codec/jpeg_decoder.cpp", "#include <jpeglib.h>", true);
        row("core/codec/jpeg_decoder.cpp", R"(#include "jpeg_decoder.h")", false);
        row("core/codec/jpeg_decoder.cpp", "#include <tbb/parallel_for.h>", false);
        row("core/base/parallel.cpp", "#include <oneapi/tbb/parallel_for.h>", true);
        row("core/base/log.cpp", "#include <oneapi/tbb/parallel_for.h>", false);
        row("core/schedule/scheduler.cpp", "#include <tbb/task_arena.h>", true);
        row("core/slide/image_slide.cpp", "#include <tiffio.h>", false);
        row("core/storage/tiff_file.cpp", "#include <tiffio.h>", true);
        row("core/storage/checksum.cpp", "#include <xxhash.h>", true);
        row("core/slide/image_slide.cpp", "#include <xxhash.h>", false);
        row("core/slide/image_slide.cpp", "#include <openslide/openslide.h>", false);
        row("core/slide/openslide_slide.cpp", "#include <openslide.h>", true);
        row("core/slide/origami_slide.cpp", "#include <lz4.h>", false);
        row("core/storage/pack.cpp", "#include <lz4.h>", true);
        row("core/storage/bundle.cpp", "#include <lz4.h>", false);
        row("core/reconstruct/kernels.h", R"(#include "core/storage/pack.h")", false);
        row("core/schedule/scheduler.h", R"(#include "core/engine/slide_engine.h")", false);
        row("core/encode/encoder.cpp", R"(#include "core/make/tile_maker.h")", true);
        row("core/encode/encoder.cpp", R"(#include "core/engine/slide_engine.h")", false);
        row("core/make/tile_maker.cpp", R"(#include "core/encode/encoder.h")", false);
        row("core/quality/ssim.h", R"(#include "core/image/plane.h")", true);
        row("core/quality/ssim.h", R"(#include "core/codec/jpeg_encoder.h")", false);
        row("core/unheard_of/thing.cpp", R"(#include "core/base/result.h")", false);
        row("ui/scene/slide_view.cpp", R"(#include "core/engine/slide_engine.h")", true);
        row("ui/scene/slide_view.cpp", "#include <QQuickItem>", true);
        row("ui/scene/slide_view.cpp", R"(#include "core/slide/slide.h")", false);
        row("ui/scene/slide_view.cpp", R"(#include "core/encode/encoder.h")", false);
        row("ui/session/session.cpp", R"(#include "core/encode/encoder.h")", true);
        row("ui/session/session.cpp", R"(#include "core/storage/pack.h")", false);
        row("ui/session/session.cpp", R"(#include "app/viewer/options.h")", false);
        row("app/viewer/main.cpp", R"(#include "ui/session/session.h")", true);
        row("app/viewer/main.cpp", "#include <QGuiApplication>", true);
        row("app/cli/main.cpp", R"(#include "core/slide/slide.h")", true);
        row("app/cli/main.cpp", "#include <QFile>", false);
    }

    void plantedIncludes() {
        QFETCH(QString, path);
        QFETCH(QString, line);
        QFETCH(bool, allowed);
        const QStringList found = faults(path, QStringLiteral("#pragma once\n\n") + line + QStringLiteral("\n"));
        QCOMPARE(found.size(), allowed ? 0 : 1);
        QVERIFY2(allowed || found.front().startsWith(path + QStringLiteral(":3: ")), qPrintable(found.join(u'\n')));
    }

    void everyIncludeOfTheProject() {
        const QDir root(QStringLiteral(ORIGAMI_SOURCE_DIR));
        QStringList found;
        int files = 0;
        for (const char* folder : {"app", "core", "ui"}) {
            QDirIterator iterator(root.filePath(QString::fromUtf8(folder)),
                                  {QStringLiteral("*.h"), QStringLiteral("*.cpp"), QStringLiteral("*.mm")}, QDir::Files,
                                  QDirIterator::Subdirectories);
            while (iterator.hasNext()) {
                QFile file(iterator.next());
                QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
                found += faults(root.relativeFilePath(file.fileName()), QString::fromUtf8(file.readAll()));
                ++files;
            }
        }
        QVERIFY2(files > 20, "hardly any source was found: is ORIGAMI_SOURCE_DIR right?");
        QVERIFY2(found.isEmpty(), qPrintable(QStringLiteral("\n") + found.join(u'\n')));
    }
};

QTEST_APPLESS_MAIN(IncludeDirections)
#include "tst_include_directions.moc"
