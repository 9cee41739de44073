// Paths between Qt and the standard library, without loss on any platform, and as they are shown.
#pragma once

#include <QString>

#include <filesystem>

namespace origami {

inline std::filesystem::path toPath(const QString& path) {
#ifdef _WIN32
    return std::filesystem::path(path.toStdWString());
#else
    return std::filesystem::path(path.toStdString());
#endif
}

inline QString fromPath(const std::filesystem::path& path) {
#ifdef _WIN32
    return QString::fromStdWString(path.wstring());
#else
    return QString::fromStdString(path.string());
#endif
}

// Names and messages for people: the control characters that file names may have become spaces.
inline QString onOneLine(QString text) {
    for (QChar& character : text) {
        if (character.category() == QChar::Other_Control) {
            character = QLatin1Char(' ');
        }
    }
    return text;
}

}  // namespace origami
