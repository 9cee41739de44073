// Paths between Qt and the standard library, without loss on any platform, and as they are shown. All of these
// functions look at the text of a path only, never at a file, so the GUI thread may call them.
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

// Replaces the control characters that file names and messages may have by spaces.
QString onOneLine(QString text);

// The path from the root, without ".", ".." and a slash at the end.
QString absolutePath(const QString& path);
// The absolute path of the folder that `path` lies in.
QString folderOf(const QString& path);
// The last part of the path.
QString fileNameOf(const QString& path);

// What people call the slide at `path`: the name of the file or folder, without the extension of a slide format. For
// the baseline_pyramid.dzi in an ORIGAMI folder it is the folder's name.
QString slideNameOf(const QString& path);

}  // namespace origami
