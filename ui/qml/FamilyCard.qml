// One family: how its bytes and its time are divided, why it was made, and which of its tiles are there.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Origami

CanvasChip {
    id: root

    // One of FamilyInspector.cards.
    required property var card
    required property FamilyInspector inspector
    property real maximumHeight: 600
    readonly property var stages: card.stages || []
    readonly property var chart: card.chart || ({ bars: [], cuts: [], rows: 0, length: 0 })

    width: 304
    color: Theme.raised
    height: Math.min(maximumHeight, column.implicitHeight + 20)

    Accessible.role: Accessible.Pane
    Accessible.name: (card.title || "") + ", " + (card.state || "")

    component Label: Text {
        color: Theme.mutedText
        font.pixelSize: Theme.smallSize
        elide: Text.ElideRight
    }
    component Number: Text {
        color: Theme.text
        font.pixelSize: Theme.smallSize
        font.family: Theme.numberFamily
        horizontalAlignment: Text.AlignRight
    }
    component Heading: Text {
        color: Theme.text
        font.pixelSize: Theme.smallSize
        font.weight: Font.DemiBold
    }

    // Keeps clicks and the wheel from the slide below.
    MouseArea {
        anchors.fill: parent
        hoverEnabled: true
        acceptedButtons: Qt.AllButtons
        onWheel: wheel => { wheel.accepted = true; }
    }

    Flickable {
        id: flick
        anchors.fill: parent
        anchors.margins: 10
        anchors.rightMargin: 4
        contentHeight: column.implicitHeight
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        interactive: contentHeight > height
        ScrollBar.vertical: ScrollBar { policy: flick.interactive ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff }

        ColumnLayout {
            id: column
            width: flick.width - (flick.interactive ? 14 : 8)
            spacing: 4

            RowLayout {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.target
                spacing: 8
                Rectangle {
                    visible: (root.card.pin || 0) > 0
                    Layout.preferredWidth: 18
                    Layout.preferredHeight: 18
                    radius: 4
                    color: Theme.accent
                    Text {
                        anchors.centerIn: parent
                        text: root.card.pin || ""
                        color: Theme.accentText
                        font.pixelSize: Theme.smallSize
                        font.weight: Font.DemiBold
                    }
                }
                Text {
                    text: root.card.title || ""
                    color: Theme.text
                    font.pixelSize: Theme.textSize
                    font.weight: Font.DemiBold
                }
                Label { Layout.fillWidth: true; text: root.card.state || "" }
                IconButton {
                    visible: (root.card.pin || 0) > 0
                    objectName: "unpinButton"
                    icon.source: "icons/close.svg"
                    icon.width: 16
                    icon.height: 16
                    hint: qsTr("Unpin")
                    onClicked: root.inspector.togglePin(root.card.family)
                }
                Label {
                    visible: (root.card.pin || 0) === 0
                    text: qsTr("Click to pin")
                }
            }

            Column {
                Layout.fillWidth: true
                spacing: 2
                Repeater {
                    model: (root.card.facts || []).length
                    delegate: RowLayout {
                        id: fact
                        required property int index
                        readonly property var entry: (root.card.facts || [])[index] || ({})
                        width: column.width
                        spacing: 8
                        Label {
                            Layout.preferredWidth: 72
                            Layout.alignment: Qt.AlignTop
                            text: fact.entry.name || ""
                        }
                        Text {
                            Layout.fillWidth: true
                            text: fact.entry.value || ""
                            color: Theme.text
                            font.pixelSize: Theme.smallSize
                            wrapMode: Text.Wrap
                        }
                    }
                }
            }

            RowLayout {
                Layout.fillWidth: true
                Layout.topMargin: 6
                visible: root.card.known === true
                Heading { Layout.fillWidth: true; text: qsTr("Bytes on disk") }
                Number { text: root.card.totalBytes || "" }
            }
            Column {
                Layout.fillWidth: true
                spacing: 2
                visible: root.card.known === true
                Repeater {
                    model: (root.card.bytes || []).length
                    delegate: RowLayout {
                        id: kind
                        required property int index
                        readonly property var entry: (root.card.bytes || [])[index] || ({})
                        width: column.width
                        Label { Layout.fillWidth: true; text: kind.entry.name || "" }
                        Number { text: kind.entry.value || "" }
                    }
                }
            }

            RowLayout {
                Layout.fillWidth: true
                Layout.topMargin: 6
                visible: root.card.known === true
                Heading { Layout.fillWidth: true; text: qsTr("Time, ms") }
                Label { Layout.preferredWidth: 56; horizontalAlignment: Text.AlignRight; text: qsTr("wall") }
                Label { Layout.preferredWidth: 56; horizontalAlignment: Text.AlignRight; text: qsTr("busy") }
            }
            RowLayout {
                Layout.fillWidth: true
                visible: root.card.known === true
                spacing: 6
                Rectangle { Layout.preferredWidth: 8; Layout.preferredHeight: 8; radius: 1; color: Theme.stageColor(0) }
                Label { Layout.fillWidth: true; text: qsTr("queue") }
                Number { Layout.preferredWidth: 56; text: root.card.queue || "" }
                Number { Layout.preferredWidth: 56; text: "–" }
            }
            Column {
                Layout.fillWidth: true
                spacing: 2
                Repeater {
                    model: root.stages.length
                    delegate: RowLayout {
                        id: stage
                        required property int index
                        readonly property var entry: root.stages[index] || ({})
                        width: column.width
                        spacing: 6
                        Rectangle { Layout.preferredWidth: 8; Layout.preferredHeight: 8; radius: 1; color: Theme.stageColor(stage.entry.stage || 0) }
                        Label { Layout.fillWidth: true; text: stage.entry.name || "" }
                        Number { Layout.preferredWidth: 56; text: stage.entry.wall || "" }
                        Number { Layout.preferredWidth: 56; text: stage.entry.busy || "" }
                    }
                }
            }
            RowLayout {
                Layout.fillWidth: true
                visible: root.card.known === true
                Label { Layout.fillWidth: true; text: qsTr("total, read to convert"); color: Theme.text }
                Number { Layout.preferredWidth: 56; text: root.card.total || ""; font.weight: Font.DemiBold }
                Item { Layout.preferredWidth: 56 }
            }

            RowLayout {
                Layout.fillWidth: true
                Layout.topMargin: 6
                visible: root.chart.rows > 0
                Heading { text: qsTr("Threads") }
                Label {
                    Layout.fillWidth: true
                    readonly property string bar: flameHover.hovered ? flame.barAt(flameHover.point.position) : ""
                    text: bar !== "" ? bar : qsTr("Point at a bar to read it")
                    color: bar !== "" ? Theme.text : Theme.mutedText
                    horizontalAlignment: Text.AlignRight
                }
            }
            FlameChart {
                id: flame
                objectName: "flameChart"
                Layout.fillWidth: true
                visible: root.chart.rows > 0
                bars: root.chart.bars.map(bar => Object.assign({}, bar, { color: Theme.stageColor(bar.stage) }))
                cuts: root.chart.cuts
                rows: root.chart.rows
                length: root.chart.length
                textColor: Theme.mutedText
                rowColor: Theme.hover
                Accessible.role: Accessible.Graphic
                Accessible.name: qsTr("What each thread did, over time")
                HoverHandler { id: flameHover }
            }
            RowLayout {
                Layout.fillWidth: true
                visible: root.card.canCompare === true
                spacing: 8
                Text {
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignVCenter
                    objectName: "comparison"
                    text: root.card.comparing ? qsTr("Comparing…") : root.card.comparison || qsTr("PSNR against the baseline")
                    color: root.card.comparison ? Theme.text : Theme.mutedText
                    font.pixelSize: Theme.smallSize
                    wrapMode: Text.Wrap
                }
                ActionButton {
                    objectName: "compareButton"
                    implicitHeight: Theme.target
                    leftPadding: 10
                    rightPadding: 10
                    font.pixelSize: Theme.smallSize
                    text: root.card.comparing ? qsTr("Stop") : qsTr("Compare")
                    Accessible.description: qsTr("Rebuilds level 0 and compares it with the baseline tiles")
                    onClicked: {
                        if (root.card.comparing)
                            root.inspector.stopComparing();
                        else
                            root.inspector.compare(root.card.family);
                    }
                }
            }
        }
    }
}
