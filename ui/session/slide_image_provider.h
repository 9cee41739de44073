// Pictures for QML under image://slide/: thumbnails of files that are not open, overviews and associated images
// of the open slide. Made on background threads; the GUI thread only asks.
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

    // The longer side of `requestedSize`, or a default, limits the picture's longer side.
    QQuickImageResponse* requestImageResponse(const QString& id, const QSize& requestedSize) override;

private:
    std::shared_ptr<SlideEngine> m_engine;
    QThreadPool m_pool;
};

}  // namespace origami
