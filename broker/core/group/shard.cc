#include "broker/core/group/shard.h"

#include <algorithm>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/core/check.h"

namespace kafka {

ErrorCode append_error_for_client(ErrorCode error) {
  switch (error) {
    case ErrorCode::UnknownTopicOrPartition:
    case ErrorCode::NotEnoughReplicas:
    case ErrorCode::NotEnoughReplicasAfterAppend:
    case ErrorCode::RequestTimedOut:
      return ErrorCode::CoordinatorNotAvailable;
    case ErrorCode::NotLeaderOrFollower:
    case ErrorCode::KafkaStorageError:
      return ErrorCode::NotCoordinator;
    case ErrorCode::MessageTooLarge:
    case ErrorCode::RecordListTooLarge:
    case ErrorCode::InvalidFetchSize:
      return ErrorCode::UnknownServerError;
    default:
      return error;
  }
}

GroupShard::GroupShard(int32_t partition, int32_t leader_epoch, const GroupSettings& settings,
                       GroupLedger& ledger)
    : partition_(partition), leader_epoch_(leader_epoch), settings_(settings), ledger_(ledger) {}

GroupShard::~GroupShard() {
  for (const auto& [id, entry] : groups_) {
    ledger_.membership_bytes -= entry.counted_bytes;
  }
  ledger_.groups -= groups_.size();
}

// ---- the log is the truth

void GroupShard::apply(const GroupRecord& record, int64_t now_ms) {
  if (const auto* offset = std::get_if<OffsetRecord>(&record)) {
    apply_offset(*offset, now_ms);
  } else {
    apply_group(std::get<MetadataOfGroup>(record), now_ms);
  }
}

void GroupShard::apply_offset(const OffsetRecord& record, int64_t now_ms) {
  if (!record.value) {
    return offsets_.remove(record.key);
  }
  if (entry(record.key.group) == nullptr) {  // a consumer that only keeps its offsets here
    add_group(Group(record.key.group, settings_, now_ms));
  }
  offsets_.put(record.key, *record.value);
}

// Only while loading is a group made from its record: afterwards the living group wrote it.
void GroupShard::apply_group(const MetadataOfGroup& record, int64_t now_ms) {
  if (!record.value) {
    return remove_group(record.key.group);
  }
  if (!active_) {
    remove_group(record.key.group);
    add_group(Group::restored(record.key.group, *record.value, settings_, now_ms));
  }
}

void GroupShard::activate(int64_t now_ms) {
  active_ = true;
  next_expiry_check_ms_ = now_ms + settings_.offsets_retention_check_interval_ms;
}

void GroupShard::abandon(ErrorCode error, GroupOutput& out) {
  for (auto& [id, entry] : groups_) {
    GroupEffects effects;
    entry.group.abandon(error, effects);
    out.reply(std::move(effects.replies));
  }
  for (auto& [token, pending] : std::exchange(pending_, {})) {
    if (pending.reply) {
      if (!is_on(Bug::LostCommitsAcknowledged)) {
        set_error(pending.reply->response, error);
      }
      out.reply(std::move(*pending.reply));
    }
    finish_parked(pending, error, out);
  }
}

// ---- groups

GroupShard::Entry* GroupShard::entry(std::string_view group_id) {
  const auto at = groups_.find(group_id);
  return at == groups_.end() ? nullptr : &at->second;
}

const Group* GroupShard::find(std::string_view group_id) const {
  const auto at = groups_.find(group_id);
  return at == groups_.end() ? nullptr : &at->second.group;
}

GroupShard::Entry& GroupShard::add_group(Group group) {
  std::string id = group.id();
  auto [at, fresh] = groups_.emplace(std::move(id), Entry{.group = std::move(group)});
  CHECK(fresh, "group {} is already there", at->first);
  ledger_.groups += 1;
  GroupOutput none;
  settle(at->second, {}, std::nullopt, none);
  return at->second;
}

void GroupShard::remove_group(std::string_view group_id) {
  const auto at = groups_.find(group_id);
  if (at == groups_.end()) {
    return;
  }
  wakes_.erase({at->second.queued_at_ms, at->first});
  ledger_.membership_bytes -= at->second.counted_bytes;
  ledger_.groups -= 1;
  groups_.erase(at);
}

void GroupShard::settle(Entry& entry, GroupEffects effects, std::optional<GroupReply> reply,
                        GroupOutput& out) {
  Group& group = entry.group;
  out.reply(std::move(effects.replies));
  for (GroupStore& store : effects.stores) {
    append_store(group.id(), std::move(store), std::exchange(reply, std::nullopt), out);
  }
  if (reply) {
    out.reply(std::move(*reply));
  }
  ledger_.membership_bytes += group.bytes() - entry.counted_bytes;
  entry.counted_bytes = group.bytes();
  if (group.wake_at_ms() < entry.queued_at_ms) {
    wakes_.erase({entry.queued_at_ms, group.id()});
    entry.queued_at_ms = group.wake_at_ms();
    wakes_.emplace(entry.queued_at_ms, group.id());
  }
}

// ---- appends

void GroupShard::append(Pending pending, GroupOutput& out) {
  const uint64_t token = ledger_.next_id++;
  GroupAppend append{.token = token,
                     .partition = partition_,
                     .leader_epoch = leader_epoch_,
                     .records = pending.records};
  if (pending.store) {
    append.records.emplace_back(MetadataOfGroup{{pending.group_id}, pending.store->value});
  }
  out.appends.push_back(std::move(append));
  pending_.emplace(token, std::move(pending));
}

void GroupShard::append_store(const std::string& group_id, GroupStore store,
                              std::optional<GroupReply> reply, GroupOutput& out) {
  append({.records = {},
          .group_id = group_id,
          .store = std::move(store),
          .reply = std::move(reply),
          .deleting = {},
          .parked_id = 0},
         out);
}

void GroupShard::appended(uint64_t token, ErrorCode error, int64_t now_ms, GroupOutput& out) {
  auto node = pending_.extract(token);
  CHECK(!node.empty(), "partition {}: nothing waits for append {}", partition_, token);
  Pending& pending = node.mapped();
  error = append_error_for_client(error);
  if (error == ErrorCode::None) {
    for (const GroupRecord& record : pending.records) {
      apply(record, now_ms);
    }
  } else {
    for (const std::string& id : pending.deleting) {
      if (Entry* spared = entry(id)) {
        spared->group.revive(now_ms);
      }
    }
  }
  if (pending.reply) {
    if (error != ErrorCode::None) {
      set_error(pending.reply->response, error);
    }
    out.reply(std::move(*pending.reply));
  }
  finish_parked(pending, error, out);
  if (Entry* owner = pending.store ? entry(pending.group_id) : nullptr) {
    GroupEffects effects;
    owner->group.stored(*pending.store, error, now_ms, effects);
    settle(*owner, std::move(effects), std::nullopt, out);
  }
}

void GroupShard::finish_parked(const Pending& pending, ErrorCode error, GroupOutput& out) {
  const auto at = ledger_.parked.find(pending.parked_id);
  if (at == ledger_.parked.end()) {
    return;
  }
  ParkedGroupReply& parked = at->second;
  if (error != ErrorCode::None) {
    for (auto& result : std::get<DeleteGroupsResponse>(parked.reply.response).results) {
      if (std::ranges::find(pending.deleting, result.group_id) != pending.deleting.end()) {
        result.error_code = static_cast<int16_t>(error);
      }
    }
  }
  if (--parked.appends_left == 0) {
    out.reply(std::move(parked.reply));
    ledger_.parked.erase(at);
  }
}

// ---- time

int64_t GroupShard::next_deadline_ms() const {
  return wakes_.empty() ? next_expiry_check_ms_
                        : std::min(next_expiry_check_ms_, wakes_.begin()->first);
}

void GroupShard::advance(int64_t now_ms, GroupOutput& out) {
  while (!wakes_.empty() && wakes_.begin()->first <= now_ms) {
    const std::string group_id = wakes_.begin()->second;
    wakes_.erase(wakes_.begin());
    Entry& due = *entry(group_id);
    due.queued_at_ms = no_deadline;
    GroupEffects effects;
    due.group.expire(now_ms, effects);
    settle(due, std::move(effects), std::nullopt, out);
  }
  if (next_expiry_check_ms_ <= now_ms) {
    expire_offsets(now_ms, out);
    next_expiry_check_ms_ = now_ms + settings_.offsets_retention_check_interval_ms;
  }
}

}  // namespace kafka
