// One family's time, stage by stage, in the stages' colours: wall time, and below it, thinner, the time that threads were
// busy for. `full` is the time at the bar's full width, but for the queue's part of it: what is made ahead may wait for
// very long, and is then cut, with a gap behind it.
pragma ComponentBehavior: Bound
import QtQuick

Item {
    id: root

    required property list<real> stages
    required property list<real> busy
    required property real full
    readonly property real queueWidth: Math.round(width / 5)
    readonly property real perMs: full > 0 ? (width - queueWidth) / full : 0

    component Stack: Row {
        id: stack
        required property list<real> times
        Repeater {
            model: stack.times.length
            delegate: Item {
                id: part
                required property int index
                readonly property real needed: stack.times[index] * root.perMs
                readonly property bool isCut: index === 0 && needed > root.queueWidth
                height: stack.height
                width: isCut ? root.queueWidth : needed
                Rectangle {
                    width: part.isCut ? parent.width - 3 : parent.width
                    height: parent.height
                    color: Theme.stageColor(part.index)
                }
            }
        }
    }
    Stack {
        height: Math.round(parent.height * 0.6)
        times: root.stages
    }
    Stack {
        anchors.bottom: parent.bottom
        height: parent.height - Math.round(parent.height * 0.6) - 1
        times: root.busy
    }
}
