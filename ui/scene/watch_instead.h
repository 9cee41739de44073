// For setters of objects whose signals an item follows.
#pragma once

#include <QObject>
#include <QPointer>

namespace origami {

// Puts `next` in the place of the object that `watcher` follows, which it follows no longer. False if it is the same.
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
