// Settings that belong to a test alone.
#pragma once

#include <QCoreApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QString>

namespace origami::test {

// Makes QSettings and the standard folders begin empty and keeps them apart from the user's own.
inline void useOwnSettings() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("Origami Viewer tests"));
    QSettings().clear();
}

}  // namespace origami::test
