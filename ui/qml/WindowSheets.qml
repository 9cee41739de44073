// The sheets and dialogs of a window, and the failures and answers of the session that open them.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Dialogs
import Origami

Item {
    id: root

    required property ViewerSession session
    required property MetricsExporter exporter
    required property bool optimisedBuild
    signal said(message: string)
    signal closed
    signal stopped  // all conversions, so that the window can close

    function openFile() {
        fileDialog.open();
    }
    function openFolder() {
        folderDialog.open();
    }
    function convert(path: string) {
        convertSheet.ask(path);
    }
    function exportTrace() {
        exports.chooseTraceFile();
    }
    function exportMetrics() {
        exports.chooseMetricsFile();
    }
    function askToQuit() {
        quitSheet.open();
    }
    function showSettings() {
        settingsSheet.open();
    }
    function showHelp() {
        helpSheet.open();
    }
    function showAbout() {
        aboutSheet.open();
    }

    Connections {
        target: root.session
        function onOpenFailed(path: string, message: string, advice: string) {
            errorSheet.path = path;
            errorSheet.message = message;
            errorSheet.advice = advice;
            errorSheet.open();
        }
        function onCommandLinked(what: string) {
            commandSheet.show(what);
        }
    }
    Connections {
        target: root.session.converter
        function onFailed(source: string, target: string, message: string, advice: string) {
            convertErrorSheet.source = source;
            convertErrorSheet.path = target;
            convertErrorSheet.message = message;
            convertErrorSheet.advice = advice;
            convertErrorSheet.open();
        }
    }

    ErrorSheet {
        id: errorSheet
        onOtherChosen: fileDialog.open()
        onClosed: root.closed()
    }
    ConvertSheet {
        id: convertSheet
        converter: root.session.converter
        onClosed: root.closed()
    }
    ErrorSheet {
        id: convertErrorSheet
        property string source: ""
        objectName: "convertErrorSheet"
        title: qsTr("This slide could not be converted")
        other: qsTr("Convert again…")
        onOtherChosen: convertSheet.askAgain(source, path)
        onClosed: root.closed()
    }
    QuitSheet {
        id: quitSheet
        converter: root.session.converter
        onStopped: root.stopped()
        onClosed: root.closed()
    }
    ExportDialogs {
        id: exports
        exporter: root.exporter
        onSaid: message => root.said(message)
        onClosed: root.closed()
    }
    SettingsSheet {
        id: settingsSheet
        settings: root.session.settings
        onClosed: root.closed()
    }
    HelpSheet {
        id: helpSheet
        onClosed: root.closed()
    }
    AboutSheet {
        id: aboutSheet
        version: root.session.version
        optimisedBuild: root.optimisedBuild
        onLicencesRequested: licencesSheet.open()
        onClosed: {
            if (!licencesSheet.visible)
                root.closed();
        }
    }
    LicencesSheet {
        id: licencesSheet
        licences: root.session.licences
        onClosed: root.closed()
    }
    CommandSheet {
        id: commandSheet
        onClosed: root.closed()
    }
    FileDialog {
        id: fileDialog
        title: qsTr("Open a slide")
        nameFilters: [qsTr("Slides (%1)").arg(root.session.namePatterns), qsTr("All files (*)")]
        onAccepted: root.session.open(selectedFile)
    }
    FolderDialog {
        id: folderDialog
        title: qsTr("Open an ORIGAMI folder")
        onAccepted: root.session.open(selectedFolder)
    }
}
