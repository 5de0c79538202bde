#include "broker/config/config_def.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "broker/core/check.h"
#include "broker/core/text.h"

namespace kafka {
namespace {

// What is wrong with a value, or nothing.
using Objection = std::optional<std::string>;

std::optional<int64_t> parse_integer(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) {
    text.remove_prefix(1);
  }
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

// As Java writes doubles: 0.5, 1e-1, 2.5f; not the names of infinity and not hexadecimal.
std::optional<double> parse_double(std::string_view text) {
  if (!text.empty() && std::string_view("fFdD").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
    return std::nullopt;
  }
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

bool equals_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool is_integer(ConfigType type, std::string_view text) {
  std::optional<int64_t> number = parse_integer(text);
  if (!number) {
    return false;
  }
  switch (type) {
    case ConfigType::Short:
      return *number >= INT16_MIN && *number <= INT16_MAX;
    case ConfigType::Int:
      return *number >= INT32_MIN && *number <= INT32_MAX;
    default:
      return true;
  }
}

Objection check_type(ConfigType type, std::string_view text) {
  switch (type) {
    case ConfigType::Boolean:
      if (!equals_any_case(text, "true") && !equals_any_case(text, "false")) {
        return "Expected value to be either true or false";
      }
      return {};
    case ConfigType::Short:
      return is_integer(type, text) ? Objection() : "Not a number of type SHORT";
    case ConfigType::Int:
      return is_integer(type, text) ? Objection() : "Not a number of type INT";
    case ConfigType::Long:
      return is_integer(type, text) ? Objection() : "Not a number of type LONG";
    case ConfigType::Double:
      return parse_double(text) ? Objection() : "Not a number of type DOUBLE";
    default:
      return {};
  }
}

// Is `text` one of "a, b, c"?
bool is_word(std::string_view words, std::string_view text, bool any_case) {
  for (const std::string& word : split_list(words)) {
    if (any_case ? equals_any_case(word, text) : word == text) {
      return true;
    }
  }
  return false;
}

Objection check_range(const ConfigRule& rule, double number) {
  if (number < rule.low) {
    return fmt::format("Value must be at least {}", rule.low);
  }
  if (number > rule.high) {
    return fmt::format("Value must be no more than {}", rule.high);
  }
  return {};
}

Objection check_list(const ConfigRule& rule, std::string_view text) {
  std::vector<std::string> items = split_list(text);
  if (items.empty() && rule.kind == ConfigRule::Kind::FilledList) {
    return "At least one value is required";
  }
  for (const std::string& item : items) {
    if (item.empty()) {
      return "No value of the list may be empty";
    }
    if (!rule.words.empty() && !is_word(rule.words, item, false)) {
      return fmt::format("String must be one of: {}", rule.words);
    }
  }
  return {};
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// *, nothing, or partition:broker pairs.
bool is_replica_list(std::string_view text) {
  if (text == "*") {
    return true;
  }
  return std::ranges::all_of(split_list(text), [](std::string_view pair) {
    size_t colon = pair.find(':');
    return colon != std::string_view::npos && is_number(pair.substr(0, colon)) &&
           is_number(pair.substr(colon + 1));
  });
}

// Takes "<number><unit>" off the front; a number of seconds may have a fraction.
bool take_amount(std::string_view* text, char unit) {
  size_t digits = text->find_first_not_of("0123456789");
  if (unit == 'S' && digits != std::string_view::npos && digits > 0 && (*text)[digits] == '.') {
    digits = text->find_first_not_of("0123456789", digits + 1);
  }
  if (digits == 0 || digits == std::string_view::npos || (*text)[digits] != unit) {
    return false;
  }
  text->remove_prefix(digits + 1);
  return true;
}

// PnDTnHnMn.nS with at least one part, none negative.
bool is_duration(std::string_view text) {
  if (!text.starts_with('P')) {
    return false;
  }
  text.remove_prefix(1);
  bool any = take_amount(&text, 'D');
  if (text.empty()) {
    return any;
  }
  if (!text.starts_with('T')) {
    return false;
  }
  text.remove_prefix(1);
  any = take_amount(&text, 'H');
  any = take_amount(&text, 'M') || any;
  any = take_amount(&text, 'S') || any;
  return any && text.empty();
}

bool is_offset_reset_policy(std::string_view text) {
  constexpr std::string_view prefix = "by_duration:";
  return text == "latest" || text == "earliest" ||
         (text.starts_with(prefix) && is_duration(text.substr(prefix.size())));
}

Objection check_rule(const ConfigDef& def, std::string_view value, std::string_view trimmed) {
  const ConfigRule& rule = def.rule;
  using Kind = ConfigRule::Kind;
  switch (rule.kind) {
    case Kind::Any:
      return {};
    case Kind::Range:
      return check_range(rule, to_double(trimmed));
    case Kind::GzipLevel: {
      int64_t level = to_int(trimmed);
      bool valid = level == -1 || (level >= 1 && level <= 9);
      return valid ? Objection() : "Value must be between 1 and 9 or equal to -1";
    }
    case Kind::OneOf:
      return is_word(rule.words, value, false)
                 ? Objection()
                 : fmt::format("String must be one of: {}", rule.words);
    case Kind::OneOfAnyCase:
      return is_word(rule.words, value, true)
                 ? Objection()
                 : fmt::format("String must be one of (case insensitive): {}", rule.words);
    case Kind::List:
    case Kind::FilledList:
      return check_list(rule, value);
    case Kind::NotEmpty:
      return value.empty() ? Objection("String must be non-empty") : Objection();
    case Kind::ReplicaList:
      return is_replica_list(trimmed) ? Objection()
                                      : "Value must be * or a list of replicas: "
                                        "[partitionId]:[brokerId],[partitionId]:[brokerId],...";
    case Kind::OffsetResetPolicy:
      return is_offset_reset_policy(value)
                 ? Objection()
                 : "Value must be earliest, latest or by_duration:<PnDTnHnMn.nS>";
  }
  return {};
}

std::string_view type_words(ConfigType type) {
  switch (type) {
    case ConfigType::Boolean:
      return "true or false";
    case ConfigType::Short:
    case ConfigType::Int:
    case ConfigType::Long:
      return "a whole number";
    case ConfigType::Double:
      return "a number";
    case ConfigType::List:
      return "a list separated by commas";
    default:
      return "text";
  }
}

}  // namespace

Result<> check_value(const ConfigDef& def, std::string_view value) {
  std::string_view trimmed = trim(value);
  Objection objection = check_type(def.type, trimmed);
  if (!objection) {
    objection = check_rule(def, value, trimmed);
  }
  if (!objection) {
    return {};
  }
  return fail(ErrorCode::InvalidConfig,
              fmt::format("Invalid value {} for configuration {}: {}",
                          def.is_sensitive() ? "[hidden]" : value, def.name, *objection));
}

std::string allowed_values(const ConfigDef& def) {
  const ConfigRule& rule = def.rule;
  std::string words(type_words(def.type));
  using Kind = ConfigRule::Kind;
  switch (rule.kind) {
    case Kind::Range:
      return std::isinf(rule.high) ? fmt::format("{}, at least {}", words, rule.low)
                                   : fmt::format("{} from {} to {}", words, rule.low, rule.high);
    case Kind::GzipLevel:
      return "1 to 9, or -1";
    case Kind::OneOf:
    case Kind::OneOfAnyCase:
      return fmt::format("one of {}", rule.words);
    case Kind::List:
    case Kind::FilledList:
      return rule.words.empty() ? words : fmt::format("{}: {}", words, rule.words);
    case Kind::ReplicaList:
      return "* or partition:broker pairs separated by commas";
    case Kind::OffsetResetPolicy:
      return "earliest, latest or by_duration:<duration>, such as PT1H";
    default:
      return words;
  }
}

std::vector<std::string> split_list(std::string_view value) {
  std::vector<std::string> items;
  if (trim(value).empty()) {
    return items;
  }
  for (;;) {
    size_t comma = value.find(',');
    items.emplace_back(trim(value.substr(0, comma)));
    if (comma == std::string_view::npos) {
      return items;
    }
    value.remove_prefix(comma + 1);
  }
}

bool to_bool(std::string_view value) {
  return equals_any_case(trim(value), "true");
}

int64_t to_int(std::string_view value) {
  std::optional<int64_t> number = parse_integer(trim(value));
  CHECK(number, "'{}' was not checked to be a whole number", value);
  return *number;
}

double to_double(std::string_view value) {
  std::optional<double> number = parse_double(trim(value));
  CHECK(number, "'{}' was not checked to be a number", value);
  return *number;
}

}  // namespace kafka
