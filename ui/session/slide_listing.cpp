#include "ui/session/slide_listing.h"

#include "ui/session/file_kinds.h"
#include "ui/session/slide_list.h"

#include <QCollator>
#include <QDir>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>

namespace origami {
namespace {

bool looksLikeSlide(const QFileInfo& entry) {
    if (entry.isDir()) {
        return !QDir(entry.filePath()).entryList({QStringLiteral("*.dzi")}, QDir::Files).isEmpty();
    }
    return slideExtensions().contains(entry.suffix().toLower());
}

Error problem(ErrorCode code, const QString& sentence) {
    return {code, sentence.toStdString()};
}

}  // namespace

Result<QStringList> slidesIn(const QString& folder) {
    const QFileInfo info(folder);
    if (!info.exists()) {
        return problem(ErrorCode::NotFound, SlideList::tr("There is no folder %1.").arg(folder));
    }
    if (!info.isDir()) {
        return problem(ErrorCode::InvalidArgument, SlideList::tr("%1 is not a folder.").arg(folder));
    }
    if (!info.isReadable() || !info.isExecutable()) {
        return problem(ErrorCode::Io, SlideList::tr("The folder %1 cannot be read.").arg(folder));
    }
    QStringList slides;
    const QFileInfoList entries = QDir(folder).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QFileInfo& entry : entries) {
        if (looksLikeSlide(entry)) {
            slides << entry.absoluteFilePath();
        }
    }
    // The C locale compares bytes and knows no numbers.
    QCollator collator(QLocale().language() == QLocale::C ? QLocale(QLocale::English) : QLocale());
    collator.setNumericMode(true);
    collator.setCaseSensitivity(Qt::CaseInsensitive);
    std::sort(slides.begin(), slides.end(),
              [&collator](const QString& a, const QString& b) { return collator.compare(a, b) < 0; });
    return slides;
}

}  // namespace origami
