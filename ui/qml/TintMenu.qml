// The menu of numbers by which families can be tinted.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Origami

Menu {
    id: root

    required property FamilyOverlay overlay

    title: qsTr("Tint families by")
    font.pixelSize: Theme.textSize

    Instantiator {
        model: root.overlay.tintNames
        delegate: MenuItem {
            required property int index
            required property string modelData
            objectName: "tint" + index
            implicitHeight: 30
            font.pixelSize: Theme.textSize
            text: modelData
            checkable: true
            checked: root.overlay.tint === index
            Accessible.name: text
            Accessible.role: Accessible.MenuItem
            onTriggered: {
                root.overlay.tint = index;
                checked = Qt.binding(() => root.overlay.tint === index);
            }
        }
        onObjectAdded: (index, object) => root.insertItem(index, object as MenuItem)
        onObjectRemoved: (index, object) => root.removeItem(object as MenuItem)
    }
}
