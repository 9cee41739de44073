// Colours, sizes and times of the window, in one place. Light or dark follows the desktop unless the user chooses one.
pragma Singleton
import QtQuick

QtObject {
    id: root

    // 0: as the desktop, 1: light, 2: dark
    property int appearance: 0
    property bool reducedMotion: false

    readonly property FontMetrics fontMetrics: FontMetrics {}
    readonly property SystemPalette desktop: SystemPalette {}
    readonly property bool dark: appearance === 0 ? desktop.window.hslLightness < 0.5 : appearance === 2

    readonly property color window: dark ? "#1c1e20" : "#f5f5f3"
    readonly property color panel: dark ? "#25282b" : "#ffffff"
    readonly property color raised: dark ? "#2d3134" : "#ffffff"
    readonly property color line: dark ? "#3a3e42" : "#dddcd8"
    readonly property color hover: dark ? "#34383c" : "#ebebe8"
    readonly property color pressed: dark ? "#40454a" : "#dededa"
    readonly property color text: dark ? "#eceded" : "#1d1f22"
    readonly property color mutedText: dark ? "#a9afb5" : "#585e65"
    readonly property color disabledText: dark ? "#6b7177" : "#9a9fa4"
    readonly property color accent: dark ? "#6fb0f2" : "#0b62b8"
    readonly property color accentText: dark ? "#10171e" : "#ffffff"
    readonly property color selection: dark ? "#22415f" : "#d7e7f7"
    readonly property color warning: dark ? "#3d3217" : "#fdf3d7"
    readonly property color warningLine: dark ? "#6b5722" : "#e6cf8f"
    readonly property color warningText: dark ? "#f3dfa8" : "#5b4300"
    readonly property color chip: dark ? "#e6212427" : "#ebffffff"
    readonly property color chipLine: dark ? "#33ffffff" : "#26000000"
    readonly property color scrim: "#66000000"

    // Stages of a family, Okabe-Ito: queue, read, L2, L1, L0, convert, upload.
    readonly property list<string> stageNames: [qsTr("queue"), qsTr("read"), qsTr("L2"), qsTr("L1"), qsTr("L0"), qsTr("convert"), qsTr("upload")]

    readonly property int unit: 8
    readonly property int radius: 6
    readonly property int target: 28
    readonly property int textSize: 13
    readonly property int smallSize: 11
    readonly property int titleSize: 20
    readonly property int animation: reducedMotion ? 0 : 140

    function stageColor(stage: int): color {
        switch (stage) {
        case 0: return "#cc79a7";
        case 1: return "#999999";
        case 2: return "#0072b2";
        case 3: return "#56b4e9";
        case 4: return "#009e73";
        case 5: return "#e69f00";
        default: return "#d55e00";
        }
    }

    // The colour of the stage that makes a level. Gray for coarser levels, and for -1, which is no level.
    function levelColor(level: int): color {
        return level >= 0 && level <= 2 ? stageColor(4 - level) : "#999999";
    }

    // Its digits all have the same width, so that numbers keep still when they change.
    readonly property string numberFamily: Qt.platform.os === "osx" ? "Menlo" : fontMetrics.font.family
}
