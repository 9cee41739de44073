// The numbers at a glance, top left over the canvas.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Origami

CanvasChip {
    id: root

    required property MetricsModel metrics

    width: 264
    height: column.implicitHeight + 20

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Metrics")

    component Figure: RowLayout {
        id: figure
        required property string name
        required property string value
        property string unit: ""
        spacing: 4
        Layout.fillWidth: true
        Text {
            Layout.fillWidth: true
            text: figure.name
            color: Theme.mutedText
            font.pixelSize: Theme.smallSize
        }
        Text {
            text: figure.value
            color: Theme.text
            font.pixelSize: Theme.smallSize
            font.family: Theme.numberFamily
            horizontalAlignment: Text.AlignRight
        }
        Text {
            Layout.preferredWidth: 52
            text: figure.unit
            color: Theme.mutedText
            font.pixelSize: Theme.smallSize
        }
    }

    ColumnLayout {
        id: column
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 10
        spacing: 3

        Text {
            Layout.fillWidth: true
            visible: !root.metrics.optimisedBuild
            text: qsTr("Unoptimised build: times are not representative")
            color: Theme.text
            font.pixelSize: Theme.smallSize
            wrapMode: Text.Wrap
        }
        Figure {
            name: qsTr("Frame, 95th percentile")
            value: root.metrics.frameP95.toFixed(1)
            unit: qsTr("ms")
        }
        Sparkline {
            Layout.fillWidth: true
            Layout.preferredHeight: 24
            values: root.metrics.frames
            color: "#0072b2"
            overBudgetColor: "#d55e00"
            budgetColor: Theme.mutedText
        }
        Figure {
            Layout.topMargin: 4
            readonly property bool hasAny: root.metrics.familiesTotal > 0
            name: hasAny ? qsTr("Family, average of %1").arg(root.metrics.familiesTotal.toFixed(0)) : qsTr("Families, none rebuilt")
            value: hasAny ? root.metrics.familyAverage.toFixed(1) : "–"
            unit: qsTr("ms")
        }
        Column {
            Layout.fillWidth: true
            spacing: 3
            Repeater {
                model: root.metrics
                delegate: RowLayout {
                    id: row
                    required property int index
                    required property string family
                    required property list<real> stages
                    required property real total
                    visible: index < 6
                    width: root.width - 20
                    spacing: 4
                    Text {
                        Layout.preferredWidth: 52
                        text: row.family
                        color: Theme.mutedText
                        font.pixelSize: Theme.smallSize
                        font.family: Theme.numberFamily
                    }
                    StageBar {
                        Layout.fillWidth: true
                        Layout.preferredHeight: 8
                        stages: row.stages
                        full: root.metrics.slowestFamilyMs
                    }
                    Text {
                        Layout.preferredWidth: 44
                        text: row.total.toFixed(1)
                        color: Theme.text
                        font.pixelSize: Theme.smallSize
                        font.family: Theme.numberFamily
                        horizontalAlignment: Text.AlignRight
                    }
                }
            }
        }
        StageLegend {
            Layout.fillWidth: true
            Layout.topMargin: 2
            Layout.bottomMargin: 4
            visible: root.metrics.familyCount > 0
        }
        Column {
            id: gauges
            readonly property var rows: root.metrics.gauges
            Layout.fillWidth: true
            spacing: 3
            Repeater {
                model: gauges.rows.length
                delegate: Figure {
                    required property int index
                    readonly property var entry: gauges.rows[index]
                    width: root.width - 20
                    name: entry.name
                    value: entry.limit > 0 ? qsTr("%1 / %2").arg(entry.value.toFixed(0)).arg(entry.limit.toFixed(0)) : entry.value.toFixed(0)
                    unit: entry.unit
                }
            }
        }
    }
}
