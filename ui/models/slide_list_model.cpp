#include "ui/models/slide_list_model.h"

#include "ui/session/file_kinds.h"
#include "ui/session/slide_image_provider.h"
#include "ui/session/slide_path.h"

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

}  // namespace

QString slideNameOf(const QString& path) {
    const QFileInfo entry(QDir::cleanPath(path));
    if (entry.isDir()) {
        return onOneLine(entry.fileName());
    }
    const QString name = entry.completeBaseName();
    // The .dzi inside an ORIGAMI folder has the same name in every folder.
    return onOneLine(name == QLatin1String("baseline_pyramid") ? entry.dir().dirName() : name);
}

FolderListing listSlides(const QString& folder) {
    const QFileInfo info(folder);
    if (!info.exists()) {
        return {{}, SlideListModel::tr("There is no folder %1.").arg(folder)};
    }
    if (!info.isDir()) {
        return {{}, SlideListModel::tr("%1 is not a folder.").arg(folder)};
    }
    if (!info.isReadable() || !info.isExecutable()) {
        return {{}, SlideListModel::tr("The folder %1 cannot be read.").arg(folder)};
    }
    FolderListing listing;
    const QFileInfoList entries = QDir(folder).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QFileInfo& entry : entries) {
        if (looksLikeSlide(entry)) {
            listing.slides << entry.absoluteFilePath();
        }
    }
    // The C locale compares bytes and knows no numbers.
    QCollator collator(QLocale().language() == QLocale::C ? QLocale(QLocale::English) : QLocale());
    collator.setNumericMode(true);
    collator.setCaseSensitivity(Qt::CaseInsensitive);
    std::sort(listing.slides.begin(), listing.slides.end(),
              [&collator](const QString& a, const QString& b) { return collator.compare(a, b) < 0; });
    return listing;
}

SlideListModel::SlideListModel(QObject* parent) : QAbstractListModel(parent) {
    m_pool.setMaxThreadCount(1);
}

SlideListModel::~SlideListModel() {
    m_pool.clear();
    m_pool.waitForDone();
}

void SlideListModel::listFolder(const QString& folder) {
    const quint64 listing = ++m_listing;
    m_folder = folder;
    m_problem.clear();
    m_all.clear();
    m_state = State::Listing;
    show();
    emit stateChanged();
    m_pool.start([this, folder, listing] {
        const FolderListing found = listSlides(folder);
        QMetaObject::invokeMethod(
            this,
            [this, found, listing] {
                if (listing != m_listing) {
                    return;
                }
                m_state = found.problem.isEmpty() ? State::Ready : State::Unreadable;
                m_problem = found.problem;
                add(found.slides);
                emit stateChanged();
            },
            Qt::QueuedConnection);
    });
}

void SlideListModel::add(const QStringList& paths) {
    for (const QString& path : paths) {
        const QString absolute = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
        if (!m_all.contains(absolute)) {
            m_all << absolute;
        }
    }
    show();
    emit stateChanged();
}

void SlideListModel::setFilter(const QString& filter) {
    if (m_filter != filter) {
        m_filter = filter;
        emit filterChanged();
        show();
    }
}

void SlideListModel::show() {
    beginResetModel();
    m_shown.clear();
    for (qsizetype i = 0; i < m_all.size(); ++i) {
        if (slideNameOf(m_all[i]).contains(m_filter.trimmed(), Qt::CaseInsensitive)) {
            m_shown.push_back(i);
        }
    }
    endResetModel();
    emit shownChanged();
}

int SlideListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : shown();
}

QVariant SlideListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const QString& path = m_all[m_shown[static_cast<std::size_t>(index.row())]];
    switch (role) {
        case Qt::DisplayRole:
        case NameRole: return slideNameOf(path);
        case PathRole: return path;
        case ThumbnailRole: return SlideImageProvider::thumbnailSource(path);
        default: return {};
    }
}

QHash<int, QByteArray> SlideListModel::roleNames() const {
    return {{NameRole, "name"}, {PathRole, "path"}, {ThumbnailRole, "thumbnail"}};
}

}  // namespace origami
