// Whether a read may wait for the disk.
#pragma once

namespace origami {

enum class Waiting { Allowed, Refused };

}  // namespace origami
