// A card with a title over the window, for questions and for texts.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import QtQuick.Templates as T

Popup {
    id: root

    property string title: ""
    default property alias body: column.data  // scrolls if the window is too low for it
    property alias footer: buttons.data       // always visible

    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(implicitWidth, parent ? parent.width - 32 : implicitWidth)
    height: Math.min(implicitHeight, parent ? parent.height - 32 : implicitHeight)
    padding: 24
    modal: true
    focus: true
    closePolicy: Popup.CloseOnEscape | Popup.CloseOnPressOutside

    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.animation } }
    exit: Transition { NumberAnimation { property: "opacity"; from: 1; to: 0; duration: Theme.animation } }

    T.Overlay.modal: Rectangle { color: Theme.scrim }

    background: Rectangle {
        color: Theme.raised
        radius: 10
        border.width: 1
        border.color: Theme.line
    }
    contentData: ColumnLayout {
        anchors.fill: parent
        spacing: 16

        Accessible.role: Accessible.Dialog
        Accessible.name: root.title

        Text {
            Layout.fillWidth: true
            visible: text !== ""
            text: root.title
            color: Theme.text
            font.pixelSize: Theme.titleSize
            wrapMode: Text.Wrap
        }
        Flickable {
            id: page
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: column.implicitWidth + (interactive ? 12 : 0)
            Layout.preferredHeight: column.implicitHeight
            contentHeight: column.implicitHeight
            boundsBehavior: Flickable.StopAtBounds
            interactive: contentHeight > height
            clip: interactive
            ScrollBar.vertical: ScrollBar {
                policy: page.interactive ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
            }

            ColumnLayout {
                id: column
                width: page.width - (page.interactive ? 12 : 0)
                spacing: 16
            }
        }
        RowLayout {
            id: buttons
            Layout.alignment: Qt.AlignRight
            Layout.topMargin: 8
            spacing: 8
        }
    }
}
