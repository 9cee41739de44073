// The line between two view modes. It can be dragged, or moved with the arrow keys when it has the focus.
import QtQuick
import Origami

Item {
    id: root

    required property SlideView view

    width: Theme.target
    // The picture is divided at a whole physical pixel.
    x: Math.round(view.splitPosition * view.width * view.pixelRatio) / view.pixelRatio - width / 2

    activeFocusOnTab: true
    Accessible.role: Accessible.Slider
    Accessible.name: qsTr("Divider between %1 and %2").arg(view.leftSide.name || "").arg(view.rightSide.name || "")

    function moveBy(share: real) {
        view.splitPosition = view.splitPosition + share;
    }
    Keys.onLeftPressed: event => moveBy(event.modifiers & Qt.ShiftModifier ? -0.1 : -0.01)
    Keys.onRightPressed: event => moveBy(event.modifiers & Qt.ShiftModifier ? 0.1 : 0.01)

    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        width: 4
        height: parent.height
        color: "#b0ffffff"
    }
    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        width: 2
        height: parent.height
        color: root.activeFocus || area.pressed || area.containsMouse ? Theme.accent : "#202428"
    }
    Rectangle {
        anchors.centerIn: parent
        width: 20
        height: 36
        radius: 5
        color: Theme.chip
        border.width: root.activeFocus ? 2 : 1
        border.color: root.activeFocus || area.pressed || area.containsMouse ? Theme.accent : Theme.chipLine
        Row {
            anchors.centerIn: parent
            spacing: 3
            Repeater {
                model: 2
                Rectangle {
                    width: 2
                    height: 14
                    radius: 1
                    color: Theme.mutedText
                }
            }
        }
    }
    MouseArea {
        id: area
        anchors.fill: parent
        hoverEnabled: true
        cursorShape: Qt.SplitHCursor
        preventStealing: true
        property real grabbedAt: 0
        onPressed: mouse => {
            root.forceActiveFocus(Qt.MouseFocusReason);
            grabbedAt = mouse.x - width / 2;
        }
        onPositionChanged: mouse => {
            if (pressed)
                root.view.splitPosition = (mapToItem(root.view, mouse.x, 0).x - grabbedAt) / root.view.width;
        }
    }
}
