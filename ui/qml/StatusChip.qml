// Bottom right over the canvas: where the cursor is, the colour under it, the magnification, and failures to read.
import QtQuick
import Origami

CanvasChip {
    id: root

    required property SlideView view
    property int maximumWidth: 600
    signal retryRequested
    readonly property bool hasCursor: view.cursorPosition !== ""
    // The width that is left for the cursor's figures. The magnification, failed tiles and a stalled disk come first.
    readonly property real spareWidth: maximumWidth - 16 - scaleWidth.advanceWidth - (failed.visible ? failed.implicitWidth + retry.width + 2 * row.spacing : 0) - (stalled.visible ? stalled.implicitWidth + row.spacing : 0)
    readonly property real positionNeeds: positionWidth.advanceWidth + row.spacing
    readonly property real colourNeeds: colourWidth.advanceWidth + 16 + row.spacing

    width: row.width + 16
    height: failed.visible ? Theme.target + 4 : 24

    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Magnification %1").arg(view.magnification)

    component Cell: Text {
        anchors.verticalCenter: parent ? parent.verticalCenter : undefined
        font.pixelSize: Theme.smallSize
        font.family: Theme.numberFamily
        color: Theme.mutedText
        horizontalAlignment: Text.AlignRight
    }
    TextMetrics {
        id: positionWidth
        font.pixelSize: Theme.smallSize
        font.family: Theme.numberFamily
        text: root.view.widestCursorPosition
    }
    TextMetrics {
        id: colourWidth
        font: positionWidth.font
        text: "000 000 000"
    }
    TextMetrics {
        id: scaleWidth
        font: positionWidth.font
        text: "000.0x "
    }

    Row {
        id: row
        anchors.centerIn: parent
        height: parent.height
        spacing: 12

        Cell {
            id: stalled
            visible: root.view.stalledSeconds > 0
            objectName: "stalled"
            text: qsTr("The disk has not answered for %1 s").arg(root.view.stalledSeconds)
            color: Theme.text
        }
        Cell {
            id: failed
            visible: root.view.failedTiles > 0
            objectName: "failedTiles"
            text: root.view.failedTiles === 1 ? qsTr("1 tile could not be read") : qsTr("%1 tiles could not be read").arg(root.view.failedTiles)
            color: Theme.text
        }
        ActionButton {
            id: retry
            objectName: "retryButton"
            anchors.verticalCenter: parent.verticalCenter
            height: Theme.target
            visible: failed.visible
            leftPadding: 10
            rightPadding: 10
            font.pixelSize: Theme.smallSize
            text: qsTr("Try again")
            onClicked: root.retryRequested()
        }
        Cell {
            visible: root.hasCursor && root.spareWidth >= root.positionNeeds
            width: Math.max(implicitWidth, Math.ceil(positionWidth.advanceWidth))
            text: root.view.cursorPosition
        }
        Row {
            visible: root.hasCursor && root.spareWidth >= root.positionNeeds + root.colourNeeds
            anchors.verticalCenter: parent.verticalCenter
            spacing: 6
            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: 10
                height: 10
                radius: 2
                border.width: 1
                border.color: Theme.chipLine
                readonly property list<string> parts: root.view.cursorColour.trim().split(/\s+/)
                color: parts.length === 3 ? Qt.rgba(Number(parts[0]) / 255, Number(parts[1]) / 255, Number(parts[2]) / 255, 1) : "transparent"
            }
            Cell {
                width: Math.ceil(colourWidth.advanceWidth)
                text: root.view.cursorColour
            }
        }
        Cell {
            objectName: "magnification"
            width: Math.max(implicitWidth, Math.ceil(scaleWidth.advanceWidth))
            text: root.view.magnification
            color: Theme.text
        }
    }
}
