#include "broker/core/controller/placement.h"

#include <fmt/format.h>

#include <map>
#include <string>

#include "broker/core/check.h"

namespace kafka {
namespace {

// One broker of each rack in turn until all are taken.
std::vector<int32_t> ring_of(const MetadataImage& image, bool fenced) {
  std::map<std::string, std::vector<int32_t>> by_rack;
  size_t count = 0;
  for (const auto& [id, broker] : image.brokers()) {
    if (broker.fenced == fenced && !broker.in_controlled_shutdown) {
      by_rack[broker.rack.value_or("")].push_back(id);
      ++count;
    }
  }
  std::vector<int32_t> ring;
  for (size_t round = 0; ring.size() < count; ++round) {
    for (const auto& [rack, ids] : by_rack) {
      if (round < ids.size()) {
        ring.push_back(ids[round]);
      }
    }
  }
  return ring;
}

}  // namespace

Placement::Placement(const MetadataImage& image, Random& random)
    : usable_(ring_of(image, false)), fenced_(ring_of(image, true)), start_(random.next() >> 1) {}

Result<> Placement::check(int32_t replication_factor) const {
  const size_t registered = usable_.size() + fenced_.size();
  if (static_cast<size_t>(replication_factor) > registered) {
    return fail(ErrorCode::InvalidReplicationFactor,
                fmt::format("Replication factor {} needs as many brokers, but only {} are "
                            "registered.",
                            replication_factor, registered));
  }
  if (usable_.empty()) {
    return fail(ErrorCode::InvalidReplicationFactor,
                "No broker can lead a new partition: all of them are fenced.");
  }
  return {};
}

std::vector<int32_t> Placement::next(int32_t replication_factor) {
  const size_t wanted = static_cast<size_t>(replication_factor);
  CHECK(!usable_.empty() && wanted <= usable_.size() + fenced_.size(), "{} replicas", wanted);
  std::vector<int32_t> replicas;
  replicas.reserve(wanted);
  for (const auto* ring : {&usable_, &fenced_}) {
    for (size_t i = 0; i < ring->size() && replicas.size() < wanted; ++i) {
      replicas.push_back((*ring)[(start_ + i) % ring->size()]);
    }
  }
  ++start_;
  return replicas;
}

}  // namespace kafka
