#include "core/slide/json_scalars.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace origami {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 3;

// What the parser calls while it walks over the text. Returning false ends the walk.
class Collector : public nlohmann::json_sax<json> {
public:
    std::vector<JsonScalar> scalars;
    bool isObject = false;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(std::int64_t value) override { return add(true, json(value).dump()); }
    bool number_unsigned(std::uint64_t value) override { return add(true, json(value).dump()); }
    bool number_float(double value, const std::string&) override { return add(true, json(value).dump()); }
    bool string(std::string& text) override { return add(false, std::move(text)); }
    bool binary(json::binary_t&) override { return true; }

    bool start_object(std::size_t) override {
        isObject = isObject || m_ignored == 0;
        if (m_ignored > 0 || m_path.size() == kMaxDepth) {
            ++m_ignored;
        } else {
            m_path.emplace_back();
        }
        return true;
    }
    bool key(std::string& name) override {
        if (m_ignored == 0) {
            m_path.back() = std::move(name);
        }
        return true;
    }
    bool end_object() override {
        if (m_ignored > 0) {
            --m_ignored;
        } else {
            m_path.pop_back();
        }
        return true;
    }
    bool start_array(std::size_t) override {
        ++m_ignored;
        return true;
    }
    bool end_array() override {
        --m_ignored;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const json::exception&) override { return false; }

private:
    bool add(bool isNumber, std::string text) {
        if (m_ignored == 0 && !m_path.empty()) {
            scalars.push_back({m_path, isNumber, std::move(text)});
        }
        return true;
    }

    std::vector<std::string> m_path;  // the current name in each open object
    std::size_t m_ignored = 0;        // arrays and objects that are open and left out
};

}  // namespace

std::optional<std::vector<JsonScalar>> jsonScalars(std::string_view text) {
    Collector collector;
    if (!json::sax_parse(text, &collector) || !collector.isObject) {
        return std::nullopt;
    }
    return std::move(collector.scalars);
}

const JsonScalar* find(const std::vector<JsonScalar>& scalars, const std::vector<std::string>& path) {
    const auto found = std::ranges::find(scalars, path, &JsonScalar::path);
    return found != scalars.end() ? &*found : nullptr;
}

}  // namespace origami
