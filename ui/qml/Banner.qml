// One sentence across the top of the canvas about something that people should know, until it is put away.
import QtQuick
import QtQuick.Layouts

Rectangle {
    id: root

    required property string text
    signal closed

    implicitHeight: Math.max(36, label.implicitHeight + 16)
    color: Theme.warning

    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.warningLine
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 12
        anchors.rightMargin: 4
        spacing: 8

        IconImageLabel {}
        Text {
            id: label
            Layout.fillWidth: true
            text: root.text
            color: Theme.warningText
            font.pixelSize: Theme.textSize
            wrapMode: Text.Wrap
        }
        IconButton {
            icon.source: "icons/close.svg"
            icon.color: Theme.warningText
            icon.width: 16
            icon.height: 16
            hint: qsTr("Close")
            onClicked: root.closed()
        }
    }

    component IconImageLabel: IconButton {
        icon.source: "icons/warning.svg"
        icon.color: Theme.warningText
        enabled: false
        Accessible.ignored: true
    }
}
