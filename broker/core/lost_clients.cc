#include "broker/core/lost_clients.h"

#include <algorithm>
#include <ranges>

namespace kafka {

bool LostClients::is_greeting(ApiKey key) {
  return key == ApiKey::ApiVersions || key == ApiKey::Metadata || key == ApiKey::SaslHandshake ||
         key == ApiKey::SaslAuthenticate;
}

void LostClients::on_metadata(const MetadataVisit& visit, int64_t now_ms) {
  forget_old(now_ms);
  const Key key(visit.listener, visit.peer_host, visit.client_id);
  const auto known = clients_.find(key);
  if (visit.all_topics) {
    if (known != clients_.end()) {
      clients_.erase(known);
    }
    return;
  }
  if (known == clients_.end() && clients_.size() >= max_clients) {
    return;
  }
  Watch& watch = clients_[key];
  const bool came_at_once = std::ranges::any_of(watch.asked_ms, [&](const auto& asked) {
    return asked.first != visit.connection_id && now_ms - asked.second <= at_once_ms;
  });
  if (came_at_once) {
    clients_.erase(key);
    return;
  }
  watch.asked_ms.emplace(visit.connection_id, now_ms);
  if (visit.names_topics && visit.brokers_told == 1 && watch.waiting_on == 0) {
    watch.waiting_on = visit.connection_id;
    watch.waits_since_ms = now_ms;
  }
}

void LostClients::on_served(const std::string& listener, const std::string& peer_host,
                            const std::string& client_id) {
  if (!clients_.empty()) {
    clients_.erase(Key(listener, peer_host, client_id));
  }
}

void LostClients::on_disconnect(uint64_t connection_id) {
  for (Watch& watch : clients_ | std::views::values) {
    if (watch.waiting_on == connection_id) {
      watch.waiting_on = 0;
    }
  }
}

std::vector<LostClient> LostClients::take_lost(int64_t now_ms) {
  std::vector<LostClient> lost;
  forget_old(now_ms);
  for (auto& [key, watch] : clients_) {
    const bool waits = watch.waiting_on != 0 && now_ms - watch.waits_since_ms >= patience_ms;
    if (!watch.reported && (waits || watch.asked_ms.size() >= repeats)) {
      watch.reported = true;
      lost.push_back(
          {std::get<0>(key), std::get<1>(key), std::get<2>(key), watch.asked_ms.size(), waits});
    }
  }
  return lost;
}

int64_t LostClients::next_check_ms() const {
  int64_t next = INT64_MAX;
  for (const Watch& watch : clients_ | std::views::values) {
    if (!watch.reported && watch.waiting_on != 0) {
      next = std::min(next, watch.waits_since_ms + patience_ms);
    }
  }
  return next;
}

// A client that was reported is remembered as long as it goes on asking.
void LostClients::forget_old(int64_t now_ms) {
  std::erase_if(clients_, [&](const auto& client) {
    const Watch& watch = client.second;
    const auto recent = [&](int64_t asked_ms) { return now_ms - asked_ms < repeat_ms; };
    return watch.waiting_on == 0 &&
           std::ranges::none_of(watch.asked_ms | std::views::values, recent);
  });
  for (Watch& watch : clients_ | std::views::values) {
    std::erase_if(watch.asked_ms, [&](const auto& asked) {
      return asked.first != watch.waiting_on && now_ms - asked.second >= repeat_ms;
    });
  }
}

}  // namespace kafka
