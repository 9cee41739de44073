#include "ui/session/conversion_target.h"

#include "ui/session/slide_path.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace origami {
namespace {

// A name may have 255 bytes, and the file has a longer one while it is being written.
constexpr qsizetype kLongestNameBytes = 200;

// Shortens a name to as many characters as fit into this many bytes of UTF-8.
QString shortened(QString name, qsizetype bytes) {
    while (name.toUtf8().size() > bytes) {
        name.chop(name.back().isLowSurrogate() ? 2 : 1);
    }
    return name.trimmed();
}

}  // namespace

QString suggestedTarget(const QString& source, const QStringList& taken) {
    const QString name = shortened(slideNameOf(source), kLongestNameBytes);
    QString folder = folderOf(source);
    if (fileNameOf(source) == QLatin1String("baseline_pyramid.dzi")) {
        folder = folderOf(folder);  // beside the ORIGAMI folder, not inside it
    }
    if (!QFileInfo(folder).isWritable()) {
        folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    }
    const QString start = QDir(folder).filePath(name);
    QString path = start + QLatin1String(kConversionSuffix);
    for (int number = 2; taken.contains(path) || isTaken(path); ++number) {
        path = QStringLiteral("%1-%2%3").arg(start).arg(number).arg(QLatin1String(kConversionSuffix));
    }
    return path;
}

bool isTaken(const QString& path) {
    const QFileInfo file(path);
    return file.exists() || file.isSymLink();
}

}  // namespace origami
