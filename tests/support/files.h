// Files and folders for tests: writing, copying and damaging them.
#pragma once

#include "core/base/bytes.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QString>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace origami::test {

inline std::filesystem::path sharedSlide(const char* name) {
    return std::filesystem::path(ORIGAMI_SLIDES) / name;
}

// For initTestCase of tests that need the sample slides.
inline bool hasSharedSlides() {
    return std::filesystem::exists(ORIGAMI_SLIDES);
}
inline constexpr const char* kNoSharedSlides = "the sample slides are not in " ORIGAMI_SLIDES;

inline Bytes bytesOf(std::string_view text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return {begin, begin + text.size()};
}

// Writes a file, and makes its folder first if need be.
inline void write(const std::filesystem::path& path, ByteSpan bytes) {
    std::filesystem::create_directories(path.parent_path());
    QFile file(QString::fromStdString(path.string()));
    const auto size = static_cast<qint64>(bytes.size());
    if (!file.open(QIODevice::WriteOnly) || file.write(reinterpret_cast<const char*>(bytes.data()), size) != size) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

inline void write(const std::filesystem::path& path, std::string_view text) {
    write(path, bytesOf(text));
}

inline Bytes read(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly)) {
        throw std::runtime_error("cannot read " + path.string());
    }
    return bytesOf(file.readAll().toStdString());
}

// Makes a writable copy of a file or folder, which may itself be read-only.
inline std::filesystem::path copyOf(const std::filesystem::path& from, const std::filesystem::path& to) {
    namespace fs = std::filesystem;
    fs::copy(from, to, fs::copy_options::recursive);
    fs::permissions(to, fs::perms::owner_all, fs::perm_options::add);
    if (fs::is_directory(to)) {
        for (const auto& entry : fs::recursive_directory_iterator(to)) {
            fs::permissions(entry.path(), fs::perms::owner_all, fs::perm_options::add);
        }
    }
    return to;
}

inline void truncate(const std::filesystem::path& path, std::size_t size) {
    Bytes bytes = read(path);
    bytes.resize(size);
    write(path, bytes);
}

inline std::string deepZoomXml(std::string_view width, std::string_view height, std::string_view tileSize = "256",
                               std::string_view overlap = "0", std::string_view format = "jpg") {
    std::string xml = "<?xml version='1.0' encoding='UTF-8'?>";
    xml.append("<Image xmlns='http://schemas.microsoft.com/deepzoom/2008' Format='").append(format);
    xml.append("' Overlap='").append(overlap).append("' TileSize='").append(tileSize);
    xml.append("'><Size Width='").append(width).append("' Height='").append(height).append("'/></Image>");
    return xml;
}

}  // namespace origami::test
