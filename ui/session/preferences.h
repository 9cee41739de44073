// What the program remembers between runs: recent slides, appearance, reduced motion. GUI thread.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QSettings>
#include <QStringList>

namespace origami {

class Preferences : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Belongs to the session")
    Q_PROPERTY(QStringList recentSlides READ recentSlides NOTIFY recentSlidesChanged)
    Q_PROPERTY(Appearance appearance READ appearance WRITE setAppearance NOTIFY appearanceChanged)
    Q_PROPERTY(bool reducedMotion READ reducedMotion WRITE setReducedMotion NOTIFY reducedMotionChanged)

public:
    enum class Appearance { System, Light, Dark };
    Q_ENUM(Appearance)

    explicit Preferences(QObject* parent = nullptr);

    [[nodiscard]] QStringList recentSlides() const { return m_recentSlides; }  // newest first
    void addRecentSlide(const QString& path);
    Q_INVOKABLE void clearRecentSlides();

    [[nodiscard]] Appearance appearance() const { return m_appearance; }
    void setAppearance(Appearance appearance);

    // The user's choice or, if there is none, the desktop's.
    [[nodiscard]] bool reducedMotion() const { return m_reducedMotion; }
    void setReducedMotion(bool reduced);

signals:
    void recentSlidesChanged();
    void appearanceChanged();
    void reducedMotionChanged();

private:
    QSettings m_settings;
    QStringList m_recentSlides;
    Appearance m_appearance = Appearance::System;
    bool m_reducedMotion = false;
};

}  // namespace origami
