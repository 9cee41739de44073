// The toolbar, one row: open, magnifications, tools, panels.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Origami

Rectangle {
    id: root

    required property ViewerSession session
    required property SlideView view
    required property bool gridShown
    required property bool overlayShown
    required property bool panelsFit
    required property bool infoShown
    required property bool listShown
    readonly property SlideDocument slide: session.slide
    readonly property bool hasSlide: slide !== null
    readonly property string command: Qt.platform.os === "osx" ? "⌘" : "Ctrl+"

    signal openRequested
    signal gridToggled
    signal overlayCycled
    signal infoToggled
    signal listToggled
    signal moreRequested(item: Item)
    signal modesRequested(item: Item)

    implicitHeight: 36
    color: Theme.panel

    Accessible.role: Accessible.ToolBar
    Accessible.name: qsTr("Tools")

    component Divider: Rectangle {
        Layout.preferredWidth: 1
        Layout.preferredHeight: 20
        Layout.leftMargin: 4
        Layout.rightMargin: 4
        color: Theme.line
    }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 8
        anchors.rightMargin: 8
        spacing: 2

        IconButton {
            icon.source: "icons/slides.svg"
            enabled: root.panelsFit
            checked: root.listShown
            hint: qsTr("Slide list (L)")
            onClicked: root.listToggled()
        }
        IconButton {
            objectName: "openButton"
            icon.source: "icons/open.svg"
            hint: qsTr("Open a slide (%1O)").arg(root.command)
            onClicked: root.openRequested()
        }
        Divider {}
        IconButton {
            objectName: "fitButton"
            icon.source: "icons/fit.svg"
            enabled: root.hasSlide
            checked: root.hasSlide && root.view.fitted
            hint: qsTr("Fit the slide into the window (0)")
            onClicked: root.view.zoomToFit()
        }
        Row {
            spacing: 2
            visible: root.hasSlide && root.width >= 560
            Repeater {
                model: root.slide ? root.slide.presets : []
                delegate: IconButton {
                    required property var modelData
                    required property int index
                    readonly property list<string> keys: ["", "2", "5", "6", "7", "8"]
                    readonly property bool named: String(modelData.label).endsWith("x")
                    text: modelData.label
                    enabled: modelData.scale <= root.view.maximumScale * 1.001 && modelData.scale >= root.view.minimumScale * 0.999
                    checked: Math.abs(root.view.viewScale / modelData.scale - 1) < 0.005
                    hint: named && keys[index] !== "" ? qsTr("Magnification %1 (%2)").arg(modelData.label).arg(keys[index]) : qsTr("Magnification %1").arg(modelData.label)
                    onClicked: root.view.zoomToScale(modelData.scale)
                }
            }
        }
        Divider { visible: root.hasSlide }
        IconButton {
            objectName: "gridButton"
            icon.source: "icons/grid.svg"
            enabled: root.hasSlide
            checked: root.gridShown && root.hasSlide
            hint: qsTr("Family grid (G)")
            onClicked: root.gridToggled()
        }
        IconButton {
            id: modesButton
            objectName: "modesButton"
            icon.source: "icons/layers.svg"
            enabled: root.hasSlide
            checked: root.hasSlide && (root.view.mode !== SlideView.Reconstructed || root.view.split)
            hint: qsTr("View modes, one or two side by side (V, Shift V)")
            onClicked: root.modesRequested(modesButton)
        }
        IconButton {
            objectName: "overlayButton"
            icon.source: "icons/overlay.svg"
            checked: root.overlayShown
            hint: qsTr("Metrics: compact, full, off (M)")
            onClicked: root.overlayCycled()
        }
        Item { Layout.fillWidth: true }
        IconButton {
            icon.source: "icons/info.svg"
            enabled: root.hasSlide && root.panelsFit
            checked: root.infoShown
            hint: qsTr("Slide panel (I)")
            onClicked: root.infoToggled()
        }
        IconButton {
            id: more
            icon.source: "icons/more.svg"
            hint: qsTr("More")
            onClicked: root.moreRequested(more)
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.line
    }
}
