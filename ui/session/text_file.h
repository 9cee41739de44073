// Writing a file whole or not at all: a temporary one takes its place at the end.
#pragma once

#include <QByteArray>
#include <QString>

namespace origami {

// Empty, or one sentence that names the file. Blocks on the disk.
[[nodiscard]] QString writeTextFile(const QString& file, const QByteArray& text);

// Whether the file could be written now; leaves it alone. Empty, or one sentence that names the file.
[[nodiscard]] QString checkWritable(const QString& file);

}  // namespace origami
