// The last frames, a bar each, from 0 to 50 ms, with a line at 16.7 ms: what 60 frames a second leave for each.
import QtQuick
import Origami

Sparkline {
    required property MetricsModel metrics

    values: metrics.frames
    maximum: 50
    budget: 1000 / 60
    color: "#0072b2"
    overBudgetColor: "#d55e00"
    budgetColor: Theme.mutedText

    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Frame times; the line is 16.7 ms")
}
