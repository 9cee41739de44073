// Everything that is known about the open slide: facts, its label and other pictures, and every property of its file.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Origami

Rectangle {
    id: root

    required property SlideDocument slide

    color: Theme.panel

    component Heading: Text {
        Layout.fillWidth: true
        Layout.topMargin: 8
        color: Theme.mutedText
        font.pixelSize: Theme.smallSize
        font.weight: Font.DemiBold
    }
    component Fact: RowLayout {
        id: fact
        required property var modelData
        width: column.width
        spacing: 8
        Text {
            Layout.preferredWidth: 92
            Layout.alignment: Qt.AlignTop
            text: fact.modelData.name
            textFormat: Text.PlainText
            color: Theme.mutedText
            font.pixelSize: Theme.textSize
            wrapMode: Text.Wrap
        }
        Text {
            Layout.fillWidth: true
            text: fact.modelData.value
            textFormat: Text.PlainText
            color: Theme.text
            font.pixelSize: Theme.textSize
            wrapMode: Text.Wrap
        }
    }

    Flickable {
        id: flick
        anchors.fill: parent
        contentHeight: column.implicitHeight + 24
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: ScrollBar {}

        ColumnLayout {
            id: column
            x: 16
            y: 12
            width: flick.width - 32
            spacing: 6

            Text {
                Layout.fillWidth: true
                text: root.slide ? root.slide.name : ""
                textFormat: Text.PlainText
                color: Theme.text
                font.pixelSize: Theme.textSize
                font.weight: Font.DemiBold
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            }
            Text {
                Layout.fillWidth: true
                Layout.bottomMargin: 4
                text: root.slide ? root.slide.path : ""
                textFormat: Text.PlainText
                color: Theme.mutedText
                font.pixelSize: Theme.smallSize
                wrapMode: Text.WrapAnywhere
                maximumLineCount: 3
                elide: Text.ElideRight
            }
            Column {
                Layout.fillWidth: true
                spacing: column.spacing
                Repeater {
                    model: root.slide ? root.slide.facts : []
                    delegate: Fact {}
                }
            }
            Heading {
                visible: levels.count > 0
                text: qsTr("Bytes by level")
            }
            Column {
                Layout.fillWidth: true
                spacing: 4
                Repeater {
                    id: levels
                    model: root.slide ? root.slide.levelBytes : []
                    delegate: RowLayout {
                        id: levelRow
                        required property var modelData
                        width: column.width
                        spacing: 8
                        Accessible.role: Accessible.StaticText
                        Accessible.name: modelData.name + ": " + modelData.size
                        Text {
                            Layout.preferredWidth: 92
                            text: levelRow.modelData.name
                            textFormat: Text.PlainText
                            color: Theme.mutedText
                            font.pixelSize: Theme.textSize
                        }
                        Item {
                            Layout.fillWidth: true
                            Layout.preferredHeight: 8
                            Rectangle {
                                width: Math.max(1, parent.width * levelRow.modelData.share)
                                height: parent.height
                                radius: 1
                                color: Theme.levelColor(levelRow.modelData.level)
                            }
                        }
                        Text {
                            Layout.preferredWidth: 68
                            text: levelRow.modelData.size
                            textFormat: Text.PlainText
                            color: Theme.text
                            font.pixelSize: Theme.textSize
                            font.family: Theme.numberFamily
                            horizontalAlignment: Text.AlignRight
                        }
                    }
                }
            }
            Column {
                Layout.fillWidth: true
                spacing: column.spacing
                Repeater {
                    model: root.slide ? root.slide.associatedImages : []
                    delegate: ColumnLayout {
                        id: associated
                        required property var modelData
                        width: column.width
                        spacing: 4
                        Heading { text: associated.modelData.name }
                        Image {
                            Layout.fillWidth: true
                            Layout.preferredHeight: Math.min(200, width * associated.modelData.height / Math.max(1, associated.modelData.width))
                            source: associated.modelData.source
                            sourceSize.width: 512
                            sourceSize.height: 512
                            cache: false
                            fillMode: Image.PreserveAspectFit
                            horizontalAlignment: Image.AlignLeft
                            Accessible.role: Accessible.Graphic
                            Accessible.name: associated.modelData.name
                        }
                    }
                }
            }
            Heading {
                visible: root.slide !== null && root.slide.properties.length > 0
                text: qsTr("Properties")
            }
            Column {
                Layout.fillWidth: true
                spacing: column.spacing
                Repeater {
                    model: root.slide ? root.slide.properties : []
                    delegate: ColumnLayout {
                        id: property
                        required property var modelData
                        width: column.width
                        spacing: 0
                        Text {
                            Layout.fillWidth: true
                            text: property.modelData.name
                            textFormat: Text.PlainText
                            color: Theme.mutedText
                            font.pixelSize: Theme.smallSize
                            wrapMode: Text.WrapAnywhere
                        }
                        Text {
                            Layout.fillWidth: true
                            text: property.modelData.value
                            textFormat: Text.PlainText
                            color: Theme.text
                            font.pixelSize: Theme.smallSize
                            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                            maximumLineCount: 6
                            elide: Text.ElideRight
                        }
                    }
                }
            }
        }
    }
    Rectangle {
        width: 1
        height: parent.height
        color: Theme.line
    }
}
