#include "ui/session/viewer_session.h"

#include "ui/session/command_link.h"
#include "ui/session/demo_slide.h"
#include "ui/session/file_kinds.h"
#include "ui/session/slide_image_provider.h"
#include "ui/session/slide_path.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "core/base/log.h"

namespace origami {
namespace {

// The window's thread is woken no more often than that: less than a frame, so none is shown later for it.
constexpr int kTileNewsMs = 4;

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
      m_metrics(m_engine),
      m_exporter(m_engine, m_metrics),
      m_converter(m_options.open) {
    m_settings.setEngine(m_engine);
    m_relay->session = this;
    m_pool.setMaxThreadCount(2);  // a slow disk must not hold up the next wish
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
        if (!m_slides.folder().isEmpty() && QFileInfo(target).dir() == QDir(m_slides.folder())) {
            m_slides.add({target});
        }
    });
    if (m_options.metricsIntervalSeconds > 0) {
        connect(&m_metricsLogTimer, &QTimer::timeout, this,
                [this] { spdlog::info("{}", formatLogLine(m_engine->metrics())); });
        m_metricsLogTimer.start(m_options.metricsIntervalSeconds * 1000);
    }
}

bool ViewerSession::stop(std::chrono::milliseconds patience) {
    m_pool.clear();
    return m_engine->stop(patience) && m_pool.waitForDone(static_cast<int>(patience.count()));
}

ViewerSession::~ViewerSession() {
    m_pool.clear();
    m_pool.waitForDone();
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
    QFile file(QStringLiteral(":/qt/qml/Origami/third-party.txt"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString ViewerSession::linkCommand() const {
    const std::filesystem::path command = toPath(QCoreApplication::applicationDirPath()) / "origami";
    const std::filesystem::path ownFolder = toPath(QDir::homePath()) / ".local" / "bin";
    const Result<std::filesystem::path> link = origami::linkCommand(command, {"/usr/local/bin", ownFolder});
    if (!link) {
        return tr("Nothing was changed: %1.").arg(onOneLine(QString::fromStdString(link.error().message)));
    }
    QString sentence = tr("The command is linked as %1. In a terminal, try: origami --help").arg(fromPath(*link));
    if (link->parent_path() == ownFolder) {
        sentence += QStringLiteral("\n\n") + tr("If the terminal does not find it, add this line to ~/.zprofile: "
                                                "export PATH=\"$HOME/.local/bin:$PATH\"");
    }
    return sentence;
}

void ViewerSession::open(const QUrl& url) {
    openPath(url.isLocalFile() ? url.toLocalFile() : url.toString());
}

void ViewerSession::openPath(const QString& path) {
    openInBackground(path, baseName(path));
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

void ViewerSession::openDemo() {
    const quint64 wish = ++m_wish;
    setOpeningName(tr("Demo slide"));
    m_pool.start([this, wish] {
        const Result<std::filesystem::path> demo = ensureDemoSlide();
        const Result<SlideKey> opened = demo ? m_engine->open(*demo) : Result<SlideKey>(demo.error());
        const QString path = demo ? fromPath(*demo) : tr("Demo slide");
        QMetaObject::invokeMethod(
            this, [this, wish, path, opened] { finishOpening(wish, path, opened); }, Qt::QueuedConnection);
    });
}

void ViewerSession::closeSlide() {
    ++m_wish;
    setOpeningName({});
    if (const auto closed = std::move(m_slide)) {
        emit slideChanged();  // everyone lets go before the slide is destroyed
    }
}

QString ViewerSession::thumbnailSource(const QString& path) const {
    return SlideImageProvider::thumbnailSource(path);
}

QString ViewerSession::baseName(const QString& path) const {
    return slideNameOf(path);
}

QString ViewerSession::folderName(const QString& path) const {
    return QFileInfo(path).absolutePath();
}

void ViewerSession::setOpeningName(const QString& name) {
    if (m_openingName != name) {
        m_openingName = name;
        emit openingNameChanged();
    }
}

void ViewerSession::openInBackground(const QString& path, const QString& shownName) {
    const quint64 wish = ++m_wish;
    setOpeningName(shownName);
    m_pool.start([this, wish, path] {
        const Result<SlideKey> opened = m_engine->open(toPath(path), m_options.open);
        QMetaObject::invokeMethod(
            this, [this, wish, path, opened] { finishOpening(wish, path, opened); }, Qt::QueuedConnection);
    });
}

void ViewerSession::finishOpening(quint64 wish, const QString& path, const Result<SlideKey>& opened) {
    if (wish != m_wish) {
        if (opened) {
            m_engine->close(*opened);
        }
        return;
    }
    setOpeningName({});
    if (!opened) {
        const Error& error = opened.error();
        spdlog::error("{}", error.message);
        emit openFailed(path, onOneLine(QString::fromStdString(error.message)) + QLatin1Char('.'),
                        adviceFor(error.code));
        return;
    }
    auto next = std::make_unique<SlideDocument>(m_engine, *opened, m_engine->info(*opened));
    m_preferences.addRecentSlide(QFileInfo(path).absoluteFilePath());
    next.swap(m_slide);
    emit slideChanged();  // everyone lets go of the old slide before it is destroyed
}

void ViewerSession::announceTiles() {
    if (m_tileNews.exchange(TileNews::New) == TileNews::None) {
        QMetaObject::invokeMethod(this, &ViewerSession::tellOfTiles, Qt::QueuedConnection);
    }
}

void ViewerSession::tellOfTiles() {
    m_tileNews = TileNews::Told;
    emit tilesChanged();
    m_tileTimer.start();
}

}  // namespace origami
