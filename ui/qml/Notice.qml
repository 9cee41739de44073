// A few words about something that has just been done. They disappear by themselves.
import QtQuick
import Origami

CanvasChip {
    id: root

    property real maximumWidth: 600

    function say(message: string) {
        label.text = message;
        timer.restart();
    }

    objectName: "notice"
    width: Math.min(label.implicitWidth + 24, maximumWidth)
    height: 32
    visible: opacity > 0
    opacity: timer.running ? 1 : 0

    Accessible.role: Accessible.AlertMessage
    Accessible.name: label.text

    Behavior on opacity { NumberAnimation { duration: Theme.animation } }
    Timer {
        id: timer
        interval: 6000
    }
    Text {
        id: label
        anchors.centerIn: parent
        width: Math.min(implicitWidth, root.maximumWidth - 24)
        textFormat: Text.PlainText
        color: Theme.text
        font.pixelSize: Theme.textSize
        elide: Text.ElideMiddle
    }
}
