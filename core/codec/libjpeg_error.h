// Turns libjpeg's error callbacks into an Error. Private to codec/: the only place where longjmp is used, over
// frames that hold nothing to destroy.
#pragma once

#include "core/base/result.h"

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE

#include <jpeglib.h>

namespace origami {

// Install before jpeg_create_*. After setjmp(manager.jump) returned non-zero, error() says why.
class LibjpegErrorManager {
public:
    // Sets cinfo's err and client_data.
    void install(j_common_ptr cinfo) noexcept;
    [[nodiscard]] Error error() const;

    // From callbacks of libjpeg: ends the call under way with this error.
    [[noreturn]] static void fail(j_common_ptr cinfo, ErrorCode code, const char* message);

    std::jmp_buf jump{};

private:
    [[noreturn]] static void onError(j_common_ptr cinfo);
    static void onMessage(j_common_ptr cinfo, int level);
    static void onOutput(j_common_ptr) noexcept {}

    jpeg_error_mgr m_base{};
    ErrorCode m_code = ErrorCode::Corrupt;
    char m_message[JMSG_LENGTH_MAX] = {};
};

}  // namespace origami
