#include "tests/sim/group_member.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/api/09_offset_fetch.h"
#include "protocol/api/10_find_coordinator.h"
#include "protocol/api/11_join_group.h"
#include "protocol/api/12_heartbeat.h"
#include "protocol/api/13_leave_group.h"
#include "protocol/api/14_sync_group.h"
#include "protocol/consumer_protocol.h"

namespace kafka::sim {

namespace {

constexpr int32_t session_timeout_ms = 6'000;
constexpr int32_t rebalance_timeout_ms = 3'000;
constexpr int64_t heartbeat_ms = 500;
constexpr int64_t commit_ms = 300;

template <class Response>
ErrorCode error_of(const Result<Response>& answer) {
  return answer ? static_cast<ErrorCode>(answer->error_code) : answer.error().code;
}

}  // namespace

SimGroupMember::SimGroupMember(World& world, Wire& wire, Machine machine, int number,
                               std::string group, std::string topic, int32_t partitions,
                               std::vector<int32_t> brokers, GroupHistory& history)
    : SimClient(world, wire, machine, fmt::format("member {}", number), std::move(brokers)),
      group_(std::move(group)),
      topic_name_(std::move(topic)),
      partition_count_(partitions),
      history_(history) {}

void SimGroupMember::start() {
  find_coordinator();
}

std::string SimGroupMember::state() const {
  return fmt::format("{} in generation {} at coordinator {}: {}, {} partitions", member_id_,
                     generation_, coordinator_, doing_, positions_.size());
}

void SimGroupMember::failed(std::string_view what, ErrorCode error) {
  ++run_;
  positions_.clear();
  doing_ = fmt::format("{} failed: {}", what, name(error));
  switch (error) {
    case ErrorCode::RebalanceInProgress:
      after(10, [this] { join(); });
      return;
    case ErrorCode::IllegalGeneration:
    case ErrorCode::UnknownMemberId:
      member_id_.clear();
      generation_ = -1;
      after(10, [this] { join(); });
      return;
    default:
      if (!is_retriable(error)) {
        unexpected_error(what, error);
      }
      after(retry_ms, [this] { find_coordinator(); });
  }
}

void SimGroupMember::find_coordinator() {
  doing_ = "looks for its coordinator";
  FindCoordinatorRequest request;
  request.coordinator_keys = {group_};
  ask<FindCoordinatorRequest, FindCoordinatorResponse>(
      some_broker(), request,
      [this](const Result<FindCoordinatorResponse>& answer) {
        if (!answer) {
          failed("FindCoordinator", answer.error().code);
          return;
        }
        const auto& found = answer->coordinators.at(0);
        if (found.error_code != 0) {
          failed("FindCoordinator", static_cast<ErrorCode>(found.error_code));
          return;
        }
        coordinator_ = found.node_id;
        join();
      },
      "find");
}

void SimGroupMember::join() {
  doing_ = "joins";
  const int run = ++run_;
  if (generation_ >= 0 && !member_id_.empty() && world_.one_in(2)) {
    after(world_.between(0, 1'500), [this, generation = generation_, member = member_id_] {
      commit_late(generation, member);
      sync_late(generation, member);
    });
  }
  JoinGroupRequest request;
  request.group_id = group_;
  request.session_timeout_ms = session_timeout_ms;
  request.rebalance_timeout_ms = rebalance_timeout_ms;
  request.member_id = member_id_;
  request.protocol_type = "consumer";
  ConsumerProtocolSubscription subscription;
  subscription.topics = {topic_name_};
  request.protocols.push_back({"in-turns", encode_subscription(subscription, 1).value()});
  ask<JoinGroupRequest, JoinGroupResponse>(
      coordinator_, request,
      [this, run](const Result<JoinGroupResponse>& answer) {
        if (run != run_) {
          return;
        }
        const ErrorCode error = error_of(answer);
        if (error == ErrorCode::MemberIdRequired) {
          member_id_ = answer->member_id;
          join();
          return;
        }
        if (error != ErrorCode::None) {
          failed("JoinGroup", error);
          return;
        }
        member_id_ = answer->member_id;
        generation_ = answer->generation_id;
        std::vector<std::string> members;
        for (const auto& member : answer->members) {
          members.push_back(member.member_id);
        }
        sync(answer->generation_id, members);
      },
      "join", 12'000);
}

// `members` is empty for all but the leader.
void SimGroupMember::sync(int32_t generation, const std::vector<std::string>& members) {
  doing_ = "syncs";
  const int run = run_;
  SyncGroupRequest request;
  request.group_id = group_;
  request.generation_id = generation;
  request.member_id = member_id_;
  request.protocol_type = "consumer";
  request.protocol_name = "in-turns";
  for (size_t i = 0; i < members.size(); ++i) {
    ConsumerProtocolAssignment assignment;
    ConsumerProtocolAssignment::TopicPartition part{topic_name_, {}};
    for (auto p = static_cast<int32_t>(i); p < partition_count_;
         p += static_cast<int32_t>(members.size())) {
      part.partitions.push_back(p);
    }
    assignment.assigned_partitions.push_back(std::move(part));
    request.assignments.push_back({members[i], encode_assignment(assignment, 1).value()});
  }
  ask<SyncGroupRequest, SyncGroupResponse>(
      coordinator_, request,
      [this, run, generation](const Result<SyncGroupResponse>& answer) {
        if (run != run_) {
          return;
        }
        if (const ErrorCode error = error_of(answer); error != ErrorCode::None) {
          failed("SyncGroup", error);
          return;
        }
        take(generation, answer->assignment);
      },
      "join", 12'000);
}

void SimGroupMember::take(int32_t generation, const std::vector<uint8_t>& bytes) {
  if (bytes.empty() && history_.may_lack_assignments(generation)) {
    join();
    return;
  }
  const auto assignment = decode_assignment(bytes);
  if (!assignment) {
    throw Violation("an assignment that can be read", assignment.error().message);
  }
  positions_.clear();
  for (const auto& part : assignment->assigned_partitions) {
    for (const int32_t partition : part.partitions) {
      history_.assigned(generation, member_id_, partition);
      positions_[partition] = -1;
    }
  }
  fetch_offsets(run_);
}

void SimGroupMember::fetch_offsets(int run) {
  doing_ = "asks for offsets";
  refresh([this, run] {
    if (run != run_) {
      return;
    }
    const TopicView* view = topic(topic_name_);
    if (view == nullptr) {
      failed("Metadata", ErrorCode::UnknownTopicOrPartition);
      return;
    }
    OffsetFetchRequest request;
    OffsetFetchRequest::OffsetFetchRequestGroup group;
    group.group_id = group_;
    OffsetFetchRequest::OffsetFetchRequestTopics of_topic{topic_name_, view->id, {}};
    std::map<int32_t, uint64_t> since;
    for (const auto& [partition, position] : positions_) {
      of_topic.partition_indexes.push_back(partition);
      since[partition] = history_.begin_fetch(partition);
    }
    group.topics->push_back(std::move(of_topic));
    request.groups.push_back(std::move(group));
    ask<OffsetFetchRequest, OffsetFetchResponse>(
        coordinator_, request, [this, run, since](const Result<OffsetFetchResponse>& answer) {
          if (run != run_) {
            return;
          }
          const ErrorCode error = answer
                                      ? static_cast<ErrorCode>(answer->groups.at(0).error_code)
                                      : answer.error().code;
          if (error != ErrorCode::None) {
            failed("OffsetFetch", error);
            return;
          }
          for (const auto& of_answer : answer->groups[0].topics) {
            for (const auto& partition : of_answer.partitions) {
              if (partition.error_code != 0) {
                failed("OffsetFetch", static_cast<ErrorCode>(partition.error_code));
                return;
              }
              if (!history_.is_deposed(coordinator_)) {
                history_.fetched(partition.partition_index, since.at(partition.partition_index),
                                 partition.committed_offset);
              }
              positions_[partition.partition_index] =
                  std::max<int64_t>(0, partition.committed_offset);
            }
          }
          live(run);
        });
  });
}

void SimGroupMember::live(int run) {
  doing_ = "lives";
  after(heartbeat_ms, [this, run] { heartbeat(run); });
  after(commit_ms, [this, run] { commit(run); });
  if (restless_ && world_.one_in(3)) {
    after(world_.between(500, 8'000), [this, run] {
      if (run == run_ && restless_) {
        leave();
      }
    });
  }
}

void SimGroupMember::heartbeat(int run) {
  if (run != run_) {
    return;
  }
  HeartbeatRequest request;
  request.group_id = group_;
  request.generation_id = generation_;
  request.member_id = member_id_;
  ask<HeartbeatRequest, HeartbeatResponse>(
      coordinator_, request, [this, run](const Result<HeartbeatResponse>& answer) {
        if (run != run_) {
          return;
        }
        if (const ErrorCode error = error_of(answer); error != ErrorCode::None) {
          failed("Heartbeat", error);
          return;
        }
        after(heartbeat_ms, [this, run] { heartbeat(run); });
      });
}

// For the topic, and none of its partitions yet.
OffsetCommitRequest SimGroupMember::commit_request(int32_t generation, const std::string& member,
                                                   const TopicView& of) const {
  OffsetCommitRequest request;
  request.group_id = group_;
  request.generation_id_or_member_epoch = generation;
  request.member_id = member;
  auto& topic = request.topics.emplace_back();
  topic.name = topic_name_;
  topic.topic_id = of.id;
  return request;
}

// It has read a little more of each of its partitions.
void SimGroupMember::commit(int run) {
  if (run != run_) {
    return;
  }
  OffsetCommitRequest request = commit_request(generation_, member_id_, *topic(topic_name_));
  auto& partitions = request.topics.front().partitions;
  std::map<int32_t, uint64_t> commits;
  for (auto& [partition, position] : positions_) {
    position += world_.between(1, 5);
    partitions.push_back({partition, position, -1, ""});
    commits[partition] = history_.begin_commit(generation_, partition, position);
  }
  if (partitions.empty()) {
    last_commit_us_ = world_.now_us();  // more members than partitions
    after(commit_ms, [this, run] { commit(run); });
    return;
  }
  ask<OffsetCommitRequest, OffsetCommitResponse>(
      coordinator_, request, [this, run, commits](const Result<OffsetCommitResponse>& answer) {
        const ErrorCode worst = take_commits(answer, commits);
        if (run != run_) {
          return;
        }
        if (worst != ErrorCode::None) {
          failed("OffsetCommit", worst);
          return;
        }
        last_commit_us_ = world_.now_us();
        after(commit_ms, [this, run] { commit(run); });
      });
}

// The worst that was answered.
ErrorCode SimGroupMember::take_commits(const Result<OffsetCommitResponse>& answer,
                                       const std::map<int32_t, uint64_t>& commits) {
  if (!answer) {
    return answer.error().code;
  }
  ErrorCode worst = ErrorCode::None;
  for (const auto& of_answer : answer->topics) {
    for (const auto& partition : of_answer.partitions) {
      const int32_t index = partition.partition_index;
      const auto error = static_cast<ErrorCode>(partition.error_code);
      if (error == ErrorCode::None) {
        history_.committed(index, commits.at(index));
      } else {
        worst = error;
      }
      if (error == ErrorCode::IllegalGeneration || error == ErrorCode::UnknownMemberId ||
          error == ErrorCode::RebalanceInProgress) {
        history_.refused(index, commits.at(index));
      }
    }
  }
  return worst;
}

void SimGroupMember::commit_late(int32_t generation, const std::string& member) {
  const TopicView* view = topic(topic_name_);
  if (view == nullptr) {
    return;
  }
  OffsetCommitRequest request = commit_request(generation, member, *view);
  const auto partition = static_cast<int32_t>(
      world_.random().below(static_cast<uint64_t>(partition_count_)));
  const int64_t offset = world_.between(0, 1'000);
  request.topics.front().partitions.push_back({partition, offset, -1, ""});
  const std::map<int32_t, uint64_t> commits = {
      {partition, history_.begin_commit(generation, partition, offset)}};
  ask<OffsetCommitRequest, OffsetCommitResponse>(
      coordinator_, request, [this, commits](const Result<OffsetCommitResponse>& answer) {
        (void)take_commits(answer, commits);
      });
}

void SimGroupMember::sync_late(int32_t generation, const std::string& member) {
  history_.begin_late_sync(generation);
  SyncGroupRequest request;
  request.group_id = group_;
  request.generation_id = generation;
  request.member_id = member;
  request.protocol_type = "consumer";
  request.protocol_name = "in-turns";
  ask<SyncGroupRequest, SyncGroupResponse>(
      coordinator_, request,
      [this, generation, newest = history_.newest_generation()](
          const Result<SyncGroupResponse>& answer) {
        if (error_of(answer) == ErrorCode::None) {
          history_.synced(generation, newest);
        }
      },
      "late");
}

void SimGroupMember::leave() {
  ++run_;
  positions_.clear();
  doing_ = "has left";
  LeaveGroupRequest request;
  request.group_id = group_;
  request.members.push_back({std::exchange(member_id_, {}), std::nullopt, std::nullopt});
  ask<LeaveGroupRequest, LeaveGroupResponse>(coordinator_, request,
                                             [](const Result<LeaveGroupResponse>&) {});
  after(world_.between(10, 2'000), [this] { find_coordinator(); });
}

}  // namespace kafka::sim
