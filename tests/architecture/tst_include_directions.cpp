// Which folder may include which, and who may see which library, read from the #include lines of app, core and ui: both
// directly and through the headers that are included.
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

// The files whose paths begin with `from` may include the project's headers that begin with one of `to`, and those of
// their own folder. The longest `from` that matches a file counts. An entry of `to` that is not a folder allows this
// one header, not what lies behind it.
struct Direction {
    std::string from;
    std::vector<std::string> to;
};

// A library whose headers begin with one of `headers` may be seen only by files that begin with one of `users`. A final
// '>' in `headers` stands for the end of the name.
struct Library {
    std::string name;
    std::vector<std::string> headers;
    std::vector<std::string> users;
};

struct Rules {
    std::vector<Direction> directions;
    std::vector<Library> libraries;
};

const Rules& projectRules() {
    static const std::vector<std::string> kSeenByWindow{"core/engine/", "core/make/",    "core/view/", "core/pyramid/",
                                                        "core/image/",  "core/metrics/", "core/base/"};
    static const auto plus = [](std::vector<std::string> list, const std::vector<std::string>& more) {
        list.insert(list.end(), more.begin(), more.end());
        return list;
    };
    static const Rules kRules{
        // Lower layers first.
        {{"core/base/", {}},
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
         {"core/replay/", {"core/base/", "core/pyramid/", "core/metrics/", "core/storage/", "core/view/"}},
         {"core/make/",
          {"core/base/", "core/image/", "core/pyramid/", "core/metrics/", "core/codec/", "core/storage/", "core/slide/",
           "core/reconstruct/", "core/quality/"}},
         {"core/engine/",
          {"core/base/", "core/image/", "core/pyramid/", "core/metrics/", "core/codec/", "core/storage/", "core/view/",
           "core/cache/", "core/slide/", "core/reconstruct/", "core/schedule/", "core/quality/", "core/make/",
           "core/replay/"}},
         {"core/encode/",
          {"core/base/", "core/image/", "core/codec/", "core/pyramid/", "core/storage/", "core/slide/",
           "core/reconstruct/", "core/make/"}},
         {"ui/navigate/", {"core/view/", "core/pyramid/", "core/base/"}},
         {"ui/session/", plus(kSeenByWindow, {"core/encode/"})},
         {"ui/models/", plus(kSeenByWindow, {"ui/session/"})},
         {"ui/scene/", plus(kSeenByWindow, {"ui/navigate/", "ui/session/"})},
         {"app/", {"core/", "ui/"}}},
        {{"Qt", {"Q", "qt", "qml", "rhi/"}, {"app/viewer/", "ui/"}},
         {"Qt Quick",
          {"QQuick", "QtQuick", "QQml", "QtQml", "QSG"},
          {"app/viewer/", "ui/scene/", "ui/models/", "ui/session/"}},
         {"oneTBB", {"tbb/", "oneapi/"}, {"core/schedule/", "core/base/parallel."}},
         {"libjpeg-turbo", {"jpeglib.h", "jerror.h", "jconfig.h", "jmorecfg.h", "turbojpeg.h"}, {"core/codec/"}},
         {"libpng", {"png.h", "pngconf.h", "libpng"}, {"core/codec/"}},
         {"libtiff", {"tiff"}, {"core/storage/"}},
         {"xxHash", {"xxhash"}, {"core/storage/checksum."}},
         {"OpenSlide", {"openslide"}, {"core/slide/openslide_slide."}},
         {"pugixml", {"pugi"}, {"core/slide/deep_zoom."}},
         {"LZ4", {"lz4"}, {"core/storage/pack.", "core/storage/pack_writer."}},
         // The GUI thread touches no files. These files of ui/ hold functions that block, for background threads.
         {"the disk",
          {"QDir", "QFile>", "QFileInfo>", "QSaveFile>", "QStandardPaths>", "QTemporary", "fstream>"},
          {"core/", "app/", "ui/session/command_link.", "ui/session/conversion_target.", "ui/session/demo_slide.",
           "ui/session/preferences.", "ui/session/slide_listing.", "ui/session/text_file."}}}};
    return kRules;
}

bool beginsWith(std::string_view text, std::string_view prefix) {
    return prefix.ends_with('>') ? text == prefix.substr(0, prefix.size() - 1) : text.starts_with(prefix);
}

template <class Prefixes>
bool beginsWithOneOf(std::string_view text, const Prefixes& prefixes) {
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return beginsWith(text, prefix); });
}

const Direction* directionOf(const Rules& rules, std::string_view path) {
    const Direction* best = nullptr;
    for (const Direction& direction : rules.directions) {
        if (path.starts_with(direction.from) && (best == nullptr || direction.from.size() > best->from.size())) {
            best = &direction;
        }
    }
    return best;
}

// Every prefix that can be reached from `from` in the table, in one step or several.
std::set<std::string> below(const Rules& rules, const std::string& from) {
    std::set<std::string> found;
    std::deque<std::string> next{from};
    while (!next.empty()) {
        const std::string prefix = next.front();
        next.pop_front();
        for (const Direction& direction : rules.directions) {
            if (prefix.ends_with('/') && direction.from.starts_with(prefix)) {
                for (const std::string& to : direction.to) {
                    if (found.insert(to).second) {
                        next.push_back(to);
                    }
                }
            }
        }
    }
    return found;
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

bool isOurs(std::string_view header) {
    constexpr std::array<std::string_view, 3> kOurs{"app/", "core/", "ui/"};
    return beginsWithOneOf(header, kOurs);
}

// The library that this file may not see and that this header belongs to.
const Library* forbiddenLibrary(const Rules& rules, std::string_view path, std::string_view header) {
    const auto found = std::ranges::find_if(rules.libraries, [&](const Library& library) {
        return beginsWithOneOf(header, library.headers) && !beginsWithOneOf(path, library.users);
    });
    return found != rules.libraries.end() ? &*found : nullptr;
}

std::optional<std::string> faultOf(const Rules& rules, std::string_view path, const Include& include) {
    const std::string& header = include.header;
    if (isOurs(header)) {
        const Direction* direction = directionOf(rules, path);
        if (direction == nullptr) {
            return "lies in a folder that the table of directions does not know";
        }
        if (header.starts_with(direction->from) || beginsWithOneOf(header, direction->to)) {
            return std::nullopt;
        }
        return direction->from + " may not include " + header;
    }
    if (include.quoted && !header.ends_with(".moc")) {
        return header + " is not named from the repository root";
    }
    if (const Library* library = forbiddenLibrary(rules, path, header)) {
        return library->name + " may not be seen here, but <" + header + "> is included";
    }
    return std::nullopt;
}

// Contents by path, relative to the repository.
using Sources = std::map<std::string, QString>;

// Finds what breaks the rules: one line for each fault.
class Checker {
public:
    Checker(const Rules& rules, const Sources& sources) : m_rules(rules) {
        for (const auto& [path, source] : sources) {
            m_includes[path] = includesIn(source);
        }
    }

    [[nodiscard]] QStringList faults() const {
        QStringList result;
        for (const auto& [path, includes] : m_includes) {
            for (const Include& include : includes) {
                if (const auto fault = faultOf(m_rules, path, include)) {
                    result << QString::fromStdString(path + ':' + std::to_string(include.line) + ": " + *fault);
                }
            }
            addIndirectFaults(path, result);
        }
        return result;
    }

private:
    // Follows the includes of a file. An include that is itself a fault is not followed, as it is reported already.
    void addIndirectFaults(const std::string& path, QStringList& result) const {
        const Direction* direction = directionOf(m_rules, path);
        if (direction == nullptr) {
            return;
        }
        const std::set<std::string> allowed = below(m_rules, direction->from);
        std::map<std::string, std::string> includedBy{{path, {}}};
        std::deque<std::string> next{path};
        while (!next.empty()) {
            const std::string current = next.front();
            next.pop_front();
            for (const Include& include : m_includes.at(current)) {
                if (faultOf(m_rules, current, include) || includedBy.contains(include.header)) {
                    continue;
                }
                const bool isFolderAllowed =
                    include.header.starts_with(direction->from) || beginsWithOneOf(include.header, allowed);
                const bool isFault = isOurs(include.header)
                                         ? !isFolderAllowed
                                         : forbiddenLibrary(m_rules, path, include.header) != nullptr;
                if (isFault) {
                    result << QString::fromStdString(path + ": " + chain(includedBy, current) + " includes " +
                                                     include.header + ", which may not be seen here");
                } else if (m_includes.contains(include.header)) {
                    includedBy[include.header] = current;
                    next.push_back(include.header);
                }
            }
        }
    }

    // "includes B includes C" for the way to a file.
    static std::string chain(const std::map<std::string, std::string>& includedBy, std::string file) {
        std::string text;
        while (!includedBy.at(file).empty()) {
            text = (text.empty() ? "includes " + file : "includes " + file + ' ' + text);
            file = includedBy.at(file);
        }
        return text;
    }

    const Rules& m_rules;
    std::map<std::string, std::vector<Include>> m_includes;
};

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
        row("core/image/plane.cpp", "#include <png.h>", false);
        row("core/codec/png_decoder.cpp", "#include <png.h>", true);
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
        row("core/slide/deep_zoom.cpp", "#include <pugixml.hpp>", true);
        row("core/slide/image_slide.cpp", "#include <pugixml.hpp>", false);
        row("core/slide/origami_slide.cpp", "#include <lz4.h>", false);
        row("core/storage/pack.cpp", "#include <lz4.h>", true);
        row("core/storage/bundle.cpp", "#include <lz4.h>", false);
        row("core/reconstruct/kernels.h", R"(#include "core/storage/pack.h")", false);
        row("core/schedule/scheduler.h", R"(#include "core/engine/slide_engine.h")", false);
        row("core/schedule/scheduler.h", R"(#include "core/slide/slide.h")", false);
        row("core/make/tile_maker.cpp", R"(#include "core/slide/slide.h")", true);
        row("core/make/tile_maker.cpp", R"(#include "core/engine/slide_engine.h")", false);
        row("core/make/tile_maker.cpp", R"(#include "core/schedule/scheduler.h")", false);
        row("core/engine/slide_engine.cpp", R"(#include "core/make/tile_maker.h")", true);
        row("core/encode/encoder.cpp", R"(#include "core/make/tile_maker.h")", true);
        row("core/encode/encoder.cpp", R"(#include "core/engine/slide_engine.h")", false);
        row("core/engine/slide_engine.cpp", R"(#include "core/encode/encoder.h")", false);
        row("core/quality/ssim.h", R"(#include "core/image/plane.h")", true);
        row("core/quality/ssim.h", R"(#include "core/codec/jpeg_encoder.h")", false);
        row("core/unheard_of/thing.cpp", R"(#include "core/base/result.h")", false);
        row("ui/thing.cpp", R"(#include "core/base/result.h")", false);
        row("ui/navigate/navigator.cpp", R"(#include "core/view/viewport.h")", true);
        row("ui/navigate/navigator.cpp", R"(#include "ui/session/slide_path.h")", false);
        row("ui/navigate/navigator.cpp", "#include <QPointF>", true);
        row("ui/navigate/navigator.cpp", "#include <QQuickItem>", false);
        row("ui/scene/slide_view.cpp", R"(#include "core/engine/slide_engine.h")", true);
        row("ui/scene/slide_view.cpp", R"(#include "ui/navigate/navigator.h")", true);
        row("ui/scene/slide_view.cpp", R"(#include "ui/session/viewer_session.h")", true);
        row("ui/scene/slide_view.cpp", R"(#include "ui/models/metrics_model.h")", false);
        row("ui/scene/slide_view.cpp", "#include <QQuickItem>", true);
        row("ui/scene/slide_view.cpp", "#include <QFileInfo>", false);
        row("ui/scene/slide_view.cpp", R"(#include "core/slide/slide.h")", false);
        row("ui/scene/slide_view.cpp", R"(#include "core/encode/encoder.h")", false);
        row("ui/models/slide_list_model.cpp", R"(#include "ui/session/slide_list.h")", true);
        row("ui/models/slide_list_model.cpp", R"(#include "ui/scene/slide_view.h")", false);
        row("ui/models/slide_list_model.cpp", "#include <QDir>", false);
        row("ui/models/slide_list_model.cpp", R"(#include "core/encode/encoder.h")", false);
        row("ui/session/session.cpp", R"(#include "core/encode/encoder.h")", true);
        row("ui/session/session.cpp", R"(#include "core/storage/pack.h")", false);
        row("ui/session/session.cpp", R"(#include "ui/models/slide_list_model.h")", false);
        row("ui/session/session.cpp", R"(#include "ui/scene/slide_view.h")", false);
        row("ui/session/session.cpp", R"(#include "app/viewer/options.h")", false);
        row("ui/session/session.cpp", "#include <QFile>", false);
        row("ui/session/session.cpp", "#include <QFileOpenEvent>", true);
        row("ui/session/slide_listing.cpp", "#include <QDir>", true);
        row("app/viewer/main.cpp", R"(#include "ui/session/session.h")", true);
        row("app/viewer/main.cpp", "#include <QGuiApplication>", true);
        row("app/cli/main.cpp", R"(#include "core/slide/slide.h")", true);
        row("app/cli/main.cpp", "#include <QFile>", false);
    }

    void plantedIncludes() {
        QFETCH(QString, path);
        QFETCH(QString, line);
        QFETCH(bool, allowed);
        const Sources source{{path.toStdString(), QStringLiteral("#pragma once\n\n") + line + QStringLiteral("\n")}};
        const QStringList found = Checker(projectRules(), source).faults();
        QCOMPARE(found.size(), allowed ? 0 : 1);
        QVERIFY2(allowed || found.front().startsWith(path + QStringLiteral(":3: ")), qPrintable(found.join(u'\n')));
    }

    // A made-up house: roof on wall on ground, where the roof may take one tool out of the shed.
    void plantedChains_data() {
        QTest::addColumn<QString>("wall");  // what ui/wall/wall.h includes
        QTest::addColumn<QString>("tool");  // what ui/shed/tool.h includes
        QTest::addColumn<QStringList>("expected");
        const QString nothing;
        const QString ground = QStringLiteral("#include \"ui/ground/ground.h\"\n");
        QTest::addRow("nothing") << nothing << nothing << QStringList();
        QTest::addRow("down all the stairs") << ground << ground << QStringList();
        QTest::addRow("up") << QStringLiteral("#include \"ui/roof/roof.h\"\n") << nothing
                            << QStringList{"ui/wall/wall.h:1: ui/wall/ may not include ui/roof/roof.h"};
        QTest::addRow("through the tool into the shed")
            << nothing << QStringLiteral("#include \"ui/shed/spade.h\"\n")
            << QStringList{
                   "ui/roof/roof.cpp: includes ui/roof/roof.h includes ui/shed/tool.h includes "
                   "ui/shed/spade.h, which may not be seen here",
                   "ui/roof/roof.h: includes ui/shed/tool.h includes ui/shed/spade.h, which may not be seen "
                   "here"};
        QTest::addRow("library of the wall")
            << QStringLiteral("#include <brick.h>\n") << nothing
            << QStringList{
                   "ui/roof/roof.cpp: includes ui/roof/roof.h includes ui/wall/wall.h includes brick.h, which "
                   "may not be seen here",
                   "ui/roof/roof.h: includes ui/wall/wall.h includes brick.h, which may not be seen here"};
        QTest::addRow("in a circle") << QStringLiteral("#include \"ui/wall/wall.h\"\n") << nothing << QStringList();
    }

    void plantedChains() {
        QFETCH(QString, wall);
        QFETCH(QString, tool);
        QFETCH(QStringList, expected);
        const Rules rules{{{"ui/ground/", {}},
                           {"ui/shed/", {"ui/ground/"}},
                           {"ui/wall/", {"ui/ground/"}},
                           {"ui/roof/", {"ui/wall/", "ui/shed/tool.h", "ui/ground/"}}},
                          {{"bricks", {"brick"}, {"ui/wall/"}}}};
        const Sources sources{
            {"ui/roof/roof.cpp", QStringLiteral("#include \"ui/roof/roof.h\"\n")},
            {"ui/roof/roof.h", QStringLiteral("#include \"ui/wall/wall.h\"\n#include \"ui/shed/tool.h\"\n")},
            {"ui/wall/wall.h", wall},
            {"ui/shed/tool.h", tool},
            {"ui/shed/spade.h", QString()},
            {"ui/ground/ground.h", QString()}};
        QCOMPARE(Checker(rules, sources).faults(), expected);
    }

    void noFolderIsBelowItself() {
        for (const Direction& direction : projectRules().directions) {
            QVERIFY2(!below(projectRules(), direction.from).contains(direction.from), direction.from.c_str());
        }
        const Rules circle{{{"ui/a/", {"ui/b/"}}, {"ui/b/", {"ui/c/"}}, {"ui/c/", {"ui/a/"}}}, {}};
        QVERIFY(below(circle, "ui/a/").contains("ui/a/"));
    }

    void everyIncludeOfTheProject() {
        const QDir root(QStringLiteral(ORIGAMI_SOURCE_DIR));
        Sources sources;
        for (const char* folder : {"app", "core", "ui"}) {
            QDirIterator iterator(root.filePath(QString::fromUtf8(folder)),
                                  {QStringLiteral("*.h"), QStringLiteral("*.cpp"), QStringLiteral("*.mm")}, QDir::Files,
                                  QDirIterator::Subdirectories);
            while (iterator.hasNext()) {
                QFile file(iterator.next());
                QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
                sources[root.relativeFilePath(file.fileName()).toStdString()] = QString::fromUtf8(file.readAll());
            }
        }
        QVERIFY2(sources.size() > 20, "hardly any source was found: is ORIGAMI_SOURCE_DIR right?");
        const QStringList found = Checker(projectRules(), sources).faults();
        QVERIFY2(found.isEmpty(), qPrintable(QStringLiteral("\n") + found.join(u'\n')));
    }
};

QTEST_APPLESS_MAIN(IncludeDirections)
#include "tst_include_directions.moc"
