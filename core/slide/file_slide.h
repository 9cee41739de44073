// What all slides that are read from files have in common: a file that is changed by somebody else is noticed, and a
// lack of memory becomes an error like any other. Private to slide/.
#pragma once

#include "core/slide/slide.h"
#include "core/storage/file_stamp.h"

#include <utility>
#include <vector>

namespace origami {

// "/a/b.tif: there is not enough memory to read it".
Error outOfMemory(const std::filesystem::path& path);

class FileSlide : public Slide {
public:
    // Each calls the function below that loads the same, and returns OutOfMemory where that throws std::bad_alloc.
    Result<EncodedTile> readEncoded(TileId id) const final;
    [[nodiscard]] std::vector<Result<EncodedTile>> readEncodedTiles(std::span<const TileId> ids) const final;
    Result<Rgb32Image> readPixels(TileId id, const StopToken& stop) const final;
    Result<FamilyStreams> readFamily(FamilyId id) const final;
    [[nodiscard]] std::vector<Result<FamilyStreams>> readFamilies(std::span<const FamilyId> ids) const final;
    Result<Rgb32Image> readAssociatedImage(std::string_view name) const final;
    Result<Bytes> readIccProfile() const final;

    [[nodiscard]] bool hasChanged() const final;

protected:
    // `files` are those that the slide is read from, as they were when it was opened: not every tile of a folder, but
    // the descriptions and whatever is held open.
    FileSlide(SlideInfo info, std::vector<StampedFile> files) : Slide(std::move(info)), m_files(std::move(files)) {}

    // Inputs and results are those of the read functions of Slide. May throw std::bad_alloc. A reader overrides the
    // functions that suit its format; by default tiles and families are loaded one by one.
    virtual Result<EncodedTile> loadTile(TileId id) const { return Slide::readEncoded(id); }
    [[nodiscard]] virtual std::vector<Result<EncodedTile>> loadTiles(std::span<const TileId> ids) const {
        return Slide::readEncodedTiles(ids);
    }
    virtual Result<Rgb32Image> loadPixels(TileId id, const StopToken& stop) const {
        return Slide::readPixels(id, stop);
    }
    virtual Result<FamilyStreams> loadFamily(FamilyId id) const { return Slide::readFamily(id); }
    [[nodiscard]] virtual std::vector<Result<FamilyStreams>> loadFamilies(std::span<const FamilyId> ids) const {
        return Slide::readFamilies(ids);
    }
    virtual Result<Rgb32Image> loadAssociatedImage(std::string_view name) const {
        return Slide::readAssociatedImage(name);
    }
    virtual Result<Bytes> loadIccProfile() const { return Slide::readIccProfile(); }

private:
    std::vector<StampedFile> m_files;
};

}  // namespace origami
