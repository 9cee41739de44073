#include "core/codec/libjpeg_error.h"

#include <jerror.h>

namespace origami {

void LibjpegErrorManager::install(j_common_ptr cinfo) noexcept {
    cinfo->err = jpeg_std_error(&m_base);
    cinfo->client_data = this;
    m_base.error_exit = onError;
    m_base.emit_message = onMessage;
    m_base.output_message = onOutput;
}

Error LibjpegErrorManager::error() const {
    return {m_code, m_message};
}

void LibjpegErrorManager::fail(j_common_ptr cinfo, ErrorCode code, const char* message) {
    auto& manager = *static_cast<LibjpegErrorManager*>(cinfo->client_data);
    manager.m_code = code;
    std::snprintf(manager.m_message, sizeof manager.m_message, "%s", message);
    std::longjmp(manager.jump, 1);
}

void LibjpegErrorManager::onError(j_common_ptr cinfo) {
    char message[JMSG_LENGTH_MAX];
    cinfo->err->format_message(cinfo, message);
    switch (cinfo->err->msg_code) {
        case JERR_INPUT_EOF:
        case JERR_INPUT_EMPTY:
        case JWRN_JPEG_EOF:
        case JWRN_HIT_MARKER: fail(cinfo, ErrorCode::Truncated, message);
        case JERR_ARITH_NOTIMPL:
        case JERR_BAD_PRECISION:
        case JERR_CONVERSION_NOTIMPL:
        case JERR_SOF_UNSUPPORTED: fail(cinfo, ErrorCode::Unsupported, message);
        case JERR_OUT_OF_MEMORY: fail(cinfo, ErrorCode::OutOfMemory, message);
        default: fail(cinfo, ErrorCode::Corrupt, message);
    }
}

void LibjpegErrorManager::onMessage(j_common_ptr cinfo, int level) {
    if (level >= 0) {
        return;  // trace
    }
    // Warnings after which libjpeg goes on with invented samples are errors; the others are blemishes of
    // the file that leave the picture whole.
    switch (cinfo->err->msg_code) {
        case JWRN_ADOBE_XFORM:
        case JWRN_EXTRANEOUS_DATA:
        case JWRN_JFIF_MAJOR:
        case JWRN_TOO_MUCH_DATA: return;
        default: onError(cinfo);
    }
}

}  // namespace origami
