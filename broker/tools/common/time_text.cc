#include "broker/tools/common/time_text.h"

#include <fmt/core.h>

#include <chrono>
#include <regex>
#include <string>

#include "broker/tools/common/text.h"

namespace kafka {

namespace {

constexpr int64_t second_ms = 1000;
constexpr int64_t minute_ms = 60 * second_ms;
constexpr int64_t hour_ms = 60 * minute_ms;
constexpr int64_t day_ms = 24 * hour_ms;

int64_t number(const std::csub_match& match) {
  return match.matched ? std::stoll(match.str()) : 0;
}

}  // namespace

ToolResult<int64_t> parse_date_time(std::string_view text) {
  if (text.find('T') == std::string_view::npos) {
    return tool_failure(
        "java.text.ParseException",
        "Error parsing timestamp. It does not contain a 'T' according to ISO8601 format");
  }
  static const std::regex pattern(
      R"((\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\.(\d{3})(Z|([+-])(\d{2}):?(\d{2})?)?)");
  std::cmatch part;
  using namespace std::chrono;
  if (std::regex_match(text.data(), text.data() + text.size(), part, pattern)) {
    const auto date = year(static_cast<int>(number(part[1]))) /
                      static_cast<unsigned>(number(part[2])) /
                      static_cast<unsigned>(number(part[3]));
    if (date.ok() && number(part[4]) < 24 && number(part[5]) < 60 && number(part[6]) < 60) {
      const int64_t days = sys_days(date).time_since_epoch().count();
      const int64_t zone = (number(part[10]) * hour_ms + number(part[11]) * minute_ms) *
                           (part[9].str() == "-" ? -1 : 1);
      return days * day_ms + number(part[4]) * hour_ms + number(part[5]) * minute_ms +
             number(part[6]) * second_ms + number(part[7]) - zone;
    }
  }
  return tool_failure("java.text.ParseException", fmt::format("Unparseable date: \"{}\"", text));
}

ToolResult<int64_t> parse_duration(std::string_view text) {
  static const std::regex pattern(
      R"(([+-])?P(?:([+-]?\d{1,9})D)?(?:T(?:([+-]?\d{1,9})H)?(?:([+-]?\d{1,9})M)?(?:([+-]?\d{1,9})(?:\.(\d{1,3})\d*)?S)?)?)",
      std::regex::ECMAScript | std::regex::icase);
  std::cmatch part;
  const bool shaped = std::regex_match(text.data(), text.data() + text.size(), part, pattern);
  if (!shaped || !(part[2].matched || part[3].matched || part[4].matched || part[5].matched)) {
    return tool_failure("java.time.format.DateTimeParseException",
                        "Text cannot be parsed to a Duration");
  }
  std::string fraction = part[6].str();
  fraction.resize(3, '0');
  const int64_t span = number(part[2]) * day_ms + number(part[3]) * hour_ms +
                       number(part[4]) * minute_ms + number(part[5]) * second_ms +
                       (part[6].matched ? std::stoll(fraction) : 0);
  return part[1].str() == "-" ? -span : span;
}

}  // namespace kafka
