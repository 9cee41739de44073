#include "app/viewer/quit_signals.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <array>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace origami {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

// A signal handler may do little more than write to a pipe, which wakes the event loop.
std::array<int, 2> g_pipe = {-1, -1};

extern "C" void onQuitSignal(int signal) {
    const auto byte = static_cast<char>(signal);
    [[maybe_unused]] const ssize_t ignored = ::write(g_pipe[1], &byte, 1);
}

}  // namespace

QuitSignals::QuitSignals() {
    if (::pipe(g_pipe.data()) != 0) {
        return;  // the signals keep their default effect
    }
    for (const int end : g_pipe) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    connect(new QSocketNotifier(g_pipe[0], QSocketNotifier::Read, this), &QSocketNotifier::activated, this,
            &QuitSignals::quit);
    struct sigaction action = {};
    action.sa_handler = onQuitSignal;
    action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);  // the second signal ends the program at once
    sigemptyset(&action.sa_mask);
    for (const int signal : kSignals) {
        ::sigaction(signal, &action, nullptr);
    }
}

QuitSignals::~QuitSignals() {
    for (const int signal : kSignals) {
        std::signal(signal, SIG_DFL);
    }
    for (int& end : g_pipe) {
        ::close(end);
        end = -1;
    }
}

void QuitSignals::quit() {
    char signal = 0;
    if (::read(g_pipe[0], &signal, 1) == 1) {
        constexpr int kBySignal = 128;
        QCoreApplication::exit(kBySignal + signal);
    }
}

}  // namespace origami
