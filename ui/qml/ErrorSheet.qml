// Says what failed, for which file, and what to do.
import QtQuick
import QtQuick.Layouts

Sheet {
    id: root

    property string path: ""
    property string message: ""
    property string advice: ""
    property string other: qsTr("Open another…")
    signal otherChosen

    title: qsTr("This slide could not be opened")
    objectName: "errorSheet"

    Text {
        Layout.preferredWidth: 440
        Layout.fillWidth: true
        objectName: "errorMessage"
        text: root.message
        color: Theme.text
        font.pixelSize: Theme.textSize
        lineHeight: 1.25
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
    Text {
        Layout.preferredWidth: 440
        Layout.fillWidth: true
        visible: text !== ""
        text: root.advice
        color: Theme.mutedText
        font.pixelSize: Theme.textSize
        lineHeight: 1.25
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
    footer: [
        ActionButton {
            text: root.other
            onClicked: {
                root.close();
                root.otherChosen();
            }
        },
        ActionButton {
            text: qsTr("OK")
            prominent: true
            focus: true
            Keys.onReturnPressed: root.close()
            Keys.onEnterPressed: root.close()
            onClicked: root.close()
        }
    ]
}
