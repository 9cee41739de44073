// A bar for each of the last frames, from 0 to 50 ms. The line is at 16.7 ms, the time of a frame at 60 per second.
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
