// The kinds of files that the viewer opens: the one list behind the open dialog, the slide list and drops, which the
// Info.plist, the desktop entry and the MIME types are tested against.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace origami {

struct FileKind {
    QString name;            // as desktops show it
    QStringList extensions;  // lower case, without the dot; empty: a folder
    QString mimeType;        // on Linux; empty where none is claimed
    QString typeIdentifier;  // on macOS (UTI)
    int openSlide = 0;       // the first major version of OpenSlide that reads it; 0: any, or none is needed
};

// Every kind, whatever this build's OpenSlide reads.
const QList<FileKind>& fileKinds();

// The major version of OpenSlide that this build is made with.
int openSlideVersion();

// The last extensions of what this build opens, each once, without the dot.
const QStringList& slideExtensions();

// "*.svs *.tif ...", as file dialogs take it. Their filters look at upper and lower case as the platform does.
QString slideNamePatterns();

}  // namespace origami
