#include "tests/sim/admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/api/19_create_topics.h"
#include "protocol/api/20_delete_topics.h"
#include "protocol/api/43_elect_leaders.h"
#include "protocol/api/44_incremental_alter_configs.h"
#include "protocol/api/45_alter_partition_reassignments.h"

namespace kafka::sim {

SimAdmin::SimAdmin(World& world, Wire& wire, Machine machine, std::vector<int32_t> brokers,
                   std::vector<TopicPlan> plans)
    : SimClient(world, wire, machine, "admin", brokers),
      brokers_(std::move(brokers)),
      plans_(std::move(plans)) {}

void SimAdmin::start() {
  for (const TopicPlan& plan : plans_) {
    create(plan);
  }
}

void SimAdmin::create(const TopicPlan& plan) {
  CreateTopicsRequest request;
  CreateTopicsRequest::CreatableTopic topic;
  topic.name = plan.name;
  topic.num_partitions = plan.partitions;
  topic.replication_factor = plan.replication_factor;
  topic.configs.push_back({"min.insync.replicas", std::to_string(plan.min_insync)});
  request.topics.push_back(std::move(topic));
  ask<CreateTopicsRequest, CreateTopicsResponse>(
      some_broker(), request, [this, plan](const Result<CreateTopicsResponse>& answer) {
        const auto error = answer ? static_cast<ErrorCode>(answer->topics.at(0).error_code)
                                  : answer.error().code;
        if (error == ErrorCode::None || error == ErrorCode::TopicAlreadyExists) {
          there_.insert(plan.name);
          return;
        }
        // Too few brokers have registered yet.
        if (error != ErrorCode::InvalidReplicationFactor && !is_retriable(error)) {
          unexpected_error("CreateTopics", error);
        }
        after(200, [this, plan] { create(plan); });
      });
}

void SimAdmin::meddle(int64_t pause_ms_max) {
  refresh([this] {
    if (!stopped_) {
      change_something();
    }
  });
  after(world_.between(pause_ms_max / 10, pause_ms_max), [this, pause_ms_max] {
    if (!stopped_) {
      meddle(pause_ms_max);
    }
  });
}

void SimAdmin::change_something() {
  switch (world_.random().below(9)) {
    case 0:
      create_short_lived();
      break;
    case 1:
      delete_short_lived();
      break;
    case 2:
    case 3:
      reassign();
      break;
    case 4:
      elect();
      break;
    case 5:
    case 6:
    case 7:
      move_leader();
      break;
    default:
      configure();
  }
}

void SimAdmin::create_short_lived() {
  CreateTopicsRequest request;
  CreateTopicsRequest::CreatableTopic topic;
  topic.name = fmt::format("short-lived-{}", ++last_topic_);
  topic.num_partitions = 2;
  topic.replication_factor = static_cast<int16_t>(std::min<size_t>(2, brokers_.size()));
  short_lived_.push_back(topic.name);
  request.topics.push_back(std::move(topic));
  ask<CreateTopicsRequest, CreateTopicsResponse>(some_broker(), request,
                                                 [](const Result<CreateTopicsResponse>&) {});
}

void SimAdmin::delete_short_lived() {
  if (short_lived_.empty()) {
    return;
  }
  DeleteTopicsRequest request;
  request.timeout_ms = 2'000;
  request.topics.push_back({short_lived_.back(), {}});
  short_lived_.pop_back();
  ask<DeleteTopicsRequest, DeleteTopicsResponse>(some_broker(), request,
                                                 [](const Result<DeleteTopicsResponse>&) {});
}

// Deals the replicas of some partition out anew, as many as there were.
void SimAdmin::reassign() {
  const TopicPlan& plan = plans_[world_.random().below(plans_.size())];
  const auto index = static_cast<int32_t>(
      world_.random().below(static_cast<uint64_t>(plan.partitions)));
  std::vector<int32_t> replicas = brokers_;
  for (size_t i = replicas.size(); i > 1; --i) {
    std::swap(replicas[i - 1], replicas[world_.random().below(i)]);
  }
  replicas.resize(static_cast<size_t>(plan.replication_factor));
  reassign_to(plan.name, index, replicas, [](bool) {});
}

void SimAdmin::reassign_to(const std::string& name, int32_t index,
                           const std::vector<int32_t>& replicas,
                           std::function<void(bool answered)> done) {
  AlterPartitionReassignmentsRequest request;
  AlterPartitionReassignmentsRequest::ReassignableTopic topic;
  topic.name = name;
  topic.partitions.push_back({index, replicas});
  request.topics.push_back(std::move(topic));
  request.timeout_ms = 2'000;
  ask<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(
      some_broker(), request,
      [done = std::move(done)](const Result<AlterPartitionReassignmentsResponse>& answer) {
        done(answer.has_value());
      });
}

// The replicas stay who they are, and another one of them is preferred.
void SimAdmin::move_leader() {
  const TopicPlan& plan = plans_[world_.random().below(plans_.size())];
  const auto index = static_cast<int32_t>(
      world_.random().below(static_cast<uint64_t>(plan.partitions)));
  const PartitionView* view = partition(plan.name, index);
  if (view == nullptr || view->replicas.empty()) {
    return;
  }
  std::vector<int32_t> replicas = view->replicas;
  std::ranges::rotate(replicas, replicas.begin() + 1);
  reassign_to(plan.name, index, replicas, [this](bool answered) {
    if (answered && !stopped_) {
      elect();
    }
  });
}

void SimAdmin::elect() {
  ElectLeadersRequest request;
  request.topic_partitions = std::nullopt;  // the preferred leaders of all
  request.timeout_ms = 2'000;
  ask<ElectLeadersRequest, ElectLeadersResponse>(some_broker(), request,
                                                 [](const Result<ElectLeadersResponse>&) {});
}

void SimAdmin::configure() {
  const TopicPlan& plan = plans_[world_.random().below(plans_.size())];
  IncrementalAlterConfigsRequest request;
  IncrementalAlterConfigsRequest::AlterConfigsResource resource;
  resource.resource_type = 2;
  resource.resource_name = plan.name;
  resource.configs.push_back(
      {"segment.ms", 0, std::to_string(world_.between(2'000, 60'000))});
  request.resources.push_back(std::move(resource));
  ask<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
      some_broker(), request, [](const Result<IncrementalAlterConfigsResponse>&) {});
}

}  // namespace kafka::sim
