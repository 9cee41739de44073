#include "ui/session/file_kinds.h"

namespace origami {

const QList<FileKind>& fileKinds() {
    const auto kind = [](const char* name, const QStringList& extensions, const char* mimeType,
                         const char* typeIdentifier, int openSlide = 0) {
        return FileKind{QString::fromUtf8(name), extensions, QString::fromUtf8(mimeType),
                        QString::fromUtf8(typeIdentifier), openSlide};
    };
    static const QList<FileKind> kKinds{
        kind("ORIGAMI TIFF slide", {"origami.tif"}, "image/x-origami-tiff", "io.github.origamiviewer.origami-tiff"),
        kind("ORIGAMI folder", {}, "", "public.folder"),
        kind("Deep Zoom image", {"dzi"}, "application/x-deepzoom", "io.github.origamiviewer.deepzoom"),
        kind("Aperio slide", {"svs"}, "image/x-aperio-svs", "io.github.origamiviewer.aperio-svs"),
        kind("Hamamatsu NDPI slide", {"ndpi"}, "image/x-hamamatsu-ndpi", "io.github.origamiviewer.hamamatsu-ndpi"),
        kind("Hamamatsu VMS slide", {"vms", "vmu"}, "application/x-hamamatsu-vms",
             "io.github.origamiviewer.hamamatsu-vms"),
        kind("MIRAX slide", {"mrxs"}, "image/x-mirax", "io.github.origamiviewer.mirax"),
        kind("Leica SCN slide", {"scn"}, "image/x-leica-scn", "io.github.origamiviewer.leica-scn"),
        kind("Ventana BIF slide", {"bif"}, "image/x-ventana-bif", "io.github.origamiviewer.ventana-bif"),
        kind("Sakura slide", {"svslide"}, "application/x-sakura-svslide", "io.github.origamiviewer.sakura-svslide"),
        kind("DICOM slide", {"dcm"}, "application/dicom", "org.nema.dicom", 4),
        kind("TIFF image", {"tif", "tiff"}, "image/tiff", "public.tiff"),
        kind("PNG image", {"png"}, "image/png", "public.png"),
        kind("JPEG image", {"jpg", "jpeg"}, "image/jpeg", "public.jpeg"),
    };
    return kKinds;
}

int openSlideVersion() {
    return ORIGAMI_OPENSLIDE_MAJOR;
}

const QStringList& slideExtensions() {
    static const QStringList kExtensions = [] {
        QStringList all;
        for (const FileKind& kind : fileKinds()) {
            if (kind.openSlide <= openSlideVersion()) {
                for (const QString& extension : kind.extensions) {
                    all << extension.section(u'.', -1);
                }
            }
        }
        all.removeDuplicates();
        return all;
    }();
    return kExtensions;
}

QString slideNamePatterns() {
    return QStringLiteral("*.") + slideExtensions().join(QStringLiteral(" *."));
}

}  // namespace origami
