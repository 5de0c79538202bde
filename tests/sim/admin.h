// SimAdmin: makes the topics of the run, and then changes what can be changed under traffic: topics
// come and go, replicas are reassigned, leaders elected, configurations altered.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/client.h"

namespace kafka::sim {

struct TopicPlan {
  std::string name;
  int32_t partitions = 1;
  int16_t replication_factor = 1;
  int32_t min_insync = 1;
};

class SimAdmin final : public SimClient {
 public:
  SimAdmin(World& world, Wire& wire, Machine machine, std::vector<int32_t> brokers,
           std::vector<TopicPlan> plans);

  void start();
  void meddle(int64_t pause_ms_max);  // from now on something is changed every so often
  void stop() { stopped_ = true; }
  bool topics_are_there() const { return there_.size() == plans_.size(); }

 private:
  void create(const TopicPlan& plan);
  void change_something();
  void create_short_lived();
  void delete_short_lived();
  void reassign();
  void reassign_to(const std::string& name, int32_t index, const std::vector<int32_t>& replicas,
                   std::function<void(bool answered)> done);
  void elect();
  void move_leader();
  void configure();

  std::vector<int32_t> brokers_;
  std::vector<TopicPlan> plans_;
  std::set<std::string> there_;
  std::vector<std::string> short_lived_;
  int last_topic_ = 0;
  bool stopped_ = false;
};

}  // namespace kafka::sim
