// One family's time, stage by stage, in the stages' colours. `full` is the time at the bar's full width.
pragma ComponentBehavior: Bound
import QtQuick

Item {
    id: root

    required property list<real> stages
    required property real full

    Row {
        height: parent.height
        Repeater {
            model: root.stages.length
            delegate: Rectangle {
                required property int index
                height: parent ? parent.height : 0
                width: root.full > 0 ? root.stages[index] / root.full * root.width : 0
                color: Theme.stageColor(index)
            }
        }
    }
}
