// Metrics and traces on their way into files and onto the clipboard.
#include "ui/models/metrics_exporter.h"

#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace origami;

class TestMetricsExporter : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void savesATable() {
        m_exporter.saveMetrics(QUrl::fromLocalFile(m_folder.filePath("numbers")));  // without a suffix
        QTRY_COMPARE(m_done.count(), 1);
        const QList<QByteArray> lines = contents("numbers.csv").split('\n');
        QVERIFY(lines[0].startsWith("tiles_total,"));
        QCOMPARE(lines[0].count(','), lines[1].count(','));
    }

    void savesJson() {
        m_exporter.saveMetrics(QUrl::fromLocalFile(m_folder.filePath("numbers.json")));
        QTRY_COMPARE(m_done.count(), 1);
        const QJsonObject json = QJsonDocument::fromJson(contents("numbers.json")).object();
        QVERIFY(json["metrics"].toObject().contains("rss_bytes"));
        QVERIFY(json["families"].isArray());
    }

    void savesATrace() {
        m_exporter.saveTrace(QUrl::fromLocalFile(m_folder.filePath("trace")));
        QTRY_COMPARE(m_done.count(), 1);
        QVERIFY(m_done[0][0].toString().startsWith("trace.json"));
        QVERIFY(QJsonDocument::fromJson(contents("trace.json")).object()["traceEvents"].isArray());
    }

    void saysWhatCouldNotBeSaved() {
        const QUrl nowhere = QUrl::fromLocalFile(m_folder.filePath("no such folder/file.json"));
        m_exporter.saveMetrics(nowhere);
        m_exporter.saveTrace(nowhere);
        QTRY_COMPARE(m_failed.count(), 2);
        for (const QList<QVariant>& arguments : m_failed) {
            QCOMPARE(arguments[0].toString(), nowhere.toLocalFile());
            QVERIFY(arguments[1].toString().contains("no such folder"));
        }
    }

    void suggestsAFile() {
        QSignalSpy suggested(&m_exporter, &MetricsExporter::fileSuggested);
        m_exporter.suggestFile("origami trace", "json");
        m_exporter.suggestFile("origami metrics", "csv");  // the newest question is answered
        QTRY_COMPARE(suggested.count(), 1);
        QCOMPARE(suggested[0][0].toString(), QString("origami metrics"));
        const QString path = suggested[0][1].toUrl().toLocalFile();
        QVERIFY(QFileInfo(path).dir().exists());
        QVERIFY(QFileInfo(path).fileName().startsWith("origami metrics 2"));
        QVERIFY(path.endsWith(".csv"));
    }

    void copiesATable() {
        m_exporter.copyMetrics();
        QVERIFY(QGuiApplication::clipboard()->text().startsWith("tiles_total\t"));
    }

    void cleanup() {
        m_done.clear();
        m_failed.clear();
    }

private:
    [[nodiscard]] QByteArray contents(const char* name) const {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    std::shared_ptr<SlideEngine> m_engine = std::make_shared<SlideEngine>(EngineOptions{.threads = 1, .ioThreads = 1});
    FileTasks m_tasks;
    MetricsModel m_metrics{m_engine};
    MetricsExporter m_exporter{m_tasks, m_engine, m_metrics};
    QSignalSpy m_done{&m_exporter, &MetricsExporter::done};
    QSignalSpy m_failed{&m_exporter, &MetricsExporter::failed};
};

QTEST_MAIN(TestMetricsExporter)
#include "tst_metrics_exporter.moc"
