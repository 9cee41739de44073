// Shows the licences of the libraries in the program.
import QtQuick
import QtQuick.Layouts

Sheet {
    id: root

    required property string licences

    title: qsTr("Licences")
    objectName: "licencesSheet"

    Text {
        Layout.preferredWidth: 520
        Layout.fillWidth: true
        objectName: "licencesText"
        text: root.licences
        color: Theme.text
        font.pixelSize: Theme.textSize
        lineHeight: 1.25
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
    footer: ActionButton {
        text: qsTr("Close")
        prominent: true
        focus: true
        Keys.onReturnPressed: root.close()
        onClicked: root.close()
    }
}
