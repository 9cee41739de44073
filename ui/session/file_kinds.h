// The kinds of files that the viewer opens. The open dialog, the slide list and drops use this list. Tests compare the
// Info.plist, the desktop entry and the MIME types with it.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace origami {

struct FileKind {
    QString name;            // as desktops show it
    QStringList extensions;  // lower case, without the dot; empty: a folder
    QString mimeType;        // on Linux; empty if the viewer claims none
    QString typeIdentifier;  // on macOS (UTI)
    int openSlide = 0;       // the first major version of OpenSlide that reads it; 0: any, or none is needed
};

// Every kind, including those that this build's OpenSlide does not read.
const QList<FileKind>& fileKinds();

// The major version of OpenSlide that this build is made with.
int openSlideVersion();

// The last extensions ("tif" of "origami.tif") of the files that this build opens, each once, without the dot.
const QStringList& slideExtensions();

// "*.svs *.tif ...", for file dialogs. Whether these distinguish upper and lower case depends on the platform.
QString slideNamePatterns();

}  // namespace origami
