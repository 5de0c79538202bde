// Options: the command line of those Kafka tools that take flags only (topics, console producer,
// console consumer, consumer groups, configs, ...).
//
// The rules are those of the parser behind Apache Kafka's tools, observed on 4.3.0:
//   --name value, --name=value, and -name value too; no abbreviations; a value is taken as it
//   stands, even when it begins with a dash ("--offset -1"); a value that is optional is taken
//   only when it does not; "--" ends the options; words that belong to no option are ignored.
// A wrong word ends the parse at once. A value of the wrong type or a single value given twice is
// reported later, by check_values(), because the tools differ in how they print that.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/tools/common/tool_error.h"

namespace kafka {

enum class ValueType { Text, Int32, Int64 };

struct OptionSpec {
  enum class Takes { Nothing, Value, OptionalValue };
  std::string name;
  Takes takes = Takes::Nothing;
  std::string value_name;
  std::string doc;
  ValueType type = ValueType::Text;
  bool repeatable = false;
};

class Options {
 public:
  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }

  // The value, or nullopt when the option is absent or came without one. Call check_values() first.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::string text_or(std::string_view name, std::string_view otherwise) const;
  [[nodiscard]] std::optional<int64_t> number(std::string_view name) const;
  [[nodiscard]] int64_t number_or(std::string_view name, int64_t otherwise) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }

  // "Cannot parse argument 'x' of option partitions", "Found multiple arguments for option ...".
  [[nodiscard]] ToolResult<> check_values() const;

 private:
  friend class OptionParser;
  using Given = std::vector<std::optional<std::string>>;

  const std::vector<OptionSpec>* specs_ = nullptr;  // the parser's, which lives longer
  std::map<std::string, Given, std::less<>> values_;
  std::vector<std::string> words_;
};

class OptionParser {
 public:
  // `about` is the sentence in front of the table of options.
  explicit OptionParser(std::string about) : about_(std::move(about)) {}

  OptionParser& flag(std::string name, std::string doc);
  OptionParser& value(std::string name, std::string value_name, std::string doc);
  OptionParser& number(std::string name, std::string value_name, std::string doc,
                       ValueType type = ValueType::Int32);
  OptionParser& repeated(std::string name, std::string value_name, std::string doc);
  OptionParser& optional_value(std::string name, std::string value_name, std::string doc);
  // --help and --version, which every tool has.
  OptionParser& help_and_version();

  // Fails with an UnrecognizedOptionException or a missing argument.
  [[nodiscard]] ToolResult<Options> parse(const std::vector<std::string>& words) const;

  [[nodiscard]] const OptionSpec* find(std::string_view name) const;
  [[nodiscard]] const std::string& about() const { return about_; }
  // The table of options, two columns.
  [[nodiscard]] std::string table() const;
  // The option that a misspelt one was probably meant to be, or nullopt.
  [[nodiscard]] std::optional<std::string> closest(std::string_view misspelt) const;

 private:
  std::string about_;
  std::vector<OptionSpec> specs_;
};

// How a tool ends when its command line makes no sense: complaint and table on stderr, exit 1.
int print_usage(const OptionParser& parser, std::string_view complaint);
// --help: Kafka's tools print it on stderr and exit with 1.
int print_help(const OptionParser& parser);
// An unrecognised option: the complaint of the parser, with a hint when one is close. With
// `table`, the options follow.
int print_parse_error(const OptionParser& parser, const ToolError& error, bool table);

// How a tool begins: its options, or its exit status when there is nothing left to do (no words,
// --help, --version, or words that `complain` answered; by default print_parse_error without table).
std::expected<Options, int> read_command_line(
    const OptionParser& parser, const std::vector<std::string>& words,
    const std::function<int(const ToolError&)>& complain = {});

// The complaints that most tools have in common; nullopt when all is well.
[[nodiscard]] std::optional<std::string> missing_option(const Options& options,
                                                        const std::vector<std::string>& required);
[[nodiscard]] std::optional<std::string> option_conflict(const Options& options,
                                                         std::string_view used,
                                                         const std::vector<std::string>& invalid);

}  // namespace kafka
