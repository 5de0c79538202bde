// A committed image for tests of handlers: brokers with a listener or two, topics, configurations.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "broker/core/controller/image.h"

namespace kafka {

class ClusterImage {
 public:
  // Listens as PLAINTEXT on brokerN:9092, and, if asked to, as EXTERNAL on example.org:1900N.
  ClusterImage& broker(int32_t id, bool fenced = false, bool external = false) {
    RegisterBrokerRecord record;
    record.broker_id = id;
    record.broker_epoch = 100 + id;
    record.end_points.push_back({"PLAINTEXT", "broker" + std::to_string(id), 9092, 0});
    if (external) {
      record.end_points.push_back(
          {"EXTERNAL", "example.org", static_cast<uint16_t>(19000 + id), 0});
    }
    record.rack = std::nullopt;
    record.fenced = fenced;
    return apply(record);
  }

  // One list of replicas per partition. All are in sync, and the first one leads.
  ClusterImage& topic(const std::string& name, std::vector<std::vector<int32_t>> assignments) {
    TopicRecord record;
    record.name = name;
    record.topic_id = id_of(name);
    apply(record);
    for (size_t i = 0; i < assignments.size(); ++i) {
      PartitionRecord partition;
      partition.partition_id = static_cast<int32_t>(i);
      partition.topic_id = record.topic_id;
      partition.replicas = partition.isr = assignments[i];
      partition.leader = assignments[i].front();
      partition.leader_epoch = 7;
      partition.partition_epoch = 0;
      partition.directories.resize(assignments[i].size());
      apply(partition);
    }
    return *this;
  }

  ClusterImage& config(ConfigResourceType type, const std::string& resource,
                       const std::string& name, const std::string& value) {
    ConfigRecord record;
    record.resource_type = static_cast<int8_t>(type);
    record.resource_name = resource;
    record.name = name;
    record.value = value;
    return apply(record);
  }

  static Uuid id_of(const std::string& topic) { return {1, std::hash<std::string>()(topic)}; }

  const MetadataImage& image() const { return image_; }

 private:
  ClusterImage& apply(const MetadataRecord& record) {
    const Result<> applied = image_.apply(record);
    EXPECT_TRUE(applied) << applied.error().message;
    return *this;
  }

  MetadataImage image_;
};

}  // namespace kafka
