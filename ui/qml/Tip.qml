// A tooltip in the window's colours.
import QtQuick
import QtQuick.Controls.Basic

ToolTip {
    id: root

    delay: 600
    timeout: 6000
    padding: 6
    leftPadding: 8
    rightPadding: 8
    contentWidth: Math.min(label.implicitWidth, 400)

    contentItem: Text {
        id: label
        text: root.text
        textFormat: Text.PlainText
        color: Theme.text
        font.pixelSize: Theme.smallSize
        wrapMode: Text.Wrap
    }
    background: Rectangle {
        color: Theme.raised
        border.color: Theme.line
        radius: 4
    }
}
