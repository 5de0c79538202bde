// What the tests of the controller share: a cluster to decide about, and records as text.
//
//   Topic alpha                        RegisterBroker 1 fenced
//   Partition 0 replicas 1 isr 1 leader 1
//   PartitionChange 0 isr - leader -1 elr 1 last 1
//   BrokerRegistrationChange 1 unfenced
#pragma once

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/core/controller/controller.h"
#include "broker/core/controller/kraft.h"
#include "broker/core/sim_files.h"

namespace kafka {

template <class T>
T must(Result<T> result) {
  if (!result) {
    throw std::runtime_error(std::string(name(result.error().code)) + ": " +
                             result.error().message);
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(*result);
  }
}

std::string text_of(const MetadataRecord& record);
std::vector<std::string> texts_of(const std::vector<MetadataRecord>& records);
std::vector<std::string> texts_of(const RecordBatches& batches);  // "--" between two batches
std::string text_of(const PartitionImage& partition);

Bytes golden_file(const std::string& name);  // below tests/golden

using Lines = std::vector<std::string>;

// server.properties of a combined node 1; `more` overrides.
BrokerConfig node_config(const ConfigMap& more = {});

// A controller whose cluster is made with the helpers below. Records are applied as they come.
class ControllerTest : public ::testing::Test {
 protected:
  explicit ControllerTest(const ConfigMap& properties = {});

  // Registers a broker and unfences it. Brokers get directory ids {id, 1}, {id, 2}, ...
  void add_broker(int32_t id, std::optional<std::string> rack = {}, int directories = 1);
  BrokerRegistration registration(int32_t id) const;
  void apply(std::vector<MetadataRecord> records);
  void apply(const RecordBatches& batches);
  void set_feature(std::string_view name, int16_t level);
  int64_t epoch_of(int32_t broker_id) const { return state().broker(broker_id)->epoch; }
  void fence(int32_t broker_id);
  void unfence(int32_t broker_id);

  // Creates a topic with these replicas (one list per partition).
  Uuid create_topic(const std::string& name, std::vector<std::vector<int32_t>> assignments,
                    const ConfigMap& configs = {});
  std::string partition(const std::string& topic, int32_t index) const;

  const MetadataImage& state() const { return controller_.state(); }

  BrokerConfig config_;
  SeededRandom random_{7};
  Controller controller_;
  int64_t next_offset_ = 0;
  int64_t now_ms_ = 1000;
};

}  // namespace kafka
