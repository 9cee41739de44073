// A helper for setters of objects whose signals another object follows.
#pragma once

#include <QObject>
#include <QPointer>

namespace origami {

// Replaces `watched` by `next` and disconnects `watcher` from the former object. Returns false if both are the same.
template <class T>
bool watchInstead(QPointer<T>& watched, T* next, const QObject* watcher) {
    if (watched == next) {
        return false;
    }
    if (watched) {
        watched->disconnect(watcher);
    }
    watched = next;
    return true;
}

}  // namespace origami
