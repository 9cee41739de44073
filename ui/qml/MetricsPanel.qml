// All the numbers, docked below the canvas.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Origami

Rectangle {
    id: root

    required property MetricsModel metrics
    readonly property bool stagesShown: width >= 1680
    signal exportTraceRequested
    signal exportMetricsRequested
    signal copyRequested

    implicitHeight: 304
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
    component Export: ActionButton {
        implicitHeight: Theme.target
        leftPadding: 12
        rightPadding: 12
        font.pixelSize: Theme.smallSize
    }

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.line
    }

    RowLayout {
        anchors.fill: parent
        anchors.margins: 16
        anchors.topMargin: 8
        anchors.bottomMargin: 8
        spacing: 24

        // The last families.
        ColumnLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.minimumWidth: 0
            spacing: 4
            visible: root.width >= 560

            RowLayout {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.target
                spacing: 16
                Title { text: qsTr("Families") }
                Head {
                    Layout.fillWidth: true
                    horizontalAlignment: Text.AlignLeft
                    text: root.metrics.familyCount > 0
                          ? qsTr("%1 whole; of the last %2: p50 %3, p95 %4, max %5 ms").arg(root.metrics.familiesTotal.toFixed(0))
                                .arg(root.metrics.familyCount).arg(root.metrics.familyP50.toFixed(1))
                                .arg(root.metrics.familyP95.toFixed(1)).arg(root.metrics.familyMax.toFixed(1)) : ""
                }
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: 4
                Head { Layout.preferredWidth: 60; horizontalAlignment: Text.AlignLeft; text: qsTr("x2, y2") }
                Repeater {
                    model: Theme.stageNames
                    delegate: Item {
                        id: stageHead
                        required property int index
                        required property string modelData
                        visible: root.stagesShown
                        Layout.preferredWidth: 56
                        Layout.preferredHeight: stageName.height
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
                Head { Layout.preferredWidth: 56; text: qsTr("total ms") }
                Head { Layout.preferredWidth: 56; text: qsTr("busy ms") }
                Head {
                    Layout.leftMargin: 8
                    Layout.fillWidth: root.stagesShown
                    horizontalAlignment: Text.AlignLeft
                    visible: root.stagesShown
                    text: qsTr("above wall, below busy time")
                }
                StageLegend {
                    Layout.leftMargin: 8
                    Layout.fillWidth: true
                    Layout.preferredHeight: 16
                    clip: true
                    visible: !root.stagesShown
                }
            }
            Item {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Text {
                    width: parent.width
                    visible: root.metrics.familyCount === 0
                    wrapMode: Text.Wrap
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
                        required property list<real> busy
                        required property real total
                        required property real busyTotal
                        width: list.width
                        height: 18
                        spacing: 4
                        Number { Layout.preferredWidth: 60; horizontalAlignment: Text.AlignLeft; text: row.family; color: Theme.mutedText }
                        Repeater {
                            model: row.stages.length
                            delegate: Number {
                                id: stage
                                required property int index
                                visible: root.stagesShown
                                Layout.preferredWidth: 56
                                Layout.maximumWidth: 56
                                readonly property real milliseconds: row.stages[stage.index]
                                text: milliseconds.toFixed(1)
                            }
                        }
                        Number { Layout.preferredWidth: 56; text: row.total.toFixed(1) }
                        Number { Layout.preferredWidth: 56; text: row.busyTotal.toFixed(1); color: Theme.mutedText }
                        StageBar {
                            Layout.fillWidth: true
                            Layout.leftMargin: 8
                            Layout.rightMargin: 10
                            Layout.preferredHeight: 12
                            stages: row.stages
                            busy: row.busy
                            full: root.metrics.slowestFamilyMs
                        }
                    }
                }
            }
        }

        // Frames, and tiles by the way in which they were made.
        ColumnLayout {
            Layout.fillHeight: true
            Layout.preferredWidth: 328
            Layout.minimumWidth: 328
            Layout.maximumWidth: 328
            spacing: 4
            visible: root.width >= 940

            RowLayout {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.target
                spacing: 8
                Title { text: qsTr("Frames") }
                Head {
                    Layout.fillWidth: true
                    text: qsTr("%1/s; p50 %2, p95 %3, max %4 ms").arg(root.metrics.framesPerSecond.toFixed(0)).arg(root.metrics.frameP50.toFixed(1))
                        .arg(root.metrics.frameP95.toFixed(1)).arg(root.metrics.frameMax.toFixed(1))
                }
            }
            FrameHistory {
                Layout.fillWidth: true
                Layout.preferredHeight: 40
                metrics: root.metrics
            }
            RowLayout {
                Layout.topMargin: 8
                spacing: 4
                Title { Layout.preferredWidth: 84; text: qsTr("Tiles") }
                Head { Layout.preferredWidth: 44; text: qsTr("per s") }
                Head { Layout.preferredWidth: 48; text: qsTr("total") }
                Head { Layout.preferredWidth: 44; text: qsTr("p50 ms") }
                Head { Layout.preferredWidth: 44; text: qsTr("p95") }
                Head { Layout.preferredWidth: 44; text: qsTr("max") }
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
                        width: 328
                        height: 18
                        spacing: 4
                        Number { Layout.preferredWidth: 84; horizontalAlignment: Text.AlignLeft; text: kind.entry.name; color: Theme.mutedText }
                        Number { Layout.preferredWidth: 44; text: kind.entry.perSecond.toFixed(0) }
                        Number { Layout.preferredWidth: 48; text: kind.entry.count.toFixed(0) }
                        Number { Layout.preferredWidth: 44; text: kind.entry.timed ? kind.entry.p50.toFixed(1) : "" }
                        Number { Layout.preferredWidth: 44; text: kind.entry.timed ? kind.entry.p95.toFixed(1) : "" }
                        Number { Layout.preferredWidth: 44; text: kind.entry.timed ? kind.entry.max.toFixed(1) : "" }
                    }
                }
            }
            Item { Layout.fillHeight: true }
        }

        // Threads, memory and other resources in use.
        ColumnLayout {
            Layout.fillHeight: true
            Layout.preferredWidth: 256
            Layout.minimumWidth: 256
            Layout.maximumWidth: 256
            spacing: 4

            RowLayout {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.target
                spacing: 8
                Item { Layout.fillWidth: true }
                Export {
                    objectName: "exportTraceButton"
                    text: qsTr("Export trace…")
                    onClicked: root.exportTraceRequested()
                }
                Export {
                    objectName: "exportMetricsButton"
                    text: qsTr("Save…")
                    Accessible.name: qsTr("Save metrics")
                    onClicked: root.exportMetricsRequested()
                }
                Export {
                    objectName: "copyMetricsButton"
                    text: qsTr("Copy")
                    Accessible.name: qsTr("Copy metrics as a table")
                    onClicked: root.copyRequested()
                }
            }
            MetricsWarnings {
                Layout.fillWidth: true
                metrics: root.metrics
            }
            Flickable {
                Layout.fillWidth: true
                Layout.fillHeight: true
                contentHeight: gauges.height
                boundsBehavior: Flickable.StopAtBounds
                clip: true
                Column {
                    id: gauges
                    readonly property var rows: root.metrics.gauges
                    width: parent.width
                    spacing: 2
                    Repeater {
                        model: gauges.rows.length
                        delegate: Item {
                            id: gauge
                            required property int index
                            readonly property var entry: gauges.rows[index]
                            readonly property real part: entry.limit > 0 ? Math.min(1, entry.value / entry.limit) : 0
                            width: gauges.width
                            height: 22
                            Accessible.role: Accessible.StaticText
                            Accessible.name: entry.name + " " + value.text + " " + entry.unit
                            Number { id: label; horizontalAlignment: Text.AlignLeft; text: gauge.entry.name; color: Theme.mutedText }
                            Number {
                                id: value
                                anchors.right: unit.left
                                anchors.rightMargin: 4
                                text: gauge.entry.text
                            }
                            Number {
                                id: unit
                                anchors.right: parent.right
                                width: 48
                                horizontalAlignment: Text.AlignLeft
                                text: gauge.entry.unit
                                color: Theme.mutedText
                            }
                            Rectangle {
                                y: 16
                                width: parent.width
                                height: 3
                                visible: gauge.entry.limit > 0
                                radius: 1.5
                                color: Theme.hover
                                Rectangle {
                                    height: parent.height
                                    radius: 1.5
                                    width: parent.width * gauge.part
                                    color: Theme.accent
                                }
                                Rectangle {
                                    visible: gauge.entry.high >= 0
                                    x: Math.round((parent.width - width) * Math.min(1, gauge.entry.high / Math.max(1, gauge.entry.limit)))
                                    y: -1
                                    width: 2
                                    height: 5
                                    color: Theme.mutedText
                                }
                            }
                            HoverHandler { id: hover }
                            Tip {
                                visible: hover.hovered
                                text: gauge.entry.hint
                            }
                        }
                    }
                }
            }
        }
    }
}
