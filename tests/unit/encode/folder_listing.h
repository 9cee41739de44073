// What lies in a folder, for tests of code that writes folders.
#pragma once

#include "core/base/bytes.h"

#include <QFile>

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace origami {

inline Bytes contentOf(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("cannot read %s", path.c_str());
    }
    const QByteArray bytes = file.readAll();
    const auto* begin = reinterpret_cast<const std::byte*>(bytes.constData());
    return {begin, begin + bytes.size()};
}

// Names of the entries of one folder, hidden ones too.
inline std::set<std::string> namesIn(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

// All files below a folder by relative path.
inline std::map<std::string, Bytes> filesBelow(const std::filesystem::path& folder) {
    std::map<std::string, Bytes> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files.emplace(entry.path().lexically_relative(folder).generic_string(), contentOf(entry.path()));
        }
    }
    return files;
}

inline void putFile(const std::filesystem::path& path, const QByteArray& content) {
    std::filesystem::create_directories(path.parent_path());
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
        qFatal("cannot write %s", path.c_str());
    }
}

}  // namespace origami
