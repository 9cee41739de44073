// Lists the keys: `?`.
import QtQuick
import QtQuick.Layouts

Sheet {
    id: root

    title: qsTr("Keys")
    objectName: "helpSheet"

    readonly property string command: Qt.platform.os === "osx" ? "⌘" : "Ctrl "

    component Key: RowLayout {
        id: entry
        required property string keys
        required property string what
        spacing: 12
        Layout.fillWidth: true

        Rectangle {
            Layout.preferredWidth: 116
            Layout.preferredHeight: 24
            radius: 4
            color: Theme.hover
            border.width: 1
            border.color: Theme.line
            Text {
                anchors.centerIn: parent
                text: entry.keys
                color: Theme.text
                font.pixelSize: Theme.smallSize
            }
        }
        Text {
            Layout.fillWidth: true
            Layout.minimumWidth: 176
            text: entry.what
            color: Theme.text
            font.pixelSize: Theme.textSize
            elide: Text.ElideRight
        }
        Accessible.role: Accessible.StaticText
        Accessible.name: keys + ": " + what
    }

    GridLayout {
        columns: root.parent && root.parent.width < 720 ? 1 : 2
        columnSpacing: 32
        rowSpacing: 8

        Key { keys: qsTr("drag"); what: qsTr("Move the slide") }
        Key { keys: "M"; what: qsTr("Metrics: compact, full, off") }
        Key { keys: qsTr("wheel, pinch"); what: qsTr("Zoom at the cursor") }
        Key { keys: "G"; what: qsTr("Family grid; a click pins a family") }
        Key { keys: "P"; what: qsTr("With the grid: pin or unpin the family in the middle") }
        Key { keys: "← → ↑ ↓"; what: qsTr("Move the view") }
        Key { keys: "T"; what: qsTr("Tint families by their cost") }
        Key { keys: "+  −"; what: qsTr("Zoom in and out") }
        Key { keys: "V"; what: qsTr("View mode of ORIGAMI slides") }
        Key { keys: "0"; what: qsTr("Fit the slide into the window") }
        Key { keys: qsTr("Shift V"); what: qsTr("Two modes side by side") }
        Key { keys: "1"; what: qsTr("Full resolution") }
        Key { keys: "I"; what: qsTr("Slide panel") }
        Key { keys: "2  5  6  7  8"; what: qsTr("2x, 5x, 10x, 20x, 40x") }
        Key { keys: "L"; what: qsTr("Slide list") }
        Key { keys: qsTr("double click"); what: qsTr("Zoom in; with Shift, out") }
        Key { keys: "F"; what: qsTr("Full screen") }
        Key { keys: root.command + "O"; what: qsTr("Open a slide") }
        Key { keys: root.command + "E"; what: qsTr("Convert to ORIGAMI") }
        Key { keys: root.command + ","; what: qsTr("Settings") }
        Key { keys: root.command + "Q"; what: qsTr("Quit") }
        Key { keys: "?  F1"; what: qsTr("This sheet") }
    }
    footer: ActionButton {
        objectName: "closeHelp"
        text: qsTr("Close")
        prominent: true
        focus: true
        Keys.onReturnPressed: root.close()
        onClicked: root.close()
    }
}
