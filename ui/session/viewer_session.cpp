#include "ui/session/viewer_session.h"

#include "ui/session/command_link.h"
#include "ui/session/demo_slide.h"
#include "ui/session/file_kinds.h"
#include "ui/session/slide_image_provider.h"
#include "ui/session/slide_path.h"

#include <QCoreApplication>
#include <QResource>

#include "core/base/log.h"

namespace origami {
namespace {

// The GUI thread is woken no more often than this. It is less than a frame, so no frame is late because of it.
constexpr int kTileNewsMs = 4;
constexpr int kWatchFileMs = 2000;

QString adviceFor(ErrorCode code) {
    switch (code) {
        case ErrorCode::NotFound:
            return ViewerSession::tr("Check that it still exists and that its drive is connected.");
        case ErrorCode::Unsupported:
            return ViewerSession::tr(
                "Origami Viewer reads ORIGAMI TIFFs and folders, Deep Zoom (.dzi), the slide formats of OpenSlide "
                "(.svs, .ndpi, "
                ".mrxs, .scn, .tif and others) and plain PNG, JPEG and TIFF images.");
        case ErrorCode::Truncated: return ViewerSession::tr("The file ends too early. Copy or download it again.");
        case ErrorCode::Corrupt:
            return ViewerSession::tr("The file is damaged. Copy it again, or export it again from its source.");
        case ErrorCode::Io: return ViewerSession::tr("Check that you may read it and that its drive is connected.");
        case ErrorCode::OutOfMemory:
            return ViewerSession::tr("Close other slides or programs, or set a smaller cache with --cache-mb.");
        case ErrorCode::InvalidArgument:
        case ErrorCode::Cancelled: break;
    }
    return {};
}

}  // namespace

ViewerSession::ViewerSession(ViewerOptions options, QObject* parent)
    : QObject(parent),
      m_options(std::move(options)),
      m_settings(m_options.engine),
      m_engine(std::make_shared<SlideEngine>(m_settings.engineOptions())),
      m_relay(std::make_shared<Relay>()),
      m_slides(m_tasks),
      m_converter(m_tasks, m_options.open),
      m_place(m_options.place) {
    m_settings.setEngine(m_engine);
    m_relay->session = this;
    m_engine->onTilesChanged([relay = m_relay] {
        const std::scoped_lock lock(relay->mutex);
        if (relay->session) {
            relay->session->announceTiles();
        }
    });
    m_tileTimer.setTimerType(Qt::PreciseTimer);
    m_tileTimer.setInterval(kTileNewsMs);
    m_tileTimer.setSingleShot(true);
    connect(&m_tileTimer, &QTimer::timeout, this, [this] {
        TileNews news = TileNews::Told;
        if (!m_tileNews.compare_exchange_strong(news, TileNews::None)) {
            tellOfTiles();
        }
    });
    connect(&m_converter, &SlideConverter::finished, this, [this](const QString& target) {
        if (!m_slides.folder().isEmpty() && folderOf(target) == absolutePath(m_slides.folder())) {
            m_slides.add({target});
        }
    });
    m_watchTimer.start(kWatchFileMs);
    connect(&m_watchTimer, &QTimer::timeout, this, &ViewerSession::followSlide);
    if (m_options.metricsIntervalSeconds > 0) {
        connect(&m_metricsLogTimer, &QTimer::timeout, this,
                [this] { spdlog::info("{}", formatLogLine(m_engine->metrics())); });
        m_metricsLogTimer.start(m_options.metricsIntervalSeconds * 1000);
    }
}

bool ViewerSession::stop(std::chrono::milliseconds patience) {
    return m_engine->stop(patience) && m_tasks.stop(patience);
}

ViewerSession::~ViewerSession() {
    const std::scoped_lock lock(m_relay->mutex);
    m_relay->session = nullptr;
}

void ViewerSession::start() {
    if (!m_options.slidesRoot.isEmpty()) {
        m_slides.listFolder(m_options.slidesRoot);
    }
    if (!m_options.slides.isEmpty()) {
        m_slides.add(m_options.slides);
        openPath(m_options.slides.first());
    }
}

QString ViewerSession::version() const {
    return QCoreApplication::applicationVersion();
}

QString ViewerSession::namePatterns() const {
    return slideNamePatterns();
}

QString ViewerSession::licences() const {
    return QString::fromUtf8(QResource(QStringLiteral(":/qt/qml/Origami/third-party.txt")).uncompressedData());
}

void ViewerSession::linkCommand() {
    const std::filesystem::path command = toPath(QCoreApplication::applicationDirPath()) / "origami";
    m_tasks.run(
        this, [command] { return linkCommandForUser(command); },
        [this](const Result<QString>& what) {
            emit commandLinked(
                what ? *what
                     : tr("Nothing was changed: %1.").arg(onOneLine(QString::fromStdString(what.error().message))));
        });
}

void ViewerSession::open(const QUrl& url) {
    openPath(url.isLocalFile() ? url.toLocalFile() : url.toString());
}

void ViewerSession::openPath(const QString& path) {
    openInBackground(path, std::nullopt);
}

void ViewerSession::openAll(const QList<QUrl>& urls) {
    QStringList paths;
    for (const QUrl& url : urls) {
        if (url.isLocalFile()) {
            paths << url.toLocalFile();
        }
    }
    if (!paths.isEmpty()) {
        if (paths.size() > 1) {
            m_slides.add(paths);
        }
        openPath(paths.first());
    }
}

void ViewerSession::reopen() {
    if (m_slide) {
        openInBackground(m_slide->path(), std::nullopt);
    }
}

void ViewerSession::reopenAt(QPointF centre, double scale) {
    if (m_slide) {
        openInBackground(m_slide->path(), Place{{centre.x(), centre.y()}, scale});
    }
}

void ViewerSession::openDemo() {
    const quint64 wish = ++m_wish;
    const QString name = tr("Demo slide");
    setOpeningName(name);
    m_tasks.run(
        this,
        [engine = m_engine, name]() -> Result<Opened> {
            const Result<std::filesystem::path> demo = ensureDemoSlide();
            return demo ? Opened{fromPath(*demo), engine->open(*demo)} : Opened{name, demo.error()};
        },
        [this, wish, name](const Result<Opened>& opened) {
            finishOpening(wish, opened ? *opened : Opened{name, opened.error()}, std::nullopt);
        });
}

void ViewerSession::closeSlide() {
    ++m_wish;
    setOpeningName({});
    if (const auto closed = std::move(m_slide)) {
        emit slideChanged();  // all users drop the slide before it is destroyed
    }
}

QString ViewerSession::thumbnailSource(const QString& path) const {
    return SlideImageProvider::thumbnailSource(path);
}

QString ViewerSession::baseName(const QString& path) const {
    return slideNameOf(path);
}

QString ViewerSession::folderName(const QString& path) const {
    return folderOf(path);
}

void ViewerSession::setOpeningName(const QString& name) {
    if (m_openingName != name) {
        m_openingName = name;
        emit openingNameChanged();
    }
}

void ViewerSession::openInBackground(const QString& path, std::optional<Place> place) {
    const quint64 wish = ++m_wish;
    setOpeningName(baseName(path));
    m_tasks.run(
        this, [engine = m_engine, path, options = m_options.open] { return engine->open(toPath(path), options); },
        [this, wish, path, place](const Result<SlideKey>& slide) {
            finishOpening(wish, {path, slide}, place);
        });
}

void ViewerSession::finishOpening(quint64 wish, const Opened& opened, const std::optional<Place>& place) {
    const Result<SlideKey>& slide = opened.slide;
    if (wish != m_wish) {
        if (slide) {
            m_engine->close(*slide);
        }
        return;
    }
    setOpeningName({});
    if (!slide) {
        const Error& error = slide.error();
        spdlog::error("{}", error.message);
        emit openFailed(opened.path, onOneLine(QString::fromStdString(error.message)) + QLatin1Char('.'),
                        adviceFor(error.code));
        return;
    }
    auto next = std::make_unique<SlideDocument>(m_engine, *slide, m_engine->info(*slide));
    m_preferences.addRecentSlide(absolutePath(opened.path));
    if (place) {
        m_place = place;
    }
    next.swap(m_slide);
    emit slideChanged();  // all users drop the old slide before it is destroyed
}

void ViewerSession::announceTiles() {
    if (m_tileNews.exchange(TileNews::New) == TileNews::None) {
        QMetaObject::invokeMethod(this, &ViewerSession::tellOfTiles, Qt::QueuedConnection);
    }
}

void ViewerSession::tellOfTiles() {
    m_tileNews = TileNews::Told;
    followSlide();
    emit tilesChanged();
    m_tileTimer.start();
}

void ViewerSession::followSlide() {
    if (m_slide && !m_slide->hasChangedOnDisk()) {
        m_slide->follow(m_engine->progress(m_slide->key()));
    }
}

}  // namespace origami
