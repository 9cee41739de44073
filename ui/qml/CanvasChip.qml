// The background for words over the slide, which keeps them readable on tissue and on glass.
import QtQuick

Rectangle {
    radius: 5
    color: Theme.chip
    border.width: 1
    border.color: Theme.chipLine
}
