#include "core/storage/libtiff.h"

#include <cstdarg>
#include <cstdio>
#include <new>

namespace origami {
namespace {

int keepMessage(TIFF*, void* message, const char*, const char* format, va_list arguments) {
    auto& kept = *static_cast<std::string*>(message);
    if (kept.empty()) {
        char text[512];
        std::vsnprintf(text, sizeof text, format, arguments);
        try {
            kept = text;
        } catch (const std::bad_alloc&) {
            // Then there are no words. Nothing may be thrown through libtiff, which is written in C.
        }
    }
    return 1;  // handled: nothing is printed
}

int ignoreMessage(TIFF*, void*, const char*, const char*, va_list) {
    return 1;
}

}  // namespace

TiffOptions tiffOptions(std::string& message, std::int64_t maxAllocation) {
    TiffOptions options(TIFFOpenOptionsAlloc());
    if (!options) {
        throw std::bad_alloc();
    }
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keepMessage, &message);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignoreMessage, nullptr);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(maxAllocation));
    return options;
}

}  // namespace origami
