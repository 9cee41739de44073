// The settings: how much of the machine the viewer may use, and how it scrolls. `Ctrl ,`.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Origami

Sheet {
    id: root

    required property EngineSettings settings

    title: qsTr("Settings")
    objectName: "settingsSheet"

    component Note: Text {
        color: Theme.mutedText
        font.pixelSize: Theme.smallSize
        elide: Text.ElideRight
    }
    component Step: Rectangle {
        id: step
        required property string sign
        required property bool pressed
        required property bool usable
        implicitWidth: Theme.target
        implicitHeight: Theme.target
        radius: 4
        color: pressed ? Theme.pressed : "transparent"
        Text {
            anchors.centerIn: parent
            text: step.sign
            color: step.usable ? Theme.text : Theme.disabledText
            font.pixelSize: Theme.textSize + 2
        }
    }
    component Number: SpinBox {
        id: box
        property string name: ""
        implicitWidth: 136
        implicitHeight: Theme.target
        editable: true
        font.pixelSize: Theme.textSize
        font.family: Theme.numberFamily
        Accessible.name: name
        Accessible.role: Accessible.SpinBox
        textFromValue: value => value.toString()
        valueFromText: text => parseInt(text.replace(/\D/g, "")) || box.from
        contentItem: TextInput {
            text: box.displayText
            font: box.font
            color: box.enabled ? Theme.text : Theme.disabledText
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentText
            horizontalAlignment: Qt.AlignRight
            verticalAlignment: Qt.AlignVCenter
            rightPadding: 8
            readOnly: !box.editable
            validator: box.validator
            inputMethodHints: Qt.ImhDigitsOnly
            selectByMouse: true
        }
        background: Rectangle {
            radius: 4
            color: Theme.panel
            border.width: box.activeFocus ? 2 : 1
            border.color: box.activeFocus ? Theme.accent : Theme.line
        }
        up.indicator: Step { x: box.width - width; sign: "+"; pressed: box.up.pressed; usable: box.enabled && box.value < box.to }
        down.indicator: Step { sign: "−"; pressed: box.down.pressed; usable: box.enabled && box.value > box.from }
    }
    component Choice: CheckBox {
        id: choice
        required property string what
        Layout.fillWidth: true
        Layout.topMargin: 4
        implicitHeight: 36
        padding: 0
        spacing: 8
        Accessible.name: text + ": " + what
        Accessible.role: Accessible.CheckBox
        indicator: Rectangle {
            y: 2
            width: 18
            height: 18
            radius: 4
            color: choice.checked ? Theme.accent : "transparent"
            border.width: choice.visualFocus ? 2 : 1
            border.color: choice.checked || choice.visualFocus ? Theme.accent : Theme.mutedText
            Text {
                anchors.centerIn: parent
                visible: choice.checked
                text: "✓"
                color: Theme.accentText
                font.pixelSize: Theme.textSize
            }
        }
        contentItem: Column {
            leftPadding: 28
            Text {
                text: choice.text
                color: Theme.text
                font.pixelSize: Theme.textSize
            }
            Note { text: choice.what }
        }
    }

    ColumnLayout {
        id: rows
        readonly property var numbers: root.settings.numbers
        Layout.fillWidth: true
        spacing: 8

        Repeater {
            model: rows.numbers.length
            delegate: RowLayout {
                id: row
                required property int index
                readonly property var entry: rows.numbers[index]
                readonly property bool isFixed: entry.option !== ""
                readonly property bool waits: entry.running !== entry.value
                Layout.fillWidth: true
                spacing: 16

                Column {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 232
                    Text {
                        text: row.entry.name
                        color: Theme.text
                        font.pixelSize: Theme.textSize
                    }
                    Note {
                        width: parent.width
                        wrapMode: Text.Wrap
                        text: row.isFixed ? qsTr("Set by %1 for this run").arg(row.entry.option)
                            : row.waits ? qsTr("%1 now, %2 from the next start").arg(row.entry.running).arg(row.entry.value)
                            : row.entry.hint
                        color: row.isFixed || row.waits ? Theme.text : Theme.mutedText
                    }
                }
                Number {
                    objectName: "settingField" + row.index
                    name: row.entry.name
                    from: row.entry.least
                    to: row.entry.most
                    stepSize: row.entry.step
                    value: row.entry.value
                    enabled: !row.isFixed
                    onValueModified: root.settings.set(row.index, value)
                }
                Note {
                    Layout.preferredWidth: 48
                    Layout.leftMargin: -8
                    text: row.entry.unit
                }
                Item {
                    Layout.preferredWidth: 116
                    Layout.preferredHeight: Theme.target
                    Note {
                        anchors.verticalCenter: parent.verticalCenter
                        anchors.right: parent.right
                        visible: !row.entry.isKept
                        text: qsTr("Default: %1").arg(row.entry.standard)
                    }
                    ActionButton {
                        objectName: "settingReset" + row.index
                        anchors.fill: parent
                        leftPadding: 8
                        rightPadding: 8
                        font.pixelSize: Theme.smallSize
                        visible: row.entry.isKept
                        text: qsTr("Reset to %1").arg(row.entry.standard)
                        Accessible.name: qsTr("%1: reset to the default for this machine, %2").arg(row.entry.name).arg(row.entry.standard)
                        onClicked: root.settings.reset(row.index)
                    }
                }
            }
        }
        Choice {
            objectName: "prefetchChoice"
            text: qsTr("Prefetch tiles")
            what: qsTr("Makes tiles where the view is going, and around it once it rests")
            checked: root.settings.prefetch
            onToggled: root.settings.prefetch = checked
        }
        Choice {
            objectName: "wheelChoice"
            text: qsTr("The mouse wheel moves the slide")
            what: qsTr("It then zooms with Ctrl")
            checked: root.settings.wheelMoves
            onToggled: root.settings.wheelMoves = checked
        }
    }
    Note {
        Layout.fillWidth: true
        Layout.preferredWidth: 480
        text: qsTr("The defaults suit this machine. Threads change at the next start, everything else at once.")
        wrapMode: Text.Wrap
    }
    footer: [
        ActionButton {
            objectName: "resetSettings"
            text: qsTr("Reset all")
            enabled: root.settings.anyKept
            onClicked: root.settings.resetAll()
        },
        ActionButton {
            objectName: "closeSettings"
            text: qsTr("Close")
            prominent: true
            focus: true
            Keys.onReturnPressed: root.close()
            onClicked: root.close()
        }
    ]
}
