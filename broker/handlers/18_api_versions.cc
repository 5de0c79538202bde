// ApiVersions: what this listener offers, and which features the cluster has agreed on. Every
// client asks it first.
//
// The list is the registry: what has no handler is not in it. A version that is too new is answered
// as v0 with UNSUPPORTED_VERSION and the range of ApiVersions itself, so that the client can ask
// again (KIP-511). The response header is v0 always, for the same reason.
//
//   v3  the client says its name and version; a malformed one is INVALID_REQUEST. Features in tags
//       (KIP-584); those whose lowest level is 0 are left out, older clients cannot read them
//   v4  features with lowest level 0 too (KIP-1022)
#include "protocol/api/18_api_versions.h"

#include <algorithm>

#include "broker/core/controller/features.h"
#include "broker/core/controller/image.h"
#include "broker/handlers/registry.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Letters and digits, with - and . between them: it becomes part of metric names.
bool is_software_name(std::string_view text) {
  return !text.empty() && is_word(text.front()) && is_word(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_word(c) || c == '-' || c == '.'; });
}

ApiVersionsResponse::ApiVersion offered(const ApiInfo& api, bool on_controller) {
  const VersionRange& range = on_controller ? api.on_controller : api.on_broker;
  return {static_cast<int16_t>(api.key), range.min, range.max};
}

void add_features(const MetadataImage& image, int16_t version, ApiVersionsResponse& response) {
  for (const FeatureRange& feature : supported_features()) {
    if (version >= 4 || feature.min_level > 0) {
      response.supported_features.push_back(
          {std::string(feature.name), feature.min_level, feature.max_level});
    }
  }
  for (const auto& [name, level] : image.features()) {
    if (level > 0) {
      response.finalized_features.push_back({name, level, level});
    }
  }
  if (image.kraft_version() > 0) {
    response.finalized_features.push_back(
        {std::string(kraft_version_feature), image.kraft_version(), image.kraft_version()});
  }
  response.finalized_features_epoch = image.offset();
}

}  // namespace

void handle_api_versions(Node& node, Request& request) {
  const bool on_controller = request.connection->is_controller_listener;
  ApiVersionsResponse response;
  if (request.version() < ApiVersionsRequest::min_version ||
      request.version() > ApiVersionsRequest::max_version) {
    response.error_code = static_cast<int16_t>(ErrorCode::UnsupportedVersion);
    response.api_keys.push_back(offered(api_info(ApiKey::ApiVersions), on_controller));
    ReplyTo as_v0 = request.reply_to;
    as_v0.api_version = 0;
    node.reply(as_v0, response);
    return;
  }
  const auto message = node.decode_or_close<ApiVersionsRequest>(request);
  if (!message) {
    return;
  }
  if (request.version() >= 3) {
    if (!is_software_name(message->client_software_name) ||
        !is_software_name(message->client_software_version)) {
      response.error_code = static_cast<int16_t>(ErrorCode::InvalidRequest);
      node.reply(request.reply_to, response);
      return;
    }
    request.connection->client_software_name = message->client_software_name;
    request.connection->client_software_version = message->client_software_version;
  }
  for (const RegistryRow& row : registry()) {
    if (row.serves(on_controller)) {
      response.api_keys.push_back(offered(api_info(row.key), on_controller));
    }
  }
  add_features(node.image(), request.version(), response);
  node.reply(request.reply_to, response);
}

}  // namespace kafka
