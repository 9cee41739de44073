// The menu of view modes. A mode in which the slide has nothing to show says why.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Origami

Menu {
    id: root

    required property SlideView view
    property bool rightSide: false  // of the divider

    title: qsTr("View mode")
    width: 328
    font.pixelSize: Theme.textSize

    component Entry: MenuItem {
        id: entry
        property string why: ""
        property string key: ""
        implicitHeight: words.implicitHeight + 12
        leftPadding: 8
        rightPadding: 12
        font.pixelSize: Theme.textSize
        Accessible.name: text
        Accessible.description: why
        Accessible.role: Accessible.MenuItem
        contentItem: RowLayout {
            spacing: 8
            ColumnLayout {
                id: words
                Layout.fillWidth: true
                Layout.leftMargin: 28
                spacing: 1
                Text {
                    Layout.fillWidth: true
                    text: entry.text
                    color: entry.enabled ? Theme.text : Theme.disabledText
                    font.pixelSize: Theme.textSize
                    elide: Text.ElideRight
                }
                Text {
                    Layout.fillWidth: true
                    visible: entry.why !== ""
                    text: entry.why
                    color: Theme.mutedText
                    font.pixelSize: Theme.smallSize
                    wrapMode: Text.Wrap
                }
            }
            Text {
                visible: entry.key !== ""
                text: entry.key
                color: Theme.mutedText
                font.pixelSize: Theme.smallSize
            }
        }
    }

    Instantiator {
        model: root.view.modes
        delegate: Entry {
            required property var modelData
            objectName: "viewMode" + modelData.mode
            text: modelData.name
            why: modelData.why
            enabled: why === ""
            checkable: true
            checked: modelData.mode === (root.rightSide ? root.view.rightMode : root.view.mode)
            onTriggered: {
                if (root.rightSide)
                    root.view.rightMode = modelData.mode;
                else
                    root.view.mode = modelData.mode;
                checked = Qt.binding(() => modelData.mode === (root.rightSide ? root.view.rightMode : root.view.mode));
            }
        }
        onObjectAdded: (index, object) => root.insertItem(index, object as MenuItem)
        onObjectRemoved: (index, object) => root.removeItem(object as MenuItem)
    }
    MenuSeparator {}
    Entry {
        objectName: "splitEntry"
        text: qsTr("Two modes side by side")
        key: "Shift V"
        readonly property int possible: root.view.modes.filter(entry => entry.why === "").length
        enabled: possible > 1
        checkable: true
        checked: root.view.split
        onTriggered: {
            root.view.split = !root.view.split;
            checked = Qt.binding(() => root.view.split);
        }
    }
}
