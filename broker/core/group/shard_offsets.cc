// Offsets: committed, fetched, deleted, and expired when nobody has needed them for long.
#include <algorithm>
#include <utility>

#include "broker/core/group/limits.h"
#include "broker/core/group/shard.h"
#include "broker/core/group/text.h"

namespace kafka {

namespace {

const OffsetStore::Topics no_topics;

ErrorCode no_such_group(const OffsetCommitRequest& request, int16_t version) {
  if (request.generation_id_or_member_epoch < 0) {
    return ErrorCode::None;  // offsets only: the first commit makes the group
  }
  return version >= 9 ? ErrorCode::GroupIdNotFound : ErrorCode::IllegalGeneration;
}

CommittedOffset committed(const OffsetCommitRequest& request,
                          const OffsetCommitRequest::OffsetCommitRequestTopic& topic,
                          const OffsetCommitRequest::OffsetCommitRequestPartition& partition,
                          int64_t now_ms) {
  CommittedOffset value;
  value.offset = partition.committed_offset;
  value.leader_epoch = std::max(partition.committed_leader_epoch, -1);
  value.metadata = partition.committed_metadata.value_or("");
  value.commit_timestamp = now_ms;
  value.topic_id = topic.topic_id;
  if (request.retention_time_ms != -1) {  // v2-4: the client decided how long
    value.expire_timestamp = now_ms + request.retention_time_ms;
  }
  return value;
}

OffsetFetchResponse::OffsetFetchResponsePartitions fetched(int32_t partition,
                                                           const CommittedOffset* offset,
                                                           ErrorCode error = ErrorCode::None) {
  OffsetFetchResponse::OffsetFetchResponsePartitions result;
  result.partition_index = partition;
  result.error_code = static_cast<int16_t>(error);
  result.committed_offset = -1;
  if (offset != nullptr) {
    result.committed_offset = offset->offset;
    result.committed_leader_epoch = offset->leader_epoch;
    result.metadata = offset->metadata;
  }
  return result;
}

}  // namespace

void GroupShard::commit_offsets(const OffsetCommitRequest& request, OffsetCommitResponse response,
                                const ReplyTo& reply_to, int64_t now_ms, GroupOutput& out) {
  Entry* existing = entry(request.group_id);
  ErrorCode error = ErrorCode::None;
  if (existing != nullptr) {
    error = existing->group.commit(request.member_id, request.group_instance_id,
                                   request.generation_id_or_member_epoch, now_ms);
  } else {
    error = no_such_group(request, reply_to.api_version);
    if (error == ErrorCode::None && ledger_.groups >= groups_max) {
      error = ErrorCode::CoordinatorNotAvailable;
    }
  }
  Pending pending;
  for (const auto& topic : request.topics) {
    auto& answered = topic_of(response, topic.name);
    answered.topic_id = topic.topic_id;
    for (const auto& partition : topic.partitions) {
      ErrorCode result = error;
      if (error == ErrorCode::None &&
          utf16_length(partition.committed_metadata.value_or("")) >
              static_cast<size_t>(std::max(settings_.offset_metadata_max_bytes, 0))) {
        result = ErrorCode::OffsetMetadataTooLarge;
      }
      answered.partitions.push_back({partition.partition_index, static_cast<int16_t>(result)});
      if (result == ErrorCode::None) {
        pending.records.emplace_back(
            OffsetRecord{{request.group_id, topic.name, partition.partition_index},
                         committed(request, topic, partition, now_ms)});
      }
    }
  }
  GroupReply reply{reply_to, std::move(response)};
  if (pending.records.empty()) {
    out.reply(std::move(reply));
  } else {
    pending.reply = std::move(reply);
    append(std::move(pending), out);
  }
}

OffsetFetchResponse::OffsetFetchResponseGroup GroupShard::fetch_offsets(
    const OffsetFetchRequest::OffsetFetchRequestGroup& request, bool require_stable) const {
  OffsetFetchResponse::OffsetFetchResponseGroup response;
  response.group_id = request.group_id;
  const Group* group = find(request.group_id);
  const bool known = group != nullptr && !group->is(GroupState::Dead);
  // A commit on its way makes its partition unstable: the answer would be out of date at once.
  const auto answer = [&](const std::string& topic, int32_t partition,
                          const CommittedOffset* offset) {
    return require_stable && in_flight(request.group_id, topic, partition)
               ? fetched(partition, nullptr, ErrorCode::UnstableOffsetCommit)
               : fetched(partition, offset);
  };
  if (!request.topics) {
    for (const auto& [name, partitions] : known ? offsets_.of(request.group_id) : no_topics) {
      auto& answered = response.topics.emplace_back();
      answered.name = name;
      for (const auto& [partition, offset] : partitions) {
        answered.partitions.push_back(answer(name, partition, &offset));
      }
    }
    return response;
  }
  for (const auto& topic : *request.topics) {
    auto& answered = response.topics.emplace_back();
    answered.name = topic.name;
    answered.topic_id = topic.topic_id;
    for (const int32_t partition : topic.partition_indexes) {
      const CommittedOffset* offset =
          known ? offsets_.find(request.group_id, topic.name, partition) : nullptr;
      if (offset != nullptr && !topic_ids_agree(offset->topic_id, topic.topic_id)) {
        offset = nullptr;
      }
      answered.partitions.push_back(answer(topic.name, partition, offset));
    }
  }
  return response;
}

bool GroupShard::in_flight(std::string_view group, std::string_view topic,
                           int32_t partition) const {
  for (const auto& [token, pending] : pending_) {
    for (const GroupRecord& record : pending.records) {
      const auto* offset = std::get_if<OffsetRecord>(&record);
      if (offset != nullptr && offset->key.group == group && offset->key.topic == topic &&
          offset->key.partition == partition) {
        return true;
      }
    }
  }
  return false;
}

void GroupShard::delete_offsets(const OffsetDeleteRequest& request, OffsetDeleteResponse response,
                                const ReplyTo& reply_to, GroupOutput& out) {
  Entry* existing = entry(request.group_id);
  const ErrorCode error = existing == nullptr ? ErrorCode::GroupIdNotFound
                                              : existing->group.may_delete_offsets();
  if (error != ErrorCode::None) {
    response.error_code = static_cast<int16_t>(error);
    response.topics.clear();
    out.reply(GroupReply{reply_to, std::move(response)});
    return;
  }
  Pending pending;
  for (const auto& topic : request.topics) {
    const bool in_use = existing->group.subscribed_to(topic.name);
    auto& answered = topic_of(response, topic.name);
    for (const auto& partition : topic.partitions) {
      const ErrorCode result = in_use ? ErrorCode::GroupSubscribedToTopic : ErrorCode::None;
      answered.partitions.push_back({partition.partition_index, static_cast<int16_t>(result)});
      if (!in_use &&
          (offsets_.find(request.group_id, topic.name, partition.partition_index) != nullptr ||
           in_flight(request.group_id, topic.name, partition.partition_index))) {
        pending.records.push_back(
            offset_tombstone(request.group_id, topic.name, partition.partition_index));
      }
    }
  }
  GroupReply reply{reply_to, std::move(response)};
  if (pending.records.empty()) {
    out.reply(std::move(reply));
  } else {
    pending.reply = std::move(reply);
    append(std::move(pending), out);
  }
}

// A topic's offsets go with it, unless they are known to be of another topic of that name.
void GroupShard::topics_deleted(const std::vector<DeletedTopicId>& topics, GroupOutput& out) {
  std::vector<GroupRecord> tombstones;
  for (const auto& [group, by_topic] : offsets_.all()) {
    for (const DeletedTopicId& deleted : topics) {
      const auto partitions = by_topic.find(deleted.name);
      if (partitions == by_topic.end()) {
        continue;
      }
      for (const auto& [partition, offset] : partitions->second) {
        if (offset.topic_id.is_zero() || offset.topic_id == deleted.id) {
          tombstones.push_back(offset_tombstone(group, deleted.name, partition));
        }
      }
    }
  }
  append_tombstones(std::move(tombstones), {}, out);
}

// Every offsets.retention.check.interval.ms. A group that is empty of members and offsets goes too.
void GroupShard::expire_offsets(int64_t now_ms, GroupOutput& out) {
  std::vector<GroupRecord> tombstones;
  std::vector<std::string> deleting;
  for (auto& [id, entry] : groups_) {
    const bool nothing_left = expired_offsets_of(entry.group, now_ms, tombstones);
    if (nothing_left && entry.group.is(GroupState::Empty) && entry.group.pending_members() == 0) {
      entry.group.begin_deletion(now_ms);
      tombstones.push_back(group_tombstone(id));
      deleting.push_back(id);
    }
  }
  append_tombstones(std::move(tombstones), std::move(deleting), out);
}

// Adds tombstones for what expired; true when the group then has no offset left.
bool GroupShard::expired_offsets_of(const Group& group, int64_t now_ms,
                                    std::vector<GroupRecord>& tombstones) const {
  bool nothing_left = true;
  for (const auto& [topic, partitions] : offsets_.of(group.id())) {
    const bool in_use = group.subscribed_to(topic);
    for (const auto& [partition, offset] : partitions) {
      const auto from_ms = group.offset_age_starts_ms(offset.commit_timestamp);
      const bool old = from_ms && (offset.expire_timestamp != -1
                                       ? now_ms >= offset.expire_timestamp
                                       : now_ms - *from_ms >= settings_.offsets_retention_ms);
      if (old && !in_use && !in_flight(group.id(), topic, partition)) {
        tombstones.push_back(offset_tombstone(group.id(), topic, partition));
      } else {
        nothing_left = false;
      }
    }
  }
  return nothing_left;
}

// In pieces that fit a batch; the groups' own tombstones come last in their piece.
void GroupShard::append_tombstones(std::vector<GroupRecord> tombstones,
                                   std::vector<std::string> deleting, GroupOutput& out) {
  auto next_group = deleting.begin();
  for (size_t begin = 0; begin < tombstones.size(); begin += tombstones_per_append_max) {
    const size_t end = std::min(begin + tombstones_per_append_max, tombstones.size());
    Pending pending;
    for (size_t i = begin; i < end; ++i) {
      if (std::holds_alternative<MetadataOfGroup>(tombstones[i])) {
        pending.deleting.push_back(std::move(*next_group++));
      }
      pending.records.push_back(std::move(tombstones[i]));
    }
    append(std::move(pending), out);
  }
}

}  // namespace kafka
