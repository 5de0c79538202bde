#include "broker/core/replica/fetch_sessions.h"

#include <utility>

#include "broker/core/replica/fetch_session_epoch.h"

namespace kafka {

namespace {

constexpr int64_t eviction_ms = 120'000;
constexpr int16_t topic_ids_since = 13;

template <class Function>
void for_each_wanted(const FetchRequest& request, Function&& function) {
  for (const FetchRequest::FetchTopic& topic : request.topics) {
    for (const FetchRequest::FetchPartition& partition : topic.partitions) {
      function(FetchKey{topic.topic_id, topic.topic, partition.partition}, partition);
    }
  }
}

FetchContext refused(ErrorCode error) {
  FetchContext context;
  context.error = error;
  return context;
}

}  // namespace

FetchContext FetchSessions::begin(const FetchRequest& request, int16_t version, int64_t now_ms,
                                  bool from_follower) {
  if (request.session_epoch == final_fetch_epoch || request.session_epoch == initial_fetch_epoch) {
    if (request.session_id != 0) {
      end(request.session_id);
    }
    return begin_full(request, version, now_ms, request.session_epoch == initial_fetch_epoch,
                      from_follower);
  }
  return go_on(request, version, now_ms);
}

FetchContext FetchSessions::begin_full(const FetchRequest& request, int16_t version, int64_t now_ms,
                                       bool wants_session, bool from_follower) {
  FetchContext context;
  for_each_wanted(request, [&](FetchKey key, const FetchRequest::FetchPartition& partition) {
    context.items.push_back({std::move(key), partition, {}});
  });
  if (!wants_session || !make_room(context.items.size(), from_follower, now_ms)) {
    return context;
  }
  const int32_t id = new_id();
  Session& session = sessions_[id];
  session.id = id;
  session.by_topic_id = version >= topic_ids_since;
  session.of_follower = from_follower;
  session.created_ms = session.last_used_ms = now_ms;
  session.use = by_use_.insert(by_use_.end(), id);
  update(session, request);
  context.session_id = id;
  return context;
}

FetchContext FetchSessions::go_on(const FetchRequest& request, int16_t version, int64_t now_ms) {
  const auto found = sessions_.find(request.session_id);
  if (found == sessions_.end()) {
    return refused(ErrorCode::FetchSessionIdNotFound);
  }
  Session& session = found->second;
  if (request.session_epoch != session.next_epoch) {
    return refused(ErrorCode::InvalidFetchSessionEpoch);
  }
  if (session.by_topic_id != (version >= topic_ids_since)) {
    return refused(ErrorCode::FetchSessionTopicIdError);
  }
  session.next_epoch = fetch_epoch_after(session.next_epoch);
  session.last_used_ms = now_ms;
  by_use_.splice(by_use_.end(), by_use_, session.use);
  update(session, request);
  FetchContext context;
  if (session.entries.empty()) {
    end(session.id);
    return context;
  }
  context.session_id = session.id;
  context.incremental = true;
  context.items.reserve(session.entries.size());
  for (const Entry& entry : session.entries) {
    context.items.push_back(
        {entry.key, entry.wanted, {}, entry.told_high_watermark, entry.told_log_start_offset});
  }
  return context;
}

void FetchSessions::update(Session& session, const FetchRequest& request) {
  for_each_wanted(request, [&](FetchKey key, const FetchRequest::FetchPartition& partition) {
    if (const auto known = session.by_key.find(key); known != session.by_key.end()) {
      known->second->wanted = partition;
      return;
    }
    const auto entry = session.entries.insert(session.entries.end(), {key, partition});
    session.by_key.emplace(std::move(key), entry);
  });
  for (const FetchRequest::ForgottenTopic& topic : request.forgotten_topics_data) {
    for (const int32_t partition : topic.partitions) {
      const auto known = session.by_key.find({topic.topic_id, topic.topic, partition});
      if (known != session.by_key.end()) {
        session.entries.erase(known->second);
        session.by_key.erase(known);
      }
    }
  }
}

void FetchSessions::finish(FetchContext& context) {
  const auto found = sessions_.find(context.session_id);
  if (found == sessions_.end()) {
    return;  // none, or it gave way meanwhile: the answer is complete without it
  }
  Session& session = found->second;
  std::erase_if(context.items, [&](const FetchItem& item) {
    const auto known = session.by_key.find(item.key);
    if (known == session.by_key.end()) {
      return false;
    }
    const auto entry = known->second;
    const FetchResponse::PartitionData& data = item.data;
    const bool failed = data.error_code != 0;
    const bool news = failed || !data.records.empty() || data.diverging_epoch.epoch != -1 ||
                      data.high_watermark != entry->told_high_watermark ||
                      data.log_start_offset != entry->told_log_start_offset;
    // After an error the next answer without one is news again.
    entry->told_high_watermark = failed ? -1 : data.high_watermark;
    entry->told_log_start_offset = failed ? -1 : data.log_start_offset;
    if (!data.records.empty()) {
      session.entries.splice(session.entries.end(), session.entries, entry);
    }
    return context.incremental && !news;
  });
}

bool FetchSessions::gives_way(const Session& session, bool to_follower, size_t newcomer_size,
                              int64_t now_ms) const {
  if (session.of_follower && !to_follower) {
    return false;
  }
  if (to_follower && !session.of_follower) {
    return true;
  }
  return now_ms - session.last_used_ms > eviction_ms ||
         (now_ms - session.created_ms > eviction_ms && session.entries.size() < newcomer_size);
}

// The one idle for two minutes goes first, then the smallest of those that may be replaced.
bool FetchSessions::make_room(size_t newcomer_size, bool for_follower, int64_t now_ms) {
  if (slots_ == 0) {
    return false;
  }
  if (sessions_.size() < slots_) {
    return true;
  }
  const Session* chosen = &sessions_.at(by_use_.front());
  const bool idle = now_ms - chosen->last_used_ms > eviction_ms;
  if (!idle || !gives_way(*chosen, for_follower, newcomer_size, now_ms)) {
    chosen = nullptr;
    for (const auto& [id, session] : sessions_) {
      if (gives_way(session, for_follower, newcomer_size, now_ms) &&
          (chosen == nullptr || session.entries.size() < chosen->entries.size())) {
        chosen = &session;
      }
    }
  }
  if (chosen == nullptr) {
    return false;
  }
  end(chosen->id);
  return true;
}

void FetchSessions::end(int32_t session_id) {
  if (const auto found = sessions_.find(session_id); found != sessions_.end()) {
    by_use_.erase(found->second.use);
    sessions_.erase(found);
  }
}

int32_t FetchSessions::new_id() {
  for (;;) {
    const auto id = static_cast<int32_t>(1 + random_.below(INT32_MAX - 1));
    if (!sessions_.contains(id)) {
      return id;
    }
  }
}

}  // namespace kafka
