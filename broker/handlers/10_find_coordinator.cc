// FindCoordinator: which broker answers for a group. It is the leader of the group's partition of
// __consumer_offsets. The first question creates that topic: Apache Kafka answers
// COORDINATOR_NOT_AVAILABLE then and lets the client ask again; here the answer waits the moment
// until the topic is there. Only a creation that fails is answered so (its reason is logged), and
// whoever asks while the topic is on its way for somebody else.
//
// Key types: 0 a group; 1 a transactional id, which is refused with UNSUPPORTED_VERSION while this
// broker has no transactions (see 22_init_producer_id.cc); 2 a share group, INVALID_REQUEST as from
// a broker without share groups.
//
//   v1  key types, an error message    v3  flexible    v4  many keys at once (KIP-699)
//   v5  TRANSACTION_ABORTABLE (KIP-890)    v6  share groups (KIP-932)
#include "protocol/api/10_find_coordinator.h"

#include <utility>

#include "broker/core/controller/image.h"
#include "broker/core/group/records.h"
#include "broker/core/types.h"
#include "broker/handlers/auto_create.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

enum KeyType : int8_t { group_key = 0, transaction_key = 1 };

using Coordinator = FindCoordinatorResponse::Coordinator;

Coordinator no_coordinator(std::string key, ErrorCode error) {
  Coordinator answer;
  answer.key = std::move(key);
  answer.node_id = -1;
  answer.port = -1;
  answer.error_code = static_cast<int16_t>(error);
  return answer;
}

Coordinator coordinator_of(Node& node, const std::string& listener, std::string key) {
  const TopicImage* topic = node.image().topic(offsets_topic);
  const PartitionImage* partition = topic == nullptr
                                        ? nullptr
                                        : topic->partition(partition_of_group(
                                              key, static_cast<int32_t>(topic->partitions.size())));
  const BrokerImage* broker =
      partition == nullptr ? nullptr : node.image().broker(partition->leader);
  const Endpoint* endpoint =
      broker == nullptr || broker->fenced ? nullptr : broker->endpoint(listener);
  if (endpoint == nullptr) {
    return no_coordinator(std::move(key), ErrorCode::CoordinatorNotAvailable);
  }
  Coordinator answer;
  answer.key = std::move(key);
  answer.node_id = broker->id;
  answer.host = endpoint->host;
  answer.port = endpoint->port;
  return answer;
}

void reply_old(Node& node, const ReplyTo& to, Coordinator answer) {
  const auto error = static_cast<ErrorCode>(answer.error_code);
  FindCoordinatorResponse response;
  response.error_code = answer.error_code;
  response.error_message = error == ErrorCode::None ? name(error) : describe(error);
  response.node_id = answer.node_id;
  response.host = std::move(answer.host);
  response.port = answer.port;
  node.reply(to, response);
}

void reply_all(Node& node, const ReplyTo& to, std::vector<Coordinator> answers) {
  if (to.api_version < 4) {
    return reply_old(node, to, std::move(answers.front()));
  }
  FindCoordinatorResponse response;
  response.coordinators = std::move(answers);
  node.reply(to, response);
}

void find_groups(Node& node, const ReplyTo& to, const std::string& listener,
                 const std::vector<std::string>& keys) {
  std::vector<Coordinator> answers;
  for (const std::string& key : keys) {
    answers.push_back(coordinator_of(node, listener, key));
  }
  reply_all(node, to, std::move(answers));
}

}  // namespace

void handle_find_coordinator(Node& node, Request& request) {
  auto message = node.decode_or_close<FindCoordinatorRequest>(request);
  if (!message) {
    return;
  }
  if (request.version() < 4) {
    message->coordinator_keys = {std::move(message->coordinator_key)};
  }
  if (message->key_type != group_key) {
    const ErrorCode error = message->key_type == transaction_key ? ErrorCode::UnsupportedVersion
                                                                 : ErrorCode::InvalidRequest;
    std::vector<Coordinator> answers;
    for (std::string& key : message->coordinator_keys) {
      answers.push_back(no_coordinator(std::move(key), error));
    }
    return reply_all(node, request.reply_to, std::move(answers));
  }
  const std::string& listener = request.connection->listener;
  if (node.image().topic(offsets_topic) != nullptr) {
    return find_groups(node, request.reply_to, listener, message->coordinator_keys);
  }
  auto_create_topic(
      node, std::string(offsets_topic),
      [&node, to = request.reply_to, listener, keys = std::move(message->coordinator_keys)](
          const Result<>& /*logged*/) { find_groups(node, to, listener, keys); });
}

}  // namespace kafka
