// Ends the program in order when the system or a terminal asks it to: what is being written is taken back.
#pragma once

#include <QObject>

namespace origami {

// While it lives, SIGINT, SIGTERM and SIGHUP make the application's event loop return 128 + the signal. One in a
// program; GUI thread.
class QuitSignals : public QObject {
    Q_OBJECT

public:
    QuitSignals();
    ~QuitSignals() override;

private:
    void quit();
};

}  // namespace origami
