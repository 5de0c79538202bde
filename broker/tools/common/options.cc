#include "broker/tools/common/options.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>

#include "broker/tools/common/console.h"
#include "broker/tools/common/text.h"

namespace kafka {

namespace {

constexpr std::string_view unrecognised = "joptsimple.UnrecognizedOptionException";
constexpr std::string_view missing_argument = "joptsimple.OptionMissingRequiredArgumentException";
constexpr std::string_view bad_argument = "joptsimple.OptionArgumentConversionException";
constexpr std::string_view many_arguments = "joptsimple.MultipleArgumentsForOptionException";

constexpr size_t table_width = 80;

bool looks_like_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-' && word != "--";
}

bool fits(ValueType type, std::string_view text) {
  switch (type) {
    case ValueType::Text:
      return true;
    case ValueType::Int32:
      return parse_number(text, INT32_MIN, INT32_MAX).has_value();
    case ValueType::Int64:
      return parse_number(text, INT64_MIN, INT64_MAX).has_value();
  }
  return false;
}

std::string left_column(const OptionSpec& spec) {
  const std::string_view type = spec.type == ValueType::Text    ? "String"
                                : spec.type == ValueType::Int32 ? "Integer"
                                                                : "Long";
  switch (spec.takes) {
    case OptionSpec::Takes::Nothing:
      return "--" + spec.name;
    case OptionSpec::Takes::Value:
      return fmt::format("--{} <{}: {}>", spec.name, type, spec.value_name);
    case OptionSpec::Takes::OptionalValue:
      return fmt::format("--{} [{}: {}]", spec.name, type, spec.value_name);
  }
  return spec.name;
}

}  // namespace

std::optional<std::string> Options::text(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : found->second.front();
}

std::string Options::text_or(std::string_view name, std::string_view otherwise) const {
  return text(name).value_or(std::string(otherwise));
}

std::optional<int64_t> Options::number(std::string_view name) const {
  const auto value = text(name);
  return value ? parse_number(*value, INT64_MIN, INT64_MAX) : std::nullopt;
}

int64_t Options::number_or(std::string_view name, int64_t otherwise) const {
  return number(name).value_or(otherwise);
}

std::vector<std::string> Options::all(std::string_view name) const {
  std::vector<std::string> values;
  if (const auto found = values_.find(name); found != values_.end()) {
    for (const auto& value : found->second) {
      if (value) {
        values.push_back(*value);
      }
    }
  }
  return values;
}

ToolResult<> Options::check_values() const {
  for (const OptionSpec& spec : *specs_) {
    const auto found = values_.find(spec.name);
    if (found == values_.end() || spec.takes == OptionSpec::Takes::Nothing) {
      continue;
    }
    if (found->second.size() > 1 && !spec.repeatable) {
      return tool_failure(
          many_arguments,
          fmt::format("Found multiple arguments for option {}, but you asked for only one",
                      spec.name));
    }
    for (const auto& value : found->second) {
      if (value && !fits(spec.type, *value)) {
        return tool_failure(bad_argument, fmt::format("Cannot parse argument '{}' of option {}",
                                                      *value, spec.name));
      }
    }
  }
  return {};
}

OptionParser& OptionParser::flag(std::string name, std::string doc) {
  specs_.push_back({.name = std::move(name), .value_name = {}, .doc = std::move(doc)});
  return *this;
}

OptionParser& OptionParser::value(std::string name, std::string value_name, std::string doc) {
  specs_.push_back({.name = std::move(name),
                    .takes = OptionSpec::Takes::Value,
                    .value_name = std::move(value_name),
                    .doc = std::move(doc)});
  return *this;
}

OptionParser& OptionParser::number(std::string name, std::string value_name, std::string doc,
                                   ValueType type) {
  value(std::move(name), std::move(value_name), std::move(doc));
  specs_.back().type = type;
  return *this;
}

OptionParser& OptionParser::repeated(std::string name, std::string value_name, std::string doc) {
  value(std::move(name), std::move(value_name), std::move(doc));
  specs_.back().repeatable = true;
  return *this;
}

OptionParser& OptionParser::optional_value(std::string name, std::string value_name,
                                           std::string doc) {
  value(std::move(name), std::move(value_name), std::move(doc));
  specs_.back().takes = OptionSpec::Takes::OptionalValue;
  return *this;
}

OptionParser& OptionParser::help_and_version() {
  return flag("help", "Show this text.").flag("version", "Show the version.");
}

ToolResult<Options> OptionParser::parse(const std::vector<std::string>& words) const {
  Options options;
  options.specs_ = &specs_;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") {
      options.words_.insert(options.words_.end(), words.begin() + static_cast<long>(i) + 1,
                            words.end());
      break;
    }
    if (!looks_like_option(word)) {
      options.words_.push_back(word);
      continue;
    }
    const size_t equals = word.find('=');
    std::string name = word.substr(0, equals);
    name.erase(0, name.starts_with("--") ? 2 : 1);
    const OptionSpec* spec = find(name);
    if (spec == nullptr) {
      return tool_failure(unrecognised, name + " is not a recognized option");
    }
    std::optional<std::string> value;
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (spec->takes == OptionSpec::Takes::Value) {
      if (i + 1 == words.size()) {
        return tool_failure(missing_argument, fmt::format("Option {} requires an argument", name));
      }
      value = words[++i];
    } else if (spec->takes == OptionSpec::Takes::OptionalValue && i + 1 < words.size() &&
               !looks_like_option(words[i + 1])) {
      value = words[++i];
    }
    options.values_[name].push_back(std::move(value));
  }
  return options;
}

const OptionSpec* OptionParser::find(std::string_view name) const {
  const auto found = std::ranges::find(specs_, name, &OptionSpec::name);
  return found == specs_.end() ? nullptr : &*found;
}

std::string OptionParser::table() const {
  std::vector<const OptionSpec*> sorted;
  size_t left = std::string_view("Option").size();
  for (const OptionSpec& spec : specs_) {
    sorted.push_back(&spec);
    left = std::max(left, left_column(spec).size());
  }
  left = std::min(left, table_width / 2);
  std::ranges::sort(sorted, {}, &OptionSpec::name);

  std::string out =
      fmt::format("{:<{}}  Description\n{:<{}}  -----------\n", "Option", left, "------", left);
  for (const OptionSpec* spec : sorted) {
    const auto names = wrap(left_column(*spec), left, 2);
    const auto lines = wrap(spec->doc, table_width - left - 2, 0);
    for (size_t i = 0; i < std::max(names.size(), lines.size()); ++i) {
      const std::string name = i < names.size() ? names[i] : "";
      const std::string line = i < lines.size() ? lines[i] : "";
      out += line.empty() ? name + "\n" : fmt::format("{:<{}}  {}\n", name, left, line);
    }
  }
  return out;
}

std::optional<std::string> OptionParser::closest(std::string_view misspelt) const {
  std::vector<std::string> names;
  for (const OptionSpec& spec : specs_) {
    names.push_back(spec.name);
  }
  return closest_word(misspelt, names);
}

int print_usage(const OptionParser& parser, std::string_view complaint) {
  std::fflush(stdout);
  fmt::print(stderr, "{}\n{}", complaint, parser.table());
  return 1;
}

int print_help(const OptionParser& parser) {
  return print_usage(parser, parser.about());
}

int print_parse_error(const OptionParser& parser, const ToolError& error, bool table) {
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", error.message);
  const std::string_view misspelt =
      std::string_view(error.message).substr(0, error.message.find(' '));
  if (error.exception == unrecognised) {
    if (const auto meant = parser.closest(misspelt)) {
      fmt::print(stderr, "Did you mean --{}?\n", *meant);
    }
  }
  if (table) {
    fmt::print(stderr, "{}", parser.table());
  }
  return 1;
}

std::expected<Options, int> read_command_line(
    const OptionParser& parser, const std::vector<std::string>& words,
    const std::function<int(const ToolError&)>& complain) {
  if (words.empty()) {
    return std::unexpected(print_help(parser));
  }
  auto options = parser.parse(words);
  if (!options) {
    return std::unexpected(complain ? complain(options.error())
                                    : print_parse_error(parser, options.error(), false));
  }
  if (options->has("help")) {
    return std::unexpected(print_help(parser));
  }
  if (options->has("version")) {
    return std::unexpected(print_version());
  }
  return std::move(*options);
}

std::optional<std::string> missing_option(const Options& options,
                                          const std::vector<std::string>& required) {
  for (const std::string& name : required) {
    if (!options.has(name)) {
      return fmt::format("Missing required argument \"[{}]\"", name);
    }
  }
  return std::nullopt;
}

std::optional<std::string> option_conflict(const Options& options, std::string_view used,
                                           const std::vector<std::string>& invalid) {
  if (!options.has(used)) {
    return std::nullopt;
  }
  for (const std::string& name : invalid) {
    if (options.has(name)) {
      return fmt::format("Option \"[{}]\" can't be used with option \"[{}]\"", used, name);
    }
  }
  return std::nullopt;
}

}  // namespace kafka
