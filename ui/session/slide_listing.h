// Finds the slides in a folder.
#pragma once

#include "core/base/result.h"

#include <QString>
#include <QStringList>

namespace origami {

// The absolute paths of the slides in `folder`, judged by their names: folders that hold a .dzi, and files with an
// extension of a slide format. Sorted as people read. Errors are whole sentences: NotFound if there is no such folder,
// InvalidArgument if it is no folder, Io if it cannot be read. Blocks on the disk.
Result<QStringList> slidesIn(const QString& folder);

}  // namespace origami
