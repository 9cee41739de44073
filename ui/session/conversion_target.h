// Where the ORIGAMI TIFF that is made of a slide goes.
#pragma once

#include <QString>
#include <QStringList>

namespace origami {

inline constexpr const char* kConversionSuffix = ".origami.tif";

// A path beside the slide that no file has and that is not in `taken`: "name.origami.tif", "name-2.origami.tif", ... It
// lies in the user's documents where the slide's folder cannot be written. Blocks on the disk.
QString suggestedTarget(const QString& source, const QStringList& taken);

// Whether there is a file of this path, or a link that leads nowhere. Blocks on the disk.
bool isTaken(const QString& path);

}  // namespace origami
