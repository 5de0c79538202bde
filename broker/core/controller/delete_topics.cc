// DeleteTopics: by name, or by id since v6 (KIP-516). One RemoveTopic record each takes partitions
// and configuration along; brokers delete the logs when they see it.
#include <map>
#include <set>
#include <utility>

#include "broker/core/controller/controller.h"

namespace kafka {
namespace {

using DeleteTopicState = DeleteTopicsRequest::DeleteTopicState;

// v0-5 give names only.
std::vector<DeleteTopicState> requested_topics(const DeleteTopicsRequest& request,
                                               int16_t version) {
  if (version >= 6) {
    return request.topics;
  }
  std::vector<DeleteTopicState> topics;
  for (const std::string& name : request.topic_names) {
    topics.emplace_back().name = name;
  }
  return topics;
}

Result<> deletion_enabled(const BrokerConfig& config, int16_t version) {
  if (config.delete_topic_enable) {
    return {};
  }
  return fail(version < 3 ? ErrorCode::InvalidRequest : ErrorCode::TopicDeletionDisabled,
              "delete.topic.enable is false on this cluster.");
}

// What the request itself gets wrong, before any topic is looked up.
Result<> check_request(const DeleteTopicState& topic, int times_named) {
  const bool has_id = !topic.topic_id.is_zero();
  if (!topic.name && !has_id) {
    return fail(ErrorCode::InvalidRequest, "Neither a topic name nor a topic id was given.");
  }
  if (topic.name && has_id) {
    return fail(ErrorCode::InvalidRequest, "Give a topic's name or its id, not both.");
  }
  if (times_named > 1) {
    return fail(ErrorCode::InvalidRequest,
                topic.name ? "Duplicate topic name." : "Duplicate topic id.");
  }
  return {};
}

Result<const TopicImage*> find_topic(const DeleteTopicState& request, const MetadataImage& image) {
  const TopicImage* topic =
      request.name ? image.topic(*request.name) : image.topic(request.topic_id);
  if (topic != nullptr) {
    return topic;
  }
  const ErrorCode code =
      request.name ? ErrorCode::UnknownTopicOrPartition : ErrorCode::UnknownTopicId;
  return fail(code, std::string(describe(code)));
}

}  // namespace

Decision<DeleteTopicsResponse> Controller::decide_delete_topics(const DeleteTopicsRequest& request,
                                                                int16_t version) const {
  Decision<DeleteTopicsResponse> decision;
  const std::vector<DeleteTopicState> topics = requested_topics(request, version);
  const auto enabled = deletion_enabled(config_, version);
  using Key = std::pair<std::optional<std::string>, Uuid>;
  std::map<Key, int> times_named;
  for (const DeleteTopicState& topic : topics) {
    ++times_named[Key(topic.name, topic.topic_id)];
  }
  std::set<Uuid> removed;
  std::set<Key> answered;
  for (const DeleteTopicState& topic : topics) {
    const Key key(topic.name, topic.topic_id);
    if (!answered.insert(key).second) {
      continue;  // a duplicate is answered once
    }
    auto& result = decision.reply.responses.emplace_back();
    result.name = topic.name;
    result.topic_id = topic.topic_id;
    auto outcome = enabled ? check_request(topic, times_named[key]) : enabled;
    if (outcome) {
      const auto found = find_topic(topic, state_);
      if (!found) {
        outcome = std::unexpected(found.error());
      } else if (!removed.insert((*found)->id).second) {
        outcome = fail(ErrorCode::InvalidRequest, "The topic stands twice, by name and by id.");
      } else {
        result.name = (*found)->name;
        result.topic_id = (*found)->id;
        RemoveTopicRecord record;
        record.topic_id = (*found)->id;
        decision.records.emplace_back(std::move(record));
      }
    }
    if (!outcome) {
      result.error_code = static_cast<int16_t>(outcome.error().code);
      result.error_message = outcome.error().message;
    }
  }
  return decision;
}

}  // namespace kafka
