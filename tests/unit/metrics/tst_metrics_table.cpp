// Metrics as a table and as JSON.
#include "core/metrics/metrics_table.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace origami;

namespace {

MetricsSnapshot example() {
    MetricsSnapshot snapshot;
    snapshot.framesPerSecond = 59.94;
    snapshot.process.rssBytes = 226738176;
    FamilyRecord family;
    family.slideId = "a,\"b\"";
    family.id = {3, 4};
    family.totalMs = 1.23456;
    snapshot.recentFamilies.push_back(family);
    family.slideId = "=1+1";
    snapshot.recentFamilies.push_back(family);
    return snapshot;
}

QString valueIn(const QString& names, const QString& values, const QString& name, QChar separator) {
    return values.split(separator).value(names.split(separator).indexOf(name));
}

}  // namespace

class TestMetricsTable : public QObject {
    Q_OBJECT

private slots:
    void namesStandOverValues() {
        const QStringList lines = QString::fromStdString(metricsTable(example(), '\t')).split('\n');
        QCOMPARE(lines.size(), 7);  // names, values, none, names, two families, the end
        QVERIFY(lines[0].startsWith("tiles_total\tbaseline\t"));
        QCOMPARE(lines[0].count('\t'), lines[1].count('\t'));
        QCOMPARE(valueIn(lines[0], lines[1], "rss_bytes", '\t'), "226738176");
        QCOMPARE(valueIn(lines[0], lines[1], "fps", '\t'), "59.9");
        QVERIFY(lines[2].isEmpty());
        QVERIFY(lines[3].startsWith("slide_id\tx2\ty2\tl2_decode_ms\t"));
        QCOMPARE(valueIn(lines[3], lines[4], "total_ms", '\t'), "1.235");
        QCOMPARE(valueIn(lines[3], lines[5], "y2", '\t'), "4");
        QVERIFY(lines[6].isEmpty());
    }

    // RFC 4180; and nothing that a spreadsheet would work out.
    void namesOfSlidesAreQuoted() {
        const QStringList lines = QString::fromStdString(metricsTable(example(), ',')).split('\n');
        QVERIFY(lines[4].startsWith("\"a,\"\"b\"\"\",3,4,"));
        QVERIFY(lines[5].startsWith("\"'=1+1\",3,4,"));
    }

    void jsonHasTheSame() {
        const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(metricsJson(example()))).object();
        QCOMPARE(json["metrics"].toObject()["rss_bytes"].toInteger(), 226738176);
        QCOMPARE(json["families"].toArray().size(), 2);
        const QJsonObject family = json["families"].toArray()[0].toObject();
        QCOMPARE(family["slide_id"].toString(), "a,\"b\"");
        QCOMPARE(family["total_ms"].toDouble(), 1.23456);
    }
};

QTEST_APPLESS_MAIN(TestMetricsTable)
#include "tst_metrics_table.moc"
