// The window: the canvas in the middle, and around it everything else, which can be hidden.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Origami

ApplicationWindow {
    id: root

    required property ViewerSession session
    required property SlideListModel slides
    required property MetricsModel metrics
    required property MetricsExporter exporter
    readonly property SlideDocument slide: session.slide
    readonly property bool hasSlide: slide !== null
    readonly property bool convertible: slide !== null && slide.convertible

    // Metrics: 0 off, 1 compact, 2 full
    property int overlay: session.showOverlay ? 1 : 0
    property bool gridShown: false
    property bool infoShown: false
    property bool listWanted: session.slides.folder !== "" || session.slides.total > 1
    // Beside the panels the canvas keeps room for everything that lies over it.
    readonly property int leastCanvasWidth: 344
    readonly property bool onePanelFits: width >= info.shownWidth + leastCanvasWidth
    readonly property bool bothPanelsFit: width >= list.width + info.shownWidth + leastCanvasWidth
    property bool slowOpening: false

    width: 1280
    height: 800
    minimumWidth: 480
    minimumHeight: 360
    visible: true
    title: hasSlide ? qsTr("%1 — %2").arg(slide.name).arg(slide.summary) : qsTr("Origami Viewer")
    color: Theme.window

    palette.window: Theme.window
    palette.windowText: Theme.text
    palette.base: Theme.panel
    palette.alternateBase: Theme.window
    palette.text: Theme.text
    palette.button: Theme.hover
    palette.buttonText: Theme.text
    palette.brightText: Theme.text
    palette.highlight: Theme.accent
    palette.highlightedText: Theme.accentText
    palette.placeholderText: Theme.mutedText
    palette.toolTipBase: Theme.raised
    palette.toolTipText: Theme.text
    palette.light: Theme.hover
    palette.midlight: Theme.hover
    palette.mid: Theme.pressed
    palette.dark: Theme.mutedText
    palette.shadow: Theme.line
    palette.link: Theme.accent

    Binding {
        target: Theme
        property: "appearance"
        value: root.session.preferences.appearance
    }
    Binding {
        target: Theme
        property: "reducedMotion"
        value: root.session.preferences.reducedMotion
    }
    Binding {
        target: root.metrics
        property: "active"
        value: root.overlay > 0 && root.visible
    }

    onClosing: close => {
        if (session.converter.busy) {
            close.accepted = false;
            sheets.askToQuit();
        }
    }

    function convertSlide() {
        sheets.convert(slide.path);
    }
    function toggleFullScreen() {
        visibility = visibility === Window.FullScreen ? Window.AutomaticVisibility : Window.FullScreen;
    }
    // If only one of the panels fits, the one that is asked for replaces the other.
    function toggleInfo() {
        infoShown = !info.visible;
    }
    function toggleList() {
        listWanted = !list.visible;
        if (listWanted && !bothPanelsFit)
            infoShown = false;
    }
    function cycleOverlay() {
        overlay = (overlay + 1) % 3;
    }

    Connections {
        target: root.session
        function onSlideChanged() {
            canvas.takeFocus();
        }
        function onOpeningNameChanged() {
            root.slowOpening = false;
            if (root.session.openingName !== "")
                openingDelay.restart();
            else
                openingDelay.stop();
        }
    }
    Timer {
        id: openingDelay
        interval: 300
        onTriggered: root.slowOpening = true
    }

    Shortcut { sequence: "Ctrl+O"; onActivated: sheets.openFile() }
    Shortcut { sequence: "Ctrl+E"; enabled: root.convertible; onActivated: root.convertSlide() }
    Shortcut { sequence: "Ctrl+,"; onActivated: sheets.showSettings() }
    Shortcut { sequence: "Ctrl+Q"; onActivated: root.close() }
    Shortcut { sequence: "M"; onActivated: root.cycleOverlay() }
    Shortcut { sequence: "G"; enabled: root.hasSlide; onActivated: root.gridShown = !root.gridShown }
    Shortcut { sequence: "P"; enabled: canvas.inspector.active; onActivated: canvas.pinMiddle() }
    Shortcut { sequence: "V"; enabled: root.hasSlide; onActivated: canvas.view.cycleMode() }
    Shortcut { sequence: "Shift+V"; enabled: root.hasSlide; onActivated: canvas.view.split = !canvas.view.split }
    Shortcut { sequence: "T"; enabled: root.slide !== null && root.slide.hasFamilies; onActivated: canvas.families.cycleTint() }
    Shortcut { sequence: "I"; enabled: root.hasSlide; onActivated: root.toggleInfo() }
    Shortcut { sequence: "L"; onActivated: root.toggleList() }
    Shortcut { sequences: ["F", StandardKey.FullScreen]; onActivated: root.toggleFullScreen() }
    Shortcut { sequences: ["?", "F1"]; onActivated: sheets.showHelp() }
    Shortcut { sequence: "Escape"; enabled: root.visibility === Window.FullScreen; onActivated: root.toggleFullScreen() }

    menuBar: MainMenuBar {
        session: root.session
        exporter: root.exporter
        view: canvas.view
        families: canvas.families
        visible: root.visibility !== Window.FullScreen
        onOpenFileRequested: sheets.openFile()
        onOpenFolderRequested: sheets.openFolder()
        onConvertRequested: root.convertSlide()
        onExportTraceRequested: sheets.exportTrace()
        onExportMetricsRequested: sheets.exportMetrics()
        onQuitRequested: root.close()
        onGridToggled: root.gridShown = !root.gridShown
        onOverlayCycled: root.cycleOverlay()
        onInfoToggled: root.toggleInfo()
        onListToggled: root.toggleList()
        onFullScreenToggled: root.toggleFullScreen()
        onSettingsRequested: sheets.showSettings()
        onHelpRequested: sheets.showHelp()
        onAboutRequested: sheets.showAbout()
        onCommandLinkRequested: root.session.linkCommand()
    }
    header: MainToolBar {
        session: root.session
        view: canvas.view
        visible: root.visibility !== Window.FullScreen
        gridShown: root.gridShown
        overlayShown: root.overlay > 0
        panelsFit: root.onePanelFits
        infoShown: info.visible
        listShown: list.visible
        onOpenRequested: sheets.openFile()
        onGridToggled: root.gridShown = !root.gridShown
        onModesRequested: item => canvas.showModes(item)
        onOverlayCycled: root.cycleOverlay()
        onInfoToggled: root.toggleInfo()
        onListToggled: root.toggleList()
        onMoreRequested: item => moreMenu.popup(item, 0, item.height + 4)
    }

    Menu {
        id: moreMenu
        font.pixelSize: Theme.textSize
        MenuItem { text: qsTr("Open ORIGAMI folder…"); onTriggered: sheets.openFolder() }
        MenuItem { text: qsTr("Convert to ORIGAMI…"); enabled: root.convertible; onTriggered: root.convertSlide() }
        MenuItem { text: qsTr("Settings…"); onTriggered: sheets.showSettings() }
        MenuItem { text: qsTr("Full screen"); onTriggered: root.toggleFullScreen() }
        MenuItem { text: qsTr("Keys"); onTriggered: sheets.showHelp() }
        MenuItem { text: qsTr("About Origami Viewer"); onTriggered: sheets.showAbout() }
    }

    SlideListPanel {
        id: list
        anchors.left: parent.left
        anchors.top: parent.top
        anchors.bottom: conversions.top
        width: 232
        objectName: "slideListPanel"
        z: 1
        visible: root.listWanted && root.onePanelFits && (root.bothPanelsFit || !info.visible)
        session: root.session
        slides: root.slides
        onChosen: canvas.takeFocus()
    }
    SlidePanel {
        id: info
        objectName: "slidePanel"
        z: 1
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: conversions.top
        readonly property int shownWidth: 296
        width: visible ? shownWidth : 0
        visible: root.infoShown && root.hasSlide && root.onePanelFits
        slide: root.slide
    }
    ConversionBar {
        id: conversions
        objectName: "conversionBar"
        z: 1
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: metricsPanel.top
        height: implicitHeight
        converter: root.session.converter
        onOpenRequested: path => root.session.openPath(path)
    }
    MetricsPanel {
        id: metricsPanel
        objectName: "metricsPanel"
        z: 1
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: visible ? Math.min(implicitHeight, Math.max(parent.height / 2, parent.height - 140)) : 0
        visible: root.overlay === 2
        metrics: root.metrics
        onExportTraceRequested: sheets.exportTrace()
        onExportMetricsRequested: sheets.exportMetrics()
        onCopyRequested: root.exporter.copyMetrics()
    }

    CanvasPane {
        id: canvas
        anchors.left: list.visible ? list.right : parent.left
        anchors.right: info.left
        anchors.top: parent.top
        anchors.bottom: conversions.top
        session: root.session
        metrics: root.metrics
        compactMetrics: root.overlay === 1
        gridShown: root.gridShown
        slowOpening: root.slowOpening

        Notice {
            id: notice
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 48
            maximumWidth: parent.width - 24
            z: 1
        }
        EmptyPage {
            anchors.fill: parent
            objectName: "emptyPage"
            visible: !root.hasSlide
            session: root.session
            onOpenSlide: sheets.openFile()
        }

        DropArea {
            id: drop
            parent: root.contentItem  // over the panels, too
            anchors.fill: parent
            onEntered: drag => { drag.accepted = drag.hasUrls; }
            onDropped: event => {
                if (event.hasUrls) {
                    root.session.openAll(event.urls);
                    event.accept();
                }
            }
            Rectangle {
                anchors.fill: parent
                anchors.margins: 6
                radius: 8
                visible: drop.containsDrag
                color: "transparent"
                border.width: 2
                border.color: Theme.accent
            }
        }
    }

    WindowSheets {
        id: sheets
        session: root.session
        exporter: root.exporter
        optimisedBuild: root.metrics.optimisedBuild
        onSaid: message => notice.say(message)
        onClosed: canvas.takeFocus()
        onStopped: root.close()
    }
}
