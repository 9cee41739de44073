// The window: the canvas in the middle, everything else around it and easily put away.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Dialogs
import Origami

ApplicationWindow {
    id: root

    required property ViewerSession session
    readonly property SlideDocument slide: session.slide
    readonly property bool hasSlide: slide !== null
    readonly property bool convertible: slide !== null && slide.convertible

    // Metrics: 0 off, 1 compact, 2 full
    property int overlay: session.showOverlay ? 1 : 0
    property bool gridShown: false
    property bool infoShown: false
    property bool listWanted: session.slides.folder !== "" || session.slides.total > 1
    property bool bannerClosed: false
    // Beside the panels the canvas keeps room for what lies over it.
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
        target: root.session.metrics
        property: "active"
        value: root.overlay > 0 && root.visible
    }

    onClosing: close => {
        if (session.converter.busy) {
            close.accepted = false;
            quitSheet.open();
        }
    }

    function convertSlide() {
        convertSheet.ask(slide.path);
    }
    function toggleFullScreen() {
        visibility = visibility === Window.FullScreen ? Window.AutomaticVisibility : Window.FullScreen;
    }
    // Where only one of the panels fits, the one that is asked for takes the other's place.
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
            root.bannerClosed = false;
            canvasView.forceActiveFocus();
        }
        function onOpeningNameChanged() {
            root.slowOpening = false;
            if (root.session.openingName !== "")
                openingDelay.restart();
            else
                openingDelay.stop();
        }
        function onOpenFailed(path: string, message: string, advice: string) {
            errorSheet.path = path;
            errorSheet.message = message;
            errorSheet.advice = advice;
            errorSheet.open();
        }
    }
    Connections {
        target: root.session.converter
        function onFailed(source: string, target: string, message: string, advice: string) {
            convertErrorSheet.source = source;
            convertErrorSheet.path = target;
            convertErrorSheet.message = message;
            convertErrorSheet.advice = advice;
            convertErrorSheet.open();
        }
    }
    Timer {
        id: openingDelay
        interval: 300
        onTriggered: root.slowOpening = true
    }

    Shortcut { sequence: "Ctrl+O"; onActivated: fileDialog.open() }
    Shortcut { sequence: "Ctrl+E"; enabled: root.convertible; onActivated: root.convertSlide() }
    Shortcut { sequence: "Ctrl+,"; onActivated: settingsSheet.open() }
    Shortcut { sequence: "Ctrl+Q"; onActivated: root.close() }
    Shortcut { sequence: "M"; onActivated: root.cycleOverlay() }
    Shortcut { sequence: "G"; enabled: root.hasSlide; onActivated: root.gridShown = !root.gridShown }
    Shortcut { sequence: "P"; enabled: inspector.active; onActivated: inspector.togglePinOfMiddle() }
    Shortcut { sequence: "V"; enabled: root.hasSlide; onActivated: canvasView.cycleMode() }
    Shortcut { sequence: "Shift+V"; enabled: root.hasSlide; onActivated: canvasView.split = !canvasView.split }
    Shortcut { sequence: "T"; enabled: root.slide !== null && root.slide.hasFamilies; onActivated: families.cycleTint() }
    Shortcut { sequence: "I"; enabled: root.hasSlide; onActivated: root.toggleInfo() }
    Shortcut { sequence: "L"; onActivated: root.toggleList() }
    Shortcut { sequences: ["F", StandardKey.FullScreen]; onActivated: root.toggleFullScreen() }
    Shortcut { sequences: ["?", "F1"]; onActivated: helpSheet.open() }
    Shortcut { sequence: "Escape"; enabled: root.visibility === Window.FullScreen; onActivated: root.toggleFullScreen() }

    menuBar: MainMenuBar {
        session: root.session
        view: canvasView
        families: families
        visible: root.visibility !== Window.FullScreen
        onOpenFileRequested: fileDialog.open()
        onOpenFolderRequested: folderDialog.open()
        onConvertRequested: root.convertSlide()
        onExportTraceRequested: exports.chooseTraceFile()
        onExportMetricsRequested: exports.chooseMetricsFile()
        onQuitRequested: root.close()
        onGridToggled: root.gridShown = !root.gridShown
        onOverlayCycled: root.cycleOverlay()
        onInfoToggled: root.toggleInfo()
        onListToggled: root.toggleList()
        onFullScreenToggled: root.toggleFullScreen()
        onSettingsRequested: settingsSheet.open()
        onHelpRequested: helpSheet.open()
        onAboutRequested: aboutSheet.open()
        onCommandLinkRequested: commandSheet.show(root.session.linkCommand())
    }
    header: MainToolBar {
        session: root.session
        view: canvasView
        visible: root.visibility !== Window.FullScreen
        gridShown: root.gridShown
        overlayShown: root.overlay > 0
        panelsFit: root.onePanelFits
        infoShown: info.visible
        listShown: list.visible
        onOpenRequested: fileDialog.open()
        onGridToggled: root.gridShown = !root.gridShown
        onModesRequested: item => leftModes.popup(item, 0, item.height + 4)
        onOverlayCycled: root.cycleOverlay()
        onInfoToggled: root.toggleInfo()
        onListToggled: root.toggleList()
        onMoreRequested: item => moreMenu.popup(item, 0, item.height + 4)
    }

    Menu {
        id: moreMenu
        font.pixelSize: Theme.textSize
        MenuItem { text: qsTr("Open ORIGAMI folder…"); onTriggered: folderDialog.open() }
        MenuItem { text: qsTr("Convert to ORIGAMI…"); enabled: root.convertible; onTriggered: root.convertSlide() }
        MenuItem { text: qsTr("Settings…"); onTriggered: settingsSheet.open() }
        MenuItem { text: qsTr("Full screen"); onTriggered: root.toggleFullScreen() }
        MenuItem { text: qsTr("Keys"); onTriggered: helpSheet.open() }
        MenuItem { text: qsTr("About Origami Viewer"); onTriggered: aboutSheet.open() }
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
        onChosen: canvasView.forceActiveFocus()
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
        metrics: root.session.metrics
        onExportTraceRequested: exports.chooseTraceFile()
        onExportMetricsRequested: exports.chooseMetricsFile()
        onCopyRequested: root.session.exporter.copyMetrics()
    }

    Item {
        id: canvas
        anchors.left: list.visible ? list.right : parent.left
        anchors.right: info.left
        anchors.top: parent.top
        anchors.bottom: conversions.top

        Rectangle {
            anchors.fill: parent
            color: root.slide ? root.slide.background : Theme.window
        }
        SlideView {
            id: canvasView
            objectName: "slideView"
            anchors.fill: parent
            session: root.session
            reducedMotion: root.session.preferences.reducedMotion
            visible: root.hasSlide
            focus: true
            Accessible.role: Accessible.Graphic
            Accessible.name: root.slide ? qsTr("Slide %1").arg(root.slide.name) : qsTr("Slide")
        }
        FamilyOverlay {
            id: families
            anchors.fill: parent
            objectName: "familyOverlay"
            view: canvasView
            visible: root.hasSlide && (tint > 0 || marks.length > 0)
            marks: inspector.marks
        }
        FamilyInspector {
            id: inspector
            objectName: "familyInspector"
            view: canvasView
            active: root.gridShown && root.hasSlide
        }
        FamilyGrid {
            anchors.fill: parent
            objectName: "familyGrid"
            view: canvasView
            visible: root.gridShown && root.hasSlide
        }

        Banner {
            id: banner
            objectName: "residualBanner"
            width: parent.width
            visible: root.slide !== null && root.slide.missingResiduals > 0 && !root.bannerClosed
            text: root.slide ? qsTr("Residuals are missing for %1 of %2 families: these areas show the prediction only.").arg(root.slide.missingResiduals).arg(root.slide.families) : ""
            onClosed: root.bannerClosed = true
        }
        CanvasChip {
            id: openingChip
            anchors.horizontalCenter: parent.horizontalCenter
            y: (banner.visible ? banner.height : 0) + 12
            width: openingText.implicitWidth + 20
            height: 26
            visible: openingText.text !== ""
            Text {
                id: openingText
                objectName: "canvasLabel"
                anchors.centerIn: parent
                textFormat: Text.PlainText
                text: root.slowOpening && root.hasSlide ? qsTr("Opening %1").arg(root.session.openingName) : ""
                color: Theme.text
                font.pixelSize: Theme.textSize
            }
        }
        SplitDivider {
            id: divider
            objectName: "splitDivider"
            height: parent.height
            visible: canvasView.split && root.hasSlide
            view: canvasView
        }
        ViewModeTag {
            id: leftTag
            objectName: "leftMode"
            x: canvasView.split ? Math.max(8, divider.x + divider.width / 2 - 8 - width) : (parent.width - width) / 2
            y: (banner.visible ? banner.height : 0) + (openingChip.visible ? openingChip.height + 8 : 0) + 12
            visible: root.hasSlide && (canvasView.split || canvasView.mode !== SlideView.Reconstructed) && maximumWidth >= 40
            maximumWidth: canvasView.split ? Math.min(288, divider.x + divider.width / 2 - 16) : Math.min(288, parent.width - 24)
            side: canvasView.leftSide
            onActivated: leftModes.popup(leftTag, 0, leftTag.height + 4)
        }
        ViewModeTag {
            id: rightTag
            objectName: "rightMode"
            x: divider.x + divider.width / 2 + 8
            y: leftTag.y
            visible: root.hasSlide && canvasView.split && maximumWidth >= 40
            maximumWidth: Math.min(288, parent.width - x - 8)
            side: canvasView.rightSide
            onActivated: rightModes.popup(rightTag, 0, rightTag.height + 4)
        }
        ViewModeMenu { id: leftModes; objectName: "leftModes"; view: canvasView }
        ViewModeMenu { id: rightModes; objectName: "rightModes"; view: canvasView; rightSide: true }
        MetricsCompact {
            x: 12
            y: (banner.visible ? banner.height : 0) + 12
            objectName: "compactOverlay"
            visible: root.overlay === 1
            maximumHeight: canvas.height - y - 60
            metrics: root.session.metrics
        }
        FamilyCards {
            id: cards
            anchors.right: parent.right
            anchors.rightMargin: 12
            y: (banner.visible ? banner.height : 0) + 12
            objectName: "familyCards"
            visible: inspector.cards.length > 0
            inspector: inspector
            maximumWidth: canvas.width - 24
            maximumHeight: (overview.visible ? overview.y : status.y) - y - 8
        }
        CanvasChip {
            anchors.left: parent.left
            anchors.bottom: scaleBar.visible ? scaleBar.top : parent.bottom
            anchors.leftMargin: 12
            anchors.bottomMargin: 8
            width: tintLegend.width + 20
            height: tintLegend.height + 16
            objectName: "tintLegend"
            visible: families.tint > 0 && root.hasSlide && root.slide.hasFamilies
            ColorLegend {
                id: tintLegend
                anchors.centerIn: parent
                legend: families.legend
            }
        }
        ScaleBar {
            id: scaleBar
            anchors.left: parent.left
            anchors.bottom: parent.bottom
            anchors.margins: 12
            visible: root.hasSlide && canvasView.scaleBarLabel !== ""
            view: canvasView
        }
        StatusChip {
            id: status
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: 12
            visible: root.hasSlide
            maximumWidth: canvas.width - (scaleBar.visible ? scaleBar.width + 12 : 0) - 24
            view: canvasView
        }
        Overview {
            id: overview
            objectName: "overview"
            anchors.right: parent.right
            anchors.bottom: status.top
            anchors.rightMargin: 12
            anchors.bottomMargin: 8
            // In a low window it makes room for the cards.
            visible: root.hasSlide && canvas.width >= 420 && canvas.height >= (cards.visible ? 640 : 300)
            view: canvasView
            slide: root.slide
            longestSide: Math.min(cards.visible ? 136 : 180, canvas.width / 4, canvas.height / 3)
        }
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
            onOpenSlide: fileDialog.open()
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

    ErrorSheet {
        id: errorSheet
        onOtherChosen: fileDialog.open()
        onClosed: canvasView.forceActiveFocus()
    }
    ConvertSheet {
        id: convertSheet
        converter: root.session.converter
        onClosed: canvasView.forceActiveFocus()
    }
    ErrorSheet {
        id: convertErrorSheet
        property string source: ""
        objectName: "convertErrorSheet"
        title: qsTr("This slide could not be converted")
        other: qsTr("Convert again…")
        onOtherChosen: convertSheet.askAgain(source, path)
        onClosed: canvasView.forceActiveFocus()
    }
    QuitSheet {
        id: quitSheet
        converter: root.session.converter
        onStopped: root.close()
        onClosed: canvasView.forceActiveFocus()
    }
    ExportDialogs {
        id: exports
        exporter: root.session.exporter
        onSaid: message => notice.say(message)
        onClosed: canvasView.forceActiveFocus()
    }
    SettingsSheet {
        id: settingsSheet
        settings: root.session.settings
        onClosed: canvasView.forceActiveFocus()
    }
    HelpSheet {
        id: helpSheet
        onClosed: canvasView.forceActiveFocus()
    }
    AboutSheet {
        id: aboutSheet
        version: root.session.version
        optimisedBuild: root.session.metrics.optimisedBuild
        onLicencesRequested: licencesSheet.open()
        onClosed: {
            if (!licencesSheet.visible)
                canvasView.forceActiveFocus();
        }
    }
    LicencesSheet {
        id: licencesSheet
        licences: root.session.licences
        onClosed: canvasView.forceActiveFocus()
    }
    CommandSheet {
        id: commandSheet
        onClosed: canvasView.forceActiveFocus()
    }
    FileDialog {
        id: fileDialog
        title: qsTr("Open a slide")
        nameFilters: [qsTr("Slides (%1)").arg(root.session.namePatterns), qsTr("All files (*)")]
        onAccepted: root.session.open(selectedFile)
    }
    FolderDialog {
        id: folderDialog
        title: qsTr("Open an ORIGAMI folder")
        onAccepted: root.session.open(selectedFolder)
    }
}
