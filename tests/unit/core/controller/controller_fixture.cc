#include "tests/unit/core/controller/controller_fixture.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "broker/core/controller/features.h"

namespace kafka {
namespace {

std::string list(const std::vector<int32_t>& ids) {
  return ids.empty() ? "-" : fmt::format("{}", fmt::join(ids, ","));
}

struct Printer {
  std::string operator()(const TopicRecord& r) { return "Topic " + r.name; }
  std::string operator()(const RemoveTopicRecord&) { return "RemoveTopic"; }
  std::string operator()(const ClearElrRecord& r) { return "ClearElr " + r.topic_name; }
  std::string operator()(const PartitionRecord& r) {
    return fmt::format("Partition {} replicas {} isr {} leader {}", r.partition_id,
                       list(r.replicas), list(r.isr), r.leader);
  }
  std::string operator()(const PartitionChangeRecord& r) {
    std::string text = fmt::format("PartitionChange {}", r.partition_id);
    const auto add = [&](std::string_view label, const auto& ids) {
      if (ids) {
        text += fmt::format(" {} {}", label, list(*ids));
      }
    };
    add("isr", r.isr);
    if (r.leader != -2) {
      text += fmt::format(" leader {}", r.leader);
    }
    add("replicas", r.replicas);
    add("removing", r.removing_replicas);
    add("adding", r.adding_replicas);
    add("elr", r.eligible_leader_replicas);
    add("last", r.last_known_elr);
    if (r.leader_recovery_state != -1) {
      text += fmt::format(" recovery {}", r.leader_recovery_state);
    }
    text += r.directories && !r.replicas ? " directories" : "";
    return text;
  }
  std::string operator()(const ConfigRecord& r) {
    return fmt::format("Config {} '{}' {}={}", r.resource_type, r.resource_name, r.name,
                       r.value.value_or("(removed)"));
  }
  std::string operator()(const RegisterBrokerRecord& r) {
    return fmt::format("RegisterBroker {}{}", r.broker_id, r.fenced ? " fenced" : "");
  }
  std::string operator()(const BrokerRegistrationChangeRecord& r) {
    std::string text = fmt::format("BrokerRegistrationChange {}", r.broker_id);
    text += r.fenced > 0 ? " fenced" : r.fenced < 0 ? " unfenced" : "";
    text += r.in_controlled_shutdown != 0 ? " stopping" : "";
    text += !r.log_dirs.empty() ? fmt::format(" directories {}", r.log_dirs.size()) : "";
    text += r.cordoned_log_dirs ? " cordoned" : "";
    return text;
  }
  std::string operator()(const UnregisterBrokerRecord& r) {
    return fmt::format("UnregisterBroker {}", r.broker_id);
  }
  std::string operator()(const RegisterControllerRecord& r) {
    return fmt::format("RegisterController {}", r.controller_id);
  }
  std::string operator()(const FeatureLevelRecord& r) {
    return fmt::format("FeatureLevel {}={}", r.name, r.feature_level);
  }
  std::string operator()(const ProducerIdsRecord& r) {
    return fmt::format("ProducerIds next {}", r.next_producer_id);
  }
  template <class Record>
  std::string operator()(const Record&) {
    return std::string(type_name<Record>());
  }
};

}  // namespace

std::string text_of(const MetadataRecord& record) {
  return std::visit(Printer{}, record);
}

std::vector<std::string> texts_of(const std::vector<MetadataRecord>& records) {
  std::vector<std::string> texts;
  for (const MetadataRecord& record : records) {
    texts.push_back(text_of(record));
  }
  return texts;
}

std::vector<std::string> texts_of(const RecordBatches& batches) {
  std::vector<std::string> texts;
  for (const auto& batch : batches) {
    if (!texts.empty()) {
      texts.emplace_back("--");
    }
    for (std::string& text : texts_of(batch)) {
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

std::string text_of(const PartitionImage& p) {
  std::string text = fmt::format("leader {} epoch {}/{} isr {}", p.leader, p.leader_epoch,
                                 p.partition_epoch, list(p.isr));
  if (!p.eligible_leader_replicas.empty() || !p.last_known_elr.empty()) {
    text += fmt::format(" elr {} last {}", list(p.eligible_leader_replicas),
                        list(p.last_known_elr));
  }
  return text + (p.leader_recovery_state != 0 ? " recovering" : "");
}

Bytes golden_file(const std::string& file_name) {
  const std::string path = std::string(KRAFTLAB_SOURCE_DIR) + "/tests/golden/" + file_name;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error(path + " is missing");
  }
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

BrokerConfig node_config(const ConfigMap& more) {
  ConfigMap properties = {
      {"process.roles", "broker,controller"},
      {"node.id", "1"},
      {"controller.quorum.voters", "1@localhost:9093"},
      {"listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"},
      {"controller.listener.names", "CONTROLLER"},
      {"listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"},
      {"log.dirs", "/data"},
  };
  for (const auto& [key, value] : more) {
    properties[key] = value;
  }
  std::erase_if(properties, [](const auto& entry) { return entry.second == "(unset)"; });
  return must(parse_broker_config(properties)).config;
}

ControllerTest::ControllerTest(const ConfigMap& properties)
    : config_(node_config(properties)), controller_(config_, random_) {
  set_feature(metadata_version_feature, metadata_version::latest);
  set_feature(elr_feature, 1);
}

void ControllerTest::apply(std::vector<MetadataRecord> records) {
  if (!records.empty()) {
    next_offset_ += static_cast<int64_t>(records.size());
    controller_.apply(records, next_offset_ - 1);
  }
}

void ControllerTest::apply(const RecordBatches& batches) {
  for (const auto& batch : batches) {
    apply(batch);
  }
}

void ControllerTest::set_feature(std::string_view feature, int16_t level) {
  FeatureLevelRecord record;
  record.name = feature;
  record.feature_level = level;
  apply({record});
}

BrokerRegistration ControllerTest::registration(int32_t id) const {
  BrokerRegistration registration;
  registration.broker_id = id;
  registration.incarnation_id = {static_cast<uint64_t>(id), static_cast<uint64_t>(next_offset_)};
  registration.endpoints = {{"PLAINTEXT", "localhost", static_cast<uint16_t>(9000 + id), 0}};
  registration.features = registered_features();
  registration.log_dirs = {{static_cast<uint64_t>(id), 1}};
  if (const BrokerImage* known = state().broker(id)) {
    registration.previous_broker_epoch = known->epoch;
  }
  return registration;
}

void ControllerTest::add_broker(int32_t id, std::optional<std::string> rack, int directories) {
  BrokerRegistration asked = registration(id);
  asked.rack = std::move(rack);
  for (int i = 2; i <= directories; ++i) {
    asked.log_dirs.push_back({static_cast<uint64_t>(id), static_cast<uint64_t>(i)});
  }
  apply(must(controller_.decide_register_broker(asked, next_offset_, now_ms_)).batches);
  unfence(id);
}

void ControllerTest::fence(int32_t broker_id) {
  apply(must(controller_.decide_fence_broker(broker_id, epoch_of(broker_id))));
}

void ControllerTest::unfence(int32_t broker_id) {
  apply(must(controller_.decide_unfence_broker(broker_id, epoch_of(broker_id))));
}

Uuid ControllerTest::create_topic(const std::string& topic_name,
                                  std::vector<std::vector<int32_t>> assignments,
                                  const ConfigMap& configs) {
  CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = topic_name;
  topic.num_partitions = -1;
  topic.replication_factor = -1;
  for (size_t i = 0; i < assignments.size(); ++i) {
    topic.assignments.push_back({static_cast<int32_t>(i), assignments[i]});
  }
  for (const auto& [key, value] : configs) {
    topic.configs.push_back({key, value});
  }
  auto decision = controller_.decide_create_topics(request);
  EXPECT_EQ(decision.reply.topics.at(0).error_code, 0)
      << decision.reply.topics.at(0).error_message.value_or("");
  apply(std::move(decision.records));
  return decision.reply.topics.at(0).topic_id;
}

std::string ControllerTest::partition(const std::string& topic, int32_t index) const {
  const PartitionImage* found = state().partition(topic, index);
  return found == nullptr ? "none" : text_of(*found);
}

}  // namespace kafka
