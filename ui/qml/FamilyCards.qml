// The family under the cursor, and up to two that are pinned, side by side at the right edge of the canvas.
pragma ComponentBehavior: Bound
import QtQuick
import Origami

Row {
    id: root

    required property FamilyInspector inspector
    property real maximumHeight: 600
    property real maximumWidth: 620
    readonly property int shown: Math.min(inspector.cards.length, maximumWidth >= 616 ? 2 : 1)

    spacing: 8
    layoutDirection: Qt.LeftToRight

    Repeater {
        model: root.shown
        delegate: FamilyCard {
            required property int index
            objectName: "familyCard" + index
            // If only one fits, it is the newest.
            card: root.inspector.cards[root.inspector.cards.length - root.shown + index] || ({})
            inspector: root.inspector
            maximumHeight: root.maximumHeight
        }
    }
}
