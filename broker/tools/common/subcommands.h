// CommandParser: the command line of those Kafka tools that have subcommands (kafka-storage,
// kafka-metadata-quorum, kafka-cluster).
//
//   kafka-metadata-quorum --bootstrap-server HOST:PORT describe --status
//
// Their parser differs from the one behind Options: options of the tool stand before the
// subcommand and its own behind it, names may be abbreviated while they are clear, --help prints on
// stdout and succeeds, complaints are a line of usage and "<program>: error: ...".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/tools/common/tool_error.h"

namespace kafka {

struct ArgumentSpec {
  std::string name;        // "--config"
  std::string short_name;  // "-c", or empty
  bool takes_value = true;
  bool required = false;
  bool repeatable = false;
  std::string doc;
  // Options with the same group exclude each other; of a required group one must be there.
  std::string group = {};
};

struct CommandSpec {
  std::string name;
  std::string doc;
  std::vector<ArgumentSpec> arguments;
};

struct ParsedCommand {
  std::string command;
  std::map<std::string, std::vector<std::string>> values;  // by long name, "--config"

  [[nodiscard]] bool has(const std::string& name) const { return values.contains(name); }
  [[nodiscard]] std::optional<std::string> text(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> all(const std::string& name) const;
};

class CommandParser {
 public:
  CommandParser(std::string program, std::string about, std::vector<ArgumentSpec> global,
                std::vector<CommandSpec> commands, std::vector<std::string> required_groups = {})
      : program_(std::move(program)),
        about_(std::move(about)),
        global_(std::move(global)),
        commands_(std::move(commands)),
        required_groups_(std::move(required_groups)) {}

  // Prints help, version or a complaint itself; then there is nothing to run and `exit_code` says
  // how the program ends.
  [[nodiscard]] std::optional<ParsedCommand> parse(const std::vector<std::string>& words,
                                                   int& exit_code) const;

 private:
  struct Level;  // the tool's own options, or a subcommand's

  [[nodiscard]] std::optional<std::string> read_level(const std::vector<std::string>& words,
                                                      size_t& at, const CommandSpec* command,
                                                      ParsedCommand& parsed) const;
  [[nodiscard]] std::optional<std::string> check(const std::vector<ArgumentSpec>& specs,
                                                 const ParsedCommand& parsed) const;
  [[nodiscard]] std::optional<std::string> check_groups(const ParsedCommand& parsed) const;
  [[nodiscard]] const CommandSpec* find_command(std::string_view word) const;
  [[nodiscard]] std::string usage(const CommandSpec* command) const;
  [[nodiscard]] std::string help(const CommandSpec* command) const;

  std::string program_;
  std::string about_;
  std::vector<ArgumentSpec> global_;
  std::vector<CommandSpec> commands_;
  std::vector<std::string> required_groups_;
};

}  // namespace kafka
