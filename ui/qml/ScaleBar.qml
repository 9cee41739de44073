// A length on the slide, bottom left over the canvas.
import QtQuick
import Origami

CanvasChip {
    id: root

    required property SlideView view

    width: Math.max(bar.width, label.implicitWidth) + 16
    height: 32

    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Scale bar, %1").arg(label.text)

    Text {
        id: label
        anchors.horizontalCenter: parent.horizontalCenter
        y: 4
        text: root.view.scaleBarLabel
        color: Theme.text
        font.pixelSize: Theme.smallSize
        font.family: Theme.numberFamily
    }
    Item {
        id: bar
        x: Math.round((root.width - width) / 2)
        y: 20
        width: Math.round(root.view.scaleBarLength)
        height: 7

        Rectangle { width: parent.width; height: 2; y: 3; color: Theme.text }
        Rectangle { width: 2; height: 7; color: Theme.text }
        Rectangle { width: 2; height: 7; x: parent.width - 2; color: Theme.text }
    }
}
