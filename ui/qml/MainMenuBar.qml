// The menu bar.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Origami

MenuBar {
    id: root

    required property ViewerSession session
    required property MetricsExporter exporter
    required property SlideView view
    required property FamilyOverlay families

    signal openFileRequested
    signal openFolderRequested
    signal convertRequested
    signal exportTraceRequested
    signal exportMetricsRequested
    signal quitRequested
    signal gridToggled
    signal overlayCycled
    signal infoToggled
    signal listToggled
    signal fullScreenToggled
    signal settingsRequested
    signal helpRequested
    signal aboutRequested
    signal commandLinkRequested

    font.pixelSize: Theme.textSize
    background: Rectangle { color: Theme.panel }
    delegate: MenuBarItem {
        id: title
        implicitHeight: Theme.target
        font.pixelSize: Theme.textSize
        leftPadding: 10
        rightPadding: 10
        background: Rectangle { color: title.highlighted ? Theme.hover : "transparent" }
        Accessible.name: text.replace("&", "")
        Accessible.role: Accessible.MenuItem
    }

    component Entry: MenuItem {
        implicitHeight: 30
        font.pixelSize: Theme.textSize
        palette.windowText: enabled ? Theme.text : Theme.disabledText
        Accessible.name: text
        Accessible.role: Accessible.MenuItem
    }
    component Pane: Menu {
        font.pixelSize: Theme.textSize
    }

    Pane {
        title: qsTr("&File")
        Entry { text: qsTr("Open file…"); onTriggered: root.openFileRequested() }
        Entry { text: qsTr("Open ORIGAMI folder…"); onTriggered: root.openFolderRequested() }
        Pane {
            id: recent
            title: qsTr("Open recent")
            enabled: root.session.preferences.recentSlides.length > 0
            Instantiator {
                model: root.session.preferences.recentSlides
                delegate: Entry {
                    required property string modelData
                    // The menu bar of macOS shows only a text that is set after the entry was inserted.
                    property bool isInMenu: false
                    objectName: "recentEntry"
                    text: isInMenu ? root.session.baseName(modelData) : ""
                    onTriggered: root.session.openPath(modelData)
                }
                onObjectAdded: (index, object) => {
                    recent.insertItem(index, object as MenuItem);
                    object.isInMenu = true;
                }
                onObjectRemoved: (index, object) => recent.removeItem(object as MenuItem)
            }
            MenuSeparator {}
            Entry { text: qsTr("Clear"); onTriggered: root.session.preferences.clearRecentSlides() }
        }
        Entry { text: qsTr("Open demo slide"); onTriggered: root.session.openDemo() }
        MenuSeparator {}
        Entry { objectName: "convertEntry"; text: qsTr("Convert to ORIGAMI…"); enabled: root.session.slide !== null && root.session.slide.convertible; onTriggered: root.convertRequested() }
        Pane {
            title: qsTr("Export")
            Entry { objectName: "exportTraceEntry"; text: qsTr("Trace of the last seconds…"); onTriggered: root.exportTraceRequested() }
            Entry { text: qsTr("Metrics…"); onTriggered: root.exportMetricsRequested() }
            Entry { text: qsTr("Copy metrics as a table"); onTriggered: root.exporter.copyMetrics() }
        }
        MenuSeparator {}
        Entry { objectName: "settingsEntry"; text: qsTr("Settings…"); onTriggered: root.settingsRequested() }
        Entry { text: qsTr("Close slide"); enabled: root.session.slide !== null; onTriggered: root.session.closeSlide() }
        Entry { text: qsTr("Quit"); onTriggered: root.quitRequested() }
    }
    Pane {
        title: qsTr("&View")
        Entry { text: qsTr("Fit"); enabled: root.session.slide !== null; onTriggered: root.view.zoomToFit() }
        Entry { text: qsTr("Full resolution"); enabled: root.session.slide !== null; onTriggered: root.view.zoomToScale(1) }
        MenuSeparator {}
        Entry { text: qsTr("Family grid"); enabled: root.session.slide !== null; onTriggered: root.gridToggled() }
        TintMenu { overlay: root.families; enabled: root.session.slide !== null && root.session.slide.hasFamilies }
        ViewModeMenu { view: root.view; enabled: root.session.slide !== null }
        Entry { text: qsTr("Metrics"); onTriggered: root.overlayCycled() }
        MenuSeparator {}
        Entry { text: qsTr("Slide list"); onTriggered: root.listToggled() }
        Entry { text: qsTr("Slide panel"); enabled: root.session.slide !== null; onTriggered: root.infoToggled() }
        Entry { text: qsTr("Full screen"); onTriggered: root.fullScreenToggled() }
        MenuSeparator {}
        Pane {
            title: qsTr("Appearance")
            Entry {
                text: qsTr("As the desktop")
                checkable: true
                checked: root.session.preferences.appearance === Preferences.System
                onTriggered: root.session.preferences.appearance = Preferences.System
            }
            Entry {
                text: qsTr("Light")
                checkable: true
                checked: root.session.preferences.appearance === Preferences.Light
                onTriggered: root.session.preferences.appearance = Preferences.Light
            }
            Entry {
                text: qsTr("Dark")
                checkable: true
                checked: root.session.preferences.appearance === Preferences.Dark
                onTriggered: root.session.preferences.appearance = Preferences.Dark
            }
            MenuSeparator {}
            Entry {
                text: qsTr("Reduce motion")
                checkable: true
                checked: root.session.preferences.reducedMotion
                onTriggered: root.session.preferences.reducedMotion = checked
            }
        }
    }
    Pane {
        title: qsTr("&Help")
        Entry { text: qsTr("Keys"); onTriggered: root.helpRequested() }
        Entry {
            objectName: "linkCommandEntry"
            text: qsTr("Install the command origami…")
            // On macOS the command lies in the application bundle, where terminals do not look.
            visible: Qt.platform.os === "osx"
            height: visible ? implicitHeight : 0
            onTriggered: root.commandLinkRequested()
        }
        Entry { text: qsTr("About Origami Viewer"); onTriggered: root.aboutRequested() }
    }
}
