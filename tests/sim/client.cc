#include "tests/sim/client.h"

#include <fmt/format.h>

#include <utility>

namespace kafka::sim {

SimClient::SimClient(World& world, Wire& wire, Machine machine, std::string name,
                     std::vector<int32_t> brokers)
    : world_(world),
      name_(std::move(name)),
      brokers_(std::move(brokers)),
      host_(world, wire, machine, world.begin_life(name_), files_, 0, 1000),
      now_ms_(host_.wall_clock_ms()),
      timers_([this](int64_t delay_ms) { host_.loop().set_alarm(delay_ms); }),
      peers_(host_.loop(), timers_, now_ms_, machine) {
  SimLoop& loop = host_.loop();
  loop.before_event = [this] { now_ms_ = host_.wall_clock_ms(); };
  loop.after_event = [this] { peers_.finish_event(); };
  loop.on_alarm = [this] { timers_.run_due(now_ms_); };
}

void SimClient::after(int64_t ms, std::function<void()> work) {
  timers_.run_at(host_.wall_clock_ms() + ms, host_.wall_clock_ms(), std::move(work));
}

int32_t SimClient::some_broker() {
  return brokers_[world_.random().below(brokers_.size())];
}

void SimClient::refresh(std::function<void()> then) {
  if (then) {
    awaiting_metadata_.push_back(std::move(then));
  }
  if (std::exchange(refreshing_, true)) {
    return;
  }
  MetadataRequest request;
  request.topics = std::nullopt;
  request.allow_auto_topic_creation = false;
  ask<MetadataRequest, MetadataResponse>(
      some_broker(), request,
      [this](const Result<MetadataResponse>& response) {
        refreshing_ = false;
        if (!response) {
          after(retry_ms, [this] { refresh(); });
          return;
        }
        learn(*response);
        for (const auto& waiting : std::exchange(awaiting_metadata_, {})) {
          waiting();
        }
      },
      "metadata", 1'000);
}

// An older epoch than a known one is news of yesterday (KIP-320).
void SimClient::learn(const MetadataResponse& response) {
  for (const auto& topic : response.topics) {
    if (topic.error_code != 0 || !topic.name) {
      continue;
    }
    TopicView& view = topics_[*topic.name];
    if (view.id != topic.topic_id) {
      view = {topic.topic_id, {}};
    }
    for (const auto& partition : topic.partitions) {
      PartitionView& known = view.partitions[partition.partition_index];
      if (partition.leader_epoch >= known.leader_epoch) {
        known = {partition.leader_id, partition.leader_epoch, partition.replica_nodes};
      }
    }
  }
}

const SimClient::TopicView* SimClient::topic(std::string_view name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : &found->second;
}

const SimClient::PartitionView* SimClient::partition(std::string_view topic_name,
                                                     int32_t index) const {
  const TopicView* view = topic(topic_name);
  if (view == nullptr) {
    return nullptr;
  }
  const auto found = view->partitions.find(index);
  return found == view->partitions.end() || found->second.leader < 0 ? nullptr : &found->second;
}

void SimClient::unexpected_error(std::string_view what, ErrorCode error) const {
  throw Violation("an answer that makes sense",
                  fmt::format("{}: {} was answered with {}", name_, what, name(error)));
}

}  // namespace kafka::sim
