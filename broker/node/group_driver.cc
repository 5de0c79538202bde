#include "broker/node/group_driver.h"

#include <algorithm>
#include <utility>

#include "broker/core/group/loader.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"
#include "protocol/record_batch.h"

namespace kafka {

namespace {

constexpr std::string_view logger = "org.apache.kafka.coordinator.group.GroupCoordinatorService";
constexpr std::string_view offsets_topic = "__consumer_offsets";
constexpr int32_t load_bytes = 1 << 20;  // read at a time while loading
constexpr int16_t acks_all = -1;

}  // namespace

void GroupDriver::run(GroupOutput output) {
  // What was appended may at once bring forth replies and further appends.
  while (!output.appends.empty() || !output.replies.empty()) {
    GroupOutput next;
    for (const GroupReply& reply : output.replies) {
      std::visit([&](const auto& response) { node_.reply(reply.to, response); }, reply.response);
    }
    for (GroupAppend& append_wanted : output.appends) {
      append(std::move(append_wanted), next);
    }
    output = std::move(next);
  }
  arm();
}

void GroupDriver::append(GroupAppend append, GroupOutput& next) {
  Partition* partition = replicas_.find(offsets_topic, append.partition);
  if (partition == nullptr || !partition->is_leader() ||
      partition->leader_epoch() != append.leader_epoch) {
    coordinator_->appended(append, ErrorCode::NotLeaderOrFollower, now_ms_, next);
    return;
  }
  BatchBuilder builder;
  for (const GroupRecord& record : append.records) {
    const KeyAndValue bytes = encode_group_record(record);
    builder.add(now_ms_, bytes.key, bytes.value ? std::optional<BytesView>(*bytes.value)
                                                : std::nullopt);
  }
  Bytes batch = builder.build();
  if (batch.size() > static_cast<size_t>(partition->topic().config->max_message_bytes)) {
    coordinator_->appended(append, ErrorCode::MessageTooLarge, now_ms_, next);
    return;
  }
  const Result<AppendInfo> appended = partition->append_as_leader(batch, acks_all, now_ms_);
  if (!appended) {
    log_error(logger, "Cannot append to {}: {}", to_string(partition->name()),
              appended.error().message);
    coordinator_->appended(append, appended.error().code, now_ms_, next);
    return;
  }
  const int64_t end_offset = appended->last_offset + 1;
  if (partition->high_watermark() >= end_offset) {
    coordinator_->appended(append, ErrorCode::None, now_ms_, next);
    return;
  }
  append.records.clear();
  waiting_.push_back({std::move(append), end_offset});
}

void GroupDriver::on_moved(Partition& partition) {
  if (partition.topic().name != offsets_topic || waiting_.empty()) {
    return;
  }
  std::vector<Waiting> ready;
  std::erase_if(waiting_, [&](Waiting& waiting) {
    const bool over = waiting.append.partition == partition.index() &&
                      (partition.high_watermark() >= waiting.end_offset ||
                       partition.leader_epoch() != waiting.append.leader_epoch);
    if (over) {
      ready.push_back(std::move(waiting));
    }
    return over;
  });
  GroupOutput output;
  for (const Waiting& waiting : ready) {
    const bool committed = partition.leader_epoch() == waiting.append.leader_epoch &&
                           partition.high_watermark() >= waiting.end_offset;
    coordinator_->appended(waiting.append,
                           committed ? ErrorCode::None : ErrorCode::NotLeaderOrFollower, now_ms_,
                           output);
  }
  run(std::move(output));
}

void GroupDriver::on_leadership(Partition& partition) {
  const int32_t epoch = partition.leader_epoch();
  if (!partition.is_leader()) {
    on_removed(partition.index());
  } else if (coordinator_->leader_epoch(partition.index()) != epoch) {
    load(partition);
  }
}

void GroupDriver::on_removed(int32_t partition) {
  if (coordinator_->leader_epoch(partition) != -1) {
    GroupOutput output;
    coordinator_->unload(partition, output);
    run(std::move(output));
  }
}

// Reads the whole partition. It runs on the core thread, before the next request: a group answers
// from its log alone, and offsets logs are kept short by compaction.
void GroupDriver::load(Partition& partition) {
  GroupOutput output;
  GroupShard& shard =
      coordinator_->begin_loading(partition.index(), partition.leader_epoch(), output);
  GroupLoader loader(shard, now_ms_);
  Log& log = partition.log();
  int64_t offset = log.log_start_offset();
  Result<> outcome;
  while (outcome && offset < log.log_end_offset()) {
    const Result<Bytes> bytes = log.read_bytes(offset, load_bytes, log.log_end_offset());
    if (!bytes) {
      outcome = std::unexpected(bytes.error());
    } else if (bytes->empty()) {
      break;
    } else {
      outcome = loader.load(*bytes);
      const auto walked = for_each_batch(
          *bytes, [&](const BatchView& batch) { offset = std::max(offset, batch.next_offset()); });
      outcome = outcome && !walked ? std::unexpected(walked.error()) : outcome;
    }
  }
  if (!outcome) {
    log_error(logger, "Cannot load {}: {}; its groups stay unavailable",
              to_string(partition.name()), outcome.error().message);
    run(std::move(output));
    return;
  }
  if (loader.counts().unreadable > 0) {
    log_warn(logger, "{} records of {} cannot be read and were left out",
             loader.counts().unreadable, to_string(partition.name()));
  }
  coordinator_->finish_loading(partition.index(), now_ms_);
  run(std::move(output));
}

void GroupDriver::on_topics_deleted(const std::vector<DeletedTopicId>& topics) {
  GroupOutput output;
  coordinator_->topics_deleted(topics, output);
  run(std::move(output));
}

// The timer moves only when an earlier deadline appears; a later one is found when it fires.
void GroupDriver::arm() {
  const int64_t next = coordinator_->next_deadline_ms();
  if (next >= timer_ms_) {
    return;
  }
  timers_.cancel(timer_);
  timer_ms_ = next;
  timer_ = timers_.run_at(next, now_ms_, [this] {
    timer_ms_ = INT64_MAX;
    GroupOutput output;
    coordinator_->advance(now_ms_, output);
    run(std::move(output));
  });
}

}  // namespace kafka
