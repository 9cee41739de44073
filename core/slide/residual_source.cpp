#include "core/slide/residual_source.h"

#include "core/storage/bundle.h"
#include "core/storage/file.h"
#include "core/storage/pack.h"

#include <fmt/format.h>

#include <charconv>
#include <set>
#include <system_error>
#include <utility>

namespace origami {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMaxResidualBytes = std::int64_t{16} << 20;  // the largest loose file

// Reads a family's id from a name such as "12_34.pack"; `suffix` is ".pack". Nothing if the name is another.
std::optional<FamilyId> parseFamilyName(std::string_view name, std::string_view suffix) {
    if (!name.ends_with(suffix)) {
        return std::nullopt;
    }
    name.remove_suffix(suffix.size());
    FamilyId id;
    const auto [middle, error] = std::from_chars(name.data(), name.data() + name.size(), id.x);
    if (error != std::errc() || middle == name.data() + name.size() || *middle != '_') {
        return std::nullopt;
    }
    const auto [end, secondError] = std::from_chars(middle + 1, name.data() + name.size(), id.y);
    return secondError == std::errc() && end == name.data() + name.size() && id.x >= 0 && id.y >= 0 ? std::optional(id)
                                                                                                    : std::nullopt;
}

// Number of entries of a folder whose names are families of this slide; 0 if there is no such folder. An error if it
// cannot be read: residuals must not go unused without a word.
Result<std::int64_t> countFamilies(const fs::path& folder, std::string_view suffix, const Pyramid& pyramid) {
    const LevelSize grid = pyramid.gridSize(kFamilyLevel);
    std::int64_t count = 0;
    Result<void> listed = forEachName(folder, [&](const std::string& name) {
        const auto id = parseFamilyName(name, suffix);
        count += id && id->x < grid.width && id->y < grid.height ? 1 : 0;
        return true;
    });
    if (!listed && listed.error().code != ErrorCode::NotFound) {
        return std::move(listed).error();
    }
    return count;
}

void spoil(const Pyramid& pyramid, FamilyStreams& streams, const Error& problem) {
    forEachFamilyTile(pyramid, streams.id, 1, [&](std::size_t i, TileId) { streams.level1[i] = {{}, problem}; });
    forEachFamilyTile(pyramid, streams.id, 0, [&](std::size_t i, TileId) { streams.level0[i] = {{}, problem}; });
}

// Checks that the sizes in the header of a version 3 pack agree with the slide's size.
std::optional<Error> checkSizes(const Pack& pack, const Pyramid& pyramid, FamilyId family) {
    if (pack.version != 3) {
        return std::nullopt;
    }
    const auto differs = [&](PackSize size, int level) {
        const LevelRect rect = pyramid.familyRect(family, level);
        return size.width != rect.width || size.height != rect.height;
    };
    if (differs(pack.seedSize, kFamilyLevel) || differs(pack.residualSize, 0)) {
        const LevelRect seed = pyramid.familyRect(family, kFamilyLevel);
        const LevelRect residual = pyramid.familyRect(family, 0);
        return Error{
            ErrorCode::Corrupt,
            fmt::format("the pack is for an L2 tile of {} x {} and a residual of {} x {} pixels, the slide has "
                        "{} x {} and {} x {} there",
                        pack.seedSize.width, pack.seedSize.height, pack.residualSize.width, pack.residualSize.height,
                        seed.width, seed.height, residual.width, residual.height)};
    }
    return std::nullopt;
}

void takePack(const Pyramid& pyramid, FamilyStreams& streams, ByteSpan file, const std::string& packName) {
    Result<Pack> pack = parsePack(file, pyramid.tileSize());
    if (!pack) {
        spoil(pyramid, streams, pack.error().within(packName));
        return;
    }
    if (const std::optional<Error> problem = checkSizes(*pack, pyramid, streams.id)) {
        spoil(pyramid, streams, problem->within(packName));
        return;
    }
    streams.bytesRead += static_cast<std::int64_t>(file.size());
    streams.residualBytes += pack->residualBytes;
    streams.owners.push_back(pack->data);
    if (pack->version == 1) {
        forEachFamilyTile(pyramid, streams.id, 1,
                          [&](std::size_t i, TileId) { streams.level1[i].bytes = pack->level1[i]; });
        forEachFamilyTile(pyramid, streams.id, 0,
                          [&](std::size_t i, TileId) { streams.level0[i].bytes = pack->level0[i]; });
        return;
    }
    streams.scheme = ResidualScheme::Fused;
    streams.fused.bytes = pack->fused;
    if (!pack->level2.empty()) {
        streams.level2 = {pack->level2, std::nullopt};
    }
}

class BundleSource : public ResidualSource {
public:
    explicit BundleSource(Bundle bundle) : m_bundle(std::move(bundle)) {}

    [[nodiscard]] std::string name() const override { return "bundle"; }
    [[nodiscard]] std::int64_t familyCount() const override { return m_bundle.packCount(); }
    [[nodiscard]] std::optional<StampedFile> heldFile() const override { return m_bundle.stamped(); }
    void read(const Pyramid& pyramid, FamilyStreams& streams) const override {
        const FamilyId id = streams.id;
        if (!m_bundle.contains(id.x, id.y)) {
            return;
        }
        const std::string packName = fmt::format("{}: family {}_{}", m_bundle.path().string(), id.x, id.y);
        if (const Result<Bytes> pack = m_bundle.readPack(id.x, id.y)) {
            takePack(pyramid, streams, *pack, packName);
        } else {
            spoil(pyramid, streams, pack.error());
        }
    }

private:
    Bundle m_bundle;
};

class PackFolder : public ResidualSource {
public:
    PackFolder(fs::path folder, std::int64_t families) : m_folder(std::move(folder)), m_families(families) {}

    [[nodiscard]] std::string name() const override { return "packs"; }
    [[nodiscard]] std::int64_t familyCount() const override { return m_families; }
    void read(const Pyramid& pyramid, FamilyStreams& streams) const override {
        const fs::path path = m_folder / fmt::format("{}_{}.pack", streams.id.x, streams.id.y);
        const Result<Bytes> pack = readFile(path, kMaxPackBytes);
        if (pack) {
            takePack(pyramid, streams, *pack, path.string());
        } else if (pack.error().code != ErrorCode::NotFound) {
            spoil(pyramid, streams, pack.error());
        }
    }

private:
    fs::path m_folder;
    std::int64_t m_families;
};

class LooseFolder : public ResidualSource {
public:
    LooseFolder(fs::path folder, std::int64_t families) : m_folder(std::move(folder)), m_families(families) {}

    [[nodiscard]] std::string name() const override { return "loose residuals"; }
    [[nodiscard]] std::int64_t familyCount() const override { return m_families; }
    void read(const Pyramid& pyramid, FamilyStreams& streams) const override {
        std::vector<fs::path> paths;
        std::vector<StreamSlot*> slots;
        const auto add = [&](StreamSlot& slot, TileId tile) {
            paths.push_back(m_folder / fmt::format("L{}", tile.level) /
                            fmt::format("{}_{}", streams.id.x, streams.id.y) /
                            fmt::format("{}_{}.jpg", tile.x, tile.y));
            slots.push_back(&slot);
        };
        forEachFamilyTile(pyramid, streams.id, 1, [&](std::size_t i, TileId tile) { add(streams.level1[i], tile); });
        forEachFamilyTile(pyramid, streams.id, 0, [&](std::size_t i, TileId tile) { add(streams.level0[i], tile); });
        readFiles(paths, kMaxResidualBytes,
                  [&](std::size_t i, Result<Bytes> file) { take(streams, *slots[i], std::move(file), paths[i]); });
    }

private:
    static void take(FamilyStreams& streams, StreamSlot& slot, Result<Bytes> file, const fs::path& path) {
        if (!file) {
            if (file.error().code != ErrorCode::NotFound) {
                slot.problem = std::move(file).error();
            }
            return;
        }
        if (file->empty()) {
            slot.problem = Error{ErrorCode::Truncated, path.string() + " is empty"};
            return;
        }
        const auto size = static_cast<std::int64_t>(file->size());
        streams.bytesRead += size;
        streams.residualBytes += size;
        streams.owners.push_back(std::make_shared<const Bytes>(std::move(*file)));
        slot.bytes = *streams.owners.back();
    }

    fs::path m_folder;
    std::int64_t m_families;
};

Result<fs::path> namedFolder(const fs::path& named, const fs::path& slideFolder) {
    for (const fs::path& candidate : {slideFolder / named, named}) {
        const Result<bool> isThere = isFolder(candidate);
        if (!isThere) {
            return isThere.error();
        }
        if (*isThere) {
            return candidate;
        }
    }
    return Error{ErrorCode::NotFound, fmt::format("there is no folder {}, neither in {} nor in the working directory",
                                                  named.string(), slideFolder.string())};
}

// The bundle or the packs in a folder; null if it has neither.
Result<std::unique_ptr<const ResidualSource>> packsIn(const fs::path& folder, const Pyramid& pyramid) {
    const LevelSize grid = pyramid.gridSize(kFamilyLevel);
    const fs::path bundlePath = folder / "residuals.bundle";
    Result<Bundle> bundle = Bundle::open(bundlePath, grid.width, grid.height);
    if (bundle) {
        return std::unique_ptr<const ResidualSource>(std::make_unique<BundleSource>(std::move(*bundle)));
    }
    if (bundle.error().code != ErrorCode::NotFound) {
        return std::move(bundle).error();
    }
    const Result<std::int64_t> families = countFamilies(folder, ".pack", pyramid);
    if (!families) {
        return families.error();
    }
    return *families > 0 ? std::unique_ptr<const ResidualSource>(std::make_unique<PackFolder>(folder, *families))
                         : nullptr;
}

// The loose folder of the highest quality; residuals_q before residuals_j. Nothing if there is none.
Result<std::optional<fs::path>> looseFolderIn(const fs::path& slideFolder) {
    std::set<std::pair<int, fs::path>> found;
    Result<void> listed = forEachName(slideFolder, [&](const std::string& name) {
        for (const std::string_view prefix : {"residuals_q", "residuals_j"}) {
            int quality = 0;
            const char* const nameEnd = name.data() + name.size();
            std::error_code notAFolder;
            if (name.starts_with(prefix) && name.size() > prefix.size() &&
                std::from_chars(name.data() + prefix.size(), nameEnd, quality).ptr == nameEnd &&
                fs::is_directory(slideFolder / name, notAFolder)) {
                found.emplace(quality, slideFolder / name);
            }
        }
        return true;
    });
    if (!listed) {
        return std::move(listed).error();
    }
    return found.empty() ? std::optional<fs::path>() : found.rbegin()->second;
}

}  // namespace

Result<std::unique_ptr<const ResidualSource>> findResiduals(const fs::path& folder, const Pyramid& pyramid,
                                                            const OpenOptions& options) {
    fs::path packFolder = folder / "residual_packs";
    if (!options.residualPackDir.empty()) {
        Result<fs::path> named = namedFolder(options.residualPackDir, folder);
        if (!named) {
            return std::move(named).error();
        }
        packFolder = std::move(*named);
    }
    std::optional<fs::path> loose;
    if (!options.residualsDir.empty()) {
        Result<fs::path> named = namedFolder(options.residualsDir, folder);
        if (!named) {
            return std::move(named).error();
        }
        loose = std::move(*named);
    }
    Result<std::unique_ptr<const ResidualSource>> packs = packsIn(packFolder, pyramid);
    if (!packs || *packs) {
        return packs;
    }
    if (!options.residualPackDir.empty() && !loose) {
        return Error{ErrorCode::NotFound,
                     fmt::format("{} has neither a bundle nor packs of this slide", packFolder.string())};
    }
    if (!loose) {
        Result<std::optional<fs::path>> found = looseFolderIn(folder);
        if (!found) {
            return std::move(found).error();
        }
        loose = *std::move(found);
    }
    if (!loose) {
        return nullptr;
    }
    const Result<std::int64_t> families = countFamilies(*loose / "L0", "", pyramid);
    if (!families) {
        return families.error();
    }
    return std::unique_ptr<const ResidualSource>(std::make_unique<LooseFolder>(*std::move(loose), *families));
}

}  // namespace origami
