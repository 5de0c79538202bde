// Kraft and raft: what raft says is done here, in the order of RaftOutput.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/controller/image_difference.h"
#include "broker/core/controller/kraft.h"

namespace kafka {

Result<> Kraft::on_request(uint64_t id, int16_t version, RaftRequest request, int64_t now_ms) {
  return step(raft_event::Request{id, version, std::move(request)}, now_ms);
}

Result<> Kraft::on_response(uint64_t send_id, RaftResponse response, int64_t now_ms) {
  return step(raft_event::Response{send_id, std::move(response)}, now_ms);
}

Result<> Kraft::on_failed(uint64_t send_id, ErrorCode error, int64_t now_ms) {
  return step(raft_event::Failed{send_id, error}, now_ms);
}

Result<> Kraft::on_leader_gone(int32_t node_id, int64_t now_ms) {
  return step(raft_event::LeaderGone{node_id}, now_ms);
}

Result<> Kraft::step(const RaftEvent& event, int64_t now_ms) {
  return carry_out(raft_->step(event, now_ms), now_ms);
}

Result<int64_t> Kraft::upgrade_kraft_version(int16_t level, int64_t now_ms) {
  RaftOutput output;
  auto offset = raft_->upgrade_kraft_version(level, output, now_ms);
  if (!offset) {
    return offset;
  }
  if (auto done = carry_out(std::move(output), now_ms); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return offset;
}

Result<> Kraft::carry_out(RaftOutput output, int64_t now_ms) {
  if (output.lost_leadership) {
    lose_leadership();
  }
  if (auto done = carry_out_on_disk(output, now_ms); !done) {
    return done;
  }
  if (output.high_watermark) {
    if (auto applied = apply_committed(); !applied) {
      return applied;
    }
  }
  for (RaftReply& reply : output.replies) {
    answer(std::move(reply));
  }
  std::ranges::move(output.sends, std::back_inserter(output_.sends));
  std::ranges::move(output.log, std::back_inserter(output_.log));
  if (output.became_leader && !active_) {
    if (auto active = activate(now_ms); !active) {
      return active;
    }
  }
  if (output.snapshot_chunk && output.snapshot_chunk->last) {
    return install_snapshot(output.snapshot_chunk->id, now_ms);
  }
  return {};
}

Result<> Kraft::carry_out_on_disk(RaftOutput& output, int64_t now_ms) {
  if (output.save) {
    if (auto saved = save(*output.save, output.save_may_wait, now_ms); !saved) {
      return saved;
    }
  }
  if (output.truncate_to) {
    if (auto cut = log_->truncate_to(*output.truncate_to); !cut) {
      return cut;
    }
    ++truncations_;
    durable_end_ = std::min(durable_end_, *output.truncate_to);
  }
  if (!output.append.empty()) {
    if (auto appended = log_->append_fetched(output.append, now_ms); !appended) {
      return appended;
    }
    bytes_since_snapshot_ += static_cast<int64_t>(output.append.size());
  }
  if (output.snapshot_chunk) {
    if (auto taken = log_->write_snapshot_chunk(output.snapshot_chunk->id,
                                                output.snapshot_chunk->position,
                                                output.snapshot_chunk->bytes);
        !taken) {
      return taken;
    }
  }
  if (!output.control.empty()) {
    if (auto appended = append_control(std::move(output.control), now_ms); !appended) {
      return appended;
    }
  }
  CHECK(log_->end_offset() == raft_->end_offset(), "the log ends at {}, raft believes {}",
        log_->end_offset(), raft_->end_offset());
  return {};
}

// A write takes two fsyncs, in the midst of an election; what may wait is written when that is over.
Result<> Kraft::save(const QuorumState& state, bool may_wait, int64_t now_ms) {
  constexpr int64_t late_state_after_ms = 1000;
  if (may_wait) {
    late_state_ = state;
    late_state_ms_ = now_ms + late_state_after_ms;
    return {};
  }
  late_state_.reset();
  return log_->save_quorum_state(state);
}

Result<> Kraft::save_late_state() {
  const auto state = std::exchange(late_state_, std::nullopt);
  return state ? log_->save_quorum_state(*state) : Result<>{};
}

// What only the disk knows is filled in. A part that cannot be read is the asker's loss, not the
// end of this node: it asks again.
void Kraft::answer(RaftReply reply) {
  if (reply.records) {
    auto& partition = std::get<FetchResponse>(reply.response).responses.at(0).partitions.at(0);
    auto bytes = log_->read(reply.records->offset, log_->end_offset(), reply.records->bytes_max);
    if (bytes) {
      partition.records = Records::of(std::move(*bytes));
    } else {
      partition.error_code = static_cast<int16_t>(bytes.error().code);
      output_.log.push_back(std::move(bytes.error().message));
    }
  }
  if (reply.snapshot) {
    answer_from_snapshot(*reply.snapshot, std::get<FetchSnapshotResponse>(reply.response));
  }
  output_.replies.push_back({reply.id, std::move(reply.response)});
}

void Kraft::answer_from_snapshot(const RaftReply::SnapshotRange& range,
                                 FetchSnapshotResponse& response) {
  auto& partition = response.topics.at(0).partitions.at(0);
  auto part = log_->read_snapshot_part(range.id, range.position, range.bytes_max);
  if (!part) {
    // An unknown snapshot is answered as Apache Kafka does: at the top, with no code of its own.
    if (part.error().code == ErrorCode::PositionOutOfRange) {
      partition.error_code = static_cast<int16_t>(part.error().code);
    } else {
      response.error_code = static_cast<int16_t>(ErrorCode::UnknownServerError);
      response.topics.clear();
    }
    output_.log.push_back(std::move(part.error().message));
    return;
  }
  partition.size = part->file_bytes;
  partition.position = range.position;
  partition.unaligned_records = Records::of(std::move(part->bytes));
}

void Kraft::lose_leadership() {
  pending_.clear();
  if (!std::exchange(active_, false)) {
    return;
  }
  output_.lost_leadership = true;
  output_.lost_at = raft_->high_watermark();
  output_.became_active = false;
  controller_.reset(image_);
}

// The image jumps: what lies between the old one and the snapshot is told as one delta.
Result<> Kraft::install_snapshot(const SnapshotId& id, int64_t now_ms) {
  if (auto installed = log_->install_snapshot(id); !installed) {
    return installed;
  }
  ++truncations_;
  durable_end_ = log_->end_offset();
  const auto bytes = log_->read_snapshot(id);
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  MetadataImage next;
  next.set_cluster_id(identity_.cluster_id);
  MetadataLoader loader(next, nullptr);
  if (auto loaded = loader.load_snapshot(*bytes, id); !loaded) {
    return loaded;
  }
  if (auto supported = check_features(next); !supported) {
    return supported;
  }
  add_difference(image_, next, output_.delta);
  LogHistory::Voters voters{id.offset - 1, next.kraft_version(), next.voters()};
  image_ = std::move(next);
  loader_.emplace(image_, &output_.delta);
  bytes_since_snapshot_ = 0;
  last_snapshot_ms_ = now_ms;
  return step(raft_event::SnapshotInstalled{id, std::move(voters)}, now_ms);
}

}  // namespace kafka
