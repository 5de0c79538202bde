// The command line of kafka-storage.sh: a command, then its options. Its parser is another than
// that of the flag-only tools (common/options.h): options have a short and a long name, a long one
// may be cut short as long as it stays unique, and what is wrong is said after a short usage.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kafka {

struct StorageOption {
  std::string_view name;   // "--cluster-id"
  char letter;             // 't'
  std::string_view value;  // "CLUSTER_ID"; empty: a flag
  bool required;
  bool repeatable;
  int exclusive;  // of the options with the same number above 0, at most one may be given
  std::string_view doc;
};

struct StorageCommand {
  std::string_view name;  // "format"
  std::string_view doc;
  std::span<const StorageOption> options;
};

class StorageArguments {
 public:
  bool has(std::string_view option) const { return values_.contains(option); }
  std::optional<std::string> value(std::string_view option) const;
  std::vector<std::string> all(std::string_view option) const;

 private:
  friend std::expected<StorageArguments, std::string> parse_storage_arguments(
      const StorageCommand& command, std::span<const std::string> words);
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

// The failing side is the sentence after "kafka-storage: error: ".
std::expected<StorageArguments, std::string> parse_storage_arguments(
    const StorageCommand& command, std::span<const std::string> words);

// "usage: kafka-storage format [-h] --config CONFIG ...", folded as Kafka's tool folds it.
std::string storage_usage(const StorageCommand& command);
// The same and what each option is for.
std::string storage_help(const StorageCommand& command);

}  // namespace kafka
