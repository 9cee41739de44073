// Says what this program is.
import QtQuick
import QtQuick.Layouts

Sheet {
    id: root

    required property string version
    required property bool optimisedBuild
    signal licencesRequested

    title: qsTr("Origami Viewer")
    objectName: "aboutSheet"

    Image {
        Layout.preferredWidth: 96
        Layout.preferredHeight: 96
        Layout.leftMargin: -10  // the icon's own margin
        source: "icons/origami-viewer.svg"
        sourceSize: Qt.size(192, 192)
        Accessible.ignored: true
    }
    Text {
        Layout.preferredWidth: 380
        Layout.fillWidth: true
        text: qsTr("Version %1").arg(root.version) + (root.optimisedBuild ? "" : qsTr(", unoptimised build"))
        color: Theme.mutedText
        font.pixelSize: Theme.textSize
    }
    Text {
        Layout.preferredWidth: 380
        Layout.fillWidth: true
        text: qsTr("A viewer for whole-slide images. It rebuilds ORIGAMI slides from their residuals as you look, and opens what OpenSlide, Deep Zoom and plain images bring. For research, not for diagnosis.")
        color: Theme.text
        font.pixelSize: Theme.textSize
        lineHeight: 1.25
        wrapMode: Text.Wrap
    }
    footer: [
        ActionButton {
            objectName: "licencesButton"
            text: qsTr("Licences…")
            onClicked: {
                root.close();
                root.licencesRequested();
            }
        },
        ActionButton {
            text: qsTr("Close")
            prominent: true
            focus: true
            Keys.onReturnPressed: root.close()
            onClicked: root.close()
        }
    ]
}
