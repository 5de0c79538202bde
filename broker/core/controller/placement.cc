#include "broker/core/controller/placement.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/core/check.h"

namespace kafka {
namespace {

bool takes_new_replicas(const BrokerImage& broker) {
  const bool all_cordoned = broker.cordoned_log_dirs && !broker.log_dirs.empty() &&
                            std::ranges::all_of(broker.log_dirs, [&](const Uuid& directory) {
                              return std::ranges::count(*broker.cordoned_log_dirs, directory) > 0;
                            });
  return !broker.in_controlled_shutdown && !all_cordoned;
}

template <class T>
void shuffle_list(std::vector<T>& list, Random& random) {
  for (size_t left = list.size(); left > 1; --left) {
    std::swap(list[left - 1], list[random.below(left)]);
  }
}

}  // namespace

Placement::Placement(const MetadataImage& image, Random& random) : random_(random) {
  for (const auto& [id, broker] : image.brokers()) {
    if (!takes_new_replicas(broker)) {
      continue;
    }
    Rack& rack = racks_[broker.rack.value_or("")];
    (broker.fenced ? rack.fenced : rack.usable).brokers.push_back(id);
    usable_count_ += broker.fenced ? 0 : 1;
    ++total_count_;
  }
  for (auto& [name, rack] : racks_) {
    rack.usable.start = random.below(rack.usable.brokers.size());
    rack.fenced.start = random.below(rack.fenced.brokers.size());
    order_.push_back(name);
  }
  first_rack_ = random.below(order_.size());
}

Result<> Placement::check(int32_t replication_factor) const {
  if (usable_count_ == 0) {
    return fail(ErrorCode::InvalidReplicationFactor,
                "No broker can lead a new partition: all of them are fenced, or take nothing new.");
  }
  if (static_cast<size_t>(replication_factor) > total_count_) {
    return fail(ErrorCode::InvalidReplicationFactor,
                fmt::format("Replication factor {} needs as many brokers, but only {} are "
                            "registered and take new replicas.",
                            replication_factor, total_count_));
  }
  return {};
}

int32_t Placement::Ring::next(size_t current_round) {
  if (brokers.empty()) {
    return nobody;
  }
  if (round != current_round) {
    round = current_round;
    taken = 0;
    start = (start + 1) % brokers.size();
  }
  return taken < brokers.size() ? brokers[(start + taken++) % brokers.size()] : nobody;
}

int32_t Placement::next_of(const std::string& rack) {
  const int32_t usable = racks_[rack].usable.next(round_);
  return usable != nobody ? usable : racks_[rack].fenced.next(round_);
}

std::vector<int32_t> Placement::next(int32_t replication_factor) {
  const size_t wanted = static_cast<size_t>(replication_factor);
  CHECK(usable_count_ > 0 && wanted > 0 && wanted <= total_count_, "{} replicas", wanted);
  if (round_ == usable_count_ && usable_count_ > 1) {
    shuffle();
    round_ = 0;
  }
  first_rack_ %= order_.size();
  // The leader is from the first rack that has a broker for it.
  size_t leader_rack = first_rack_;
  std::vector<int32_t> replicas{racks_[order_[leader_rack]].usable.next(round_)};
  while (replicas.front() == nobody) {
    leader_rack = (leader_rack + 1) % order_.size();
    replicas.front() = racks_[order_[leader_rack]].usable.next(round_);
  }
  // The others follow round the racks, where the leader's is passed over once.
  bool pass_over_leader = true;
  for (size_t at = first_rack_; replicas.size() < wanted; at = (at + 1) % order_.size()) {
    if (at == leader_rack && pass_over_leader) {
      pass_over_leader = false;
      continue;
    }
    if (const int32_t id = next_of(order_[at]); id != nobody) {
      replicas.push_back(id);
    }
  }
  ++round_;
  ++first_rack_;
  return replicas;
}

void Placement::shuffle() {
  shuffle_list(order_, random_);
  for (auto& [name, rack] : racks_) {
    shuffle_list(rack.usable.brokers, random_);
    shuffle_list(rack.fenced.brokers, random_);
  }
}

}  // namespace kafka
