#include "broker/node/group_driver.h"

#include <algorithm>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/node.h"
#include "protocol/record_batch.h"

namespace kafka {

namespace {

constexpr int32_t load_bytes = 4 << 20;  // read at one event while loading
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

void GroupDriver::rebalance_all() {
  GroupOutput output;
  coordinator_->rebalance_all(now_ms_, output);
  run(std::move(output));
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
    builder.add(now_ms_, bytes.key,
                bytes.value ? std::optional<BytesView>(*bytes.value) : std::nullopt);
  }
  Bytes batch = builder.build();
  if (batch.size() > static_cast<size_t>(partition->topic().config->max_message_bytes)) {
    coordinator_->appended(append, ErrorCode::MessageTooLarge, now_ms_, next);
    return;
  }
  const Result<AppendInfo> appended = partition->append_as_leader(batch, acks_all, now_ms_);
  if (!appended) {
    log_error(group_logger, "Cannot append to {}: {}", to_string(partition->name()),
              appended.error().message);
    coordinator_->appended(append, appended.error().code, now_ms_, next);
    return;
  }
  const int64_t end_offset = appended->last_offset + 1;
  if (look_) {
    look_(append);
  }
  if (partition->high_watermark() >= end_offset || is_on(Bug::CommitsBeforeReplicated)) {
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
  loading_.erase(partition);
  if (coordinator_->leader_epoch(partition) != -1) {
    GroupOutput output;
    coordinator_->unload(partition, output);
    run(std::move(output));
  }
}

// A group answers from its log alone, so the whole of it is read first.
void GroupDriver::load(Partition& partition) {
  GroupOutput output;
  const int32_t epoch = partition.leader_epoch();
  GroupShard& shard = coordinator_->begin_loading(partition.index(), epoch, output);
  loading_.insert_or_assign(partition.index(),
                            Loading{epoch, partition.log().log_start_offset(),
                                    std::make_unique<GroupLoader>(shard, now_ms_)});
  run(std::move(output));
  load_some(partition.index(), epoch);
}

void GroupDriver::load_some(int32_t index, int32_t leader_epoch) {
  const auto found = loading_.find(index);
  Partition* partition = replicas_.find(offsets_topic, index);
  if (found == loading_.end() || found->second.leader_epoch != leader_epoch ||
      partition == nullptr || !partition->is_leader()) {
    return;  // the leadership is over, or another one has begun
  }
  const Result<bool> more = load_step(*partition, found->second);
  if (!more) {
    log_error(group_logger, "Cannot load {}: {}; its groups stay unavailable",
              to_string(partition->name()), more.error().message);
    loading_.erase(found);
    return;
  }
  if (*more) {
    timers_.run_at(now_ms_, now_ms_,
                   [this, index, leader_epoch] { load_some(index, leader_epoch); });
    return;
  }
  if (const auto unreadable = found->second.loader->counts().unreadable; unreadable > 0) {
    log_warn(group_logger, "{} records of {} cannot be read and were left out", unreadable,
             to_string(partition->name()));
  }
  loading_.erase(found);
  coordinator_->finish_loading(index, now_ms_);
  arm();
}

// Reads the next part; true when there is more.
Result<bool> GroupDriver::load_step(Partition& partition, Loading& loading) {
  Log& log = partition.log();
  const Result<Bytes> bytes = log.read_bytes(loading.offset, load_bytes, log.log_end_offset());
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  if (bytes->empty() || is_on(Bug::CoordinatorDoesNotLoad)) {
    return false;
  }
  if (const Result<> loaded = loading.loader->load(*bytes); !loaded) {
    return std::unexpected(loaded.error());
  }
  const auto walked = for_each_batch(*bytes, [&](const BatchView& batch) {
    loading.offset = std::max(loading.offset, batch.next_offset());
  });
  if (!walked) {
    return std::unexpected(walked.error());
  }
  return loading.offset < log.log_end_offset();
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
