// Produce: appends one record batch to each partition that is named.
//
// Checked first: that the partition is here and led by us; that the set holds exactly one v2 batch
// with a right checksum, sizes, offsets and times (protocol/record_batch.h); that an idempotent
// producer's sequence goes on (core/log). Then base offset and leader epoch are patched in place
// and the batch goes to the file as it came, unless compression.type asks for another codec.
//
// acks=0 gets no answer; an error then closes the connection, which is how such a producer learns
// that its metadata is old. acks=1 is answered after the append, acks=-1 when all in-sync replicas
// have it: until then the request lies in the purgatory. Other values are INVALID_REQUIRED_ACKS.
// A retry of one of the last five batches gets the offsets of the first time.
//
//   v3   the oldest; v0-2 are listed by ApiVersions, since librdkafka looks for them, but refused
//   v5   log_start_offset          v7   zstd (UNSUPPORTED_COMPRESSION_TYPE before, KIP-110)
//   v8   record_errors, error_message (KIP-467)
//   v10  current_leader, node_endpoints (KIP-951)
//   v13  topic ids (KIP-516)
//
// Transactions are not there yet: a transactional batch is INVALID_TXN_STATE.
#include "protocol/api/00_produce.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/handlers/park.h"
#include "broker/handlers/partition_lookup.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"
#include "protocol/record_batch.h"

namespace kafka {

namespace {

using PartitionProduce = ProduceRequest::PartitionProduceData;
using PartitionProduceResponse = ProduceResponse::PartitionProduceResponse;

constexpr int16_t zstd_since = 7;
constexpr int16_t current_leader_in_produce_since = 10;
constexpr int16_t topic_ids_in_produce_since = 13;
constexpr int16_t acks_all = -1;
constexpr std::string_view admin_client_id = "__admin_client";

// An append that acks=-1 waits for.
struct Uncommitted {
  TopicIdPartition partition;
  int64_t end_offset;
  size_t topic_index;  // where its answer stands
  size_t partition_index;
};

struct Produced {
  ProduceResponse response;
  std::vector<Uncommitted> uncommitted;
  bool any_error = false;
};

void set_error(PartitionProduceResponse& answer, ErrorCode error) {
  answer.error_code = static_cast<int16_t>(error);
  answer.base_offset = -1;
}

BatchRules rules_of(const TopicConfig& config, int16_t version, int64_t now_ms) {
  BatchRules rules;
  rules.zstd_allowed = version >= zstd_since;
  rules.log_append_time = config.message_timestamp_type == "LogAppendTime";
  rules.keys_required = config.compact;
  rules.max_message_bytes = config.max_message_bytes;
  rules.timestamp_before_max_ms = config.message_timestamp_before_max_ms;
  rules.timestamp_after_max_ms = config.message_timestamp_after_max_ms;
  rules.now_ms = now_ms;
  return rules;
}

int level_of(const TopicConfig& config, Codec codec) {
  switch (codec) {
    case Codec::Gzip:
      return config.compression_gzip_level;
    case Codec::Lz4:
      return config.compression_lz4_level;
    case Codec::Zstd:
      return config.compression_zstd_level;
    default:
      return 0;
  }
}

// The codec that the topic wants batches to have; the producer's own for `producer`.
Codec wanted_codec(const TopicConfig& config, Codec given) {
  if (config.compression_type == "producer") {
    return given;
  }
  return codec_named(config.compression_type).value_or(Codec::None);
}

Result<AppendInfo> append(Node& node, Partition& partition, std::span<uint8_t> records,
                          const ProduceRequest& request, int16_t version) {
  const TopicConfig& config = *partition.topic().config;
  const Result<ValidBatch> valid =
      node.batch_validator().validate(records, rules_of(config, version, node.now_ms()));
  if (!valid) {
    return std::unexpected(valid.error());
  }
  records = records.first(valid->batch.size());  // a cut batch behind it is ignored
  if (valid->batch.is_transactional()) {
    return fail(ErrorCode::InvalidTxnState, "this broker has no transactions yet");
  }
  const bool append_time = config.message_timestamp_type == "LogAppendTime";
  const Codec codec = wanted_codec(config, valid->codec);
  if (codec != valid->codec) {
    Result<Bytes> packed = recompress(valid->batch, codec, level_of(config, codec));
    if (!packed) {
      return std::unexpected(packed.error());
    }
    if (packed->size() > static_cast<size_t>(config.max_message_bytes)) {
      return fail(ErrorCode::MessageTooLarge,
                  fmt::format("the batch has {} bytes as {}, max.message.bytes is {}",
                              packed->size(), config.compression_type, config.max_message_bytes));
    }
    if (!append_time) {
      set_max_timestamp(*packed, valid->max_timestamp, false);
    }
    return partition.append_as_leader(*packed, request.acks, node.now_ms());
  }
  if (!append_time && (valid->batch.max_timestamp() != valid->max_timestamp ||
                       valid->batch.has_log_append_time())) {
    set_max_timestamp(records, valid->max_timestamp, false);
  }
  return partition.append_as_leader(records, request.acks, node.now_ms());
}

// Records lie in the request's frame, which is ours to change.
std::span<uint8_t> mutable_records(const Request& request, const PartitionProduce& data) {
  if (data.records.bytes.empty()) {
    return {};
  }
  const auto position = data.records.bytes.data() - request.body.data();
  return request.body.subspan(static_cast<size_t>(position), data.records.bytes.size());
}

Result<AppendInfo> produce_to(Node& node, const Request& request, const ProduceRequest& message,
                              const ProduceRequest::TopicProduceData& topic,
                              const PartitionProduce& data, Partition*& partition) {
  const Result<Partition*> found = request.version() >= topic_ids_in_produce_since
                                       ? find_partition(node, topic.topic_id, data.index)
                                       : find_partition(node, topic.name, data.index);
  if (!found) {
    return std::unexpected(found.error());
  }
  partition = *found;
  if (is_internal_topic(partition->topic().name) &&
      request.header.client_id != std::string(admin_client_id)) {
    return fail(ErrorCode::InvalidTopicException,
                fmt::format("{} is written by the broker alone", partition->topic().name));
  }
  return append(node, *partition, mutable_records(request, data), message, request.version());
}

// Errors about a batch that has the right form: Kafka tells the log start with them.
bool is_about_contents(ErrorCode error, const Request& request, const PartitionProduce& data) {
  switch (error) {
    case ErrorCode::OutOfOrderSequenceNumber:
    case ErrorCode::DuplicateSequenceNumber:
    case ErrorCode::InvalidProducerEpoch:
    case ErrorCode::InvalidTimestamp:
      return true;
    case ErrorCode::InvalidRecord: {
      const auto records = mutable_records(request, data);
      const auto batch = BatchView::at_front_of(records);
      return batch && batch->size() == records.size();
    }
    default:
      return false;
  }
}

// Only records that are refused one by one are explained; other errors speak for themselves.
void add_record_errors(const Error& error, const BatchValidator& validator,
                       PartitionProduceResponse& answer) {
  if (error.code != ErrorCode::InvalidRecord && error.code != ErrorCode::InvalidTimestamp) {
    return;
  }
  for (const RecordError& record : validator.record_errors()) {
    answer.record_errors.push_back({record.index, record.message});
  }
  if (!answer.record_errors.empty()) {
    answer.error_message = error.message;
  }
}

void fill_answer(Node& node, const Request& request, const PartitionProduce& data,
                 const Result<AppendInfo>& appended, Partition* partition,
                 PartitionProduceResponse& answer, ProduceResponse& response) {
  if (appended) {
    answer.base_offset = appended->first_offset;
    answer.log_append_time_ms = appended->log_append_time_ms;
    answer.log_start_offset = appended->log_start_offset;
    return;
  }
  const ErrorCode error = appended.error().code;
  set_error(answer, error);
  if (error == ErrorCode::KafkaStorageError && partition != nullptr) {
    log_error("kafka.server.ReplicaManager", "Cannot append to {}: {}",
              to_string(partition->name()), appended.error().message);
  }
  if (partition != nullptr && is_about_contents(error, request, data)) {
    answer.log_start_offset = partition->log().log_start_offset();
    add_record_errors(appended.error(), node.batch_validator(), answer);
  }
  if (error == ErrorCode::NotLeaderOrFollower && partition != nullptr &&
      request.version() >= current_leader_in_produce_since) {
    add_current_leader(node, request, current_leader_in_produce_since,
                       node.image().partition(partition->topic().id, partition->index()), answer,
                       response);
  }
}

Produced produce_all(Node& node, const Request& request, const ProduceRequest& message) {
  Produced produced;
  produced.response.responses.reserve(message.topic_data.size());
  const bool acks_valid = message.acks >= -1 && message.acks <= 1;
  for (const ProduceRequest::TopicProduceData& topic : message.topic_data) {
    auto& topic_answer = produced.response.responses.emplace_back();
    topic_answer.name = topic.name;
    topic_answer.topic_id = topic.topic_id;
    topic_answer.partition_responses.reserve(topic.partition_data.size());
    for (const PartitionProduce& data : topic.partition_data) {
      PartitionProduceResponse& answer = topic_answer.partition_responses.emplace_back();
      answer.index = data.index;
      Partition* partition = nullptr;
      const Result<AppendInfo> appended =
          acks_valid ? produce_to(node, request, message, topic, data, partition)
                     : fail(ErrorCode::InvalidRequiredAcks,
                            fmt::format("acks is {}; -1, 0 and 1 exist", message.acks));
      fill_answer(node, request, data, appended, partition, answer, produced.response);
      produced.any_error = produced.any_error || !appended;
      if (appended && message.acks == acks_all && !is_on(Bug::AcksAllDoesNotWait) &&
          !(appended->duplicate && is_on(Bug::DuplicatesDoNotWait)) &&
          partition->high_watermark() <= appended->last_offset) {
        produced.uncommitted.push_back({partition->key(), appended->last_offset + 1,
                                        produced.response.responses.size() - 1,
                                        topic_answer.partition_responses.size() - 1});
      }
    }
  }
  return produced;
}

// Takes out of the list what is committed or cannot be any more; true when nothing is left.
bool settle(Node& node, Produced& produced, bool expired) {
  std::erase_if(produced.uncommitted, [&](const Uncommitted& wait) {
    PartitionProduceResponse& answer =
        produced.response.responses[wait.topic_index].partition_responses[wait.partition_index];
    const Result<Partition*> partition =
        find_partition(node, wait.partition.topic_id, wait.partition.partition);
    if (!partition) {
      set_error(answer, partition.error().code);
      return true;
    }
    const Result<bool> committed = (*partition)->is_committed(wait.end_offset);
    if (!committed && !is_on(Bug::LostLeadershipAcknowledged)) {
      set_error(answer, committed.error().code);
    } else if (committed && !*committed && expired) {
      set_error(answer, ErrorCode::RequestTimedOut);
    }
    return expired || !committed || *committed;
  });
  return produced.uncommitted.empty();
}

bool has_null_records(const ProduceRequest& message) {
  return std::ranges::any_of(message.topic_data, [](const auto& topic) {
    return std::ranges::any_of(topic.partition_data,
                               [](const PartitionProduce& data) { return data.records.null; });
  });
}

}  // namespace

void handle_produce(Node& node, Request& request) {
  const auto message = node.decode_or_close<ProduceRequest>(request);
  if (!message) {
    return;
  }
  if (has_null_records(*message)) {
    node.close_connection(request.reply_to, "a partition without record set");
    return;
  }
  Produced produced = produce_all(node, request, *message);
  if (message->acks == 0) {
    if (produced.any_error) {
      node.close_connection(request.reply_to, "a produce with acks=0 failed");
    } else {
      node.reply_nothing(request.reply_to);
    }
  } else if (produced.uncommitted.empty()) {
    node.reply(request.reply_to, produced.response);
  } else {
    std::vector<TopicIdPartition> waits_for;
    for (const Uncommitted& wait : produced.uncommitted) {
      waits_for.push_back(wait.partition);
    }
    park_until_settled(node, request.reply_to, message->timeout_ms, std::move(produced),
                       std::move(waits_for), &settle);
  }
}

}  // namespace kafka
