// Pictures for QML under image://slide/: thumbnails of files that are not open, and overviews and associated images of
// open slides. Background threads make them; the GUI thread only asks.
#pragma once

#include "core/engine/slide_engine.h"

#include <QQuickAsyncImageProvider>
#include <QThreadPool>

#include <memory>

namespace origami {

class SlideImageProvider : public QQuickAsyncImageProvider {
public:
    static QString providerId() { return QStringLiteral("slide"); }
    static QString thumbnailSource(const QString& path);
    static QString overviewSource(SlideKey slide);
    static QString associatedSource(SlideKey slide, const QString& name);

    explicit SlideImageProvider(std::shared_ptr<SlideEngine> engine);
    ~SlideImageProvider() override;

    // The picture's longer side is at most the longer side of `requestedSize`, or 256 pixels if that is empty.
    QQuickImageResponse* requestImageResponse(const QString& id, const QSize& requestedSize) override;

private:
    std::shared_ptr<SlideEngine> m_engine;
    QThreadPool m_pool;
};

}  // namespace origami
