#include "ui/session/slide_path.h"

#include "ui/session/file_kinds.h"

#include <algorithm>

namespace origami {
namespace {

namespace fs = std::filesystem;

fs::path absolute(const QString& path) {
    std::error_code error;
    const fs::path whole = fs::absolute(toPath(path), error);
    const fs::path normal = (error ? toPath(path) : whole).lexically_normal();
    return normal.has_filename() || !normal.has_relative_path() ? normal : normal.parent_path();
}

bool hasSlideExtension(const QString& name) {
    const auto isKnown = [&name](const QString& extension) {
        return name.endsWith(QLatin1Char('.') + extension.section(u'.', -1), Qt::CaseInsensitive);
    };
    return std::ranges::any_of(fileKinds(),
                               [&](const FileKind& kind) { return std::ranges::any_of(kind.extensions, isKnown); });
}

}  // namespace

QString onOneLine(QString text) {
    for (QChar& character : text) {
        if (character.category() == QChar::Other_Control) {
            character = QLatin1Char(' ');
        }
    }
    return text;
}

QString absolutePath(const QString& path) {
    return fromPath(absolute(path));
}

QString folderOf(const QString& path) {
    return fromPath(absolute(path).parent_path());
}

QString fileNameOf(const QString& path) {
    return fromPath(absolute(path).filename());
}

QString slideNameOf(const QString& path) {
    const QString file = fileNameOf(path);
    const QString name = hasSlideExtension(file) ? file.left(file.lastIndexOf(u'.')) : file;
    // The .dzi in an ORIGAMI folder has the same name in every folder.
    return onOneLine(name == QLatin1String("baseline_pyramid") ? fileNameOf(folderOf(path)) : name);
}

}  // namespace origami
