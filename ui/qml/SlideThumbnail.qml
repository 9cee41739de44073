// A small picture of a slide, made in the background, or an icon if there is none.
import QtQuick
import QtQuick.Controls.Basic

Rectangle {
    id: root

    required property string source
    readonly property bool failed: picture.status === Image.Error

    color: Theme.window
    radius: 4
    clip: true
    border.width: 1
    border.color: Theme.line

    Image {
        id: picture
        anchors.fill: parent
        anchors.margins: 1
        source: root.source
        sourceSize.width: 192
        sourceSize.height: 192
        fillMode: Image.PreserveAspectFit
        smooth: true
        opacity: status === Image.Ready ? 1 : 0
        Behavior on opacity { NumberAnimation { duration: Theme.animation } }
    }
    ToolButton {
        anchors.centerIn: parent
        visible: root.failed
        enabled: false
        background: null
        icon.source: "icons/slide.svg"
        icon.color: Theme.disabledText
        Accessible.ignored: true
    }
}
