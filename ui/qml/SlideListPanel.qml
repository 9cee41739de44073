// The slides of a folder, or those named on the command line.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Origami

Rectangle {
    id: root

    required property ViewerSession session
    required property SlideListModel slides
    readonly property SlideList listed: session.slides
    signal chosen

    color: Theme.panel

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        TextField {
            id: field
            objectName: "slideFilter"
            Layout.fillWidth: true
            Layout.margins: 8
            implicitHeight: Theme.target
            leftPadding: 10
            topPadding: 4
            bottomPadding: 4
            font.pixelSize: Theme.textSize
            color: Theme.text
            placeholderText: qsTr("Filter")
            placeholderTextColor: Theme.mutedText
            selectByMouse: true
            onTextChanged: root.slides.filter = text
            Keys.onEscapePressed: clear()
            Keys.onDownPressed: list.forceActiveFocus()
            Accessible.name: qsTr("Filter slides by name")
            Accessible.role: Accessible.EditableText
            background: Rectangle {
                color: Theme.window
                radius: 5
                border.width: field.activeFocus ? 2 : 1
                border.color: field.activeFocus ? Theme.accent : Theme.line
            }
        }

        Text {
            id: note
            Layout.fillWidth: true
            Layout.margins: 16
            visible: text !== ""
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
            color: Theme.mutedText
            font.pixelSize: Theme.textSize
            lineHeight: 1.25
            text: {
                if (root.listed.state === SlideList.Unreadable)
                    return root.listed.problem;
                if (root.listed.state === SlideList.Listing)
                    return "";
                if (root.listed.total === 0)
                    return qsTr("There are no slides in %1.").arg(root.listed.folder);
                return root.slides.shown === 0 ? qsTr("No slide has “%1” in its name.").arg(root.slides.filter) : "";
            }
        }

        ListView {
            id: list
            objectName: "slideList"
            Layout.fillWidth: true
            Layout.fillHeight: true
            model: root.slides
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            keyNavigationEnabled: true
            highlightMoveDuration: 0
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Slides")
            ScrollBar.vertical: ScrollBar {}
            Keys.onReturnPressed: {
                if (currentItem)
                    (currentItem as ItemDelegate).clicked();
            }

            delegate: ItemDelegate {
                id: entry
                required property int index
                required property string name
                required property string path
                required property string thumbnail
                readonly property bool open: root.session.slide !== null && root.session.slide.path === path

                width: ListView.view.width
                height: 72
                padding: 8
                Accessible.name: name
                Accessible.role: Accessible.ListItem
                onClicked: {
                    root.session.openPath(path);
                    root.chosen();
                }
                background: Rectangle {
                    anchors.fill: parent
                    anchors.leftMargin: 4
                    anchors.rightMargin: 4
                    anchors.topMargin: 1
                    anchors.bottomMargin: 1
                    radius: Theme.radius
                    color: entry.open ? Theme.selection : entry.down ? Theme.pressed : entry.hovered ? Theme.hover : "transparent"
                    border.width: entry.ListView.isCurrentItem && list.activeFocus ? 2 : 0
                    border.color: Theme.accent
                }
                contentItem: RowLayout {
                    spacing: 10
                    SlideThumbnail {
                        Layout.preferredWidth: 64
                        Layout.preferredHeight: 56
                        source: entry.thumbnail
                    }
                    Text {
                        Layout.fillWidth: true
                        text: entry.name
                        textFormat: Text.PlainText
                        color: Theme.text
                        font.pixelSize: Theme.textSize
                        wrapMode: Text.Wrap
                        maximumLineCount: 2
                        elide: Text.ElideRight
                    }
                }
                Tip {
                    visible: entry.hovered
                    text: entry.path
                }
            }
        }
    }
    Rectangle {
        anchors.right: parent.right
        width: 1
        height: parent.height
        color: Theme.line
    }
}
