// Warns in plain words when something makes the viewer slow or the numbers unreliable.
pragma ComponentBehavior: Bound
import QtQuick
import Origami

Column {
    id: root

    required property MetricsModel metrics

    visible: root.metrics.warnings.length > 0
    spacing: 4

    Repeater {
        model: root.metrics.warnings
        delegate: Rectangle {
            id: warning
            required property string modelData
            width: root.width
            height: words.implicitHeight + 8
            radius: 4
            color: Theme.warning
            border.width: 1
            border.color: Theme.warningLine
            Accessible.role: Accessible.AlertMessage
            Accessible.name: modelData
            Text {
                id: words
                anchors.verticalCenter: parent.verticalCenter
                x: 8
                width: parent.width - 16
                text: warning.modelData
                color: Theme.warningText
                font.pixelSize: Theme.smallSize
                wrapMode: Text.Wrap
            }
        }
    }
}
