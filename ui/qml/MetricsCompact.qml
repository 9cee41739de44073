// The numbers at a glance, top left over the canvas. Every number keeps its place, even when there is nothing to show.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Origami

CanvasChip {
    id: root

    required property MetricsModel metrics
    property real maximumHeight: 1000
    readonly property int shownFamilies: 6

    width: 288
    height: column.implicitHeight + 16
    color: Theme.raised

    // An opaque and square background: without a graphics card, Qt does not draw what lies over it again in frames that
    // change only the slide.
    Rectangle {
        anchors.fill: parent
        anchors.margins: root.radius
        color: Theme.raised
    }

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Metrics")

    component Label: Text {
        color: Theme.mutedText
        font.pixelSize: Theme.smallSize
    }
    component Number: Text {
        color: Theme.text
        font.pixelSize: Theme.smallSize
        font.family: Theme.numberFamily
        horizontalAlignment: Text.AlignRight
    }
    // A name, and three numbers below the headings of the first row.
    component Spread: RowLayout {
        id: spread
        required property string name
        required property list<string> values
        Layout.fillWidth: true
        spacing: 0
        Label { Layout.fillWidth: true; text: spread.name; elide: Text.ElideRight }
        Repeater {
            model: spread.values
            delegate: Number {
                required property string modelData
                Layout.preferredWidth: 52
                text: modelData
            }
        }
    }
    function spreadOf(p50: real, p95: real, max: real): list<string> {
        return max > 0 ? [p50.toFixed(1), p95.toFixed(1), max.toFixed(1)] : ["–", "–", "–"];
    }

    ColumnLayout {
        id: column
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 8
        anchors.leftMargin: 12
        anchors.rightMargin: 12
        spacing: 4

        MetricsWarnings {
            Layout.fillWidth: true
            metrics: root.metrics
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: 0
            Label { Layout.fillWidth: true; text: qsTr("ms") }
            Label { Layout.preferredWidth: 52; text: qsTr("p50"); horizontalAlignment: Text.AlignRight }
            Label { Layout.preferredWidth: 52; text: qsTr("p95"); horizontalAlignment: Text.AlignRight }
            Label { Layout.preferredWidth: 52; text: qsTr("max"); horizontalAlignment: Text.AlignRight }
        }
        Spread {
            name: qsTr("Frames, %1/s").arg(root.metrics.framesPerSecond.toFixed(0))
            values: root.spreadOf(root.metrics.frameP50, root.metrics.frameP95, root.metrics.frameMax)
        }
        FrameHistory {
            Layout.fillWidth: true
            Layout.preferredHeight: 24
            metrics: root.metrics
        }
        Spread {
            name: root.metrics.familyCount > 0 ? qsTr("Families, last %1").arg(root.metrics.familyCount) : qsTr("Families")
            values: root.spreadOf(root.metrics.familyP50, root.metrics.familyP95, root.metrics.familyMax)
        }
        Item {
            Layout.fillWidth: true
            Layout.preferredHeight: root.shownFamilies * 16
            visible: root.maximumHeight >= 288
            Label {
                anchors.left: parent.left
                anchors.right: parent.right
                visible: root.metrics.familyCount === 0
                text: qsTr("Families appear when an ORIGAMI slide is rebuilt.")
                wrapMode: Text.Wrap
            }
            Column {
                Repeater {
                    model: root.metrics
                    delegate: Item {
                        id: row
                        required property int index
                        required property string family
                        required property list<real> stages
                        required property list<real> busy
                        required property real total
                        visible: index < root.shownFamilies
                        width: column.width
                        height: 16
                        Label {
                            anchors.verticalCenter: parent.verticalCenter
                            width: 56
                            text: row.family
                            font.family: Theme.numberFamily
                            elide: Text.ElideRight
                        }
                        StageBar {
                            anchors.verticalCenter: parent.verticalCenter
                            x: 60
                            width: parent.width - 60 - 44
                            height: 10
                            stages: row.stages
                            busy: row.busy
                            full: root.metrics.slowestFamilyMs
                        }
                        Number {
                            anchors.verticalCenter: parent.verticalCenter
                            anchors.right: parent.right
                            text: row.total.toFixed(1)
                        }
                    }
                }
            }
        }
        StageLegend {
            Layout.fillWidth: true
            visible: root.maximumHeight >= 288
        }
        GridLayout {
            id: gauges
            readonly property var rows: root.metrics.gauges
            Layout.fillWidth: true
            Layout.topMargin: 4
            visible: root.maximumHeight >= 480
            columns: 3
            columnSpacing: 4
            rowSpacing: 2
            Repeater {
                model: gauges.rows.length * 3
                delegate: Text {
                    required property int index
                    readonly property int column: index % 3
                    readonly property var entry: gauges.rows[Math.floor(index / 3)]
                    Layout.fillWidth: column === 0
                    Layout.preferredWidth: column === 0 ? 100 : column === 1 ? 96 : 52
                    text: [entry.name, entry.text, entry.unit][column]
                    color: column === 1 ? Theme.text : Theme.mutedText
                    font.pixelSize: Theme.smallSize
                    font.family: column === 1 ? Theme.numberFamily : Theme.fontMetrics.font.family
                    horizontalAlignment: column === 1 ? Text.AlignRight : Text.AlignLeft
                }
            }
            Label { Layout.fillWidth: true; text: qsTr("Tiles made") }
            Number { Layout.preferredWidth: 96; text: root.metrics.tilesPerSecond.toFixed(0) }
            Label { Layout.preferredWidth: 52; text: qsTr("per s") }
        }
    }
}
