#include "ui/session/preferences.h"

#include <QStandardPaths>

#include <algorithm>

namespace origami {
namespace {

constexpr qsizetype kMaxRecentSlides = 10;

const QString kRecentKey = QStringLiteral("recentSlides");
const QString kAppearanceKey = QStringLiteral("appearance");
const QString kReducedMotionKey = QStringLiteral("reducedMotion");

// Whether the desktop asks for less motion. Qt does not say, so this reads the files where desktops keep it.
bool desktopReducesMotion() {
#ifdef Q_OS_MACOS
    const QSettings access(QStandardPaths::writableLocation(QStandardPaths::HomeLocation) +
                               QStringLiteral("/Library/Preferences/com.apple.universalaccess.plist"),
                           QSettings::NativeFormat);
    return access.value(QStringLiteral("reduceMotion"), false).toBool();
#else
    const QString config = QStandardPaths::writableLocation(QStandardPaths::HomeLocation) + QStringLiteral("/.config/");
    const QSettings kde(config + QStringLiteral("kdeglobals"), QSettings::IniFormat);
    const QSettings gtk(config + QStringLiteral("gtk-3.0/settings.ini"), QSettings::IniFormat);
    return kde.value(QStringLiteral("KDE/AnimationDurationFactor"), 1.0).toDouble() <= 0.0 ||
           !gtk.value(QStringLiteral("Settings/gtk-enable-animations"), true).toBool();
#endif
}

}  // namespace

Preferences::Preferences(QObject* parent)
    : QObject(parent),
      m_recentSlides(m_settings.value(kRecentKey).toStringList().mid(0, kMaxRecentSlides)),
      m_appearance(static_cast<Appearance>(std::clamp(m_settings.value(kAppearanceKey, 0).toInt(), 0, 2))),
      m_reducedMotion(m_settings.contains(kReducedMotionKey) ? m_settings.value(kReducedMotionKey).toBool()
                                                             : desktopReducesMotion()) {}

void Preferences::addRecentSlide(const QString& path) {
    m_recentSlides.removeAll(path);
    m_recentSlides.prepend(path);
    m_recentSlides = m_recentSlides.mid(0, kMaxRecentSlides);
    m_settings.setValue(kRecentKey, m_recentSlides);
    emit recentSlidesChanged();
}

void Preferences::clearRecentSlides() {
    m_recentSlides.clear();
    m_settings.setValue(kRecentKey, m_recentSlides);
    emit recentSlidesChanged();
}

void Preferences::setAppearance(Appearance appearance) {
    if (m_appearance != appearance) {
        m_appearance = appearance;
        m_settings.setValue(kAppearanceKey, static_cast<int>(appearance));
        emit appearanceChanged();
    }
}

void Preferences::setReducedMotion(bool reduced) {
    if (m_reducedMotion != reduced) {
        m_reducedMotion = reduced;
        m_settings.setValue(kReducedMotionKey, reduced);
        emit reducedMotionChanged();
    }
}

}  // namespace origami
