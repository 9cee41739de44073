// One canvas and everything that lies over it: banners, view modes, numbers, families, scale bar and overview.
pragma ComponentBehavior: Bound
import QtQuick
import Origami

Item {
    id: root

    required property ViewerSession session
    required property MetricsModel metrics
    property bool compactMetrics: false
    property bool gridShown: false
    property bool slowOpening: false
    readonly property SlideDocument slide: session.slide
    readonly property bool hasSlide: slide !== null
    readonly property SlideView view: canvasView
    readonly property FamilyOverlay families: familyOverlay
    readonly property FamilyInspector inspector: familyInspector
    // Banners that were closed stay closed until another slide is shown.
    property bool residualsClosed: false
    property bool changeClosed: false
    // {path, mode, split} of the view in which a file that is being reopened is to be shown again; else null.
    property var kept: null

    function takeFocus() {
        canvasView.forceActiveFocus();
    }
    function showModes(button: Item) {
        leftModes.popup(button, 0, button.height + 4);
    }
    function pinMiddle() {
        familyInspector.togglePin(canvasView.familyAt(Qt.point(width / 2, height / 2)));
    }
    // When the cursor leaves the canvas, perhaps for a card, the family that it was on last stays.
    function followCursor() {
        if (familyInspector.active && canvasView.hasCursor)
            familyInspector.point(canvasView.cursorFamily);
    }
    // Shows the file as it is on the disk now, in the same view. A view that shows all of the slide goes on doing so.
    function reopen() {
        kept = {
            path: slide.path,
            mode: canvasView.mode,
            split: canvasView.split
        };
        const seen = canvasView.visiblePart;
        if (canvasView.fitted)
            session.reopen();
        else
            session.reopenAt(Qt.point((seen.x + seen.width / 2) * slide.size.width, (seen.y + seen.height / 2) * slide.size.height), canvasView.viewScale);
    }

    Connections {
        target: root.session
        function onSlideChanged() {
            root.residualsClosed = false;
            root.changeClosed = false;
        }
        function onOpenFailed() {
            root.kept = null;
        }
    }

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
        id: familyOverlay
        anchors.fill: parent
        objectName: "familyOverlay"
        view: canvasView
        visible: root.hasSlide && (tint > 0 || marks.length > 0)
        marks: familyInspector.marks
    }
    FamilyInspector {
        id: familyInspector
        objectName: "familyInspector"
        slide: root.slide
        active: root.gridShown && root.hasSlide
        mode: canvasView.mode
        cursorMode: canvasView.cursorMode
        onActiveChanged: root.followCursor()
    }
    Connections {
        target: canvasView
        function onSlideShown() {
            const view = root.kept;
            root.kept = null;
            if (view && root.slide && root.slide.path === view.path) {
                canvasView.mode = view.mode;
                canvasView.split = view.split;
            }
        }
        function onCursorChanged() {
            root.followCursor();
        }
        function onClicked(position: point) {
            familyInspector.click(canvasView.familyAt(position));
        }
        function onDoubleClicked() {
            familyInspector.undoClick();
        }
    }
    FamilyGrid {
        anchors.fill: parent
        objectName: "familyGrid"
        view: canvasView
        visible: root.gridShown && root.hasSlide
    }

    Column {
        id: banners
        width: parent.width
        Banner {
            objectName: "residualBanner"
            width: parent.width
            visible: root.slide !== null && root.slide.missingResiduals > 0 && !root.residualsClosed
            text: root.slide ? qsTr("Residuals are missing for %1 of %2 families. These areas show the prediction only.").arg(root.slide.missingResiduals).arg(root.slide.families) : ""
            onClosed: root.residualsClosed = true
        }
        Banner {
            objectName: "changedBanner"
            width: parent.width
            visible: root.slide !== null && root.slide.changedOnDisk && !root.changeClosed
            text: root.slide ? qsTr("“%1” has changed on disk.").arg(root.slide.name) : ""
            action: qsTr("Reopen")
            onActed: root.reopen()
            onClosed: root.changeClosed = true
        }
    }
    CanvasChip {
        id: openingChip
        anchors.horizontalCenter: parent.horizontalCenter
        y: banners.height + 12
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
        y: banners.height + (openingChip.visible ? openingChip.height + 8 : 0) + 12
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
        y: banners.height + 12
        objectName: "compactOverlay"
        visible: root.compactMetrics
        maximumHeight: root.height - y - 60
        metrics: root.metrics
    }
    FamilyCards {
        id: cards
        anchors.right: parent.right
        anchors.rightMargin: 12
        y: banners.height + 12
        objectName: "familyCards"
        visible: familyInspector.cards.length > 0
        inspector: familyInspector
        maximumWidth: root.width - 24
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
        visible: familyOverlay.tint > 0 && root.hasSlide && root.slide.hasFamilies
        ColorLegend {
            id: tintLegend
            anchors.centerIn: parent
            legend: familyOverlay.legend
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
        maximumWidth: root.width - (scaleBar.visible ? scaleBar.width + 12 : 0) - 24
        view: canvasView
        onRetryRequested: root.slide.retryFailed()
    }
    Overview {
        id: overview
        objectName: "overview"
        anchors.right: parent.right
        anchors.bottom: status.top
        anchors.rightMargin: 12
        anchors.bottomMargin: 8
        // In a low window it makes room for the cards.
        visible: root.hasSlide && root.width >= 420 && root.height >= (cards.visible ? 640 : 300)
        view: canvasView
        slide: root.slide
        longestSide: Math.min(cards.visible ? 136 : 180, root.width / 4, root.height / 3)
    }
}
