// NodeParts: everything a node is made of, in the order in which it is built. Later parts refer to
// earlier ones and are gone before them.
//
//   host:    clock                     files   entropy
//   loop --- timers --- disk thread      |    random
//     |        |              |       storage --- replicas --- purgatory, fetch sessions
//     |      peers            |          |
//     |        +---------- metadata (kraft: raft, controller, image)
//     |        |              |
//     |      controller calls: lifecycle, controller registration, producer ids
//   server --- dispatch --- handlers --- groups
//
// Three shapes, by process.roles: a controller has no logs, groups and lifecycle; a broker's kraft
// only observes; both together are both. `alone` is the shape that forms the quorum by itself and
// has the broker in the same process: it starts and stops without asking anybody (kraft.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "broker/config/broker_config.h"
#include "broker/core/env.h"
#include "broker/core/purgatory.h"
#include "broker/core/replica/departures.h"
#include "broker/core/replica/fetch_sessions.h"
#include "broker/core/replica/replica_table.h"
#include "broker/io/evidence_recorder.h"
#include "broker/io/host.h"
#include "broker/io/peers.h"
#include "broker/io/server.h"
#include "broker/io/timers.h"
#include "broker/node/broker_failures.h"
#include "broker/node/broker_lifecycle.h"
#include "broker/node/controller_calls.h"
#include "broker/node/controller_registration.h"
#include "broker/node/evidence_events.h"
#include "broker/node/group_driver.h"
#include "broker/node/local_calls.h"
#include "broker/node/lost_clients_watch.h"
#include "broker/node/directory_driver.h"
#include "broker/node/isr_driver.h"
#include "broker/node/metadata_driver.h"
#include "broker/node/planned_faults.h"
#include "broker/node/producer_ids.h"
#include "broker/node/replica_fetcher.h"
#include "broker/node/storage.h"
#include "protocol/record_batch.h"

namespace kafka {

class Node;

struct NodeParts : public RequestSink {
  NodeParts(BrokerConfig configuration, std::unique_ptr<Host> the_host);
  ~NodeParts() override;

  // Builds what refers to the node itself.
  void attach(Node& owner);

  // dispatch.cc
  void on_request(ConnectionInfo& connection, uint64_t sequence,
                  std::span<uint8_t> frame) override;
  void call_here(ConnectionInfo& from, std::span<uint8_t> frame, LocalCalls::Done done);
  void close_connection(const ReplyTo& to, std::string_view reason);
  void on_disconnect(const ConnectionInfo& connection) override;

  // Around every event of the loop.
  void read_clock();
  void finish_event();

  // What became committed: logs are opened and removed, roles set, configurations reloaded.
  void publish(const MetadataDelta& delta);  // publisher.cc
  Result<> open_logs();                      // publisher.cc: of everything in the image
  // failed_directories.cc
  void look_after_directories();
  void tell_offline_directories();
  [[noreturn]] void halt(std::string_view logger, const std::string& reason);

  // startup.cc, in this order
  Result<> open_storage();
  Result<> bind_listeners();
  Result<> start_metadata();
  Result<> start_roles();
  void start_serving();
  // shutdown.cc
  void begin_stop();  // of what others should know about; then the loop ends
  void shut_down();   // after the loop

  std::unique_ptr<Host> host;
  BrokerConfig config;
  int64_t now_ms = 0;
  std::unique_ptr<PlannedFaults> planned_faults;  // null without kraftlab.faults
  Files& files;
  SeededRandom random;
  EventLoop& loop;
  Timers timers;
  DiskThread& disk;
  ReplicaTable replicas;
  Storage storage;
  Purgatory purgatory;
  Departures departures;
  FetchSessions fetch_sessions;
  BatchValidator batch_validator;
  Peers peers;
  LocalCalls local_calls;
  ControllerCalls controller_calls;
  MetadataDriver metadata;
  // Built by attach(): they refer to the node.
  std::unique_ptr<ProducerIds> producer_ids;
  std::unique_ptr<GroupDriver> groups;
  std::unique_ptr<ReplicaFetchers> fetchers;
  std::unique_ptr<IsrDriver> isr;
  std::unique_ptr<DirectoryDriver> directories;
  std::unique_ptr<BrokerLifecycle> lifecycle;
  std::unique_ptr<ControllerRegistration> controller_registration;
  std::unique_ptr<BrokerFailures> failures;
  std::unique_ptr<LostClientsWatch> lost_clients;
  std::unique_ptr<EvidenceRecorder> recorder;
  std::unique_ptr<EvidenceEvents> events;  // with a recorder only
  Server server;
  Node* node = nullptr;

  std::map<std::string, std::vector<std::function<void(Result<>)>>> topics_on_demand;
  std::map<std::string, int32_t, std::less<>> ports;  // by listener, as they really are
  bool alone = false;
  bool logs_open = false;
  bool serving = false;
  bool stopping = false;
  int exit_code = 0;

 private:
  void dispatch(ConnectionInfo& connection, uint64_t sequence, std::span<uint8_t> frame);
  std::optional<ControllerCalls::Where> active_controller() const;
  void on_metadata(const MetadataDelta& delta);
  void on_leader_moved(bool became_active);
  void note_controller_started();
  void complete_waiters();
  void arm_purgatory();
  void every(int64_t interval_ms, std::function<void()> task);

  // startup.cc
  KraftIdentity identity() const;
  Result<> open_broker();
  Result<> unfence_alone();
  void join_cluster();
  BrokerRegistrationRequest broker_registration();
  ControllerRegistrationRequest controller_registration_request() const;
  void fail_start(const Error& error);
  void start_upkeep();
  void schedule_checkpoints();
  void check_retention();
  void arm_deletions();
  void apply_limits();

  // shutdown.cc
  void leave_quorum(int64_t began_ms);
  void close_broker();

  // publisher.cc
  void reload_configs(const MetadataDelta& delta);
  void remove_topics(const MetadataDelta& delta);
  Result<> apply_partition(const TopicImage& topic, int32_t index);
  TopicReplicas& topic_replicas(const TopicImage& topic);
  void remove_replica(const TopicImage& topic, int32_t index);
  void close_replica(const std::string& topic, const TopicIdPartition& partition);
  void note_brokers();
  void set_replication_quotas();

  int64_t purgatory_timer_ms_ = INT64_MAX;
  int64_t deletions_timer_ms_ = INT64_MAX;
};

}  // namespace kafka
