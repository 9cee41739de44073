// One open slide as QML sees it: what it is called, how large it is, what it is made of. The destructor closes the
// slide. GUI thread.
#pragma once

#include "core/engine/slide_engine.h"

#include <QtQml/qqmlregistration.h>
#include <QColor>
#include <QObject>
#include <QSizeF>
#include <QStringList>
#include <QVariantList>

#include <memory>
#include <optional>

namespace origami {

class SlideDocument : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Slides are opened by the session")
    Q_PROPERTY(QString name READ name CONSTANT)
    Q_PROPERTY(QString path READ path CONSTANT)
    Q_PROPERTY(QString summary READ summary CONSTANT)
    Q_PROPERTY(QSizeF size READ size CONSTANT)
    Q_PROPERTY(QColor background READ background CONSTANT)
    Q_PROPERTY(bool hasFamilies READ hasFamilies CONSTANT)
    Q_PROPERTY(double missingResiduals READ missingResiduals CONSTANT)
    Q_PROPERTY(double families READ families CONSTANT)
    Q_PROPERTY(QString overviewSource READ overviewSource CONSTANT)
    Q_PROPERTY(bool convertible READ isConvertible CONSTANT)
    Q_PROPERTY(QVariantList facts READ facts CONSTANT)
    Q_PROPERTY(QVariantList levelBytes READ levelBytes CONSTANT)
    Q_PROPERTY(QVariantList properties READ properties CONSTANT)
    Q_PROPERTY(QVariantList associatedImages READ associatedImages CONSTANT)
    Q_PROPERTY(QVariantList presets READ presets CONSTANT)
    Q_PROPERTY(bool changedOnDisk READ hasChangedOnDisk NOTIFY changedOnDiskChanged)

public:
    SlideDocument(std::shared_ptr<SlideEngine> engine, SlideKey key, std::shared_ptr<const SlideInfo> info);
    ~SlideDocument() override;

    [[nodiscard]] SlideEngine& engine() const { return *m_engine; }
    // For work on other threads, which may outlive the document.
    [[nodiscard]] std::shared_ptr<SlideEngine> sharedEngine() const { return m_engine; }
    [[nodiscard]] SlideKey key() const { return m_key; }
    [[nodiscard]] const SlideInfo& info() const { return *m_info; }
    // Microns per level 0 pixel across and down; none if the slide does not say.
    [[nodiscard]] std::optional<double> micronsPerPixel() const { return m_info->micronsPerPixelX; }
    // The scanner's magnification. If the slide does not name it, it is derived from the resolution; none if that is
    // not known either.
    [[nodiscard]] std::optional<double> objectivePower() const;

    [[nodiscard]] QString name() const;
    [[nodiscard]] QString path() const;
    // For the window's title: "20x, 2.1 GB", or "20x, 2.1 GB → 0.5 GB" if the bytes of the source slide are known.
    [[nodiscard]] QString summary() const;
    [[nodiscard]] QSizeF size() const;  // level 0 pixels
    [[nodiscard]] QColor background() const;
    [[nodiscard]] bool hasFamilies() const { return m_info->residuals.has_value(); }
    [[nodiscard]] double missingResiduals() const;  // how many families have none
    [[nodiscard]] double families() const;
    [[nodiscard]] QString overviewSource() const;
    [[nodiscard]] bool isConvertible() const { return m_info->format != SlideFormat::OrigamiTiff; }
    [[nodiscard]] QVariantList facts() const;  // {name, value}: the facts that most people look for
    // {name, level, size, share}: how the bytes of the file are divided, "L0 residual" first. `share` is relative to
    // the largest row. `level` is 3 for level 3 and all coarser ones, and -1 for the rest of the file. Empty if not
    // known.
    [[nodiscard]] QVariantList levelBytes() const;
    [[nodiscard]] QVariantList properties() const;        // {name, value}: everything that the file says
    [[nodiscard]] QVariantList associatedImages() const;  // {name, source, width, height}
    // {label, scale}: magnifications for the toolbar, as physical pixels per level 0 pixel.
    [[nodiscard]] QVariantList presets() const;
    // Whether the file is no longer the one that was opened; once true it stays true.
    [[nodiscard]] bool hasChangedOnDisk() const { return m_changedOnDisk; }

    // Takes what the engine knows about the slide by now.
    void follow(const SlideProgress& progress);
    // Tries again at once to make the tiles that could not be made for a reason that may pass.
    Q_INVOKABLE void retryFailed();

signals:
    void changedOnDiskChanged();

private:
    // The bytes of the slide that this ORIGAMI TIFF was encoded from; none if the file does not say.
    [[nodiscard]] std::optional<double> sourceBytes() const;

    std::shared_ptr<SlideEngine> m_engine;
    SlideKey m_key;
    std::shared_ptr<const SlideInfo> m_info;
    bool m_changedOnDisk = false;
};

// "512 B", "1.4 MB", "2.1 GB" in the user's locale.
QString formatBytes(double bytes);
// "2.1 GB → 0.5 GB".
QString formatSaving(double before, double after);

}  // namespace origami
