#include "broker/tools/storage/storage_arguments.h"

#include <fmt/format.h>

#include <algorithm>

namespace kafka {
namespace {

constexpr size_t kUsageWidth = 75;

// How an option is named in a complaint: "--cluster-id/-t".
std::string both_names(const StorageOption& option) {
  return fmt::format("{}/-{}", option.name, option.letter);
}

const StorageOption* find_option(const StorageCommand& command, std::string_view word) {
  const StorageOption* found = nullptr;
  for (const StorageOption& option : command.options) {
    if (option.name == word || (word.size() == 2 && word[0] == '-' && word[1] == option.letter)) {
      return &option;
    }
    if (word.size() > 2 && word.starts_with("--") && option.name.starts_with(word)) {
      if (found != nullptr) {
        return nullptr;  // an abbreviation of two options
      }
      found = &option;
    }
  }
  return found;
}

std::optional<std::string> exclusive_conflict(const StorageCommand& command,
                                              const StorageArguments& arguments,
                                              const StorageOption& given) {
  for (const StorageOption& other : command.options) {
    if (given.exclusive > 0 && other.exclusive == given.exclusive && other.name != given.name &&
        arguments.has(other.name)) {
      return fmt::format("argument {}: not allowed with argument {}", both_names(given),
                         both_names(other));
    }
  }
  return std::nullopt;
}

std::optional<std::string> missing_option(const StorageCommand& command,
                                          const StorageArguments& arguments) {
  for (const StorageOption& option : command.options) {
    if (option.required && !arguments.has(option.name)) {
      return fmt::format("argument {} is required", both_names(option));
    }
  }
  return std::nullopt;
}

std::string usage_part(const StorageOption& option) {
  return option.value.empty() ? std::string(option.name)
                              : fmt::format("{} {}", option.name, option.value);
}

// The options in the order of the usage; exclusive ones stand together with bars between them.
std::vector<std::string> usage_parts(const StorageCommand& command) {
  std::vector<std::string> parts = {"[-h]"};
  for (size_t i = 0; i < command.options.size(); ++i) {
    const StorageOption& option = command.options[i];
    const std::string part = usage_part(option);
    if (option.required) {
      parts.push_back(part);
      continue;
    }
    const bool opens = option.exclusive == 0 || i == 0 ||
                       command.options[i - 1].exclusive != option.exclusive;
    const bool closes = option.exclusive == 0 || i + 1 == command.options.size() ||
                        command.options[i + 1].exclusive != option.exclusive;
    parts.push_back((opens ? "[" : "") + part + (closes ? "]" : " |"));
  }
  return parts;
}

}  // namespace

std::optional<std::string> StorageArguments::value(std::string_view option) const {
  const auto found = values_.find(option);
  return found == values_.end() || found->second.empty() ? std::nullopt
                                                         : std::optional(found->second.back());
}

std::vector<std::string> StorageArguments::all(std::string_view option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::expected<StorageArguments, std::string> parse_storage_arguments(
    const StorageCommand& command, std::span<const std::string> words) {
  StorageArguments arguments;
  for (size_t i = 0; i < words.size(); ++i) {
    const size_t equals = words[i].starts_with("--") ? words[i].find('=') : std::string::npos;
    const StorageOption* option = find_option(command, words[i].substr(0, equals));
    if (option == nullptr) {
      return std::unexpected(fmt::format("unrecognized arguments: '{}'", words[i]));
    }
    auto& values = arguments.values_[std::string(option->name)];
    if (const auto conflict = exclusive_conflict(command, arguments, *option)) {
      return std::unexpected(*conflict);
    }
    if (option->value.empty()) {
      continue;
    }
    if (equals != std::string::npos) {
      values.push_back(words[i].substr(equals + 1));
    } else if (i + 1 < words.size()) {
      values.push_back(words[++i]);
    } else {
      return std::unexpected(fmt::format("argument {}: expected one argument",
                                         both_names(*option)));
    }
  }
  if (const auto missing = missing_option(command, arguments)) {
    return std::unexpected(*missing);
  }
  return arguments;
}

std::string storage_usage(const StorageCommand& command) {
  std::string line = fmt::format("usage: kafka-storage {}", command.name);
  const std::string indent(fmt::format("usage: kafka-storage ").size(), ' ');
  std::string text;
  for (const std::string& part : usage_parts(command)) {
    if (line.size() + 1 + part.size() > kUsageWidth) {
      text += line + "\n";
      line = indent + part;
    } else {
      line += " " + part;
    }
  }
  return text + line + "\n";
}

std::string storage_help(const StorageCommand& command) {
  std::string text = storage_usage(command) + "\noptional arguments:\n";
  text += "  -h, --help             show this help message and exit\n";
  for (const StorageOption& option : command.options) {
    const std::string value = option.value.empty() ? "" : fmt::format(" {}", option.value);
    text += fmt::format("  {}{}, -{}{}\n", option.name, value, option.letter, value);
    text += fmt::format("                         {}\n", option.doc);
  }
  return text;
}

}  // namespace kafka
