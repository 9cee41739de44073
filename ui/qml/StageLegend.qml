// Says which colour stands for which stage.
pragma ComponentBehavior: Bound
import QtQuick

Flow {
    id: root

    property color textColor: Theme.mutedText

    spacing: 8
    Repeater {
        model: Theme.stageNames
        delegate: Row {
            id: entry
            required property int index
            required property string modelData
            spacing: 4
            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: 8
                height: 8
                radius: 1
                color: Theme.stageColor(entry.index)
            }
            Text {
                text: entry.modelData
                color: root.textColor
                font.pixelSize: Theme.smallSize
            }
        }
    }
}
