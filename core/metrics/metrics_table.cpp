#include "core/metrics/metrics_table.h"

#include "core/metrics/fields.h"
#include "core/metrics/json_fields.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string_view>

namespace origami {
namespace {

// One line of names and one of values.
class TableLines {
public:
    explicit TableLines(char separator) : m_separator(separator) {}

    void operator()(std::string_view name, std::string_view value) { add(name, quoted(value)); }
    void operator()(std::string_view name, std::int64_t value) { add(name, fmt::to_string(value)); }
    void operator()(std::string_view name, double value, int decimals) {
        add(name, fmt::format("{:.{}f}", value, decimals));
    }

    [[nodiscard]] std::string names() const { return m_names + '\n'; }
    [[nodiscard]] std::string values() const { return m_values + '\n'; }

private:
    void add(std::string_view name, std::string_view value) {
        if (!m_names.empty()) {
            m_names += m_separator;
            m_values += m_separator;
        }
        m_names += name;
        m_values += value;
    }
    // Whatever could be taken for the end of a cell, or by a spreadsheet for a formula, goes between quotes.
    [[nodiscard]] std::string quoted(std::string_view value) const {
        const bool isFormula = !value.empty() && std::string_view("=+-@").find(value.front()) != std::string_view::npos;
        if (!isFormula && value.find_first_of("\",\t\r\n") == std::string_view::npos) {
            return std::string(value);
        }
        std::string result = isFormula ? "\"'" : "\"";
        for (const char c : value) {
            result.append(c == '"' ? 2 : 1, c);
        }
        return result + '"';
    }

    const char m_separator;
    std::string m_names;
    std::string m_values;
};

}  // namespace

std::string metricsTable(const MetricsSnapshot& snapshot, char separator) {
    TableLines metrics(separator);
    visitFields(snapshot, metrics);
    std::string table = metrics.names() + metrics.values() + '\n';
    TableLines head(separator);
    visitFields(FamilyRecord{}, head);
    table += head.names();
    for (const FamilyRecord& family : snapshot.recentFamilies) {
        TableLines line(separator);
        visitFields(family, line);
        table += line.values();
    }
    return table;
}

std::string metricsJson(const MetricsSnapshot& snapshot) {
    nlohmann::ordered_json json{{"metrics", fieldsAsJson(snapshot)}, {"families", nlohmann::ordered_json::array()}};
    for (const FamilyRecord& family : snapshot.recentFamilies) {
        json["families"].push_back(fieldsAsJson(family));
    }
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace origami
