// CreatePartitions: a topic grows. Partitions never shrink, since keys would move.
#include <fmt/format.h>

#include <set>

#include "broker/core/controller/controller.h"
#include "broker/core/controller/new_partitions.h"

namespace kafka {
namespace {

using CreatePartitionsTopic = CreatePartitionsRequest::CreatePartitionsTopic;

Result<int32_t> added_count(const CreatePartitionsTopic& request, const TopicImage& topic) {
  const int32_t current = static_cast<int32_t>(topic.partitions.size());
  if (request.count == current) {
    return fail(ErrorCode::InvalidPartitions,
                fmt::format("Topic already has {} partition(s).", current));
  }
  if (request.count < current) {
    return fail(ErrorCode::InvalidPartitions,
                fmt::format("Topic {} has {} partition(s) now, {} would not be an increase.",
                            topic.name, current, request.count));
  }
  const int32_t added = request.count - current;
  if (static_cast<size_t>(added) > max_records_per_batch) {
    return fail(ErrorCode::PolicyViolation,
                fmt::format("{} partitions are more than one request may add.", added));
  }
  return added;
}

Result<std::vector<std::vector<int32_t>>> assignments_of(const CreatePartitionsTopic& request,
                                                         int32_t added, const TopicImage& topic,
                                                         const MetadataImage& image,
                                                         Placement& placement) {
  const size_t replication_factor = topic.partitions.front().replicas.size();
  std::vector<std::vector<int32_t>> assignments;
  if (request.assignments) {
    for (const auto& assignment : *request.assignments) {
      assignments.push_back(assignment.broker_ids);
    }
    if (assignments.size() != static_cast<size_t>(added)) {
      return fail(ErrorCode::InvalidReplicaAssignment,
                  fmt::format("{} partition(s) are to be added, but {} are assigned.", added,
                              assignments.size()));
    }
    if (auto valid = check_assignments(assignments, replication_factor, image); !valid) {
      return std::unexpected(std::move(valid.error()));
    }
    return assignments;
  }
  const auto factor = static_cast<int32_t>(replication_factor);
  if (auto possible = placement.check(factor); !possible) {
    return std::unexpected(std::move(possible.error()));
  }
  for (int32_t i = 0; i < added; ++i) {
    assignments.push_back(placement.next(factor));
  }
  return assignments;
}

Result<> grow_topic(const CreatePartitionsTopic& request, const MetadataImage& image,
                    Placement& placement, NewPartitions& partitions,
                    std::vector<MetadataRecord>& records) {
  const TopicImage* topic = image.topic(request.name);
  if (topic == nullptr) {
    return fail(ErrorCode::UnknownTopicOrPartition);
  }
  const auto added = added_count(request, *topic);
  if (!added) {
    return std::unexpected(added.error());
  }
  const auto assignments = assignments_of(request, *added, *topic, image, placement);
  if (!assignments) {
    return std::unexpected(assignments.error());
  }
  if (records.size() + assignments->size() > max_records_per_batch) {
    return fail(ErrorCode::PolicyViolation,
                "The request needs more records than one batch may hold.");
  }
  partitions.add(topic->id, static_cast<int32_t>(topic->partitions.size()), *assignments, records);
  return {};
}

}  // namespace

Decision<CreatePartitionsResponse> Controller::decide_create_partitions(
    const CreatePartitionsRequest& request) const {
  Decision<CreatePartitionsResponse> decision;
  std::set<std::string> seen, duplicates;
  for (const CreatePartitionsTopic& topic : request.topics) {
    if (!seen.insert(topic.name).second) {
      duplicates.insert(topic.name);
    }
  }
  const auto answer = [&](const std::string& name, const Result<>& outcome) {
    auto& result = decision.reply.results.emplace_back();
    result.name = name;
    if (!outcome) {
      result.error_code = static_cast<int16_t>(outcome.error().code);
      if (!outcome.error().message.empty()) {
        result.error_message = outcome.error().message;
      }
    }
  };
  for (const std::string& name : duplicates) {
    answer(name, fail(ErrorCode::InvalidRequest, "Duplicate topic name."));
  }
  NewPartitions partitions(state_);
  for (const CreatePartitionsTopic& topic : request.topics) {
    if (!duplicates.contains(topic.name)) {
      Placement placement(state_, random_);
      answer(topic.name, grow_topic(topic, state_, placement, partitions, decision.records));
    }
  }
  if (request.validate_only) {
    decision.records.clear();
  }
  return decision;
}

}  // namespace kafka
