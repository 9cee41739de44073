// One sentence across the top of the canvas about something that people should know, with a button for what can be done
// about it, if anything.
import QtQuick
import QtQuick.Layouts

Rectangle {
    id: root

    required property string text
    property string action: ""  // the button's text; empty: no button
    signal acted
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
            textFormat: Text.PlainText
            color: Theme.warningText
            font.pixelSize: Theme.textSize
            wrapMode: Text.Wrap
        }
        ActionButton {
            objectName: "bannerButton"
            Layout.preferredHeight: Theme.target
            visible: root.action !== ""
            text: root.action
            onClicked: root.acted()
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
