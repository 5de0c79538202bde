#include "broker/config/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace kafka {
namespace {

constexpr std::string_view blanks = " \t\f";
constexpr std::string_view line_ends = "\r\n";

// One logical line: continuations joined, and the number of the natural line it begins on.
struct LogicalLine {
  std::string text;
  int number = 0;
};

// Cuts the text into logical lines; empty and comment lines are skipped.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  std::optional<LogicalLine> next() {
    while (!rest_.empty()) {
      std::string_view line = take_natural_line();
      if (line.empty() || line.front() == '#' || line.front() == '!') {
        continue;
      }
      LogicalLine logical{std::string(line), number_};
      while (ends_with_continuation(logical.text)) {
        logical.text.pop_back();
        logical.text += take_natural_line();
      }
      return logical;
    }
    return std::nullopt;
  }

 private:
  // The next line without its end and its leading blanks.
  std::string_view take_natural_line() {
    ++number_;
    size_t end = rest_.find_first_of(line_ends);
    std::string_view line = rest_.substr(0, end);
    if (end == std::string_view::npos) {
      rest_ = {};
    } else {
      rest_.remove_prefix(rest_.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
    }
    size_t begin = line.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
  }

  // An odd number of backslashes at the end: the last one is not itself escaped.
  static bool ends_with_continuation(std::string_view line) {
    size_t last_other = line.find_last_not_of('\\');
    size_t backslashes = line.size() - (last_other == std::string_view::npos ? 0 : last_other + 1);
    return backslashes % 2 == 1;
  }

  std::string_view rest_;
  int number_ = 0;
};

// Where the key ends: the first =, : or blank that is not escaped.
size_t key_length(std::string_view line) {
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (std::string_view("=: \t\f").find(line[i]) != std::string_view::npos) {
      return i;
    }
  }
  return line.size();
}

// What follows the key, without the separator: blanks, at most one = or :, blanks.
std::string_view value_part(std::string_view rest) {
  auto skip_blanks = [&] {
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  };
  skip_blanks();
  if (rest.starts_with('=') || rest.starts_with(':')) {
    rest.remove_prefix(1);
    skip_blanks();
  }
  return rest;
}

void append_utf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::optional<uint32_t> parse_hex4(std::string_view digits) {
  if (digits.size() < 4) {
    return std::nullopt;
  }
  uint32_t code = 0;
  for (char c : digits.substr(0, 4)) {
    size_t digit = std::string_view("0123456789abcdef").find(static_cast<char>(std::tolower(c)));
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    code = code << 4 | static_cast<uint32_t>(digit);
  }
  return code;
}

// Resolves escapes; nothing when a \u is not followed by four hexadecimal digits.
std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || ++i == text.size()) {
      out += i < text.size() ? text[i] : '\\';
      continue;
    }
    switch (text[i]) {
      case 't':
        out += '\t';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 'f':
        out += '\f';
        break;
      case 'u': {
        std::optional<uint32_t> code = parse_hex4(text.substr(i + 1));
        if (!code) {
          return std::nullopt;
        }
        append_utf8(out, *code);
        i += 4;
        break;
      }
      default:
        out += text[i];
    }
  }
  return out;
}

// Settings of the image's scripts and of the Java machine, not of the broker.
constexpr std::string_view not_properties[] = {
    "KAFKA_VERSION",       "KAFKA_HEAP_OPTS",
    "KAFKA_LOG4J_OPTS",    "KAFKA_OPTS",
    "KAFKA_JMX_OPTS",      "KAFKA_JMX_PORT",
    "KAFKA_JMX_HOSTNAME",  "KAFKA_JVM_PERFORMANCE_OPTS",
    "KAFKA_GC_LOG_OPTS",   "KAFKA_LOG4J_ROOT_LOGLEVEL",
    "KAFKA_LOG4J_LOGGERS", "KAFKA_TOOLS_LOG4J_LOGLEVEL",
};

}  // namespace

Result<std::vector<Property>> parse_properties(std::string_view text) {
  std::vector<Property> properties;
  LineReader lines(text);
  while (std::optional<LogicalLine> line = lines.next()) {
    std::string_view whole = line->text;
    size_t key_end = key_length(whole);
    std::optional<std::string> key = unescape(whole.substr(0, key_end));
    std::optional<std::string> value = unescape(value_part(whole.substr(key_end)));
    if (!key || !value) {
      return fail(
          ErrorCode::InvalidConfig,
          fmt::format("line {}: \\u must be followed by four hexadecimal digits", line->number));
    }
    properties.push_back({std::move(*key), std::move(*value), line->number});
  }
  return properties;
}

ConfigMap to_config_map(const std::vector<Property>& properties) {
  ConfigMap map;
  for (const Property& property : properties) {
    map.insert_or_assign(property.key, property.value);
  }
  return map;
}

Result<Property> parse_override(std::string_view text) {
  size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("--override {} is not of the form key=value", text));
  }
  return Property{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

ConfigMap properties_from_environment(const std::map<std::string, std::string>& environment) {
  constexpr std::string_view prefix = "KAFKA_";
  ConfigMap properties;
  for (const auto& [variable, value] : environment) {
    if (!variable.starts_with(prefix) || variable.size() == prefix.size() ||
        std::ranges::find(not_properties, variable) != std::end(not_properties)) {
      continue;
    }
    std::string key;
    std::string_view rest = std::string_view(variable).substr(prefix.size());
    while (!rest.empty()) {
      size_t underscores = std::min<size_t>(std::min(rest.find_first_not_of('_'), rest.size()), 3);
      if (underscores == 0) {
        key += static_cast<char>(std::tolower(static_cast<unsigned char>(rest.front())));
        rest.remove_prefix(1);
      } else {
        key += underscores == 1 ? '.' : underscores == 2 ? '_' : '-';
        rest.remove_prefix(underscores);
      }
    }
    properties.insert_or_assign(std::move(key), value);
  }
  return properties;
}

std::string environment_name(std::string_view property) {
  std::string name = "KAFKA_";
  for (char c : property) {
    switch (c) {
      case '.':
        name += '_';
        break;
      case '_':
        name += "__";
        break;
      case '-':
        name += "___";
        break;
      default:
        name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
  }
  return name;
}

}  // namespace kafka
