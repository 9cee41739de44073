// What the program says about itself: version, licences, and what became of its
// command.
#include "app/viewer/viewer_window.h"

#include <QQuickItem>
#include <QQuickWindow>
#include <QStandardPaths>
#include <QTest>

using origami::ViewerOptions;
using origami::ViewerWindow;

class TestAboutSheet : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void leadsToTheLicences();
    void saysWhatBecameOfTheCommand();
    void linksTheCommandOnMacosOnly();

private:
    [[nodiscard]] QObject* object(const char* name) const {
        return m_viewer->window()->findChild<QObject*>(QLatin1String(name));
    }
    [[nodiscard]] bool isOpened(const char* sheet) const { return object(sheet)->property("opened").toBool(); }

    std::unique_ptr<ViewerWindow> m_viewer;
};

void TestAboutSheet::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("Origami Viewer tests"));
    QCoreApplication::setApplicationVersion(QStringLiteral("1.2.3"));
    ViewerOptions options;
    options.metricsIntervalSeconds = 0;
    options.engine.threads = 2;
    m_viewer = std::make_unique<ViewerWindow>(options);
    QVERIFY(m_viewer->window());
    QVERIFY(QTest::qWaitForWindowExposed(m_viewer->window()));
}

void TestAboutSheet::leadsToTheLicences() {
    QVERIFY(QMetaObject::invokeMethod(object("aboutSheet"), "open"));
    QTRY_VERIFY(isOpened("aboutSheet"));
    QCOMPARE(object("aboutSheet")->property("version").toString(), QStringLiteral("1.2.3"));
    auto* const button = qobject_cast<QQuickItem*>(object("licencesButton"));
    QVERIFY(button);
    const QPointF middle(button->width() / 2, button->height() / 2);
    QTest::mouseClick(m_viewer->window(), Qt::LeftButton, {}, button->mapToScene(middle).toPoint());
    QTRY_VERIFY(isOpened("licencesSheet"));
    QVERIFY(!object("aboutSheet")->property("visible").toBool());
    const QString text = object("licencesText")->property("text").toString();
    for (const char* word : {"Qt 6", "LGPL-3.0", "OpenSlide", "Independent JPEG Group"}) {
        QVERIFY2(text.contains(QLatin1String(word)), word);
    }
    QTest::keyClick(m_viewer->window(), Qt::Key_Escape);
    QTRY_VERIFY(!object("licencesSheet")->property("visible").toBool());
}

void TestAboutSheet::saysWhatBecameOfTheCommand() {
    const QString sentence = QStringLiteral("It is linked.");
    emit m_viewer->session().commandLinked(sentence);
    QTRY_VERIFY(isOpened("commandSheet"));
    QCOMPARE(object("commandSheet")->property("sentence").toString(), sentence);
    QTest::keyClick(m_viewer->window(), Qt::Key_Return);
    QTRY_VERIFY(!object("commandSheet")->property("visible").toBool());
}

void TestAboutSheet::linksTheCommandOnMacosOnly() {
    auto* const entry = qobject_cast<QQuickItem*>(object("linkCommandEntry"));
    QVERIFY(entry);
#ifdef Q_OS_MACOS
    QVERIFY(entry->height() > 0);
#else
    QCOMPARE(entry->height(), 0.0);  // it takes no room in the menu
#endif
}

QTEST_MAIN(TestAboutSheet)
#include "tst_about_sheet.moc"
