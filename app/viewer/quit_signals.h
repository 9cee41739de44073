// Ends the program in an orderly way when the system or a terminal asks it to: unfinished files are removed.
#pragma once

#include <QObject>

namespace origami {

// While it exists, SIGINT, SIGTERM and SIGHUP make the application's event loop return 128 + the signal's number. A
// program may have only one. GUI thread.
class QuitSignals : public QObject {
    Q_OBJECT

public:
    QuitSignals();
    ~QuitSignals() override;

private:
    void quit();
};

}  // namespace origami
