#include "broker/core/controller/broker_sessions.h"

#include <algorithm>

namespace kafka {

void BrokerSessions::reset(const MetadataImage& image) {
  sessions_.clear();
  for (const auto& [id, broker] : image.brokers()) {
    // Where exactly its record stands is no longer known. Who has read all that is here now has
    // read that, too.
    on_registered(id, broker.epoch, broker.fenced ? image.offset() : broker.epoch);
  }
}

void BrokerSessions::on_registered(int32_t broker_id, int64_t broker_epoch, int64_t record_offset) {
  BrokerSession& session = sessions_[broker_id];
  if (session.broker_epoch != broker_epoch) {
    session = {};
  }
  session.broker_epoch = broker_epoch;
  session.caught_up_from = record_offset;
}

void BrokerSessions::on_fenced(int32_t broker_id) {
  if (const auto found = sessions_.find(broker_id); found != sessions_.end()) {
    found->second.shutdown_offset = BrokerSession::not_yet;
  }
}

void BrokerSessions::on_unregistered(int32_t broker_id) {
  sessions_.erase(broker_id);
}

void BrokerSessions::heard(int32_t broker_id, int64_t broker_epoch, int64_t metadata_offset,
                           int64_t now_ms) {
  const auto found = sessions_.find(broker_id);
  if (found != sessions_.end() && found->second.broker_epoch == broker_epoch) {
    found->second.last_contact_ms = now_ms;
    found->second.metadata_offset = metadata_offset;
  }
}

void BrokerSessions::begin_shutdown(int32_t broker_id, int64_t offset) {
  const auto found = sessions_.find(broker_id);
  if (found != sessions_.end() && !found->second.is_stopping()) {
    found->second.shutdown_offset = offset;
  }
}

void BrokerSessions::start_clocks(int64_t now_ms) {
  for (auto& [id, session] : sessions_) {
    if (session.last_contact_ms == BrokerSession::not_yet) {
      session.last_contact_ms = now_ms;
    }
  }
}

const BrokerSession* BrokerSessions::find(int32_t broker_id) const {
  const auto found = sessions_.find(broker_id);
  return found == sessions_.end() ? nullptr : &found->second;
}

bool BrokerSessions::is_live(int32_t broker_id, int64_t broker_epoch, int64_t now_ms) const {
  const BrokerSession* session = find(broker_id);
  if (session == nullptr || session->broker_epoch != broker_epoch) {
    return false;
  }
  return is_local(broker_id) || session->last_contact_ms == BrokerSession::not_yet ||
         now_ms - session->last_contact_ms <= timeout_ms_;
}

int64_t BrokerSessions::lowest_active_offset(const MetadataImage& image) const {
  int64_t lowest = INT64_MAX;
  for (const auto& [id, session] : sessions_) {
    const BrokerImage* broker = image.broker(id);
    if (broker != nullptr && !broker->fenced && !session.is_stopping() && !is_local(id)) {
      lowest = std::min(lowest, session.metadata_offset);
    }
  }
  return lowest;
}

bool BrokerSessions::expires(int32_t broker_id, const MetadataImage& image) const {
  const BrokerImage* broker = image.broker(broker_id);
  return broker != nullptr && !broker->fenced && !is_local(broker_id);
}

std::vector<int32_t> BrokerSessions::expired(const MetadataImage& image, int64_t now_ms) const {
  std::vector<int32_t> silent;
  for (const auto& [id, session] : sessions_) {
    if (expires(id, image) && !is_live(id, session.broker_epoch, now_ms)) {
      silent.push_back(id);
    }
  }
  std::ranges::stable_sort(silent, {}, [this](int32_t id) { return find(id)->last_contact_ms; });
  return silent;
}

int64_t BrokerSessions::next_expiry_ms(const MetadataImage& image) const {
  int64_t next = INT64_MAX;
  for (const auto& [id, session] : sessions_) {
    if (!expires(id, image)) {
      continue;
    }
    const bool started = session.last_contact_ms != BrokerSession::not_yet;
    next = std::min(next, started ? session.last_contact_ms + timeout_ms_ + 1 : 0);
  }
  return next;
}

}  // namespace kafka
