// Asks whether to quit although a slide is being converted.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Origami

Sheet {
    id: root

    required property SlideConverter converter
    property bool stopping: false
    signal stopped  // nothing is being converted any more

    title: qsTr("A slide is being converted")
    objectName: "quitSheet"
    closePolicy: stopping ? Popup.NoAutoClose : Popup.CloseOnEscape | Popup.CloseOnPressOutside
    onClosed: stopping = false

    Connections {
        target: root.converter
        function onConversionsChanged() {
            if (!root.converter.busy) {
                const quits = root.stopping;
                root.close();
                if (quits)
                    root.stopped();
            }
        }
    }

    Text {
        Layout.preferredWidth: 380
        Layout.fillWidth: true
        text: root.stopping ? qsTr("Stopping…") : qsTr("If you quit now, the conversion stops and its unfinished file is removed.")
        color: Theme.text
        font.pixelSize: Theme.textSize
        lineHeight: 1.25
        wrapMode: Text.Wrap
    }
    footer: [
        ActionButton {
            objectName: "stopAndQuitButton"
            text: qsTr("Stop and quit")
            enabled: !root.stopping
            onClicked: {
                root.stopping = true;
                root.converter.cancelAll();
            }
        },
        ActionButton {
            text: qsTr("Keep converting")
            enabled: !root.stopping
            prominent: true
            focus: true
            Keys.onReturnPressed: root.close()
            Keys.onEnterPressed: root.close()
            onClicked: root.close()
        }
    ]
}
