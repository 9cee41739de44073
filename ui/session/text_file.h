// Writes small files whole or not at all: a temporary file takes the target's place at the end. Everything here blocks
// on the disk.
#pragma once

#include <QByteArray>
#include <QString>

namespace origami {

// Empty, or one sentence that names the file.
[[nodiscard]] QString writeTextFile(const QString& file, const QByteArray& text);

// Checks whether the file could be written now, and leaves it as it is. Empty, or one sentence that names the file.
[[nodiscard]] QString checkWritable(const QString& file);

// The path of the user's documents, or of the home folder if there are none.
[[nodiscard]] QString documentsFolder();

}  // namespace origami
