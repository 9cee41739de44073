// Asks where to write traces and metrics, and reports what could not be written.
import QtQuick
import QtQuick.Dialogs
import Origami

Item {
    id: root

    required property MetricsExporter exporter
    signal said(message: string)
    signal closed
    readonly property string trace: "origami trace"

    function chooseTraceFile() {
        exporter.suggestFile(trace, "json");
    }
    function chooseMetricsFile() {
        exporter.suggestFile("origami metrics", "csv");
    }

    Connections {
        target: root.exporter
        function onFileSuggested(what: string, file: url) {
            const dialog = what === root.trace ? traceDialog : metricsDialog;
            dialog.selectedFile = file;
            dialog.open();
        }
        function onDone(message: string) {
            root.said(message);
        }
        function onFailed(file: string, message: string) {
            errorSheet.path = file;
            errorSheet.message = message;
            errorSheet.advice = qsTr("Choose another folder, or make room on the disk.");
            errorSheet.open();
        }
    }
    FileDialog {
        id: traceDialog
        title: qsTr("Save the trace as")
        fileMode: FileDialog.SaveFile
        acceptLabel: qsTr("Save")
        nameFilters: [qsTr("Trace events, for Perfetto and speedscope (*.json)")]
        onAccepted: root.exporter.saveTrace(selectedFile)
        onVisibleChanged: if (!visible) root.closed()
    }
    FileDialog {
        id: metricsDialog
        title: qsTr("Save the metrics as")
        fileMode: FileDialog.SaveFile
        acceptLabel: qsTr("Save")
        nameFilters: [qsTr("Table (*.csv)"), qsTr("JSON (*.json)")]
        onAccepted: root.exporter.saveMetrics(selectedFile)
        onVisibleChanged: if (!visible) root.closed()
    }
    ErrorSheet {
        id: errorSheet
        objectName: "exportErrorSheet"
        title: qsTr("This could not be saved")
        other: qsTr("Save elsewhere…")
        onOtherChosen: path.endsWith(".csv") ? root.chooseMetricsFile() : root.chooseTraceFile()
        onClosed: root.closed()
    }
}
