// AdminClient: asks a cluster one thing after another, and finds out whom to ask.
//
//   auto client = AdminClient::make("localhost:9092", properties);
//   auto answer = client->ask<MetadataResponse>(any_node, MetadataRequest{});
//
// The bootstrap addresses are only dialled to learn the nodes; requests then go to the address that
// the cluster advertises, as every Kafka client's do (a wrong advertised.listeners shows here too).
// A node that cannot be reached is tried again, with one warning, until default.api.timeout.ms
// (60 s) is over: a tool may be started before its broker. The highest version that both sides
// know is used, per connection, as ApiVersions says.
//
// With EndpointKind::Controller the addresses are those of controller listeners
// (--bootstrap-controller).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/tools/admin/addresses.h"
#include "broker/tools/admin/connection.h"
#include "broker/tools/common/tool_error.h"
#include "protocol/api_keys.h"
#include "protocol/frame.h"
#include "protocol/message.h"

namespace kafka {

enum class EndpointKind { Broker, Controller };

// Whom to ask: a broker by its id, or one of these.
inline constexpr int32_t any_node = -1;
inline constexpr int32_t controller_node = -2;

struct ClusterNode {
  int32_t id = -1;
  HostPort address;
  std::optional<std::string> rack;
  bool is_fenced = false;
};

// Waits between tries, longer and longer (100 ms to 1 s), until a time limit is over.
class Patience {
 public:
  explicit Patience(int64_t limit_ms);
  // False, at once, when the limit is over.
  [[nodiscard]] bool wait();

 private:
  int64_t deadline_ms_;
  int64_t pause_ms_ = 100;
};

class AdminClient {
 public:
  // Dials nothing yet. Fails on addresses and properties that cannot be used.
  [[nodiscard]] static ToolResult<AdminClient> make(std::string_view bootstrap,
                                                    const ClientProperties& properties,
                                                    EndpointKind endpoint = EndpointKind::Broker);

  // Sends the request, waits for its answer. An error code inside of the answer is the caller's.
  // `highest_version` holds back where a later version says things in another way.
  template <Message Response, Message Request>
  [[nodiscard]] ToolResult<Response> ask(int32_t node, const Request& request,
                                         int16_t highest_version = Request::max_version);

  // The same, again while `again(response)` holds and the time is not over: for answers that say
  // "not yet" or "not me". The last answer is returned.
  template <Message Response, Message Request, class Again>
  [[nodiscard]] ToolResult<Response> ask_again(int32_t node, const Request& request, Again again);

  // The broker that coordinates a group.
  [[nodiscard]] ToolResult<ClusterNode> coordinator(const std::string& group);

  // The nodes, fresh on the first call and after forget_nodes().
  [[nodiscard]] ToolResult<std::vector<ClusterNode>> nodes();
  [[nodiscard]] ToolResult<int32_t> controller_id();
  [[nodiscard]] ToolResult<std::string> cluster_id();
  void forget_nodes() { nodes_.clear(); }

  // What the node at the other end offers for an API; empty when it does not know it.
  [[nodiscard]] ToolResult<std::map<int16_t, VersionRange>> versions_of(int32_t node);

  [[nodiscard]] EndpointKind endpoint() const { return endpoint_; }
  [[nodiscard]] int32_t request_timeout_ms() const { return request_timeout_ms_; }
  [[nodiscard]] int64_t api_timeout_ms() const { return api_timeout_ms_; }
  void limit_api_time(int64_t ms) { api_timeout_ms_ = ms; }

 private:
  struct Link {
    Connection connection;
    std::map<int16_t, VersionRange> versions;
  };
  struct Answer {
    Bytes frame;
    int16_t version = 0;
    std::span<const uint8_t> body;  // in frame
  };
  using Encoder = std::function<Result<>(int16_t version, int32_t correlation_id, Writer& out)>;

  AdminClient() = default;
  // Runs `attempt` on a link to the node until it succeeds, fails for good, or the time is over.
  [[nodiscard]] ToolResult<> call(int32_t node, ApiKey key,
                                  const std::function<Result<>(Link&)>& attempt);
  template <Message Response, Message Request>
  [[nodiscard]] Result<Response> ask_on(Link& link, const Request& request,
                                        int16_t highest_version = Request::max_version);
  [[nodiscard]] Result<Answer> exchange(Link& link, ApiKey key, VersionRange described,
                                        const Encoder& encode);
  [[nodiscard]] ToolError give_up(ApiKey key, const Error& last) const;
  [[nodiscard]] Result<Link*> link_to(int32_t node);
  [[nodiscard]] Result<Link*> link_to(const HostPort& address);
  [[nodiscard]] Result<Link> dial(const HostPort& address);
  [[nodiscard]] Result<> learn_versions(Link& link);
  [[nodiscard]] Result<> learn_nodes();
  [[nodiscard]] Result<> learn_brokers(Link& link);
  [[nodiscard]] Result<> learn_controllers(Link& link);

  std::vector<HostPort> bootstrap_;
  EndpointKind endpoint_ = EndpointKind::Broker;
  std::string client_id_ = "adminclient-1";
  int32_t request_timeout_ms_ = 30'000;
  int64_t api_timeout_ms_ = 60'000;
  int32_t next_correlation_id_ = 0;
  bool warned_ = false;

  std::vector<ClusterNode> nodes_;
  int32_t controller_id_ = -1;
  std::string cluster_id_;
  std::map<std::string, Link> links_;  // by "host:port"
};

template <Message Response, Message Request>
ToolResult<Response> AdminClient::ask(int32_t node, const Request& request,
                                      int16_t highest_version) {
  Response response;
  auto done = call(node, Request::key, [&](Link& link) -> Result<> {
    auto answer = ask_on<Response>(link, request, highest_version);
    if (!answer) {
      return std::unexpected(std::move(answer.error()));
    }
    response = std::move(*answer);
    return {};
  });
  if (!done) {
    return std::unexpected(std::move(done.error()));
  }
  return response;
}

template <Message Response, Message Request>
Result<Response> AdminClient::ask_on(Link& link, const Request& request, int16_t highest_version) {
  static_assert(Response::key == Request::key);
  auto answer = exchange(link, Request::key, {Request::min_version, highest_version},
                         [&](int16_t version, int32_t correlation_id, Writer& out) {
                           const RequestHeader header{static_cast<int16_t>(Request::key), version,
                                                      correlation_id, client_id_};
                           return encode_request_frame(header, request, out);
                         });
  if (!answer) {
    return std::unexpected(std::move(answer.error()));
  }
  return decode<Response>(answer->body, answer->version);
}

template <Message Response, Message Request, class Again>
ToolResult<Response> AdminClient::ask_again(int32_t node, const Request& request, Again again) {
  Patience patience(api_timeout_ms_);
  for (;;) {
    auto response = ask<Response>(node, request);
    if (!response || !again(*response) || !patience.wait()) {
      return response;
    }
    forget_nodes();
  }
}

}  // namespace kafka
