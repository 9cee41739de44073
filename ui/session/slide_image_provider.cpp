#include "ui/session/slide_image_provider.h"

#include "core/base/thread_purpose.h"
#include "ui/session/core_image.h"
#include "ui/session/guarded.h"
#include "ui/session/slide_path.h"

#include <QImage>
#include <QQuickTextureFactory>

#include <algorithm>
#include <functional>

namespace origami {
namespace {

constexpr int kDefaultSide = 256;

class Response : public QQuickImageResponse {
public:
    [[nodiscard]] QQuickTextureFactory* textureFactory() const override {
        return QQuickTextureFactory::textureFactoryForImage(m_image);
    }
    [[nodiscard]] QString errorString() const override { return m_error; }
    void cancel() override { m_stop.request_stop(); }

    [[nodiscard]] StopToken stopToken() const { return m_stop.token(); }
    // Called on a worker thread, as the last thing that it does with the response.
    void finish(Result<Rgb32Image> picture) {
        if (picture) {
            m_image = imageOf(std::move(*picture));
        } else {
            m_error = QString::fromStdString(picture.error().message);
        }
        emit finished();
    }

private:
    StopSource m_stop;
    QImage m_image;
    QString m_error;
};

// Shrinks the picture to at most `maxSide` pixels on its longer side.
Result<Rgb32Image> limited(Result<Rgb32Image> picture, int maxSide) {
    if (!picture) {
        return picture;
    }
    const int longer = std::max(picture->width(), picture->height());
    if (longer <= maxSide) {
        return picture;
    }
    const auto scaled = [&](int side) {
        return std::max(1, static_cast<int>(static_cast<std::int64_t>(side) * maxSide / longer));
    };
    Rgb32Image small(scaled(picture->width()), scaled(picture->height()));
    shrink(std::as_const(*picture).view(), small.view());
    return small;
}

// Qt takes addresses apart and puts them together again, which changes some characters of names but no hex digits.
QString encoded(const QString& text) {
    return QString::fromLatin1(text.toUtf8().toHex());
}

QString decoded(const QString& digits) {
    return QString::fromUtf8(QByteArray::fromHex(digits.toLatin1()));
}

using Maker = std::function<Result<Rgb32Image>(const StopToken&)>;

Maker makerFor(const QString& id, int maxSide, std::shared_ptr<SlideEngine> engine) {
    const QString kind = id.section(QLatin1Char('/'), 0, 0);
    const QString rest = id.section(QLatin1Char('/'), 1);
    if (kind == QLatin1String("thumbnail")) {
        const std::filesystem::path path = toPath(decoded(rest));
        return [=](const StopToken& stop) -> Result<Rgb32Image> {
            if (stop.stop_requested()) {
                return Error{ErrorCode::Cancelled, "stopped"};
            }
            const Result<SlideKey> slide = engine->open(path);
            if (!slide) {
                return slide.error();
            }
            Result<Rgb32Image> picture = guarded([&] { return engine->thumbnail(*slide, maxSide, stop); });
            engine->close(*slide);
            return picture;
        };
    }
    const SlideKey slide = rest.section(QLatin1Char('/'), 0, 0).toUInt();
    if (kind == QLatin1String("overview")) {
        return [=](const StopToken& stop) { return engine->thumbnail(slide, maxSide, stop); };
    }
    const std::string name = decoded(rest.section(QLatin1Char('/'), 1)).toStdString();
    return [=](const StopToken&) { return limited(engine->associatedImage(slide, name), maxSide); };
}

QString source(const QString& rest) {
    return QStringLiteral("image://") + SlideImageProvider::providerId() + QLatin1Char('/') + rest;
}

}  // namespace

QString SlideImageProvider::thumbnailSource(const QString& path) {
    return source(QStringLiteral("thumbnail/") + encoded(path));
}

QString SlideImageProvider::overviewSource(SlideKey slide) {
    return source(QStringLiteral("overview/%1").arg(slide));
}

QString SlideImageProvider::associatedSource(SlideKey slide, const QString& name) {
    return source(QStringLiteral("associated/%1/").arg(slide) + encoded(name));
}

SlideImageProvider::SlideImageProvider(std::shared_ptr<SlideEngine> engine) : m_engine(std::move(engine)) {
    m_pool.setMaxThreadCount(2);
}

SlideImageProvider::~SlideImageProvider() {
    m_pool.clear();
    m_pool.waitForDone();
}

QQuickImageResponse* SlideImageProvider::requestImageResponse(const QString& id, const QSize& requestedSize) {
    const int asked = std::max(requestedSize.width(), requestedSize.height());
    const int maxSide = asked > 0 ? asked : kDefaultSide;
    auto* const response = new Response;  // the QML engine deletes it when it is finished
    m_pool.start([response, make = makerFor(id, maxSide, m_engine)] {
        enterThread(ThreadPurpose::Background);
        response->finish(guarded([&] { return make(response->stopToken()); }));
    });
    return response;
}

}  // namespace origami
