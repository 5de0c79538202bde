// Formatting a node's directories: what kafka-storage.sh format and info do.
//
// plan_format() is pure: it looks at nothing but its argument and returns the files to write.
// format_storage() reads what is there, refuses or skips formatted directories, and writes.
//
//   meta.properties        every log directory: cluster id, node id, directory id
//   bootstrap.checkpoint   every log directory: the feature levels the first controller will write
//   __cluster_metadata-0/00000000000000000000-0000000000.checkpoint
//                          dynamic voters, in metadata.log.dir: kraft.version 1 and the voter set
//
// Note: notes/metadata_log.md
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/core/controller/uuids.h"
#include "broker/core/env.h"
#include "broker/core/log/log_directory.h"
#include "broker/core/raft/voters.h"
#include "protocol/cluster_records.h"
#include "protocol/result.h"
#include "protocol/uuid.h"

namespace kafka {

struct FormatOptions {
  std::string cluster_id;
  bool ignore_formatted = false;
  bool standalone = false;
  bool no_initial_controllers = false;
  std::optional<std::string> initial_controllers;      // id@host:port:directoryId,...
  std::optional<std::string> release_version;          // 4.3, 4.3-IV0, 3.9, ...
  std::vector<std::pair<std::string, int16_t>> features;  // --feature name=level
};

// Feature levels that a format with these options gives, metadata.version first, in the order in
// which they are written. kraft.version is among them when the quorum is dynamic.
struct FormatFeatures {
  std::vector<std::pair<std::string, int16_t>> bootstrap;  // FeatureLevel records
  int16_t kraft_version = 0;
};
Result<FormatFeatures> format_features(const FormatOptions& options, bool dynamic_voters);

struct FormatReport {
  std::vector<std::string> formatted;          // directories written now
  std::vector<std::string> already_formatted;  // skipped by --ignore-formatted
  std::string metadata_version;                // "4.3-IV0"
};

// What is written goes through `files`; missing directories are created. The error's sentence is
// fit to be printed as it is.
Result<FormatReport> format_storage(Files& files, Random& random, const BrokerConfig& config,
                                    const FormatOptions& options, int64_t now_ms);

// What kafka-storage.sh info prints, and whether it found a problem (exit code 1).
struct StorageInfo {
  std::vector<std::string> lines;
  bool has_problems = false;
};
Result<StorageInfo> storage_info(Files& files, const BrokerConfig& config);

// Reads the properties of all log directories. Fails when one is not formatted, when cluster ids
// or node ids differ, or a directory id stands twice: a node does not start on those.
Result<std::map<std::string, MetaProperties>> load_meta_properties(Files& files,
                                                                   const BrokerConfig& config);

}  // namespace kafka
