// DescribeQuorum: the metadata quorum: leader, epoch, high watermark, and how far each voter and
// observer is (KIP-595). Only the leader can answer; brokers pass the question on to it.
//
//   v1  when each replica last fetched and was caught up (KIP-836)
//   v2  directory ids, listeners of the voters, error messages (KIP-853)
#include "protocol/api/55_describe_quorum.h"

#include "broker/core/controller/kraft.h"
#include "broker/core/controller/topic_name.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

using PartitionData = DescribeQuorumResponse::PartitionData;

constexpr int16_t with_directories = 2;

void add_replicas(Node& node, int16_t version, PartitionData& partition) {
  for (const ReplicaProgress& replica : node.kraft().raft().replicas(node.now_ms())) {
    auto& state = replica.is_voter ? partition.current_voters.emplace_back()
                                   : partition.observers.emplace_back();
    state.replica_id = replica.key.id;
    if (version >= with_directories) {
      state.replica_directory_id = replica.key.directory_id;
    }
    state.log_end_offset = replica.log_end_offset;
    state.last_fetch_timestamp = replica.last_fetch_ms;
    state.last_caught_up_timestamp = replica.last_caught_up_ms;
  }
}

PartitionData described_partition(Node& node, int16_t version, const std::string& topic,
                                  int32_t index) {
  const Raft& raft = node.kraft().raft();
  PartitionData partition;
  partition.partition_index = index;
  const bool known = topic == metadata_topic && index == 0;
  if (!known || !raft.is_leader()) {
    const ErrorCode code =
        known ? ErrorCode::NotLeaderOrFollower : ErrorCode::UnknownTopicOrPartition;
    partition.error_code = static_cast<int16_t>(code);
    partition.error_message = describe(code);
    return partition;
  }
  partition.leader_id = raft.leader_id();
  partition.leader_epoch = raft.epoch();
  partition.high_watermark = raft.high_watermark();
  add_replicas(node, version, partition);
  return partition;
}

}  // namespace

void handle_describe_quorum(Node& node, Request& request) {
  const auto message = node.decode_or_close<DescribeQuorumRequest>(request);
  if (!message) {
    return;
  }
  DescribeQuorumResponse response;
  for (const auto& topic : message->topics) {
    auto& answer = response.topics.emplace_back();
    answer.topic_name = topic.topic_name;
    for (const auto& partition : topic.partitions) {
      answer.partitions.push_back(described_partition(node, request.version(), topic.topic_name,
                                                      partition.partition_index));
    }
  }
  const bool any_known = !response.topics.empty() && !response.topics[0].partitions.empty() &&
                         response.topics[0].partitions[0].error_code == 0;
  if (request.version() >= with_directories && any_known) {
    for (const auto& [id, voter] : node.kraft().raft().voters()) {
      auto& described = response.nodes.emplace_back();
      described.node_id = id;
      for (const VoterEndpoint& endpoint : voter.endpoints) {
        described.listeners.push_back({endpoint.listener, endpoint.host, endpoint.port});
      }
    }
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
