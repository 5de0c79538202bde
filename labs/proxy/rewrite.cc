#include "labs/proxy/rewrite.h"

#include <algorithm>

#include "protocol/api/00_produce.h"
#include "protocol/api/01_fetch.h"
#include "protocol/api/03_metadata.h"
#include "protocol/api/10_find_coordinator.h"
#include "protocol/api/18_api_versions.h"
#include "protocol/api/60_describe_cluster.h"
#include "protocol/frame.h"

namespace kraftlab {
namespace {

using kafka::ApiKey;
using kafka::Bytes;
using kafka::Result;

constexpr auto kUnsupportedVersion = static_cast<int16_t>(kafka::ErrorCode::UnsupportedVersion);

// Decodes, lets `change` work, and encodes again if it says that it changed something.
template <class Message, class Change>
Result<std::optional<Bytes>> changed(int16_t version, std::span<const uint8_t> frame,
                                     Change change) {
  const auto parts = kafka::decode_response_frame(frame, Message::key, version);
  if (!parts) {
    return std::unexpected(parts.error());
  }
  auto message = kafka::decode<Message>(parts->body, version);
  if (!message) {
    return std::unexpected(message.error());
  }
  if (!change(*message)) {
    return std::nullopt;
  }
  kafka::Writer out;
  kafka::encode_response_header(Message::key, version, parts->correlation_id, out);
  if (auto done = kafka::encode(*message, version, out); !done) {
    return std::unexpected(done.error());
  }
  return out.take();
}

// Every element that names a broker's address.
template <class Elements>
bool readdress(Elements& elements, const Advertised& address) {
  for (auto& element : elements) {
    element.host = address.host;
    element.port = address.port;
  }
  return !elements.empty();
}

// Leaves out what we have no description of: a recorded request must be readable.
bool keep_known(kafka::ApiVersionsResponse& answer) {
  std::erase_if(answer.api_keys, [](const auto& api) {
    const kafka::ApiInfo* known = kafka::find_api(api.api_key);
    return known == nullptr || known->described.max < api.min_version;
  });
  for (auto& api : answer.api_keys) {
    api.max_version = std::min(api.max_version, kafka::find_api(api.api_key)->described.max);
  }
  return true;
}

Result<std::optional<Bytes>> rewrite_versions(int16_t version, std::span<const uint8_t> frame) {
  // Whoever asked in a version that the broker does not know is answered in version 0.
  const bool refused = frame.size() >= 6 && (frame[4] << 8 | frame[5]) == kUnsupportedVersion;
  return changed<kafka::ApiVersionsResponse>(refused ? int16_t{0} : version, frame, keep_known);
}

}  // namespace

Result<std::optional<Bytes>> rewrite_answer(ApiKey key, int16_t version,
                                            std::span<const uint8_t> frame,
                                            const std::optional<Advertised>& told) {
  if (key == ApiKey::ApiVersions) {
    return rewrite_versions(version, frame);
  }
  if (!told) {
    return std::nullopt;
  }
  const Advertised& address = *told;
  switch (key) {
    case ApiKey::Metadata:
      return changed<kafka::MetadataResponse>(
          version, frame, [&](auto& answer) { return readdress(answer.brokers, address); });
    case ApiKey::DescribeCluster:
      return changed<kafka::DescribeClusterResponse>(
          version, frame, [&](auto& answer) { return readdress(answer.brokers, address); });
    case ApiKey::FindCoordinator:
      return changed<kafka::FindCoordinatorResponse>(version, frame, [&](auto& answer) {
        const bool several = readdress(answer.coordinators, address);
        if (!answer.host.empty()) {  // versions up to 3
          answer.host = address.host;
          answer.port = address.port;
        }
        return several || !answer.host.empty();
      });
    case ApiKey::Produce:
      return changed<kafka::ProduceResponse>(
          version, frame, [&](auto& answer) { return readdress(answer.node_endpoints, address); });
    case ApiKey::Fetch:
      return changed<kafka::FetchResponse>(
          version, frame, [&](auto& answer) { return readdress(answer.node_endpoints, address); });
    default:
      return std::nullopt;
  }
}

}  // namespace kraftlab
