// Asks where to write the ORIGAMI TIFF of a slide, and in which quality.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Dialogs
import QtQuick.Layouts
import Origami

Sheet {
    id: root

    required property SlideConverter converter
    property string source: ""
    property string target: ""
    property int preset: SlideConverter.Default
    property bool checking: false  // waits for the answer whether the target exists
    property bool asking: false    // asks whether an existing file may be replaced
    readonly property int lastSlash: target.lastIndexOf("/")
    readonly property string targetName: target.slice(lastSlash + 1)

    title: asking ? qsTr("Replace the existing file?") : qsTr("Convert to ORIGAMI TIFF")
    objectName: "convertSheet"

    function ask(path: string) {
        askAgain(path, "");
        converter.suggestTarget(path);
    }
    function askAgain(path: string, wanted: string) {
        source = path;
        target = wanted;
        checking = false;
        asking = false;
        open();
    }
    function convert() {
        if (asking) {
            begin();
        } else if (target !== "" && !checking) {
            checking = true;
            converter.checkTarget(target);
        }
    }
    function begin() {
        close();
        converter.start(source, target, preset, asking);
    }

    Connections {
        target: root.converter
        // Until the answer comes people may have chosen a target themselves.
        function onTargetSuggested(source: string, target: string) {
            if (source === root.source && root.target === "")
                root.target = target;
        }
        function onTargetChecked(target: string, exists: bool) {
            if (!root.visible || !root.checking || target !== root.target)
                return;
            root.checking = false;
            if (exists)
                root.asking = true;
            else
                root.begin();
        }
    }

    component Words: Text {
        Layout.preferredWidth: 440
        Layout.fillWidth: true
        textFormat: Text.PlainText
        color: Theme.mutedText
        font.pixelSize: Theme.textSize
        lineHeight: 1.25
        wrapMode: Text.Wrap
    }
    component Choice: RadioButton {
        id: choice
        required property int value
        required property string what
        Layout.fillWidth: true
        Layout.preferredHeight: Math.max(Theme.target, implicitContentHeight)
        padding: 0
        spacing: 8
        font.pixelSize: Theme.textSize
        checked: root.preset === value
        onToggled: root.preset = value
        Accessible.name: text + ": " + what
        Accessible.role: Accessible.RadioButton

        indicator: Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: 18
            height: 18
            radius: 9
            color: "transparent"
            border.width: choice.visualFocus || choice.checked ? 2 : 1
            border.color: choice.visualFocus || choice.checked ? Theme.accent : Theme.mutedText
            Rectangle {
                anchors.centerIn: parent
                width: 8
                height: 8
                radius: 4
                color: Theme.accent
                visible: choice.checked
            }
        }
        contentItem: RowLayout {
            spacing: 8
            Text {
                Layout.leftMargin: 26
                Layout.preferredWidth: 64
                text: choice.text
                color: Theme.text
                font: choice.font
            }
            Text {
                Layout.fillWidth: true
                text: choice.what
                color: Theme.mutedText
                font: choice.font
                wrapMode: Text.Wrap
            }
        }
        Rectangle {
            anchors.fill: parent
            anchors.margins: -3
            radius: Theme.radius
            color: "transparent"
            border.width: 2
            border.color: Theme.accent
            visible: choice.visualFocus
        }
    }

    Words {
        visible: !root.asking
        text: qsTr("One file, usually far smaller than the slide. This viewer shows it at full resolution, any TIFF reader at a quarter of it. The slide itself stays as it is.")
    }
    Words {
        visible: root.asking
        text: qsTr("%1 exists already. It is replaced once the conversion is complete.").arg(root.targetName)
        color: Theme.text
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
    }
    RowLayout {
        Layout.fillWidth: true
        visible: !root.asking
        spacing: 16
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2
            Text {
                Layout.fillWidth: true
                Layout.preferredWidth: 300
                objectName: "convertTargetName"
                text: root.targetName
                textFormat: Text.PlainText
                color: Theme.text
                font.pixelSize: Theme.textSize
                elide: Text.ElideMiddle
            }
            Text {
                Layout.fillWidth: true
                Layout.preferredWidth: 300
                text: root.target.slice(0, Math.max(1, root.lastSlash))
                textFormat: Text.PlainText
                color: Theme.mutedText
                font.pixelSize: Theme.smallSize
                elide: Text.ElideMiddle
            }
        }
        ActionButton {
            objectName: "chooseTargetButton"
            enabled: root.target !== "" && !root.checking
            text: qsTr("Save as…")
            onClicked: {
                targetDialog.selectedFile = root.converter.urlOf(root.target);
                targetDialog.open();
            }
        }
    }
    ColumnLayout {
        Layout.fillWidth: true
        visible: !root.asking
        spacing: 2
        Accessible.role: Accessible.Grouping
        Accessible.name: qsTr("Quality")
        Choice { objectName: "smallChoice"; value: SlideConverter.Small; text: qsTr("Small"); what: qsTr("The smallest file, for looking through") }
        Choice { objectName: "defaultChoice"; value: SlideConverter.Default; text: qsTr("Default"); what: qsTr("For most slides") }
        Choice { objectName: "highChoice"; value: SlideConverter.High; text: qsTr("High"); what: qsTr("Closest to the slide, the largest file") }
    }
    footer: [
        ActionButton {
            text: root.asking ? qsTr("Back") : qsTr("Cancel")
            onClicked: root.asking ? root.asking = false : root.close()
        },
        ActionButton {
            objectName: "convertButton"
            text: root.asking ? qsTr("Replace") : qsTr("Convert")
            prominent: true
            focus: true
            enabled: root.target !== "" && !root.checking
            Keys.onReturnPressed: root.convert()
            Keys.onEnterPressed: root.convert()
            onClicked: root.convert()
        }
    ]

    FileDialog {
        id: targetDialog
        title: qsTr("Save the ORIGAMI TIFF as")
        fileMode: FileDialog.SaveFile
        acceptLabel: qsTr("Save")
        options: FileDialog.DontConfirmOverwrite  // the sheet asks
        nameFilters: [qsTr("ORIGAMI TIFF (*.tif *.tiff)")]
        onAccepted: root.target = root.converter.targetPath(selectedFile)
    }
}
