#include "labs/common/compose_file.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace kraftlab {
namespace {

struct Line {
  size_t number = 0;
  size_t indent = 0;
  std::string text;  // without indent, comment and trailing blanks
};

std::string trimmed(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \r"), text.size());
  const size_t end = text.find_last_not_of(" \r") + 1;
  return std::string(text.substr(begin, end > begin ? end - begin : 0));
}

std::string unquoted(const std::string& text) {
  const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '"' || text.front() == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

Result<ComposeService> refuse_line(size_t number, std::string_view why) {
  return kafka::fail(kafka::ErrorCode::InvalidConfig,
                     fmt::format("compose.yml, line {}: {}", number, why));
}

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view raw = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t comment = raw.starts_with("#") ? 0 : raw.find(" #");
    raw = raw.substr(0, comment);
    const size_t indent = raw.find_first_not_of(' ');
    if (indent != std::string_view::npos && trimmed(raw) != "---") {
      lines.push_back({number, indent, trimmed(raw)});
    }
  }
  return lines;
}

// Where the block of `key` begins: the line behind it; nothing if [begin, end) has no such key at
// its own level.
std::optional<size_t> find_key(const std::vector<Line>& lines, size_t begin, size_t end,
                               std::string_view key) {
  for (size_t i = begin; i < end; ++i) {
    if (lines[i].indent == lines[begin].indent && lines[i].text == fmt::format("{}:", key)) {
      return i + 1;
    }
  }
  return std::nullopt;
}

// The end of the block that begins at `begin`, below a key with this indent. A list may stand as
// far to the left as its key.
size_t block_end(const std::vector<Line>& lines, size_t begin, size_t key_indent) {
  size_t end = begin;
  while (end < lines.size() && (lines[end].indent > key_indent ||
                                (lines[end].indent == key_indent && lines[end].text[0] == '-'))) {
    ++end;
  }
  return end;
}

std::optional<uint16_t> port_number(const std::string& text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 ? std::optional(port)
                                                                              : std::nullopt;
}

// "127.0.0.1:9094:9092/tcp": the address, where there is one, and the protocol are passed over.
std::optional<PublishedPort> read_port(std::string text) {
  if (text.ends_with("/tcp")) {
    text.resize(text.size() - 4);
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) {
    return std::nullopt;
  }
  const size_t before = colon == 0 ? std::string::npos : text.rfind(':', colon - 1);
  const size_t from = before == std::string::npos ? 0 : before + 1;
  const auto host = port_number(text.substr(from, colon - from));
  const auto container = port_number(text.substr(colon + 1));
  return host && container ? std::optional(PublishedPort{*host, *container}) : std::nullopt;
}

// The items of a list below the key, or behind it: ["9094:9094", "9095:9095"].
std::vector<Line> items_of(const std::vector<Line>& lines, size_t begin, size_t end,
                           std::string_view key) {
  std::vector<Line> items;
  if (const auto at = find_key(lines, begin, end, key)) {
    for (size_t i = *at; i < block_end(lines, *at, lines[begin].indent); ++i) {
      const bool item = lines[i].text.starts_with("- ");
      items.push_back({lines[i].number, lines[i].indent,
                       item ? trimmed(lines[i].text.substr(2)) : std::string()});
    }
    return items;
  }
  for (size_t i = begin; i < end; ++i) {
    if (lines[i].indent != lines[begin].indent ||
        !lines[i].text.starts_with(fmt::format("{}: [", key)) || !lines[i].text.ends_with("]")) {
      continue;
    }
    const size_t open = lines[i].text.find('[');
    const std::string inner = lines[i].text.substr(open + 1, lines[i].text.size() - open - 2);
    for (size_t from = 0; !trimmed(inner).empty() && from <= inner.size();) {
      const size_t comma = std::min(inner.find(',', from), inner.size());
      items.push_back({lines[i].number, 0, trimmed(inner.substr(from, comma - from))});
      from = comma + 1;
    }
  }
  return items;
}

// A value behind the key that is not read here would be passed over in silence.
std::optional<size_t> unread_line(const std::vector<Line>& lines, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    const bool here = lines[i].indent == lines[begin].indent;
    const bool list = lines[i].text.starts_with("ports: [") && lines[i].text.ends_with("]");
    if ((here && lines[i].text.starts_with("environment: ")) ||
        (here && lines[i].text.starts_with("ports: ") && !list) ||
        lines[i].text.starts_with("<<:")) {
      return lines[i].number;
    }
  }
  return std::nullopt;
}

Result<ComposeService> read_service(const std::vector<Line>& lines, size_t begin, size_t end) {
  ComposeService service;
  if (const auto number = unread_line(lines, begin, end)) {
    return refuse_line(*number,
                       "write this out as lines below environment: and ports:, the grader "
                       "reads no other form");
  }
  if (const auto at = find_key(lines, begin, end, "environment")) {
    for (size_t i = *at; i < block_end(lines, *at, lines[begin].indent); ++i) {
      const bool item = lines[i].text.starts_with("- ");
      const std::string text = item ? unquoted(trimmed(lines[i].text.substr(2))) : lines[i].text;
      const size_t mark = item ? text.find('=') : text.find(": ");
      if (mark == std::string::npos) {
        return refuse_line(lines[i].number, "expected NAME: value (or - NAME=value)");
      }
      service.environment[text.substr(0, mark)] =
          unquoted(trimmed(std::string_view(text).substr(mark + (item ? 1 : 2))));
    }
  }
  for (const Line& item : items_of(lines, begin, end, "ports")) {
    const auto port = read_port(unquoted(item.text));
    if (!port) {
      return refuse_line(item.number, "expected - \"PORT OF THE HOST:PORT OF THE CONTAINER\"");
    }
    service.ports.push_back(*port);
  }
  return service;
}

}  // namespace

Result<ComposeService> read_compose(std::string_view text, std::string_view name) {
  const std::vector<Line> lines = lines_of(text);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].text.find('\t') != std::string::npos) {
      return refuse_line(lines[i].number, "YAML is indented with blanks, here is a tab");
    }
    if (!lines[i].text.starts_with("- ") && lines[i].text.find(':') == std::string::npos) {
      return refuse_line(lines[i].number, "expected KEY: or KEY: value");
    }
  }
  const auto services = lines.empty() ? std::nullopt : find_key(lines, 0, lines.size(), "services");
  if (!services || *services == lines.size()) {
    return kafka::fail(kafka::ErrorCode::InvalidConfig, "compose.yml has no `services:`");
  }
  const size_t end = block_end(lines, *services, 0);
  const auto begin = find_key(lines, *services, end, name);
  if (!begin || *begin >= end) {
    return kafka::fail(kafka::ErrorCode::InvalidConfig,
                       fmt::format("compose.yml has no service `{}:` below `services:`", name));
  }
  return read_service(lines, *begin, block_end(lines, *begin, lines[*begin - 1].indent));
}

}  // namespace kraftlab
