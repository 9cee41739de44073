#include "ui/session/demo_slide.h"
namespace origami {
Result<std::filesystem::path> ensureDemoSlide() {
    return Error{ErrorCode::Unsupported, "demo"};
}
}  // namespace origami
