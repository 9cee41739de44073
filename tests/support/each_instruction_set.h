// Tests of vector code: once with the code for each instruction set that this processor has.
#pragma once

#define HWY_WANT_AVX3_DL  // as the vector code does
#include <hwy/targets.h>

#include <QTest>

#include <cstdint>

namespace origami::test {

// Call from main() and return the result, which is 0 if all tests pass.
template <class Test>
int runForEachInstructionSet(int argc, char* argv[]) {
    int failed = 0;
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().DeInit();
        qInfo("Vector code for %s", hwy::TargetName(target));
        Test test;
        failed += QTest::qExec(&test, argc, argv);
    }
    return failed == 0 ? 0 : 1;
}

}  // namespace origami::test
