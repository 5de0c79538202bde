// Fetch: record batches from an offset on, straight from the segment files.
//
// The answer holds ranges of files, which the kernel sends; nothing is copied. Partitions are read
// in order until max_bytes is used up; a partition gives at most its own max_bytes; the first batch
// of the first partition that has any comes whole even when it is larger than both (KIP-74), so
// that a consumer always moves on. The last batch may be cut: clients drop it and ask again.
//
// With fewer than min_bytes to give, and no error, the request lies in the purgatory until a
// partition of it moves or max_wait_ms is over. Consumers read below the high watermark; isolation
// level 1 below the last stable offset.
//
//   v7   incremental sessions (KIP-227): core/replica/fetch_sessions.h
//   v9   current_leader_epoch (KIP-320): FENCED_ and UNKNOWN_LEADER_EPOCH
//   v10  the client reads zstd; batches go out as they are stored to older ones too (KIP-896)
//   v11  rack_id, preferred_read_replica (always -1 here: one replica)
//   v12  last_fetched_epoch and diverging_epoch, current_leader
//   v13  topic ids (KIP-516)        v15  replica_state instead of replica_id (KIP-903)
//   v16  node_endpoints, current_leader filled (KIP-951)
//   v17  replica_directory_id       v18  high_watermark (KIP-1166)
//
// Followers fetch through the same door with a replica id. Until replication exists no partition
// has one, and whoever claims to be one gets NOT_LEADER_OR_FOLLOWER. Arguments without sense, such
// as a negative size, are UNKNOWN_SERVER_ERROR as in Kafka.
#include "protocol/api/01_fetch.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "broker/core/purgatory.h"
#include "broker/core/replica/fetch_sessions.h"
#include "broker/handlers/partition_lookup.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

constexpr int16_t sessions_since = 7;
constexpr int16_t topic_ids_since = 13;
constexpr int16_t replica_state_since = 15;
constexpr int16_t current_leader_since = 16;  // of Kafka's broker; the field is there from v12 on

// What stays the same however often a request is tried.
struct FetchJob {
  ReplyTo reply_to;
  int16_t version = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = 0;
  bool from_follower = false;
  Isolation isolation = Isolation::ReadUncommitted;
  FetchContext context;
};

struct ReadOutcome {
  int64_t bytes = 0;
  bool answer_now = false;  // an error, or a history that is not ours
};

Result<PartitionData> read_item(Node& node, const FetchJob& job, const FetchItem& item,
                                int32_t max_bytes, bool min_one_batch) {
  const Result<Partition*> partition =
      job.version >= topic_ids_since ? find_partition(node, item.key.topic_id, item.key.partition)
                                     : find_partition(node, item.key.topic, item.key.partition);
  if (!partition) {
    return std::unexpected(partition.error());
  }
  if (job.from_follower) {
    return fail(ErrorCode::NotLeaderOrFollower);
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
  Result<PartitionData> read = (*partition)->read(fetch);
  if (!read && read.error().code == ErrorCode::KafkaStorageError) {
    log_error("kafka.server.ReplicaManager", "Cannot read {}: {}",
              to_string((*partition)->name()), read.error().message);
  }
  return read;
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
    outcome.answer_now = outcome.answer_now || read->diverging.has_value();
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
    if (request != nullptr && job.version >= current_leader_since &&
        (code == ErrorCode::NotLeaderOrFollower || code == ErrorCode::FencedLeaderEpoch)) {
      const PartitionImage* image =
          job.version >= topic_ids_since
              ? node.image().partition(item.key.topic_id, item.key.partition)
              : node.image().partition(item.key.topic, item.key.partition);
      add_current_leader(node, *request, current_leader_since, image, item.data, response);
    }
    response.responses.back().partitions.push_back(std::move(item.data));
  }
  return response;
}

void answer(Node& node, FetchJob& job, const Request* request) {
  if (job.version >= sessions_since) {
    node.fetch_sessions().finish(job.context);
  }
  node.reply(job.reply_to, response_of(node, job, request));
}

void park(Node& node, FetchJob job, int32_t max_wait_ms) {
  ParkedRequest parked;
  parked.reply_to = job.reply_to;
  parked.deadline_ms = node.now_ms() + max_wait_ms;
  for (const FetchItem& item : job.context.items) {
    const Partition* partition =
        job.version >= topic_ids_since ? node.replicas().find(item.key.topic_id, item.key.partition)
                                       : node.replicas().find(item.key.topic, item.key.partition);
    if (partition != nullptr) {
      parked.waits_for.push_back(partition->key());
    }
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
      fill_error(item.data, error);
    }
  }
  return context;
}

int32_t replica_id_of(const FetchRequest& message, int16_t version) {
  return version >= replica_state_since ? message.replica_state.replica_id : message.replica_id;
}

}  // namespace

void handle_fetch(Node& node, Request& request) {
  const auto message = node.decode_or_close<FetchRequest>(request);
  if (!message) {
    return;
  }
  FetchJob job;
  job.reply_to = request.reply_to;
  job.version = request.version();
  job.min_bytes = message->min_bytes;
  job.max_bytes = std::min(message->max_bytes, node.config().fetch_max_bytes);
  job.isolation =
      message->isolation_level == 1 ? Isolation::ReadCommitted : Isolation::ReadUncommitted;
  job.from_follower = replica_id_of(*message, job.version) >= 0;
  if (message->isolation_level != 0 && message->isolation_level != 1) {
    job.context = refuse_all(*message, ErrorCode::UnknownServerError);
    node.reply(job.reply_to, response_of(node, job, &request));
    return;
  }
  job.context = node.fetch_sessions().begin(*message, job.version, node.now_ms());
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
  park(node, std::move(job), message->max_wait_ms);
}

}  // namespace kafka
