// Fetch: record batches from an offset on, straight from the segment files.
//
// The answer holds ranges of files, which the kernel sends; nothing is copied. Partitions are read
// in order until max_bytes is used up; a partition gives at most its own max_bytes; the first batch
// of the first partition that has any comes whole even when it is larger than both (KIP-74), so
// that a consumer always moves on. The last batch may be cut: clients drop it and ask again.
//
// With fewer than min_bytes to give, and no error, the request lies in the purgatory until a
// partition of it moves or max_wait_ms is over. Consumers read below the high watermark; isolation
// level 1 below the last stable offset. From v11 on a consumer may also read from a follower, and
// the leader sends one that names its rack to the replica there (KIP-392).
//
// Followers fetch through the same door, with a replica id, up to the log end; what they ask for
// tells how far they are (core/replica/partition.h). They are answered as soon as there is another
// high watermark or log start to tell. Who is a follower? Any client can write a replica id, and
// one that is believed could read what is not committed and hold records back from being it. On a
// listener without authentication a broker is known by what only brokers have: it comes in on the
// inter-broker listener, its id is registered, and from v15 on (where a broker always does) it
// names the epoch of a registration, which is compared where it counts. All others get
// CLUSTER_AUTHORIZATION_FAILED. Apache Kafka asks its authorizer instead, and without one believes
// everybody.
//
//   v7   incremental sessions (KIP-227): core/replica/fetch_sessions.h
//   v9   current_leader_epoch (KIP-320): FENCED_ and UNKNOWN_LEADER_EPOCH
//   v10  the client reads zstd; batches go out as they are stored to older ones too (KIP-896)
//   v11  rack_id, preferred_read_replica (KIP-392)
//   v12  last_fetched_epoch and diverging_epoch, current_leader
//   v13  topic ids (KIP-516)        v15  replica_state instead of replica_id (KIP-903)
//   v16  node_endpoints, current_leader filled (KIP-951)
//   v17  replica_directory_id       v18  high_watermark (KIP-1166)
//
// Arguments without sense, such as a negative size, are UNKNOWN_SERVER_ERROR as in Kafka.
#include "protocol/api/01_fetch.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "broker/core/purgatory.h"
#include "broker/core/replica/departures.h"
#include "broker/core/replica/fetch_sessions.h"
#include "broker/core/replica/replica_selector.h"
#include "broker/handlers/partition_lookup.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

constexpr int16_t sessions_since = 7;
constexpr int16_t racks_since = 11;
constexpr int16_t topic_ids_in_fetch_since = 13;
constexpr int16_t replica_state_since = 15;
constexpr int16_t current_leader_in_fetch_since =
    16;  // of Kafka's broker; the field is there from v12 on

// What stays the same however often a request is tried.
struct FetchJob {
  ReplyTo reply_to;
  int16_t version = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = 0;
  std::optional<FollowerFetch> follower;
  std::string rack;      // of a consumer that may be sent to a follower; mostly empty
  std::string listener;  // that it came in on, with a rack
  Isolation isolation = Isolation::ReadUncommitted;
  FetchContext context;
};

struct ReadOutcome {
  int64_t bytes = 0;
  bool answer_now = false;  // an error, or a history that is not ours
};

Result<Partition*> fetched_partition(Node& node, const FetchJob& job, const FetchKey& key) {
  return job.version >= topic_ids_in_fetch_since ? find_partition(node, key.topic_id, key.partition)
                                                 : find_partition(node, key.topic, key.partition);
}

// A follower that is in sync is never held back: it would only fall out of the ISR.
bool is_throttled(Node& node, const FetchJob& job, const Partition& partition) {
  return partition.topic().leader_throttled.contains(partition.index()) &&
         !partition.isr().holds(job.follower->id) &&
         node.replicas().leader_quota().exceeded(node.now_ms());
}

Result<PartitionData> read_item(Node& node, const FetchJob& job, const FetchItem& item,
                                int32_t max_bytes, bool min_one_batch) {
  const Result<Partition*> partition = fetched_partition(node, job, item.key);
  if (!partition) {
    return std::unexpected(partition.error());
  }
  if (item.wanted.partition_max_bytes < 0 || max_bytes < 0) {
    return fail(ErrorCode::UnknownServerError);
  }
  PartitionFetch fetch;
  fetch.offset = item.wanted.fetch_offset;
  fetch.current_leader_epoch = item.wanted.current_leader_epoch;
  fetch.last_fetched_epoch = item.wanted.last_fetched_epoch;
  fetch.max_bytes = std::min(item.wanted.partition_max_bytes, max_bytes);
  fetch.min_one_batch = min_one_batch;
  fetch.isolation = job.isolation;
  fetch.leader_only = job.version < racks_since;
  if (job.follower && is_throttled(node, job, **partition)) {
    fetch.max_bytes = 0;
    fetch.min_one_batch = false;
  }
  FollowerFetch follower = job.follower.value_or(FollowerFetch{});
  follower.log_start_offset = item.wanted.log_start_offset;
  Result<PartitionData> read = job.follower
                                   ? (*partition)->read_as_follower(fetch, follower, node.now_ms())
                                   : (*partition)->read(fetch);
  if (!read && read.error().code == ErrorCode::KafkaStorageError) {
    log_error("kafka.server.ReplicaManager", "Cannot read {}: {}", to_string((*partition)->name()),
              read.error().message);
  }
  return read;
}

// The follower that a consumer had better read from, if there is one.
std::optional<int32_t> better_replica(Node& node, const FetchJob& job, const FetchItem& item) {
  const Result<Partition*> partition = fetched_partition(node, job, item.key);
  if (!partition) {
    return std::nullopt;
  }
  const auto rack_of = [&](int32_t id) -> std::optional<std::string> {
    const BrokerImage* broker = node.image().broker(id);
    const bool reachable =
        broker != nullptr && !broker->fenced && broker->endpoint(job.listener) != nullptr;
    return reachable ? broker->rack : std::nullopt;
  };
  return preferred_read_replica(**partition, node.config().node_id, job.rack,
                                item.wanted.fetch_offset, rack_of);
}

void fill_error(FetchResponse::PartitionData& data, ErrorCode code) {
  data.error_code = static_cast<int16_t>(code);
  data.high_watermark = -1;
  data.records = Records{};
  // Kafka's two ways to fail: before a partition is looked at the list is empty, afterwards null.
  if (code != ErrorCode::UnknownTopicOrPartition && code != ErrorCode::UnknownTopicId) {
    data.aborted_transactions.reset();
  }
}

void fill_data(FetchResponse::PartitionData& data, PartitionData&& read, Isolation isolation) {
  data.high_watermark = read.high_watermark;
  data.last_stable_offset = read.last_stable_offset;
  data.log_start_offset = read.log_start_offset;
  // Null says "not asked for"; an empty list "asked for, and there are none".
  if (isolation == Isolation::ReadUncommitted) {
    data.aborted_transactions.reset();
  }
  if (read.diverging) {
    data.diverging_epoch = {read.diverging->epoch, read.diverging->offset};
  }
  data.records = Records::of(std::move(read.records));
}

// A follower is told at once what its own state depends on. Without a session it would be told the
// same again and again.
bool is_news(const FetchJob& job, const FetchItem& item, const PartitionData& read) {
  return job.follower && job.context.session_id != 0 &&
         (read.high_watermark != item.told_high_watermark ||
          read.log_start_offset != item.told_log_start_offset);
}

ReadOutcome read_all(Node& node, FetchJob& job) {
  ReadOutcome outcome;
  int32_t left = job.max_bytes;
  bool min_one_batch = true;
  for (FetchItem& item : job.context.items) {
    item.data = {};
    item.data.partition_index = item.key.partition;
    Result<PartitionData> read = read_item(node, job, item, left, min_one_batch);
    if (!read) {
      fill_error(item.data, read.error().code);
      outcome.answer_now = true;
      continue;
    }
    outcome.answer_now =
        outcome.answer_now || read->diverging.has_value() || is_news(job, item, *read);
    if (!job.rack.empty()) {
      if (const auto replica = better_replica(node, job, item)) {
        item.data.preferred_read_replica = *replica;
        read->records = {};
        outcome.answer_now = true;
      }
    }
    const int32_t bytes = read->records.length;
    if (bytes > 0) {
      min_one_batch = false;
      left = std::max(0, left - bytes);
      outcome.bytes += bytes;
    }
    fill_data(item.data, std::move(*read), job.isolation);
  }
  return outcome;
}

// Partitions of one topic that follow each other share its entry.
FetchResponse response_of(Node& node, FetchJob& job, const Request* request) {
  FetchResponse response;
  response.error_code = static_cast<int16_t>(job.context.error);
  response.session_id = job.context.session_id;
  for (FetchItem& item : job.context.items) {
    if (response.responses.empty() || response.responses.back().topic != item.key.topic ||
        response.responses.back().topic_id != item.key.topic_id) {
      auto& topic = response.responses.emplace_back();
      topic.topic = item.key.topic;
      topic.topic_id = item.key.topic_id;
    }
    const auto code = static_cast<ErrorCode>(item.data.error_code);
    if (request != nullptr && job.version >= current_leader_in_fetch_since &&
        (code == ErrorCode::NotLeaderOrFollower || code == ErrorCode::FencedLeaderEpoch)) {
      const PartitionImage* image =
          job.version >= topic_ids_in_fetch_since
              ? node.image().partition(item.key.topic_id, item.key.partition)
              : node.image().partition(item.key.topic, item.key.partition);
      add_current_leader(node, *request, current_leader_in_fetch_since, image, item.data, response);
    }
    response.responses.back().partitions.push_back(std::move(item.data));
  }
  return response;
}

// What goes to followers of throttled replicas counts against leader.replication.throttled.rate.
void charge_quota(Node& node, const FetchJob& job) {
  for (const FetchItem& item : job.context.items) {
    const TopicReplicas* topic = node.replicas().find_topic(item.key.topic_id);
    if (topic != nullptr && topic->leader_throttled.contains(item.key.partition)) {
      node.replicas().leader_quota().record(static_cast<int64_t>(item.data.records.size()),
                                            node.now_ms());
    }
  }
}

void answer(Node& node, FetchJob& job, const Request* request) {
  if (job.follower) {
    charge_quota(node, job);
  }
  if (job.version >= sessions_since) {
    node.fetch_sessions().finish(job.context);
  }
  node.reply(job.reply_to, response_of(node, job, request));
}

void park_fetch(Node& node, FetchJob job, int32_t max_wait_ms) {
  ParkedRequest parked;
  parked.reply_to = job.reply_to;
  parked.deadline_ms = node.now_ms() + max_wait_ms;
  for (const FetchItem& item : job.context.items) {
    const Partition* partition = job.version >= topic_ids_in_fetch_since
                                     ? node.replicas().find(item.key.topic_id, item.key.partition)
                                     : node.replicas().find(item.key.topic, item.key.partition);
    if (partition != nullptr) {
      parked.waits_for.push_back(job.follower ? partition->log_end_key() : partition->key());
    }
  }
  if (job.follower) {
    job.follower->update = false;  // the next tries say nothing new about it
  }
  auto waiting = std::make_shared<FetchJob>(std::move(job));
  parked.attempt = [&node, waiting](bool expired) {
    const ReadOutcome outcome = read_all(node, *waiting);
    if (!expired && !outcome.answer_now && outcome.bytes < waiting->min_bytes) {
      return false;
    }
    answer(node, *waiting, nullptr);
    return true;
  };
  node.purgatory().park(std::move(parked));
}

FetchContext refuse_all(const FetchRequest& message, ErrorCode error) {
  FetchContext context;
  context.error = error;
  for (const FetchRequest::FetchTopic& topic : message.topics) {
    for (const FetchRequest::FetchPartition& partition : topic.partitions) {
      FetchItem& item = context.items.emplace_back(
          FetchKey{topic.topic_id, topic.topic, partition.partition}, partition);
      item.data.partition_index = partition.partition;
      item.data.error_code = static_cast<int16_t>(error);
      item.data.high_watermark = -1;
    }
  }
  return context;
}

// The follower that a request says it comes from; nullopt: a consumer.
std::optional<FollowerFetch> claimed_follower(const FetchRequest& message, int16_t version) {
  FollowerFetch follower;
  follower.id =
      version >= replica_state_since ? message.replica_state.replica_id : message.replica_id;
  follower.broker_epoch = version >= replica_state_since ? message.replica_state.replica_epoch : -1;
  return follower.id >= 0 ? std::optional(follower) : std::nullopt;
}

bool is_broker(Node& node, const Request& request, const FollowerFetch& follower) {
  return request.connection->listener == node.config().inter_broker_listener_name &&
         follower.id != node.config().node_id && node.image().broker(follower.id) != nullptr &&
         (request.version() < replica_state_since || follower.broker_epoch >= 0);
}

bool selects_by_rack(Node& node, const FetchRequest& message, int16_t version) {
  return version >= racks_since && !message.rack_id.empty() &&
         node.config().text("replica.selector.class") == rack_aware_selector;
}

FetchJob job_of(Node& node, const Request& request, const FetchRequest& message) {
  FetchJob job;
  job.reply_to = request.reply_to;
  job.version = request.version();
  job.min_bytes = message.min_bytes;
  job.max_bytes = std::min(message.max_bytes, node.config().fetch_max_bytes);
  job.isolation =
      message.isolation_level == 1 ? Isolation::ReadCommitted : Isolation::ReadUncommitted;
  job.follower = claimed_follower(message, job.version);
  if (!job.follower && selects_by_rack(node, message, job.version)) {
    job.rack = message.rack_id;
    job.listener = request.connection->listener;
  }
  return job;
}

}  // namespace

void handle_fetch(Node& node, Request& request) {
  const auto message = node.decode_or_close<FetchRequest>(request);
  if (!message) {
    return;
  }
  FetchJob job = job_of(node, request, *message);
  const bool sensible = message->isolation_level == 0 || message->isolation_level == 1;
  const bool allowed = !job.follower || is_broker(node, request, *job.follower);
  if (!sensible || !allowed) {
    job.context = refuse_all(
        *message, sensible ? ErrorCode::ClusterAuthorizationFailed : ErrorCode::UnknownServerError);
    node.reply(job.reply_to, response_of(node, job, &request));
    return;
  }
  if (job.follower && node.departures().on_contact(job.reply_to.connection_id, job.follower->id,
                                                   node.now_ms())) {
    node.purgatory().moved(Departures::news);
  }
  job.context =
      node.fetch_sessions().begin(*message, job.version, node.now_ms(), job.follower.has_value());
  if (job.context.error != ErrorCode::None) {
    node.reply(job.reply_to, response_of(node, job, &request));
    return;
  }
  const ReadOutcome outcome = read_all(node, job);
  if (outcome.answer_now || outcome.bytes >= job.min_bytes || message->max_wait_ms <= 0 ||
      job.context.items.empty()) {
    answer(node, job, &request);
    return;
  }
  park_fetch(node, std::move(job), message->max_wait_ms);
}

}  // namespace kafka
