// Log lines against the names, the order and the units that metrics.md lays down.
#include "core/metrics/metrics.h"

#include <QSet>
#include <QTest>

#include <array>
#include <utility>

using namespace origami;

namespace {

// The fields of a line, as "name=value".
QStringList fieldsOf(const std::string& line) {
    return QString::fromStdString(line).split(' ').mid(1);
}

QStringList namesOf(const std::string& line) {
    QStringList names;
    for (const QString& field : fieldsOf(line)) {
        names.append(field.section('=', 0, 0));
    }
    return names;
}

QString valueOf(const std::string& line, const QString& name) {
    for (const QString& field : fieldsOf(line)) {
        if (field.section('=', 0, 0) == name) {
            return field.section('=', 1);
        }
    }
    return "no field " + name;
}

FamilyRecord exampleFamily() {
    return {.slideId = "demo_out",
            .id = {16, 48},
            .queueMs = 1.5,
            .readMs = 2.25,
            .l2Decode = {3.125, 3.125},
            .l1Resize = {4.0625, 4.0625},
            .l1Residual = {5, 11},
            .l0Resize = {6, 6},
            .l0Residual = {7, 27.0004},
            .convert = {8, 30},
            .uploadMs = 9,
            .totalMs = 33.18749,
            .bytesRead = 123456,
            .residualBytes = 100000,
            .l1Residuals = 4,
            .l0Residuals = 16,
            .l1ParallelMax = 2,
            .l0ParallelMax = 3,
            .failedTiles = 1};
}

}  // namespace

class TestMetrics : public QObject {
    Q_OBJECT

private slots:
    void kindsHaveTheirNames() {
        const std::array<std::pair<TileKind, std::string_view>, kTileKinds> expected{
            {{TileKind::Generated, "generated"},
             {TileKind::CacheHit, "cache_hit"},
             {TileKind::Baseline, "baseline"},
             {TileKind::Fallback, "fallback"},
             {TileKind::Predicted, "predicted"},
             {TileKind::ResidualView, "residual_view"},
             {TileKind::Derived, "derived"},
             {TileKind::Failed, "failed"}}};
        for (const auto& [kind, kindName] : expected) {
            QCOMPARE(name(kind), kindName);
        }
    }

    void familyLineHasTheNamesInOrder() {
        const std::string line = formatLogLine(exampleFamily());
        QVERIFY(line.starts_with("family_breakdown slide_id=demo_out x2=16 y2=48 "));
        const QStringList expected = QString(
                                         "slide_id x2 y2 l2_decode_ms l1_resize_ms l1_residual_ms l0_resize_ms "
                                         "l0_residual_ms total_ms l1_residuals l0_residuals l1_parallel_max "
                                         "l0_parallel_max read_ms queue_ms convert_ms upload_ms bytes_read "
                                         "residual_bytes")
                                         .split(' ');
        QCOMPARE(namesOf(line).mid(0, expected.size()), expected);
        QCOMPARE(line.find("encode_ms"), std::string::npos);
        QCOMPARE(line.find('\n'), std::string::npos);
    }

    void familyLineHasTheValues_data() {
        QTest::addColumn<QString>("expected");
        for (const char* field :
             {"l2_decode_ms=3.125", "l1_resize_ms=4.062", "l0_resize_ms=6.000", "total_ms=33.187", "l1_residuals=4",
              "l0_residuals=16", "l1_parallel_max=2", "l0_parallel_max=3", "read_ms=2.250", "queue_ms=1.500",
              "upload_ms=9.000", "bytes_read=123456", "residual_bytes=100000", "failed_tiles=1"}) {
            QTest::newRow(field) << QString(field);
        }
    }
    void familyLineHasTheValues() {
        QFETCH(const QString, expected);
        QCOMPARE(valueOf(formatLogLine(exampleFamily()), expected.section('=', 0, 0)), expected.section('=', 1));
    }

    // The threads' times of a stage add up to more than its wall time, and than the family's total.
    void wallAndBusyTimesAreApart() {
        const std::string line = formatLogLine(exampleFamily());
        QCOMPARE(valueOf(line, "l1_residual_ms"), "5.000");
        QCOMPARE(valueOf(line, "l1_residual_busy_ms"), "11.000");
        QCOMPARE(valueOf(line, "l0_residual_ms"), "7.000");
        QCOMPARE(valueOf(line, "l0_residual_busy_ms"), "27.000");
        QCOMPARE(valueOf(line, "convert_ms"), "8.000");
        QCOMPARE(valueOf(line, "convert_busy_ms"), "30.000");
        double stages = 0;
        for (const char* stage :
             {"l2_decode_ms", "l1_resize_ms", "l1_residual_ms", "l0_resize_ms", "l0_residual_ms", "convert_ms"}) {
            stages += valueOf(line, stage).toDouble();
        }
        QVERIFY(stages <= valueOf(line, "total_ms").toDouble() + 0.001);
    }

    void unusualSlideIdsAreQuoted_data() {
        QTest::addColumn<QByteArray>("slideId");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("plain") << QByteArray("CMU-1_s.2") << QByteArray("CMU-1_s.2");
        QTest::newRow("utf-8") << QByteArray("h\xc3\xa4matoxylin") << QByteArray("h\xc3\xa4matoxylin");
        QTest::newRow("empty") << QByteArray() << QByteArray("\"\"");
        QTest::newRow("blank") << QByteArray("my slide") << QByteArray("\"my slide\"");
        QTest::newRow("forged") << QByteArray("a x2=9") << QByteArray("\"a x2=9\"");
        QTest::newRow("equals") << QByteArray("a=b") << QByteArray("\"a=b\"");
        QTest::newRow("quote") << QByteArray("a\"b") << QByteArray("\"a\\\"b\"");
        QTest::newRow("backslash") << QByteArray("a\\b") << QByteArray("\"a\\\\b\"");
        QTest::newRow("line break") << QByteArray("a\nmetrics x\r") << QByteArray("\"a\\x0ametrics x\\x0d\"");
        QTest::newRow("null, escape, delete")
            << QByteArray("\0\x1b[31m\x7f", 7) << QByteArray("\"\\x00\\x1b[31m\\x7f\"");
    }
    void unusualSlideIdsAreQuoted() {
        QFETCH(const QByteArray, slideId);
        QFETCH(const QByteArray, expected);
        FamilyRecord record = exampleFamily();
        record.slideId = slideId.toStdString();
        const std::string start = "slide_id=" + expected.toStdString();
        QVERIFY(formatLogLine(record).starts_with("family_breakdown " + start + " x2=16 "));
        QVERIFY(formatTileLogLine(record.slideId, {}, 0, TileKind::Baseline).starts_with("tile " + start + " level="));
    }

    void tileLine() {
        QCOMPARE(QString::fromStdString(formatTileLogLine("demo", {1, 33, 97}, 12.34567, TileKind::Predicted)),
                 "tile slide_id=demo level=1 x=33 y=97 ms=12.346 kind=predicted");
        QCOMPARE(QString::fromStdString(formatTileLogLine("my slide", {0, 0, 0}, 0, TileKind::CacheHit)),
                 "tile slide_id=\"my slide\" level=0 x=0 y=0 ms=0.000 kind=cache_hit");
    }

    void totalIsTheSumOverKinds() {
        MetricsSnapshot snapshot;
        QCOMPARE(snapshot.tilesTotal(), 0);
        std::int64_t value = 1000000000;  // the sum does not fit 32 bits
        for (std::int64_t& count : snapshot.tiles) {
            count = value++;
        }
        QCOMPARE(snapshot.tilesTotal(), 8000000028);
    }

    void metricsLineHasTheNamesInOrder() {
        const std::string line = formatLogLine(MetricsSnapshot());
        QVERIFY(line.starts_with("metrics tiles_total=0 "));
        const QStringList expected =
            QString(
                "tiles_total baseline cache_hit generated fallback predicted residual_view tile_avg_ms tile_p50_ms "
                "tile_p95_ms tile_max_ms families family_avg_ms family_p95_ms family_max_ms cancelled wasted "
                "duplicate_families pool_total pool_avail pool_in_use_max inflight_current inflight_max "
                "queue_depth cache_bytes cache_limit_bytes texture_bytes fps frame_p95_ms rss_bytes cpu_pct")
                .split(' ');
        const QStringList names = namesOf(line);
        QCOMPARE(names.mid(0, expected.size()), expected);
        QCOMPARE(QSet<QString>(names.begin(), names.end()).size(), names.size());
        QCOMPARE(line.find('\n'), std::string::npos);
    }

    void metricsLineHasTheValues() {
        MetricsSnapshot snapshot;
        snapshot.tiles = {101, 102, 103, 104, 105, 106, 107, 108};
        snapshot.generated = {.count = 101, .averageMs = 2.5, .p50Ms = 2.25, .p95Ms = 4, .maxMs = 40.0006};
        snapshot.cacheHit = {.count = 102, .averageMs = 0.001, .p50Ms = 0.001, .p95Ms = 0.001, .maxMs = 0.001};
        snapshot.baseline = {.count = 103, .averageMs = 1.5, .p50Ms = 1.25, .p95Ms = 1.75, .maxMs = 9};
        snapshot.family = {.count = 7, .averageMs = 20, .p50Ms = 19, .p95Ms = 30, .maxMs = 31};
        snapshot.cancelled = 8;
        snapshot.wasted = 9;
        snapshot.prefetchHits = 18;
        snapshot.prefetchWaiting = 19;
        snapshot.duplicateFamilies = 10;
        snapshot.framesPerSecond = 59;
        snapshot.frameP95Ms = 16.5;
        snapshot.gauges = {.poolTotal = 11,
                           .poolAvailable = 12,
                           .poolInUseMax = 13,
                           .inflightCurrent = 14,
                           .inflightMax = 15,
                           .queueDepth = 16,
                           .cacheBytes = 5000000000,
                           .cacheLimitBytes = 6000000000,
                           .textureBytes = 17};
        snapshot.process = {.rssBytes = 226738176, .cpuPercent = 187.54};
        const std::string line = formatLogLine(snapshot);
        const QString expected =
            "tiles_total=836 baseline=103 cache_hit=102 generated=101 fallback=104 predicted=105 residual_view=106 "
            "tile_avg_ms=2.500 tile_p50_ms=2.250 tile_p95_ms=4.000 tile_max_ms=40.001 families=7 "
            "family_avg_ms=20.000 family_p95_ms=30.000 family_max_ms=31.000 cancelled=8 wasted=9 "
            "duplicate_families=10 pool_total=11 pool_avail=12 pool_in_use_max=13 inflight_current=14 "
            "inflight_max=15 queue_depth=16 cache_bytes=5000000000 cache_limit_bytes=6000000000 texture_bytes=17 "
            "fps=59.0 frame_p95_ms=16.500 rss_bytes=226738176 cpu_pct=187.5 derived=107 failed=108 "
            "tile_baseline_avg_ms=1.500 tile_baseline_p50_ms=1.250 tile_baseline_p95_ms=1.750 "
            "tile_baseline_max_ms=9.000 prefetch_hits=18 prefetch_waiting=19";
        for (const QString& field : expected.split(' ')) {
            QCOMPARE(field.section('=', 0, 0) + "=" + valueOf(line, field.section('=', 0, 0)), field);
        }
    }
};

QTEST_APPLESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
