// Settings of the tests' own.
#pragma once

#include <QCoreApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QString>

namespace origami::test {

// QSettings begins empty and is not the user's, nor are the standard folders.
inline void useOwnSettings() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("Origami Viewer tests"));
    QSettings().clear();
}

}  // namespace origami::test
