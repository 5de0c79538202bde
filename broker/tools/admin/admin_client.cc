#include "broker/tools/admin/admin_client.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "broker/core/versions.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/text.h"
#include "protocol/api/03_metadata.h"
#include "protocol/api/10_find_coordinator.h"
#include "protocol/api/18_api_versions.h"
#include "protocol/api/60_describe_cluster.h"

namespace kafka {

namespace {

constexpr int64_t pause_max_ms = 1000;
constexpr int64_t dial_ms_max = 10'000;
constexpr std::string_view software_name = "kraftlab-tools";
constexpr int8_t controller_endpoints = 2;
constexpr int8_t group_coordinator = 0;

Error from(const ToolError& error) {
  return {error.code.value_or(ErrorCode::UnknownServerError), error.message};
}

// DescribeTopicPartitions -> DESCRIBE_TOPIC_PARTITIONS, as Kafka writes an API in its messages.
std::string constant_name(ApiKey key) {
  std::string out;
  for (const char c : name(key)) {
    if (c >= 'A' && c <= 'Z' && !out.empty()) {
      out += '_';
    }
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

// Whether another try may find a different answer.
bool is_passing(ErrorCode code) {
  return code == ErrorCode::NetworkException || code == ErrorCode::RequestTimedOut ||
         code == ErrorCode::LeaderNotAvailable || code == ErrorCode::BrokerNotAvailable ||
         code == ErrorCode::NotController;
}

}  // namespace

Patience::Patience(int64_t limit_ms) : deadline_ms_(steady_clock_ms() + limit_ms) {}

bool Patience::wait() {
  const int64_t left = deadline_ms_ - steady_clock_ms();
  if (left <= 0) {
    return false;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(std::min(pause_ms_, left)));
  pause_ms_ = std::min(pause_ms_ * 2, pause_max_ms);
  return true;
}

ToolResult<AdminClient> AdminClient::make(std::string_view bootstrap,
                                          const ClientProperties& properties,
                                          EndpointKind endpoint) {
  auto addresses = parse_bootstrap(bootstrap);
  if (!addresses) {
    return std::unexpected(std::move(addresses.error()));
  }
  AdminClient client;
  client.bootstrap_ = std::move(*addresses);
  client.endpoint_ = endpoint;
  for (const auto& [key, value] : properties) {
    const bool is_time = key == "request.timeout.ms" || key == "default.api.timeout.ms";
    const auto number = parse_number(trim(value), 0, INT32_MAX);
    if (is_time && !number) {
      return tool_failure(
          config_exception,
          fmt::format("Invalid value {} for configuration {}: Not a number of type INT", value,
                      key));
    }
    if (key == "request.timeout.ms") {
      client.request_timeout_ms_ = static_cast<int32_t>(*number);
    } else if (key == "default.api.timeout.ms") {
      client.api_timeout_ms_ = *number;
    } else if (key == "client.id") {
      client.client_id_ = value;
    } else if (key == "security.protocol" && value != "PLAINTEXT") {
      return tool_failure(config_exception,
                          fmt::format("security.protocol={}: this tool speaks PLAINTEXT only; use "
                                      "a PLAINTEXT listener",
                                      value));
    }
  }
  return client;
}

// --- asking --------------------------------------------------------------------------------------

ToolResult<> AdminClient::call(int32_t node, ApiKey key,
                               const std::function<Result<>(Link&)>& attempt) {
  Patience patience(api_timeout_ms_);
  for (;;) {
    auto link = link_to(node);
    auto done = link ? attempt(**link) : Result<>(std::unexpected(link.error()));
    if (done) {
      return {};
    }
    const Error& error = done.error();
    if (!is_passing(error.code)) {
      return std::unexpected(ToolError{exception_of(error.code), error.message, error.code});
    }
    if (link) {
      links_.erase(kafka::to_string((*link)->connection.address()));
    }
    forget_nodes();
    if (!warned_) {
      warned_ = true;
      log_line(LogLevel::Warn,
               fmt::format("{}. Is a broker running there, and does one of its listeners have that "
                           "address? Trying again for {} s.",
                           error.message, api_timeout_ms_ / 1000),
               "org.apache.kafka.clients.NetworkClient");
    }
    if (!patience.wait()) {
      return std::unexpected(give_up(key, error));
    }
  }
}

ToolError AdminClient::give_up(ApiKey key, const Error& last) const {
  return {exception_of(ErrorCode::RequestTimedOut),
          fmt::format("Timed out after {} ms waiting for an answer to {}: {}", api_timeout_ms_,
                      name(key), last.message),
          ErrorCode::RequestTimedOut};
}

Result<AdminClient::Answer> AdminClient::exchange(Link& link, ApiKey key, VersionRange described,
                                                  const Encoder& encode) {
  const auto offered = link.versions.find(static_cast<int16_t>(key));
  const VersionRange range = offered == link.versions.end() ? VersionRange{} : offered->second;
  Answer answer;
  answer.version = std::min(range.max, described.max);
  if (answer.version < std::max(range.min, described.min)) {
    return fail(ErrorCode::UnsupportedVersion, "The node does not support " + constant_name(key));
  }
  const int32_t correlation_id = next_correlation_id_++;
  Writer out;
  if (auto written = encode(answer.version, correlation_id, out); !written) {
    return std::unexpected(written.error());
  }
  auto frame = link.connection.exchange(out.bytes(), request_timeout_ms_);
  if (!frame) {
    return std::unexpected(frame.error());
  }
  answer.frame = std::move(*frame);
  auto response = decode_response_frame(answer.frame, key, answer.version);
  if (!response) {
    return std::unexpected(response.error());
  }
  if (response->correlation_id != correlation_id) {
    return fail(ErrorCode::NetworkException,
                fmt::format("{} answered request {} with the number {}",
                            kafka::to_string(link.connection.address()), correlation_id,
                            response->correlation_id));
  }
  answer.body = response->body;
  return answer;
}

ToolResult<std::map<int16_t, VersionRange>> AdminClient::versions_of(int32_t node) {
  auto link = link_to(node);
  if (!link) {
    return std::unexpected(
        ToolError{exception_of(link.error().code), link.error().message, link.error().code});
  }
  return (*link)->versions;
}

ToolResult<ClusterNode> AdminClient::coordinator(const std::string& group) {
  FindCoordinatorRequest request;
  request.key_type = group_coordinator;
  request.coordinator_keys = {group};
  const auto answer_of = [](const FindCoordinatorResponse& response) {
    FindCoordinatorResponse::Coordinator found;
    if (!response.coordinators.empty()) {
      return response.coordinators.front();
    }
    found.error_code = response.error_code;
    found.error_message = response.error_message;
    found.node_id = response.node_id;
    found.host = response.host;
    found.port = response.port;
    return found;
  };
  auto response = ask_again<FindCoordinatorResponse>(
      any_node, request, [&](const FindCoordinatorResponse& found) {
        const auto code = static_cast<ErrorCode>(answer_of(found).error_code);
        return code == ErrorCode::CoordinatorNotAvailable ||
               code == ErrorCode::CoordinatorLoadInProgress;
      });
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  const auto found = answer_of(*response);
  if (found.error_code != 0) {
    return std::unexpected(server_error(found.error_code, found.error_message));
  }
  return ClusterNode{found.node_id, {found.host, found.port}, std::nullopt, false};
}

// --- whom to ask ---------------------------------------------------------------------------------

ToolResult<std::vector<ClusterNode>> AdminClient::nodes() {
  if (auto known = call(any_node, ApiKey::Metadata, [](Link&) { return Result<>{}; }); !known) {
    return std::unexpected(std::move(known.error()));
  }
  return nodes_;
}

ToolResult<int32_t> AdminClient::controller_id() {
  if (auto known = nodes(); !known) {
    return std::unexpected(std::move(known.error()));
  }
  return controller_id_;
}

ToolResult<std::string> AdminClient::cluster_id() {
  if (auto known = nodes(); !known) {
    return std::unexpected(std::move(known.error()));
  }
  return cluster_id_;
}

Result<AdminClient::Link*> AdminClient::link_to(int32_t node) {
  if (nodes_.empty()) {
    if (auto learnt = learn_nodes(); !learnt) {
      return std::unexpected(learnt.error());
    }
  }
  const int32_t wanted = node == controller_node ? controller_id_ : node;
  Error last{ErrorCode::BrokerNotAvailable, fmt::format("the cluster knows no node {}", wanted)};
  for (const ClusterNode& candidate : nodes_) {
    if (node == any_node ? candidate.is_fenced : candidate.id != wanted) {
      continue;
    }
    auto link = link_to(candidate.address);
    if (link) {
      return link;
    }
    last = link.error();  // any node: the next may be there
  }
  return std::unexpected(last);
}

Result<AdminClient::Link*> AdminClient::link_to(const HostPort& address) {
  const std::string name = kafka::to_string(address);
  if (const auto known = links_.find(name); known != links_.end()) {
    return &known->second;
  }
  auto link = dial(address);
  if (!link) {
    return std::unexpected(link.error());
  }
  return &links_.emplace(name, std::move(*link)).first->second;
}

Result<AdminClient::Link> AdminClient::dial(const HostPort& address) {
  auto connection = Connection::open(address, std::min<int64_t>(request_timeout_ms_, dial_ms_max));
  if (!connection) {
    return std::unexpected(connection.error());
  }
  Link link{std::move(*connection), {}};
  if (auto learnt = learn_versions(link); !learnt) {
    return std::unexpected(learnt.error());
  }
  return link;
}

// The first question on a connection. A broker that does not know the version asked answers in
// version 0, which then does not decode: it is asked again in that one.
Result<> AdminClient::learn_versions(Link& link) {
  constexpr auto key = static_cast<int16_t>(ApiKey::ApiVersions);
  const ApiVersionsRequest request{std::string(software_name), std::string(kraftlab_version)};
  link.versions[key] = {0, ApiVersionsRequest::max_version};
  auto response = ask_on<ApiVersionsResponse>(link, request);
  if (!response && !is_passing(response.error().code)) {
    link.versions[key] = {0, 0};
    response = ask_on<ApiVersionsResponse>(link, request);
  }
  if (!response) {
    return std::unexpected(response.error());
  }
  if (response->error_code != 0) {
    return std::unexpected(from(server_error(response->error_code)));
  }
  link.versions.clear();
  for (const auto& offered : response->api_keys) {
    link.versions[offered.api_key] = {offered.min_version, offered.max_version};
  }
  return {};
}

Result<> AdminClient::learn_nodes() {
  Error last{ErrorCode::NetworkException, "no bootstrap address"};
  for (const HostPort& address : bootstrap_) {
    const std::string name = kafka::to_string(address);
    auto known = links_.find(name);
    if (known == links_.end()) {
      auto link = dial(address);
      if (!link) {
        last = link.error();
        continue;
      }
      known = links_.emplace(name, std::move(*link)).first;
    }
    auto learnt = endpoint_ == EndpointKind::Broker ? learn_brokers(known->second)
                                                    : learn_controllers(known->second);
    if (learnt && !nodes_.empty()) {
      return {};
    }
    last = learnt ? Error{ErrorCode::BrokerNotAvailable, name + " knows no broker yet"}
                  : learnt.error();
    links_.erase(known);
  }
  return std::unexpected(last);
}

Result<> AdminClient::learn_brokers(Link& link) {
  MetadataRequest request;
  request.topics = std::vector<MetadataRequest::MetadataRequestTopic>{};
  request.allow_auto_topic_creation = false;
  auto response = ask_on<MetadataResponse>(link, request);
  if (!response) {
    return std::unexpected(response.error());
  }
  if (response->error_code != 0) {
    return std::unexpected(from(server_error(response->error_code)));
  }
  nodes_.clear();
  for (auto& broker : response->brokers) {
    nodes_.push_back({broker.node_id, {broker.host, broker.port}, broker.rack, false});
  }
  controller_id_ = response->controller_id;
  cluster_id_ = response->cluster_id.value_or("");
  return {};
}

Result<> AdminClient::learn_controllers(Link& link) {
  DescribeClusterRequest request;
  request.endpoint_type = controller_endpoints;
  auto response = ask_on<DescribeClusterResponse>(link, request);
  if (!response) {
    return std::unexpected(response.error());
  }
  if (response->error_code != 0) {
    return std::unexpected(from(server_error(response->error_code, response->error_message)));
  }
  nodes_.clear();
  for (auto& node : response->brokers) {
    nodes_.push_back({node.broker_id, {node.host, node.port}, node.rack, false});
  }
  controller_id_ = response->controller_id;
  cluster_id_ = response->cluster_id;
  return {};
}

}  // namespace kafka
