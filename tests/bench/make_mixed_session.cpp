// Writes the mixed session (tests/support/mixed_session.h) for a slide as a trace: make_mixed_session WIDTH HEIGHT.
#include "tests/support/mixed_session.h"

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
    const origami::LevelSize slide{argc == 3 ? std::atoll(argv[1]) : 0, argc == 3 ? std::atoll(argv[2]) : 0};
    if (slide.width < 1 || slide.height < 1) {
        std::cerr << "usage: make_mixed_session WIDTH HEIGHT   (of the slide, pixels)\n";
        return 2;
    }
    std::cout << formatViewTrace(origami::test::mixedSession(slide, {1920, 1080}));
    return 0;
}
