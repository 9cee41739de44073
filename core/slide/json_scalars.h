// The numbers and strings of a JSON object, without the object: a document tree takes memory to be freed, and ends the
// program where there is none. Private to slide/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace origami {

struct JsonScalar {
    std::vector<std::string> path;  // names from the outermost object inwards
    bool isNumber = false;          // otherwise it is a string
    std::string text;               // numbers in their shortest form
};

// In the order of the text. What lies in arrays or deeper than three objects is left out. Nothing if this is no valid
// JSON object.
std::optional<std::vector<JsonScalar>> jsonScalars(std::string_view json);

// The first with this path; null if there is none.
const JsonScalar* find(const std::vector<JsonScalar>& scalars, const std::vector<std::string>& path);

}  // namespace origami
