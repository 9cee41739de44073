// A button with a word on it. `prominent` marks the one that most people want.
import QtQuick
import QtQuick.Controls.Basic

Button {
    id: root

    property bool prominent: false

    implicitHeight: 32
    leftPadding: 16
    rightPadding: 16
    font.pixelSize: Theme.textSize
    palette.buttonText: prominent ? Theme.accentText : Theme.text

    Accessible.name: text
    Accessible.role: Accessible.Button

    contentItem: Text {
        text: root.text
        font: root.font
        color: !root.enabled ? Theme.disabledText : root.prominent ? Theme.accentText : Theme.text
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        elide: Text.ElideRight
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.prominent && !root.enabled ? Theme.pressed
                              : root.prominent ? (root.down ? Qt.darker(Theme.accent, 1.2) : root.hovered ? Qt.lighter(Theme.accent, 1.08) : Theme.accent)
                              : (root.down ? Theme.pressed : root.hovered ? Theme.hover : Theme.panel)
        border.width: root.prominent ? 0 : 1
        border.color: Theme.line

        Rectangle {
            anchors.fill: parent
            anchors.margins: -3
            radius: Theme.radius + 3
            color: "transparent"
            border.width: 2
            border.color: Theme.accent
            visible: root.visualFocus
        }
    }
}
