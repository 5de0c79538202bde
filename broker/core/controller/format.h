// Formatting a node's directories: what kafka-storage.sh format and info do.
//
// format_storage() refuses or skips directories that are formatted already, and writes
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

// Where the voters of a new quorum stand.
enum class VoterSource {
  Static,    // controller.quorum.voters: kraft.version 0
  Snapshot,  // --standalone, --initial-controllers: kraft.version 1, the 0-0 checkpoint
  Elsewhere  // --no-initial-controllers, or a broker: the quorum's log will tell
};

// The FeatureLevel records of bootstrap.checkpoint: metadata.version first, then by name; a feature
// at level 0 has none. kraft.version is checked and left out: it goes with the voters.
Result<std::vector<MetadataRecord>> format_features(const FormatOptions& options,
                                                    VoterSource voters);

struct FormatReport {
  std::vector<std::string> lines;      // what there is to say, for standard output
  std::vector<std::string> formatted;  // directories written now; empty: all were formatted before
};

// Missing directories are created. The error's sentence is fit to be printed as it is.
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
