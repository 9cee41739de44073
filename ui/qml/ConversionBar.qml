// The conversions, below the canvas: how far each is, and how much it has saved.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Origami

Rectangle {
    id: root

    required property SlideConverter converter
    signal openRequested(path: string)

    implicitHeight: rows.height
    color: Theme.panel

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Conversions")

    component Figure: Text {
        color: Theme.mutedText
        font.pixelSize: Theme.textSize
        font.family: Theme.numberFamily
        horizontalAlignment: Text.AlignRight
    }

    Column {
        id: rows
        width: parent.width

        Repeater {
            model: root.converter.conversions
            delegate: Item {
                id: row
                required property SlideConversion modelData
                readonly property bool done: modelData.state === SlideConversion.Done
                readonly property bool stopping: modelData.state === SlideConversion.Stopping
                width: rows.width
                height: 44

                Rectangle {
                    width: parent.width
                    height: 1
                    color: Theme.line
                }
                RowLayout {
                    anchors.fill: parent
                    anchors.topMargin: 1
                    anchors.leftMargin: 12
                    anchors.rightMargin: 8
                    spacing: 12

                    Text {
                        Layout.fillWidth: true
                        Layout.minimumWidth: 60
                        text: row.done ? qsTr("Converted to %1").arg(row.modelData.targetName)
                            : row.stopping ? qsTr("Stopping %1").arg(row.modelData.name)
                            : root.converter.waiting > 0 ? qsTr("Converting %1, %2 more waiting").arg(row.modelData.name).arg(root.converter.waiting)
                            : qsTr("Converting %1").arg(row.modelData.name)
                        textFormat: Text.PlainText
                        color: Theme.text
                        font.pixelSize: Theme.textSize
                        elide: Text.ElideMiddle
                        HoverHandler { id: hover }
                        Tip {
                            visible: hover.hovered
                            text: row.modelData.target
                        }
                    }
                    Rectangle {
                        id: track
                        Layout.preferredWidth: Math.min(200, root.width / 5)
                        Layout.preferredHeight: 6
                        visible: !row.done
                        radius: 3
                        color: Theme.pressed
                        Accessible.role: Accessible.ProgressBar
                        Accessible.name: qsTr("%1 %").arg(Math.floor(100 * row.modelData.share))
                        Rectangle {
                            height: parent.height
                            radius: 3
                            width: Math.max(height, parent.width * row.modelData.share)
                            visible: row.modelData.share > 0
                            color: Theme.accent
                        }
                    }
                    Figure {
                        Layout.preferredWidth: 40
                        objectName: "conversionShare"
                        visible: !row.done
                        text: qsTr("%1 %").arg(Math.floor(100 * row.modelData.share))
                        color: Theme.text
                    }
                    Figure {
                        Layout.preferredWidth: 76
                        visible: !row.done && root.width >= 720
                        text: row.modelData.rate
                    }
                    Figure {
                        Layout.preferredWidth: 112
                        visible: !row.done && root.width >= 600
                        text: row.modelData.timeLeft
                    }
                    ActionButton {
                        objectName: "cancelConversionButton"
                        visible: !row.done
                        enabled: !row.stopping
                        text: qsTr("Cancel")
                        onClicked: row.modelData.cancel()
                    }

                    Figure {
                        objectName: "conversionSaving"
                        visible: row.done
                        text: row.modelData.saving
                        color: Theme.text
                    }
                    ActionButton {
                        objectName: "openConversionButton"
                        visible: row.done
                        text: qsTr("Open")
                        onClicked: {
                            root.openRequested(row.modelData.target);
                            root.converter.dismiss(row.modelData);
                        }
                    }
                    ActionButton {
                        visible: row.done && root.width >= 560
                        text: qsTr("Show in folder")
                        onClicked: root.converter.showInFolder(row.modelData.target)
                    }
                    IconButton {
                        objectName: "dismissConversionButton"
                        visible: row.done
                        icon.source: "icons/close.svg"
                        hint: qsTr("Close")
                        onClicked: root.converter.dismiss(row.modelData)
                    }
                }
            }
        }
    }
}
