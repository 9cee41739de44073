#include "ui/session/slide_list.h"

#include "ui/session/file_tasks.h"
#include "ui/session/slide_listing.h"
#include "ui/session/slide_path.h"

#include <utility>

namespace origami {

SlideList::SlideList(FileTasks& tasks, QObject* parent) : QObject(parent), m_tasks(tasks) {}

void SlideList::listFolder(const QString& folder) {
    const quint64 listing = ++m_listing;
    m_folder = folder;
    m_problem.clear();
    m_paths.clear();
    m_state = State::Listing;
    emit changed();
    m_tasks.run(
        this, [folder] { return slidesIn(folder); },
        [this, listing](const Result<QStringList>& found) {
            if (listing != m_listing) {
                return;
            }
            m_state = found ? State::Ready : State::Unreadable;
            m_problem = found ? QString() : QString::fromStdString(found.error().message);
            add(found ? *found : QStringList());
        });
}

void SlideList::add(const QStringList& paths) {
    for (const QString& path : paths) {
        if (const QString absolute = absolutePath(path); !m_paths.contains(absolute)) {
            m_paths << absolute;
        }
    }
    emit changed();
}

}  // namespace origami
