// Says which view mode a part of the canvas is in, what its colours mean and, if it shows nothing, why. A click opens
// the menu of view modes.
import QtQuick
import QtQuick.Layouts
import Origami

CanvasChip {
    id: root

    // {name, note, legend}
    required property var side
    property real maximumWidth: 320
    readonly property bool hasLegend: (side.legend && side.legend.stops) ? true : false
    signal activated

    width: Math.min(maximumWidth, Math.max(Math.ceil(title.implicitWidth) + 1, hasLegend ? 208 : 0, note.visible ? 208 : 0) + 20)
    height: column.implicitHeight + 12
    border.color: activeFocus ? Theme.accent : Theme.chipLine
    border.width: activeFocus ? 2 : 1
    clip: true

    activeFocusOnTab: true
    Keys.onReturnPressed: activated()
    Keys.onSpacePressed: activated()
    Accessible.role: Accessible.Button
    Accessible.name: qsTr("View mode: %1").arg(side.name || "")
    Accessible.description: side.note || ""
    Accessible.onPressAction: activated()

    ColumnLayout {
        id: column
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 10
        anchors.topMargin: 5
        spacing: 4
        Text {
            id: title
            Layout.fillWidth: true
            text: root.side.name || ""
            color: Theme.text
            font.pixelSize: Theme.textSize
            elide: Text.ElideRight
            horizontalAlignment: root.hasLegend || note.visible ? Text.AlignLeft : Text.AlignHCenter
        }
        Text {
            id: note
            Layout.fillWidth: true
            visible: (root.side.note || "") !== ""
            text: root.side.note || ""
            color: Theme.text
            font.pixelSize: Theme.smallSize
            wrapMode: Text.Wrap
        }
        ColorLegend {
            Layout.fillWidth: true
            Layout.bottomMargin: 2
            visible: root.hasLegend && root.maximumWidth >= 120
            legend: root.side.legend || ({})
        }
    }
    MouseArea {
        anchors.fill: parent
        cursorShape: Qt.PointingHandCursor
        onClicked: root.activated()
    }
}
