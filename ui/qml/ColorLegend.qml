// Explains colours: a scale with numbers and a unit, or a row of swatches with words.
pragma ComponentBehavior: Bound
import QtQuick
import Origami

Column {
    id: root

    // {title, stops: [{at, color}], ticks: [{at, label}]} or {title, swatches: [{label, color, pattern}]}
    required property var legend
    readonly property var swatches: legend.swatches || []
    readonly property var stops: legend.stops || []
    readonly property var ticks: legend.ticks || []

    width: 208
    spacing: 3

    Accessible.role: Accessible.Graphic
    Accessible.name: (legend.title || "") + ": " + ticks.concat(swatches).map(entry => entry.label).join(", ")

    Text {
        width: root.width
        text: root.legend.title || ""
        color: Theme.mutedText
        font.pixelSize: Theme.smallSize
        elide: Text.ElideRight
    }
    Item {
        width: root.width
        height: 10
        visible: root.stops.length > 0
        Row {
            anchors.fill: parent
            Repeater {
                model: Math.max(0, root.stops.length - 1)
                delegate: Rectangle {
                    id: piece
                    required property int index
                    width: (root.stops[index + 1].at - root.stops[index].at) * root.width
                    height: 10
                    gradient: Gradient {
                        orientation: Gradient.Horizontal
                        GradientStop { position: 0; color: root.stops[piece.index].color }
                        GradientStop { position: 1; color: root.stops[piece.index + 1].color }
                    }
                }
            }
        }
        Rectangle {
            anchors.fill: parent
            color: "transparent"
            border.width: 1
            border.color: Theme.chipLine
        }
    }
    Flow {
        width: root.width
        spacing: 8
        visible: root.swatches.length > 0
        Repeater {
            model: root.swatches.length
            delegate: Row {
                id: swatch
                required property int index
                spacing: 4
                PatternSwatch {
                    anchors.verticalCenter: parent.verticalCenter
                    width: 14
                    height: 14
                    color: root.swatches[swatch.index].color
                    pattern: root.swatches[swatch.index].pattern
                }
                Text {
                    text: root.swatches[swatch.index].label
                    color: Theme.text
                    font.pixelSize: Theme.smallSize
                }
            }
        }
    }
    Item {
        width: root.width
        height: 14
        visible: root.ticks.length > 0
        Repeater {
            model: root.ticks.length
            delegate: Text {
                required property int index
                x: Math.max(0, Math.min(root.width - width, root.ticks[index].at * root.width - width / 2))
                text: root.ticks[index].label
                color: Theme.text
                font.pixelSize: Theme.smallSize
                font.family: Theme.numberFamily
            }
        }
    }
}
