// The window before a slide is open.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Origami

Rectangle {
    id: root

    required property ViewerSession session
    signal openSlide
    readonly property var recent: session.preferences.recentSlides

    color: Theme.window

    ColumnLayout {
        id: page
        anchors.centerIn: parent
        width: Math.max(0, Math.min(root.width - 48, 560))
        spacing: 0

        Text {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            text: root.session.openingName === "" ? qsTr("Drop a slide here, or open one.") : qsTr("Opening %1").arg(root.session.openingName)
            textFormat: Text.PlainText
            color: Theme.text
            font.pixelSize: Theme.titleSize
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            maximumLineCount: 3
            elide: Text.ElideRight
        }
        RowLayout {
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: 24
            spacing: 8
            ActionButton {
                objectName: "openSlideButton"
                text: qsTr("Open slide…")
                prominent: true
                onClicked: root.openSlide()
            }
            ActionButton {
                objectName: "openDemoButton"
                text: qsTr("Open demo slide")
                onClicked: root.session.openDemo()
            }
        }
        Text {
            Layout.topMargin: 48
            Layout.bottomMargin: 8
            visible: root.recent.length > 0
            text: qsTr("Recent")
            color: Theme.mutedText
            font.pixelSize: Theme.smallSize
            font.weight: Font.DemiBold
        }
        Grid {
            Layout.fillWidth: true
            columns: 2
            columnSpacing: 8
            rowSpacing: 8
            visible: root.recent.length > 0

            Repeater {
                model: root.recent.slice(0, 4)
                delegate: ItemDelegate {
                    id: entry
                    required property string modelData
                    width: Math.max(0, page.width / 2 - 4)
                    height: 64
                    padding: 6
                    Accessible.name: root.session.baseName(modelData)
                    Accessible.description: thumbnail.failed ? qsTr("Cannot be read now") : ""
                    Accessible.role: Accessible.Button
                    onClicked: root.session.openPath(modelData)
                    background: Rectangle {
                        radius: Theme.radius
                        color: entry.down ? Theme.pressed : entry.hovered ? Theme.hover : Theme.panel
                        border.width: entry.visualFocus ? 2 : 1
                        border.color: entry.visualFocus ? Theme.accent : Theme.line
                    }
                    contentItem: RowLayout {
                        spacing: 10
                        SlideThumbnail {
                            id: thumbnail
                            Layout.preferredWidth: 60
                            Layout.preferredHeight: 52
                            source: root.session.thumbnailSource(entry.modelData)
                        }
                        ColumnLayout {
                            Layout.fillWidth: true
                            spacing: 2
                            Text {
                                Layout.fillWidth: true
                                text: root.session.baseName(entry.modelData)
                                textFormat: Text.PlainText
                                color: thumbnail.failed ? Theme.mutedText : Theme.text
                                font.pixelSize: Theme.textSize
                                elide: Text.ElideMiddle
                            }
                            Text {
                                Layout.fillWidth: true
                                text: thumbnail.failed ? qsTr("Cannot be read now") : root.session.folderName(entry.modelData)
                                textFormat: Text.PlainText
                                color: Theme.mutedText
                                font.pixelSize: Theme.smallSize
                                elide: Text.ElideLeft
                            }
                        }
                    }
                    Tip {
                        visible: entry.hovered
                        text: entry.modelData
                    }
                }
            }
        }
    }
}
