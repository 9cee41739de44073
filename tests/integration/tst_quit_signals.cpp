// The viewer ends in order when it is told to by a signal, so that what it writes can be taken back.
#include <QProcess>
#include <QTest>

#include <csignal>

#include <sys/types.h>

class TestQuitSignals : public QObject {
    Q_OBJECT

private slots:
    void endsInOrder_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("interrupt") << SIGINT;
        QTest::newRow("terminate") << SIGTERM;
        QTest::newRow("hang up") << SIGHUP;
    }

    void endsInOrder() {
        QFETCH(int, signal);
        QProcess viewer;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        viewer.setProcessEnvironment(environment);
        viewer.setProcessChannelMode(QProcess::MergedChannels);
        viewer.start(QStringLiteral(ORIGAMI_VIEWER), {QStringLiteral("--metrics-interval-secs"), QStringLiteral("1")});
        constexpr int kPatienceMs = 60'000;
        // The first line of metrics comes from the event loop.
        QByteArray told;
        while (!told.contains("metrics") && viewer.waitForReadyRead(kPatienceMs)) {
            told += viewer.readAll();
        }
        QVERIFY2(told.contains("metrics"), told.constData());
        QCOMPARE(::kill(static_cast<pid_t>(viewer.processId()), signal), 0);
        QVERIFY(viewer.waitForFinished(kPatienceMs));
        QCOMPARE(viewer.exitStatus(), QProcess::NormalExit);
        QCOMPARE(viewer.exitCode(), 128 + signal);
    }
};

QTEST_GUILESS_MAIN(TestQuitSignals)
#include "tst_quit_signals.moc"
