// Says what linking the command `origami` into the terminal's path has done.
import QtQuick
import QtQuick.Layouts

Sheet {
    id: root

    property string sentence: ""

    title: qsTr("The command origami")
    objectName: "commandSheet"

    function show(what: string) {
        sentence = what;
        open();
    }

    Text {
        Layout.preferredWidth: 440
        Layout.fillWidth: true
        text: root.sentence
        color: Theme.text
        font.pixelSize: Theme.textSize
        lineHeight: 1.25
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
    footer: ActionButton {
        text: qsTr("OK")
        prominent: true
        focus: true
        Keys.onReturnPressed: root.close()
        onClicked: root.close()
    }
}
