#include "broker/tools/common/subcommands.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>

#include "broker/tools/common/console.h"
#include "broker/tools/common/text.h"

namespace kafka {

namespace {

constexpr size_t left_width = 24;
constexpr size_t page_width = 80;

bool is_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

std::string names_of(const ArgumentSpec& spec) {
  return spec.short_name.empty() ? spec.name : spec.name + "/" + spec.short_name;
}

// CLUSTER_ID for --cluster-id
std::string placeholder(const ArgumentSpec& spec) {
  std::string out;
  for (const char c : spec.name.substr(spec.name.find_first_not_of('-'))) {
    out += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

std::string usage_of(const ArgumentSpec& spec) {
  const std::string text = spec.takes_value ? spec.name + " " + placeholder(spec) : spec.name;
  return spec.required ? text : "[" + text + "]";
}

// The options a word may mean: the one it names, or all that begin with it.
std::vector<const ArgumentSpec*> candidates(const std::vector<ArgumentSpec>& specs,
                                            std::string_view word) {
  std::vector<const ArgumentSpec*> found;
  for (const ArgumentSpec& spec : specs) {
    // A value may follow its short name without a blank: -cserver.properties
    if (word == spec.name || (!spec.short_name.empty() && word.starts_with(spec.short_name))) {
      return {&spec};
    }
    if (word.starts_with("--") && spec.name.starts_with(word)) {
      found.push_back(&spec);
    }
  }
  return found;
}

std::string help_line(std::string_view left, std::string_view doc) {
  const auto lines = wrap(doc, page_width - left_width - 1, 0);
  std::string out = left.size() + 2 < left_width
                        ? fmt::format("  {:<{}} {}\n", left, left_width - 2, lines.front())
                        : fmt::format("  {}\n{:{}} {}\n", left, "", left_width, lines.front());
  for (size_t i = 1; i < lines.size(); ++i) {
    out += fmt::format("{:{}} {}\n", "", left_width, lines[i]);
  }
  return out;
}

}  // namespace

std::optional<std::string> ParsedCommand::text(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() || found->second.empty() ? std::nullopt
                                                        : std::optional(found->second.back());
}

std::vector<std::string> ParsedCommand::all(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

std::optional<ParsedCommand> CommandParser::parse(const std::vector<std::string>& words,
                                                  int& exit_code) const {
  ParsedCommand parsed;
  const CommandSpec* command = nullptr;
  size_t at = 0;
  exit_code = 1;
  std::optional<std::string> complaint = read_level(words, at, nullptr, parsed);
  if (!complaint && parsed.has("--help")) {
    fmt::print("{}", help(nullptr));
    exit_code = 0;
    return std::nullopt;
  }
  if (!complaint && parsed.has("--version")) {
    exit_code = print_version();
    return std::nullopt;
  }
  if (!complaint && at == words.size()) {
    complaint = "too few arguments";
  }
  if (!complaint) {
    command = find_command(words[at]);
    std::vector<std::string> names;
    std::ranges::transform(commands_, std::back_inserter(names), &CommandSpec::name);
    if (command == nullptr) {
      complaint = fmt::format("invalid choice: '{}' (choose from '{}')", words[at],
                              fmt::join(names, "', '"));
    }
  }
  if (!complaint) {
    parsed.command = command->name;
    ++at;
    complaint = read_level(words, at, command, parsed);
  }
  if (!complaint && parsed.has("--help")) {
    fmt::print("{}", help(command));
    exit_code = 0;
    return std::nullopt;
  }
  if (!complaint && at < words.size()) {
    complaint = fmt::format("unrecognized arguments: '{}'", words[at]);
  }
  if (!complaint) {
    complaint = check(command->arguments, parsed);
  }
  if (!complaint) {
    complaint = check_groups(parsed);
    command = complaint ? nullptr : command;  // of the tool's own options
  }
  if (complaint) {
    std::fflush(stdout);
    fmt::print(stderr, "{}{}: error: {}\n", usage(command), program_, *complaint);
    return std::nullopt;
  }
  return parsed;
}

// Reads options until a word that is none.
std::optional<std::string> CommandParser::read_level(const std::vector<std::string>& words,
                                                     size_t& at, const CommandSpec* command,
                                                     ParsedCommand& parsed) const {
  std::vector<ArgumentSpec> specs = command == nullptr ? global_ : command->arguments;
  specs.push_back({.name = "--help", .short_name = "-h", .takes_value = false, .doc = {}});
  if (command == nullptr) {
    specs.push_back({.name = "--version", .short_name = {}, .takes_value = false, .doc = {}});
  }
  for (; at < words.size() && is_option(words[at]); ++at) {
    const size_t equals = words[at].find('=');
    const std::string word = words[at].substr(0, equals);
    const auto found = candidates(specs, word);
    if (found.empty()) {
      std::vector<std::string> names;
      std::ranges::transform(specs, std::back_inserter(names), &ArgumentSpec::name);
      const auto meant = closest_word(word, names);
      return fmt::format("unrecognized arguments: '{}'{}", word,
                         meant ? fmt::format("\n\nDid you mean:\n\t{}", *meant) : "");
    }
    if (found.size() > 1) {
      return fmt::format("ambiguous option: {} could match {}, {}", word, found[0]->name,
                         found[1]->name);
    }
    const ArgumentSpec& spec = *found.front();
    for (const ArgumentSpec& other : specs) {
      if (!spec.group.empty() && other.group == spec.group && other.name != spec.name &&
          parsed.has(other.name)) {
        return fmt::format("argument {}: not allowed with argument {}", names_of(spec),
                           names_of(other));
      }
    }
    auto& values = parsed.values[spec.name];
    if (!spec.takes_value) {
      continue;
    }
    if (!word.starts_with("--") && words[at].size() > spec.short_name.size()) {
      values.push_back(words[at].substr(spec.short_name.size()));
    } else if (equals != std::string::npos) {
      values.push_back(words[at].substr(equals + 1));
    } else if (at + 1 < words.size() && !is_option(words[at + 1])) {
      values.push_back(words[++at]);
    } else {
      return fmt::format("argument {}: expected one argument", names_of(spec));
    }
  }
  return std::nullopt;
}

std::optional<std::string> CommandParser::check(const std::vector<ArgumentSpec>& specs,
                                                const ParsedCommand& parsed) const {
  for (const ArgumentSpec& spec : specs) {
    if (spec.required && !parsed.has(spec.name)) {
      return fmt::format("argument {} is required", names_of(spec));
    }
  }
  return std::nullopt;
}

std::optional<std::string> CommandParser::check_groups(const ParsedCommand& parsed) const {
  for (const std::string& group : required_groups_) {
    std::vector<std::string> names;
    bool given = false;
    const auto look = [&](const std::vector<ArgumentSpec>& specs) {
      for (const ArgumentSpec& spec : specs) {
        if (spec.group == group) {
          names.push_back(names_of(spec));
          given = given || parsed.has(spec.name);
        }
      }
    };
    look(global_);
    for (const CommandSpec& command : commands_) {
      if (command.name == parsed.command) {
        look(command.arguments);
      }
    }
    if (!given && !names.empty()) {
      return fmt::format("one of the arguments {} is required", fmt::join(names, " "));
    }
  }
  return std::nullopt;
}

const CommandSpec* CommandParser::find_command(std::string_view word) const {
  const CommandSpec* found = nullptr;
  for (const CommandSpec& command : commands_) {
    if (command.name == word) {
      return &command;
    }
    if (command.name.starts_with(word)) {
      if (found != nullptr) {
        return nullptr;
      }
      found = &command;
    }
  }
  return found;
}

std::string CommandParser::usage(const CommandSpec* command) const {
  std::vector<std::string> parts = {"usage: " + program_};
  if (command != nullptr) {
    parts.push_back(command->name);
  }
  parts.emplace_back("[-h]");
  for (const ArgumentSpec& spec : command == nullptr ? global_ : command->arguments) {
    parts.push_back(usage_of(spec));
  }
  if (command == nullptr) {
    std::vector<std::string> names;
    std::ranges::transform(commands_, std::back_inserter(names), &CommandSpec::name);
    parts.push_back(fmt::format("{{{}}} ...", fmt::join(names, ",")));
  }
  std::string out;
  std::string line;
  for (const std::string& part : parts) {
    if (!line.empty() && line.size() + 1 + part.size() > page_width) {
      out += line + "\n";
      line = std::string(std::string_view("usage: ").size() + program_.size() + 1, ' ') + part;
    } else {
      line += (line.empty() ? "" : " ") + part;
    }
  }
  return out + line + "\n";
}

std::string CommandParser::help(const CommandSpec* command) const {
  std::string out = usage(command) + "\n" + (command == nullptr ? about_ : command->doc) + "\n";
  if (command == nullptr) {
    out += "\ncommands:\n";
    for (const CommandSpec& known : commands_) {
      out += help_line(known.name, known.doc);
    }
  }
  out += "\noptions:\n" + help_line("-h, --help", "Show this text.");
  for (const ArgumentSpec& spec : command == nullptr ? global_ : command->arguments) {
    const std::string value = spec.takes_value ? " " + placeholder(spec) : "";
    out += help_line(spec.short_name.empty() ? spec.name + value
                                             : spec.short_name + value + ", " + spec.name + value,
                     spec.doc);
  }
  return out;
}

}  // namespace kafka
