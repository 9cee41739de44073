// All the numbers, docked below the canvas.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Origami

Rectangle {
    id: root

    required property MetricsModel metrics

    implicitHeight: 264
    color: Theme.panel

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Metrics")

    component Head: Text {
        color: Theme.mutedText
        font.pixelSize: Theme.smallSize
        horizontalAlignment: Text.AlignRight
        elide: Text.ElideRight
    }
    component Number: Text {
        color: Theme.text
        font.pixelSize: Theme.smallSize
        font.family: Theme.numberFamily
        horizontalAlignment: Text.AlignRight
    }
    component Title: Text {
        color: Theme.text
        font.pixelSize: Theme.textSize
        font.weight: Font.DemiBold
    }

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.line
    }

    RowLayout {
        anchors.fill: parent
        anchors.margins: 12
        anchors.topMargin: 10
        spacing: 24

        // The last families.
        ColumnLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.minimumWidth: 0
            spacing: 4
            visible: root.width >= 620

            RowLayout {
                Layout.fillWidth: true
                spacing: 16
                Title { text: qsTr("Families") }
                Head {
                    Layout.fillWidth: true
                    horizontalAlignment: Text.AlignLeft
                    text: qsTr("%1 rebuilt, average %2 ms, 95th percentile %3 ms")
                        .arg(root.metrics.familiesTotal.toFixed(0)).arg(root.metrics.familyAverage.toFixed(1)).arg(root.metrics.familyP95.toFixed(1))
                }
            }
            Row {
                spacing: 4
                Head { width: 60; horizontalAlignment: Text.AlignLeft; text: qsTr("x2, y2") }
                Repeater {
                    model: Theme.stageNames
                    delegate: Item {
                        id: stageHead
                        required property int index
                        required property string modelData
                        visible: root.width >= 1100
                        width: 56
                        height: stageName.height
                        Head {
                            id: stageName
                            anchors.right: parent.right
                            text: stageHead.modelData
                        }
                        Rectangle {
                            anchors.right: stageName.left
                            anchors.rightMargin: 3
                            anchors.verticalCenter: stageName.verticalCenter
                            width: 7
                            height: 7
                            radius: 1
                            color: Theme.stageColor(stageHead.index)
                        }
                    }
                }
                Head { width: 60; text: qsTr("total ms") }
                StageLegend { leftPadding: 8; visible: root.width < 1100 }
            }
            Item {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Text {
                    visible: root.metrics.familyCount === 0
                    text: qsTr("Families appear here when an ORIGAMI slide is rebuilt.")
                    color: Theme.mutedText
                    font.pixelSize: Theme.textSize
                }
                ListView {
                    id: list
                    anchors.fill: parent
                    model: root.metrics
                    clip: true
                    boundsBehavior: Flickable.StopAtBounds
                    ScrollBar.vertical: ScrollBar {}
                    delegate: RowLayout {
                        id: row
                        required property string family
                        required property list<real> stages
                        required property real total
                        width: list.width
                        height: 18
                        spacing: 4
                        Number { Layout.preferredWidth: 60; horizontalAlignment: Text.AlignLeft; text: row.family; color: Theme.mutedText }
                        Repeater {
                            model: row.stages.length
                            delegate: Number {
                                id: stage
                                required property int index
                                visible: root.width >= 1100
                                Layout.preferredWidth: 56
                                Layout.maximumWidth: 56
                                readonly property real milliseconds: row.stages[stage.index]
                                text: milliseconds.toFixed(1)
                            }
                        }
                        Number { Layout.preferredWidth: 60; text: row.total.toFixed(1) }
                        StageBar {
                            Layout.fillWidth: true
                            Layout.leftMargin: 8
                            Layout.rightMargin: 10
                            Layout.preferredHeight: 10
                            stages: row.stages
                            full: root.metrics.slowestFamilyMs
                        }
                    }
                }
            }
        }

        // Tiles by how they came about.
        ColumnLayout {
            Layout.fillHeight: true
            Layout.preferredWidth: 264
            Layout.minimumWidth: 264
            Layout.maximumWidth: 264
            spacing: 4
            visible: root.width >= 1000

            Title { text: qsTr("Tiles, ms") }
            RowLayout {
                spacing: 4
                Head { Layout.preferredWidth: 72; horizontalAlignment: Text.AlignLeft; text: qsTr("kind") }
                Head { Layout.preferredWidth: 52; text: qsTr("count") }
                Head { Layout.preferredWidth: 40; text: qsTr("avg") }
                Head { Layout.preferredWidth: 40; text: qsTr("p95") }
                Head { Layout.preferredWidth: 40; text: qsTr("max") }
            }
            Column {
                id: kinds
                readonly property var rows: root.metrics.tileKinds
                Layout.fillWidth: true
                Repeater {
                    model: kinds.rows.length
                    delegate: RowLayout {
                        id: kind
                        required property int index
                        readonly property var entry: kinds.rows[index]
                        width: 264
                        height: 18
                        spacing: 4
                        Number { Layout.preferredWidth: 72; horizontalAlignment: Text.AlignLeft; text: kind.entry.name; color: Theme.mutedText }
                        Number { Layout.preferredWidth: 52; text: kind.entry.count.toFixed(0) }
                        Number { Layout.preferredWidth: 40; text: kind.entry.timed ? kind.entry.average.toFixed(1) : "" }
                        Number { Layout.preferredWidth: 40; text: kind.entry.timed ? kind.entry.p95.toFixed(1) : "" }
                        Number { Layout.preferredWidth: 40; text: kind.entry.timed ? kind.entry.max.toFixed(1) : "" }
                    }
                }
            }
            Item { Layout.fillHeight: true }
        }

        // What is in use.
        ColumnLayout {
            Layout.fillHeight: true
            Layout.preferredWidth: 240
            Layout.minimumWidth: 240
            Layout.maximumWidth: 240
            spacing: 4

            RowLayout {
                Layout.fillWidth: true
                Title { text: qsTr("Frames"); Layout.fillWidth: true }
                Number { text: qsTr("%1 fps, p95 %2 ms").arg(root.metrics.framesPerSecond.toFixed(0)).arg(root.metrics.frameP95.toFixed(1)) }
            }
            Sparkline {
                Layout.fillWidth: true
                Layout.preferredHeight: 40
                values: root.metrics.frames
                color: "#0072b2"
                overBudgetColor: "#d55e00"
                budgetColor: Theme.mutedText
                Accessible.role: Accessible.Graphic
                Accessible.name: qsTr("Frame times; the line is 16.7 ms")
            }
            Column {
                id: gauges
                readonly property var rows: root.metrics.gauges
                Layout.fillWidth: true
                spacing: 4
                Repeater {
                    model: gauges.rows.length
                    delegate: ColumnLayout {
                        id: gauge
                        required property int index
                        readonly property var entry: gauges.rows[index]
                        width: 240
                        spacing: 1
                        RowLayout {
                            Layout.fillWidth: true
                            spacing: 4
                            Number { Layout.fillWidth: true; horizontalAlignment: Text.AlignLeft; text: gauge.entry.name; color: Theme.mutedText }
                            Number { text: gauge.entry.limit > 0 ? qsTr("%1 / %2").arg(gauge.entry.value.toFixed(0)).arg(gauge.entry.limit.toFixed(0)) : gauge.entry.value.toFixed(0) }
                            Number { Layout.preferredWidth: 48; horizontalAlignment: Text.AlignLeft; text: gauge.entry.unit; color: Theme.mutedText }
                        }
                        Rectangle {
                            Layout.fillWidth: true
                            Layout.preferredHeight: 3
                            visible: gauge.entry.limit > 0
                            radius: 1.5
                            color: Theme.hover
                            Rectangle {
                                height: parent.height
                                radius: 1.5
                                width: parent.width * Math.min(1, gauge.entry.value / Math.max(1, gauge.entry.limit))
                                color: Theme.accent
                            }
                        }
                    }
                }
            }
            Text {
                Layout.fillWidth: true
                visible: !root.metrics.optimisedBuild
                text: qsTr("Unoptimised build")
                color: Theme.text
                font.pixelSize: Theme.smallSize
                font.weight: Font.DemiBold
            }
            Item { Layout.fillHeight: true }
        }
    }
}
