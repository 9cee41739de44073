// The time of one family, stage by stage, in the stages' colours: wall time above, and thinner below it the time for
// which threads were busy. `full` is the time at the bar's full width, without the queue. Prefetched families may wait
// in the queue for very long; the bar then shortens that wait and shows a gap behind it.
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
