#include "broker/core/replica/departures.h"

#include <algorithm>

namespace kafka {

bool Departures::on_contact(uint64_t connection_id, int32_t broker_id, int64_t now_ms) {
  const bool anew = contacts_.insert_or_assign(connection_id, broker_id).second;
  return anew ? suspects_.erase(broker_id) > 0 : on_answer(broker_id, now_ms);
}

bool Departures::on_answer(int32_t broker_id, int64_t now_ms) {
  const auto found = suspects_.find(broker_id);
  if (found == suspects_.end() || now_ms < found->second.since_ms + late_ms) {
    return false;
  }
  suspects_.erase(found);
  return true;
}

void Departures::on_disconnect(uint64_t connection_id, const MetadataImage& image, int64_t now_ms) {
  const auto contact = contacts_.find(connection_id);
  if (contact == contacts_.end()) {
    return;
  }
  if (const BrokerImage* broker = image.broker(contact->second)) {
    suspect(*broker, now_ms);
  }
  contacts_.erase(contact);
}

void Departures::on_disconnect(std::string_view host, uint16_t port, const MetadataImage& image,
                               int64_t now_ms) {
  for (const auto& [id, broker] : image.brokers()) {
    const bool listens_there = std::ranges::any_of(broker.endpoints, [&](const Endpoint& endpoint) {
      return endpoint.host == host && endpoint.port == port;
    });
    if (listens_there) {
      suspect(broker, now_ms);
    }
  }
}

void Departures::suspect(const BrokerImage& broker, int64_t now_ms) {
  if (!broker.fenced) {
    suspects_[broker.id] = {broker.epoch, now_ms};
  }
}

void Departures::on_image(const MetadataImage& image, int64_t now_ms) {
  std::erase_if(suspects_, [&](const auto& suspect) {
    const BrokerImage* broker = image.broker(suspect.first);
    return broker == nullptr || broker->fenced || broker->epoch != suspect.second.broker_epoch;
  });
  for (auto& [id, until_ms] : listed_until_) {
    const BrokerImage* broker = image.broker(id);
    if (broker == nullptr || broker->fenced) {
      until_ms = std::min(until_ms, now_ms + listed_ms);
    }
  }
  std::erase_if(listed_until_, [&](const auto& listed) { return listed.second <= now_ms; });
  for (const auto& [id, broker] : image.brokers()) {
    if (!broker.fenced) {
      listed_until_[id] = INT64_MAX;
    }
  }
}

bool Departures::is_suspect(int32_t broker_id, int64_t now_ms) const {
  const auto found = suspects_.find(broker_id);
  return found != suspects_.end() && now_ms < found->second.since_ms + hold_ms;
}

bool Departures::just_left(int32_t broker_id, int64_t now_ms) const {
  const auto found = listed_until_.find(broker_id);
  return found != listed_until_.end() && found->second != INT64_MAX && now_ms < found->second;
}

}  // namespace kafka
