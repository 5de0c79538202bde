// From a configuration to a served port. Each step either works or ends the start with one
// sentence.
//
//   lock and read the directories -> bind the listeners -> metadata log
//     alone:   elect, register -> open the logs -> unfence -> serve        all in start()
//     cluster: serve controllers -> find the leader, catch up; register
//              -> open the logs -> ask to be unfenced -> serve             the rest in run()
//
// Clients that connect while this happens wait in the listen queue: it takes milliseconds. A
// controller without a broker serves its cluster at once, and is started when the quorum's high
// watermark is known to it.
#include <fmt/format.h>

#include <utility>
#include <variant>

#include "broker/core/controller/features.h"
#include "broker/core/controller/uuids.h"
#include "broker/io/host_name.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/node.h"
#include "broker/node/parts.h"

namespace kafka {

namespace {

// What is configured and not built yet: said once, at the start, and not found out later.
Result<> check_supported(const BrokerConfig& config) {
  for (const Listener& listener : config.listeners) {
    if (listener.protocol != SecurityProtocol::Plaintext) {
      return fail(ErrorCode::InvalidConfig,
                  fmt::format("Listener {} asks for {}, and only PLAINTEXT is there yet. Map it to "
                              "PLAINTEXT in listener.security.protocol.map.",
                              listener.name, name(listener.protocol)));
    }
  }
  return {};
}

bool is_set(const BrokerConfig& config, std::string_view name) {
  return config.layers().find(name).value != nullptr;
}

GroupSettings group_settings(const BrokerConfig& config) {
  GroupSettings settings;
  settings.initial_rebalance_delay_ms = config.group_initial_rebalance_delay_ms;
  settings.min_session_timeout_ms = config.group_min_session_timeout_ms;
  settings.max_session_timeout_ms = config.group_max_session_timeout_ms;
  settings.max_size = config.group_max_size;
  settings.offset_metadata_max_bytes = config.offset_metadata_max_bytes;
  settings.offsets_retention_ms = config.offsets_retention_minutes * 60'000;
  settings.offsets_retention_check_interval_ms = config.offsets_retention_check_interval_ms;
  return settings;
}

}  // namespace

Result<std::unique_ptr<Node>> Node::start(BrokerConfig config) {
  return start(std::move(config), real_host());
}

Result<std::unique_ptr<Node>> Node::start(BrokerConfig config, std::unique_ptr<Host> host) {
  if (const Result<> supported = check_supported(config); !supported) {
    return std::unexpected(supported.error());
  }
  auto node = std::unique_ptr<Node>(
      new Node(std::make_unique<NodeParts>(std::move(config), std::move(host))));
  NodeParts& parts = *node->parts_;
  log_info(server_logger, "[KafkaRaftServer nodeId={}] Starting", parts.config.node_id);
  for (const auto step : {&NodeParts::open_storage, &NodeParts::bind_listeners,
                          &NodeParts::start_metadata, &NodeParts::start_roles}) {
    if (const Result<> done = (parts.*step)(); !done) {
      return std::unexpected(done.error());
    }
  }
  return node;
}

Result<> NodeParts::open_storage() {
  return storage.open(config);
}

Result<> NodeParts::bind_listeners() {
  for (const Listener& listener : config.listeners) {
    ListenAddress address;
    address.listener = listener.name;
    address.host = listener.host;
    address.port = listener.port;
    address.backlog = config.socket_listen_backlog_size;
    // A buffer of a fixed size is one that the kernel no longer fits to the connection. Nobody is
    // served by that unless they ask for it; Apache Kafka sets its defaults, too.
    if (is_set(config, "socket.send.buffer.bytes")) {
      address.send_buffer_bytes = config.socket_send_buffer_bytes;
    }
    if (is_set(config, "socket.receive.buffer.bytes")) {
      address.receive_buffer_bytes = config.socket_receive_buffer_bytes;
    }
    const Result<int32_t> port =
        server.listen(address, config.is_controller_listener(listener.name));
    if (!port) {
      return std::unexpected(port.error());
    }
    ports[listener.name] = *port;
  }
  apply_limits();
  if (config.kraftlab_evidence_path.empty() && !config.kraftlab_faults.empty()) {
    return fail(ErrorCode::InvalidConfig,
                "kraftlab.faults needs kraftlab.evidence.path, where each fault says that it fired");
  }
  if (!config.kraftlab_evidence_path.empty()) {
    Result<std::unique_ptr<EvidenceRecorder>> opened =
        EvidenceRecorder::open(config.kraftlab_evidence_path);
    if (!opened) {
      return std::unexpected(opened.error());
    }
    recorder = std::move(*opened);
    recorder->set_alarm([this](int64_t delay_ms, std::function<void()> ring) {
      timers.run_at(now_ms + delay_ms, now_ms, std::move(ring));
    });
    if (!config.kraftlab_faults.empty()) {
      Result<FaultPlan> faults = FaultPlan::parse(config.kraftlab_faults);
      if (!faults) {
        return std::unexpected(faults.error());
      }
      recorder->set_faults(std::move(*faults), planned_faults.get());
    }
    events = std::make_unique<EvidenceEvents>(*recorder);
    groups->on_append([this](const GroupAppend& append) { events->on_group_append(append); });
    server.set_recorder(recorder.get());
  }
  return {};
}

void NodeParts::apply_limits() {
  ServerLimits limits;
  limits.request_bytes_max = config.socket_request_max_bytes;
  limits.idle_ms_max = config.connections_max_idle_ms;
  limits.connections_max = config.max_connections;
  limits.connections_per_address_max = config.max_connections_per_ip;
  limits.connections_by_address_max = config.max_connections_per_ip_overrides;
  server.set_limits(limits);
  fetch_sessions.set_slots(static_cast<size_t>(config.max_incremental_fetch_session_cache_slots));
}

KraftIdentity NodeParts::identity() const {
  KraftIdentity identity;
  identity.cluster_id = storage.cluster_id();
  identity.metadata_directory_id = storage.metadata_directory_id();
  identity.log_directory_ids = storage.directory_ids();
  identity.previous_broker_epoch = storage.previous_broker_epoch();
  for (Listener listener : config.advertised_listeners) {
    if (const auto bound = ports.find(listener.name); listener.port == 0 && bound != ports.end()) {
      listener.port = bound->second;
    }
    if (listener.host.empty()) {
      listener.host = canonical_host_name();
    }
    identity.bound_advertised_listeners.push_back(std::move(listener));
  }
  return identity;
}

Result<> NodeParts::start_metadata() {
  Result<std::unique_ptr<Kraft>> kraft = Kraft::open(files, random, config, identity(), now_ms);
  if (!kraft) {
    return std::unexpected(kraft.error());
  }
  metadata.own(std::move(*kraft), config.controller_quorum_request_timeout_ms,
               {.publish = [this](const MetadataDelta& delta) { on_metadata(delta); },
                .fatal =
                    [this](const Error& error) {
                      halt(server_logger, fmt::format("The metadata log cannot be trusted any "
                                                      "more, this node stops: {}",
                                                      error.message));
                    },
                .reply =
                    [this](const ReplyTo& to, const RaftResponse& response) {
                      std::visit([&](const auto& message) { node->reply(to, message); }, response);
                    },
                .leader_moved = [this](bool became_active) { on_leader_moved(became_active); }});
  if (const Result<> started = metadata.kraft().start(now_ms); !started) {
    return started;
  }
  alone = config.is_broker && metadata.kraft().is_only_voter() &&
          metadata.kraft().is_active_controller();
  return {};
}

Result<> NodeParts::start_roles() {
  if (config.is_broker) {
    log_info(broker_logger, "[BrokerServer id={}] Transition from SHUTDOWN to STARTING",
             config.node_id);
  }
  if (alone) {
    metadata.finish_event();
    if (const Result<> opened = open_broker(); !opened) {
      return opened;
    }
    if (const Result<> unfenced = unfence_alone(); !unfenced) {
      return unfenced;
    }
    start_serving();
  } else {
    server.start_controller_listeners();
    join_cluster();
  }
  finish_event();
  return {};
}

// The image says which logs this broker has.
Result<> NodeParts::open_broker() {
  groups->own(std::make_unique<GroupCoordinator>(group_settings(config), random));
  if (const Result<> opened = open_logs(); !opened) {
    return opened;
  }
  // Before finish_opening(), which forgets which directories have one.
  if (const Result<> removed = storage.remove_clean_shutdown_markers(); !removed) {
    return removed;
  }
  storage.finish_opening();
  logs_open = true;
  return {};
}

Result<> NodeParts::unfence_alone() {
  if (const Result<> unfenced = metadata.kraft().unfence_broker(now_ms); !unfenced) {
    return unfenced;
  }
  metadata.touch();
  metadata.finish_event();
  log_info("kafka.server.BrokerLifecycleManager",
           "[BrokerLifecycleManager id={}] The broker has been unfenced. Transitioning from "
           "RECOVERY to RUNNING.",
           config.node_id);
  return {};
}

// --- as one of many

void NodeParts::join_cluster() {
  if (config.is_controller) {
    controller_registration->start(controller_registration_request());
  }
  if (config.is_broker) {
    lifecycle->start(broker_registration(), {.open_logs = [this] { return open_broker(); },
                                             .running = [this] { start_serving(); },
                                             .fatal = [this](const Error& e) { fail_start(e); },
                                             .stopped = [this] { leave_quorum(now_ms); }});
  }
}

BrokerRegistrationRequest NodeParts::broker_registration() {
  BrokerRegistrationRequest request;
  request.broker_id = config.node_id;
  request.cluster_id = storage.cluster_id();
  request.incarnation_id = random_uuid(random);
  request.rack = config.broker_rack;
  request.log_dirs = storage.directory_ids();
  request.previous_broker_epoch = storage.previous_broker_epoch();
  for (const Endpoint& endpoint : metadata.kraft().endpoints(false)) {
    request.listeners.push_back(
        {endpoint.listener, endpoint.host, endpoint.port, endpoint.security_protocol});
  }
  for (const SupportedFeature& feature : registered_features()) {
    request.features.push_back({feature.name, feature.min_version, feature.max_version});
  }
  return request;
}

ControllerRegistrationRequest NodeParts::controller_registration_request() const {
  ControllerRegistrationRequest request;
  request.controller_id = config.node_id;
  request.incarnation_id = metadata.kraft().controller_incarnation_id();
  for (const Endpoint& endpoint : metadata.kraft().endpoints(true)) {
    request.listeners.push_back(
        {endpoint.listener, endpoint.host, endpoint.port, endpoint.security_protocol});
  }
  for (const SupportedFeature& feature : registered_features()) {
    request.features.push_back({feature.name, feature.min_version, feature.max_version});
  }
  return request;
}

void NodeParts::fail_start(const Error& error) {
  log_fatal(server_logger, "Exiting Kafka due to a failed start: {}", error.message);
  exit_code = 1;
  stopping = true;
  loop.stop();
}

void NodeParts::start_serving() {
  if (std::exchange(serving, true)) {
    return;
  }
  start_upkeep();
  server.start();
  for (const Listener& listener : config.listeners) {
    log_info("kafka.network.SocketServer", "Listening on {}://{}:{}", listener.name,
             listener.host.empty() ? "*" : listener.host, ports[listener.name]);
  }
  if (config.is_broker) {
    log_info(broker_logger, "[BrokerServer id={}] Transition from STARTING to STARTED",
             config.node_id);
  }
  log_info(server_logger, "[KafkaRaftServer nodeId={}] Kafka Server started", config.node_id);
}

// --- what happens from time to time

void NodeParts::start_upkeep() {
  if (!config.is_broker) {
    return;
  }
  schedule_checkpoints();
  isr->start();
  timers.run_at(now_ms + config.log_initial_task_delay_ms, now_ms, [this] {
    check_retention();
    every(config.log_retention_check_interval_ms, [this] { check_retention(); });
  });
  arm_deletions();
}

// Both write only what changed: an idle broker finds nothing to do and touches no file. Flushing a
// minute after the writes finds most pages on disk already, where the system has put them by then;
// flushing at once would make the broker pay for all of them. What a crash leaves unflushed is read
// again at the next start.
void NodeParts::schedule_checkpoints() {
  every(config.replica_high_watermark_checkpoint_interval_ms, [this] {
    if (const Result<> written = storage.write_high_watermarks(); !written) {
      log_error("kafka.server.ReplicaManager", "Cannot write the high watermarks: {}",
                written.error().message);
    }
  });
  every(config.log_flush_offset_checkpoint_interval_ms, [this] { storage.flush_changed(now_ms); });
  constexpr int64_t never_ms = INT64_MAX;
  const int64_t interval_ms = config.log_flush_scheduler_interval_ms;
  if (interval_ms > 0 && interval_ms < never_ms) {
    every(interval_ms, [this] { storage.flush_changed(now_ms, Storage::Flushed::Due); });
  }
}

void NodeParts::check_retention() {
  storage.apply_retention(now_ms);
  arm_deletions();
}

void NodeParts::arm_deletions() {
  const int64_t next = storage.next_deletion_ms();
  if (next >= deletions_timer_ms_) {
    return;
  }
  deletions_timer_ms_ = next;
  timers.run_at(next, now_ms, [this] {
    deletions_timer_ms_ = INT64_MAX;
    storage.run_deletions(now_ms);
    arm_deletions();
  });
}

}  // namespace kafka
