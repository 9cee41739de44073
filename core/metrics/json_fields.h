// Records and snapshots as JSON objects with the names of metrics.md. Private to metrics/.
#pragma once

#include "core/metrics/fields.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace origami {

template <class Measured>
nlohmann::ordered_json fieldsAsJson(const Measured& measured) {
    struct Object {
        nlohmann::ordered_json json = nlohmann::ordered_json::object();

        void operator()(std::string_view name, std::string_view value) { json[std::string(name)] = value; }
        void operator()(std::string_view name, std::int64_t value) { json[std::string(name)] = value; }
        void operator()(std::string_view name, double value, int) { json[std::string(name)] = value; }
    };
    Object object;
    visitFields(measured, object);
    return std::move(object.json);
}

}  // namespace origami
