// A small picture of the whole slide, with a frame around the part in view. A click or drag there moves the view.
import QtQuick
import Origami

CanvasChip {
    id: root

    required property SlideView view
    required property SlideDocument slide
    property int longestSide: 180

    readonly property real aspect: slide ? slide.size.width / slide.size.height : 1
    readonly property real pictureWidth: Math.max(24, aspect >= 1 ? longestSide : longestSide * aspect)
    readonly property real pictureHeight: Math.max(24, aspect >= 1 ? longestSide / aspect : longestSide)
    readonly property bool ready: picture.status === Image.Ready

    width: Math.round(pictureWidth) + 8
    height: Math.round(pictureHeight) + 8

    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Overview of the slide")

    Item {
        id: frame
        anchors.fill: parent
        anchors.margins: 4
        clip: true

        Rectangle {
            anchors.fill: parent
            color: root.slide ? root.slide.background : "transparent"
        }
        Image {
            id: picture
            anchors.fill: parent
            source: root.slide ? root.slide.overviewSource : ""
            sourceSize.width: 512
            sourceSize.height: 512
            cache: false
            smooth: true
            mipmap: true
            opacity: status === Image.Ready ? 1 : 0
            Behavior on opacity { NumberAnimation { duration: Theme.animation } }
        }
        Item {
            id: part
            readonly property rect seen: root.view.visiblePart
            readonly property real seenLeft: Math.max(0, Math.min(frame.width - 6, seen.x * frame.width))
            readonly property real seenTop: Math.max(0, Math.min(frame.height - 6, seen.y * frame.height))
            x: Math.floor(seenLeft)
            y: Math.floor(seenTop)
            width: Math.max(6, Math.ceil(Math.min(frame.width, (seen.x + seen.width) * frame.width) - seenLeft))
            height: Math.max(6, Math.ceil(Math.min(frame.height, (seen.y + seen.height) * frame.height) - seenTop))

            Rectangle { anchors.fill: parent; color: "transparent"; border.width: 3; border.color: "#d9ffffff"; radius: 1 }
            Rectangle { anchors.fill: parent; anchors.margins: 1; color: "transparent"; border.width: 1; border.color: "#0b62b8" }
        }
        MouseArea {
            anchors.fill: parent
            cursorShape: Qt.PointingHandCursor
            function show(x: real, y: real) {
                root.view.centreOnPart(Qt.point(Math.max(0, Math.min(1, x / width)), Math.max(0, Math.min(1, y / height))));
            }
            onPressed: mouse => show(mouse.x, mouse.y)
            onPositionChanged: mouse => show(mouse.x, mouse.y)
        }
    }
}
