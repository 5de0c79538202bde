// NodeParts: everything a node is made of, in the order in which it is built. Later parts refer to
// earlier ones and are gone before them.
//
//            config   clock            files   random
//   loop --- timers --- disk thread      |
//     |                       |       storage --- replicas --- purgatory, fetch sessions
//   server --- dispatch       |          |
//                 |        metadata (kraft: raft, controller, image)
//              handlers --- groups, producer ids
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "broker/config/broker_config.h"
#include "broker/core/env.h"
#include "broker/core/purgatory.h"
#include "broker/core/replica/fetch_sessions.h"
#include "broker/core/replica/replica_table.h"
#include "broker/io/disk_thread.h"
#include "broker/io/event_loop.h"
#include "broker/io/evidence_recorder.h"
#include "broker/io/files.h"
#include "broker/io/server.h"
#include "broker/io/timers.h"
#include "broker/node/group_driver.h"
#include "broker/node/metadata_driver.h"
#include "broker/node/producer_ids.h"
#include "broker/node/storage.h"
#include "protocol/record_batch.h"

namespace kafka {

class Node;

struct NodeParts : public RequestSink {
  explicit NodeParts(BrokerConfig configuration);
  ~NodeParts() override;

  // Builds what refers to the node itself.
  void attach(Node& owner);

  // dispatch.cc
  void on_request(ConnectionInfo& connection, uint64_t sequence,
                  std::span<uint8_t> frame) override;
  void on_disconnect(const ConnectionInfo& connection) override;

  // Around every event of the loop.
  void read_clock();
  void finish_event();

  // What became committed: logs are opened and removed, roles set, configurations reloaded.
  void publish(const MetadataDelta& delta);  // publisher.cc
  Result<> open_logs();                      // publisher.cc: of everything in the image
  [[noreturn]] void halt(const Error& error);

  // startup.cc, in this order
  Result<> open_storage();
  Result<> bind_listeners();
  Result<> start_metadata();
  Result<> start_broker();
  Result<> start_serving();
  // shutdown.cc
  void shut_down();

  BrokerConfig config;
  int64_t now_ms = 0;
  PosixFiles files;
  SeededRandom random;
  EventLoop loop;
  Timers timers;
  DiskThread disk;
  ReplicaTable replicas;
  Storage storage;
  Purgatory purgatory;
  FetchSessions fetch_sessions;
  BatchValidator batch_validator;
  MetadataDriver metadata;
  ProducerIds producer_ids;
  std::unique_ptr<GroupDriver> groups;
  std::unique_ptr<EvidenceRecorder> recorder;
  Server server;
  Node* node = nullptr;

  std::map<std::string, int32_t, std::less<>> ports;  // by listener, as they really are
  int exit_code = 0;

 private:
  void complete_waiters();
  void arm_purgatory();
  void every(int64_t interval_ms, std::function<void()> task);

  // startup.cc
  void start_upkeep();
  void schedule_checkpoints();
  void check_retention();
  void arm_deletions();
  void apply_limits();

  // publisher.cc
  void reload_configs(const MetadataDelta& delta);
  void remove_topics(const MetadataDelta& delta);
  Result<> apply_partition(const TopicImage& topic, int32_t index);
  TopicReplicas& topic_replicas(const TopicImage& topic);

  int64_t purgatory_timer_ms_ = INT64_MAX;
  int64_t deletions_timer_ms_ = INT64_MAX;
};

}  // namespace kafka
