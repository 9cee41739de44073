#include "ui/session/text_file.h"

#include <QCoreApplication>
#include <QDir>
#include <QSaveFile>
#include <QStandardPaths>

namespace origami {
namespace {

QString cannotWrite(const QSaveFile& file) {
    return QCoreApplication::translate("TextFile", "%1 cannot be written: %2").arg(file.fileName(), file.errorString());
}

}  // namespace

QString writeTextFile(const QString& file, const QByteArray& text) {
    QSaveFile output(file);
    const bool isWritten = output.open(QIODevice::WriteOnly) && output.write(text) == text.size() && output.commit();
    return isWritten ? QString() : cannotWrite(output);
}

QString checkWritable(const QString& file) {
    QSaveFile output(file);
    if (!output.open(QIODevice::WriteOnly)) {
        return cannotWrite(output);
    }
    output.cancelWriting();
    return {};
}

QString documentsFolder() {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QDir(folder).exists() ? folder : QDir::homePath();
}

}  // namespace origami
