// A flat button with an icon, a word, or both. `hint` says what it does and its key.
import QtQuick
import QtQuick.Controls.Basic

ToolButton {
    id: root

    property string hint: ""

    implicitHeight: Theme.target
    implicitWidth: Math.max(Theme.target, implicitContentWidth + leftPadding + rightPadding)
    padding: 4
    leftPadding: text === "" ? 4 : 7
    rightPadding: leftPadding
    spacing: 6
    focusPolicy: Qt.TabFocus
    font.pixelSize: Theme.textSize
    icon.width: 20
    icon.height: 20
    icon.color: !enabled ? Theme.disabledText : checked ? Theme.accent : Theme.text
    palette.buttonText: !enabled ? Theme.disabledText : checked ? Theme.accent : Theme.text
    palette.brightText: Theme.accent
    palette.windowText: palette.buttonText

    Accessible.name: text !== "" && String(icon.source) === "" ? text : hint
    Accessible.role: Accessible.Button
    Accessible.description: hint

    background: Rectangle {
        radius: 5
        color: root.down ? Theme.pressed : root.checked ? Theme.selection : root.hovered ? Theme.hover : "transparent"
        border.width: root.visualFocus ? 2 : 0
        border.color: Theme.accent
    }

    Tip {
        visible: root.hovered && root.hint !== ""
        text: root.hint
    }
}
