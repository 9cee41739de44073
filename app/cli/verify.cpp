#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "app/cli/slide_arguments.h"
#include "core/base/parallel.h"
#include "core/make/tile_maker.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace origami::cli {
namespace {

struct VerifyArguments {
    SlideArguments slide;
    int threads = 0;
    std::string progress = "auto";
    bool json = false;
};

struct BadTile {
    TileId id;
    std::string message;
};

// With this many the slide is hopeless. A description of a few bytes can claim more tiles than any memory lists.
constexpr std::size_t kMaxBadTiles = 100'000;

struct Findings {
    bool isComplete = true;  // false: there were too many bad tiles to go on
    std::int64_t checked = 0;
    std::int64_t predicted = 0;  // no residual: the prediction alone
    std::int64_t fallback = 0;   // no residual: a baseline tile
    std::vector<BadTile> bad;
};

// Makes every tile that the file stores. Tiles that derive from finer ones are not in the file.
class Verifier {
public:
    Verifier(const Slide& slide, Progress& progress, StopToken stop)
        : m_slide(slide), m_progress(progress), m_stop(std::move(stop)) {}

    Findings run() {
        const Pyramid& pyramid = m_slide.pyramid();
        const bool hasFamilies = m_slide.originOf(0) == TileOrigin::Family;
        const LevelSize families = pyramid.gridSize(kFamilyLevel);
        if (hasFamilies) {
            m_total += families.width * families.height;
        }
        std::vector<int> levels;
        for (int level = 0; level < pyramid.levelCount(); ++level) {
            const TileOrigin origin = m_slide.originOf(level);
            if (origin == TileOrigin::Encoded || origin == TileOrigin::Pixels) {
                const LevelSize grid = pyramid.gridSize(level);
                levels.push_back(level);
                m_total += grid.width * grid.height;
            }
        }
        if (hasFamilies) {
            forEach(families, [this](std::int32_t x, std::int32_t y) { checkFamily({x, y}); });
        }
        for (const int level : levels) {
            forEach(pyramid.gridSize(level), [this, level](std::int32_t x, std::int32_t y) {
                checkTile({level, x, y});
            });
        }
        std::ranges::sort(m_findings.bad, {}, &BadTile::id);
        m_findings.isComplete = !m_hopeless;
        return std::move(m_findings);
    }

private:
    // Calls body(x, y) for a grid's cells, in parallel.
    template <class Body>
    void forEach(LevelSize grid, const Body& body) {
        constexpr std::int64_t kBatch = 1 << 20;  // parallelFor counts in int
        const std::int64_t count = grid.width * grid.height;
        for (std::int64_t first = 0; first < count && !isOver(); first += kBatch) {
            parallelFor(static_cast<int>(std::min(kBatch, count - first)), [&](int i) {
                if (isOver()) {
                    return;
                }
                body(static_cast<std::int32_t>((first + i) % grid.width),
                     static_cast<std::int32_t>((first + i) / grid.width));
                m_progress.update(++m_done, m_total);
            });
        }
    }

    [[nodiscard]] bool isOver() const { return m_stop.stop_requested() || m_hopeless; }

    void addBad(TileId id, std::string message) {
        m_findings.bad.push_back({id, std::move(message)});
        m_hopeless = m_findings.bad.size() >= kMaxBadTiles;
    }

    void checkFamily(FamilyId id) {
        const Result<FamilyTiles> family = makeFamily(m_slide, id, ViewMode::Reconstructed, m_pool.get(), m_stop);
        const std::lock_guard lock(m_mutex);
        if (!family) {
            for (int level = 0; level < kFamilyLevel; ++level) {
                addFamilyLevel(id, level, family.error().message);
            }
            return;
        }
        for (const FamilyTile& tile : family->tiles) {
            if (tile.id.level == kFamilyLevel) {
                continue;  // stored, and checked, as a tile of its own
            }
            ++m_findings.checked;
            m_findings.predicted += tile.kind == TileKind::Predicted ? 1 : 0;
            m_findings.fallback += tile.kind == TileKind::Fallback ? 1 : 0;
            if (tile.problem || tile.kind == TileKind::Failed) {
                addBad(tile.id, tile.problem ? tile.problem->message : "cannot be made");
            }
        }
    }

    // Of a family that cannot be made, every tile of a level is bad.
    void addFamilyLevel(FamilyId id, int level, const std::string& message) {
        const std::int32_t side = 1 << (kFamilyLevel - level);
        for (std::int32_t y = id.y * side; y < (id.y + 1) * side; ++y) {
            for (std::int32_t x = id.x * side; x < (id.x + 1) * side; ++x) {
                if (m_slide.pyramid().contains({level, x, y})) {
                    ++m_findings.checked;
                    addBad({level, x, y}, message);
                }
            }
        }
    }

    void checkTile(TileId id) {
        const Result<Rgb32Image> tile = makeTile(m_slide, id, ViewMode::Reconstructed, m_pool.get(), m_stop);
        const std::lock_guard lock(m_mutex);
        ++m_findings.checked;
        if (!tile) {
            addBad(id, tile.error().message);
        }
    }

    const Slide& m_slide;
    Progress& m_progress;
    const StopToken m_stop;
    const std::shared_ptr<BufferPool> m_pool = BufferPool::create(256);
    std::int64_t m_total = 0;
    std::atomic<std::int64_t> m_done{0};
    std::atomic<bool> m_hopeless{false};
    std::mutex m_mutex;
    Findings m_findings;
};

void printFindings(const Findings& findings, bool asJson) {
    const auto bad = static_cast<std::int64_t>(findings.bad.size());
    if (!asJson) {
        for (const BadTile& tile : findings.bad) {
            print(onOneLine(fmt::format("level {} tile {}_{}: {}", tile.id.level, tile.id.x, tile.id.y, tile.message)));
        }
        if (findings.predicted > 0 || findings.fallback > 0) {
            print(fmt::format("{} tiles have no residual and are predicted, {} are baseline tiles instead",
                              grouped(findings.predicted), grouped(findings.fallback)));
        }
        print(fmt::format("{} tiles checked, {} bad{}", grouped(findings.checked), grouped(bad),
                          findings.isComplete ? "" : "; the rest was not checked"));
        return;
    }
    nlohmann::ordered_json json;
    json["tiles_checked"] = findings.checked;
    json["tiles_bad"] = bad;
    json["tiles_predicted"] = findings.predicted;
    json["tiles_fallback"] = findings.fallback;
    json["complete"] = findings.isComplete;
    json["bad"] = nlohmann::ordered_json::array();
    for (const BadTile& tile : findings.bad) {
        json["bad"].push_back(
            {{"level", tile.id.level}, {"x", tile.id.x}, {"y", tile.id.y}, {"message", tile.message}});
    }
    printJson(json);
}

int run(const VerifyArguments& arguments) {
    const Result<std::shared_ptr<const Slide>> slide = arguments.slide.open();
    if (!slide) {
        return fail(slide.error());
    }
    Findings findings;
    {
        Progress progress(arguments.progress, "families and tiles");
        withThreads(arguments.threads, [&] { findings = Verifier(**slide, progress, interruptToken()).run(); });
    }
    if (interruptToken().stop_requested()) {
        return fail({ErrorCode::Cancelled, "stopped"});
    }
    printFindings(findings, arguments.json);
    if (findings.bad.empty()) {
        return kSuccess;
    }
    return fail({ErrorCode::Corrupt,
                 fmt::format("{}: {} of {} tiles are bad{}", arguments.slide.path.string(),
                             grouped(static_cast<std::int64_t>(findings.bad.size())), grouped(findings.checked),
                             findings.isComplete ? "" : "; the rest was not checked")});
}

}  // namespace

void addVerify(CLI::App& app, Verb& chosen) {
    CLI::App& verb =
        *app.add_subcommand("verify",
                            "Decodes every tile that a slide stores, and holds it against its checksum where the "
                            "format has one; exit code 1 if any is bad");
    auto arguments = std::make_shared<VerifyArguments>();
    arguments->slide.addTo(verb);
    verb.add_option("--threads", arguments->threads, "Threads, 0: one per logical core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    Progress::addOption(verb, arguments->progress);
    verb.add_flag("--json", arguments->json, "Print one JSON object");
    verb.callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace origami::cli
