#include "broker/core/controller/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/controller/bootstrap.h"
#include "broker/core/controller/features.h"
#include "broker/core/raft/metadata_log.h"
#include "broker/core/raft/snapshot.h"

namespace kafka {
namespace {

constexpr std::string_view meta_properties_file = "meta.properties";

struct LogDir {
  std::string path;
  std::optional<MetaProperties> properties;  // of a formatted one
};

Result<std::optional<MetaProperties>> read_properties(Files& files, const std::string& directory) {
  const std::string path = fmt::format("{}/{}", directory, meta_properties_file);
  const auto text = read_file(files, path, 1 << 20);
  if (!text) {
    return std::unexpected(text.error());
  }
  if (!text->has_value()) {
    return std::nullopt;
  }
  auto properties = parse_meta_properties(**text);
  if (!properties) {
    return fail(properties.error().code, fmt::format("{}: {}", path, properties.error().message));
  }
  return std::move(*properties);
}

Result<std::vector<LogDir>> read_directories(Files& files, const BrokerConfig& config) {
  std::vector<std::string> paths = config.log_dirs;
  if (std::ranges::find(paths, config.metadata_log_dir) == paths.end()) {
    paths.push_back(config.metadata_log_dir);
  }
  std::vector<LogDir> directories;
  for (const std::string& path : paths) {
    auto properties = read_properties(files, path);
    if (!properties) {
      return std::unexpected(std::move(properties.error()));
    }
    directories.push_back({path, std::move(*properties)});
  }
  return directories;
}

Result<VoterSource> voter_source(const BrokerConfig& config, const FormatOptions& options) {
  const bool snapshot = options.standalone || options.initial_controllers.has_value();
  const bool has_static = !config.controller_quorum_voters.empty();
  if (snapshot + options.no_initial_controllers > 1 ||
      (options.standalone && options.initial_controllers)) {
    return invalid_config(
        "Only one of --standalone, --initial-controllers and --no-initial-controllers "
        "can be given.");
  }
  if (options.standalone && !config.is_controller) {
    return invalid_config("You can only use --standalone on a controller.");
  }
  if (has_static && snapshot) {
    return invalid_config(
        "controller.quorum.voters is set, so the quorum has static voters and neither "
        "--initial-controllers nor --standalone can be used. For a dynamic quorum, "
        "remove controller.quorum.voters and set controller.quorum.bootstrap.servers.");
  }
  if (has_static) {
    return VoterSource::Static;
  }
  if (snapshot) {
    return VoterSource::Snapshot;
  }
  if (config.is_controller && !options.no_initial_controllers) {
    return invalid_config(
        "Because controller.quorum.voters is not set on this controller, you must "
        "specify one of the following: --standalone, --initial-controllers, or "
        "--no-initial-controllers.");
  }
  return VoterSource::Elsewhere;
}

// The voter set of the 0-0 checkpoint.
Result<VoterSet> initial_voters(const BrokerConfig& config, const FormatOptions& options,
                                const Uuid& own_directory) {
  const std::string listener = config.controller_listener_names.empty()
                                   ? std::string("CONTROLLER")
                                   : config.controller_listener_names.front();
  if (options.initial_controllers) {
    return parse_initial_controllers(*options.initial_controllers, listener);
  }
  Voter self;
  self.id = config.node_id;
  self.directory_id = own_directory;
  for (const Listener& bound : config.listeners) {
    if (config.is_controller_listener(bound.name)) {
      const Listener* advertised = config.advertised(bound.name);
      const Listener& shown = advertised == nullptr ? bound : *advertised;
      self.endpoints.push_back({shown.name, shown.host.empty() ? "localhost" : shown.host,
                                static_cast<uint16_t>(shown.port)});
    }
  }
  return VoterSet{{self.id, std::move(self)}};
}

// Formatted directories must belong to this cluster and this node.
Result<> check_formatted(const LogDir& directory, const BrokerConfig& config,
                         const FormatOptions& options) {
  const MetaProperties& properties = *directory.properties;
  if (!options.ignore_formatted) {
    return invalid_config(
        fmt::format("Log directory {} is already formatted. Use --ignore-formatted to "
                    "ignore this directory and format the others.",
                    directory.path));
  }
  if (properties.cluster_id != options.cluster_id) {
    return invalid_config(fmt::format("Invalid cluster.id in: {}/{}. Expected {}, but read {}",
                                      directory.path, meta_properties_file, options.cluster_id,
                                      properties.cluster_id));
  }
  if (properties.node_id != config.node_id) {
    return invalid_config(
        fmt::format("{}/{} is of node {}, but node.id is {}. A data directory stays "
                    "with its node: correct node.id, or empty the directory.",
                    directory.path, meta_properties_file, properties.node_id, config.node_id));
  }
  return {};
}

std::string_view kind_of(const std::string& path, const BrokerConfig& config, VoterSource source,
                         const VoterSet& voters) {
  if (path != config.metadata_log_dir) {
    return "data directory";
  }
  if (source != VoterSource::Snapshot) {
    return "metadata directory";
  }
  return voters.contains(config.node_id) ? "dynamic metadata voter directory"
                                         : "dynamic metadata directory";
}

// "A/b/c" and what of it is missing.
Result<> make_directories(Files& files, const std::string& path) {
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    const auto status = files.status(part);
    if (!status) {
      return std::unexpected(status.error());
    }
    if (!status->has_value()) {
      if (auto made = files.make_directory(part); !made) {
        return made;
      }
    }
    if (slash == std::string::npos) {
      return {};
    }
  }
}

Result<> write_initial_snapshot(Files& files, const std::string& log_dir, const VoterSet& voters,
                                int64_t now_ms) {
  const std::string directory = fmt::format("{}/{}", log_dir, metadata_partition_directory);
  if (auto made = make_directories(files, directory); !made) {
    return made;
  }
  SnapshotContent content;
  content.last_contained_timestamp = now_ms;
  content.now_ms = now_ms;
  content.kraft_version = 1;
  content.voters = voters;
  const auto bytes = encode_snapshot(content);
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  const std::string file = fmt::format("{}/{}", directory, snapshot_file_name({0, 0}));
  if (auto written = write_file_atomically(files, file, text_of(*bytes)); !written) {
    return written;
  }
  return files.make_read_only(file);
}

// The line that Apache Kafka prints about what it writes.
std::string bootstrap_line(const std::vector<MetadataRecord>& records, int16_t level) {
  std::string list;
  for (const MetadataRecord& record : records) {
    const auto& feature = std::get<FeatureLevelRecord>(record);
    list += fmt::format(
        "{}ApiMessageAndVersion(FeatureLevelRecord(name='{}', featureLevel={}) at "
        "version 0)",
        list.empty() ? "" : ", ", feature.name, feature.feature_level);
  }
  return fmt::format(
      "Bootstrap metadata: BootstrapMetadata(records=[{}], metadataVersionLevel={}, "
      "source=format command)",
      list, level);
}

// meta.properties comes last: with it the directory counts as formatted.
Result<> write_directory(Files& files, const std::string& path, const MetaProperties& properties,
                         const Bytes& bootstrap, const VoterSet& voters, int64_t now_ms) {
  if (auto made = make_directories(files, path); !made) {
    return made;
  }
  if (auto done = write_file_atomically(files, fmt::format("{}/{}", path, bootstrap_file),
                                        text_of(bootstrap));
      !done) {
    return done;
  }
  if (!voters.empty()) {
    if (auto done = write_initial_snapshot(files, path, voters, now_ms); !done) {
      return done;
    }
  }
  return write_file_atomically(files, fmt::format("{}/{}", path, meta_properties_file),
                               format_meta_properties(properties));
}

// What is to be written, decided before anything is.
struct Plan {
  VoterSource source = VoterSource::Static;
  std::vector<MetadataRecord> bootstrap;
  std::vector<LogDir> directories;
  VoterSet voters;
  Uuid metadata_directory_id;

  int16_t metadata_level() const {
    return std::get<FeatureLevelRecord>(bootstrap.front()).feature_level;
  }
  bool all_formatted() const {
    return std::ranges::all_of(directories,
                               [](const LogDir& d) { return d.properties.has_value(); });
  }
};

// The voters, and the id of this node's metadata directory: its own entry among them gives it.
Result<> choose_voters(Random& random, const BrokerConfig& config, const FormatOptions& options,
                       Plan& plan) {
  plan.metadata_directory_id = random_uuid(random);
  if (plan.source != VoterSource::Snapshot) {
    return {};
  }
  auto voters = initial_voters(config, options, plan.metadata_directory_id);
  if (!voters) {
    return std::unexpected(std::move(voters.error()));
  }
  plan.voters = std::move(*voters);
  if (const auto self = plan.voters.find(config.node_id); self != plan.voters.end()) {
    plan.metadata_directory_id = self->second.directory_id;
  }
  return {};
}

Result<Plan> plan_format(Files& files, Random& random, const BrokerConfig& config,
                         const FormatOptions& options) {
  Plan plan;
  const auto source = voter_source(config, options);
  if (!source) {
    return std::unexpected(source.error());
  }
  plan.source = *source;
  auto bootstrap = format_features(options, plan.source);
  if (!bootstrap) {
    return std::unexpected(std::move(bootstrap.error()));
  }
  plan.bootstrap = std::move(*bootstrap);
  auto directories = read_directories(files, config);
  if (!directories) {
    return std::unexpected(std::move(directories.error()));
  }
  plan.directories = std::move(*directories);
  for (const LogDir& directory : plan.directories) {
    if (auto valid =
            directory.properties ? check_formatted(directory, config, options) : Result<>{};
        !valid) {
      return std::unexpected(std::move(valid.error()));
    }
  }
  if (auto chosen = choose_voters(random, config, options, plan); !chosen) {
    return std::unexpected(std::move(chosen.error()));
  }
  return plan;
}

}  // namespace

Result<FormatReport> format_storage(Files& files, Random& random, const BrokerConfig& config,
                                    const FormatOptions& options, int64_t now_ms) {
  const auto plan = plan_format(files, random, config, options);
  if (!plan) {
    return std::unexpected(plan.error());
  }
  FormatReport report;
  if (plan->all_formatted()) {
    report.lines.emplace_back("All of the log directories are already formatted.");
    return report;
  }
  const auto bootstrap = encode_bootstrap(plan->bootstrap, now_ms);
  if (!bootstrap) {
    return std::unexpected(bootstrap.error());
  }
  report.lines.push_back(bootstrap_line(plan->bootstrap, plan->metadata_level()));
  for (const LogDir& directory : plan->directories) {
    if (directory.properties) {
      continue;
    }
    const bool holds_metadata = directory.path == config.metadata_log_dir;
    MetaProperties properties;
    properties.cluster_id = options.cluster_id;
    properties.node_id = config.node_id;
    properties.directory_id = holds_metadata ? plan->metadata_directory_id : random_uuid(random);
    report.lines.push_back(fmt::format("Formatting {} {} with metadata.version {}.",
                                       kind_of(directory.path, config, plan->source, plan->voters),
                                       directory.path,
                                       metadata_version_name(plan->metadata_level())));
    if (auto done = write_directory(files, directory.path, properties, *bootstrap,
                                    holds_metadata ? plan->voters : VoterSet{}, now_ms);
        !done) {
      return std::unexpected(std::move(done.error()));
    }
    report.formatted.push_back(directory.path);
  }
  return report;
}

}  // namespace kafka
