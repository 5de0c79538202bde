#include "broker/tools/quorum_voters.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "broker/tools/common/text.h"
#include "protocol/api/80_add_raft_voter.h"
#include "protocol/api/81_remove_raft_voter.h"
#include "protocol/uuid.h"

namespace kafka {

namespace {

using VoterListener = AddRaftVoterRequest::Listener;

constexpr std::string_view is_this_one =
    "in configuration file. Is this a valid controller configuration file?";

std::unexpected<ToolError> voters_failure(std::string message) {
  return tool_failure("", std::move(message));
}

std::optional<std::string> property(const ClientProperties& properties, std::string_view name) {
  const auto found = properties.find(name);
  return found == properties.end() ? std::nullopt : std::optional(found->second);
}

ToolResult<int32_t> controller_id(const ClientProperties& properties) {
  const auto text = property(properties, "node.id");
  if (!text) {
    return voters_failure(fmt::format("node.id not found {}", is_this_one));
  }
  const auto id = parse_number(*text, INT32_MIN, INT32_MAX);
  if (!id) {
    return voters_failure(fmt::format("For input string: \"{}\"", *text));
  }
  if (*id < 0) {
    return voters_failure(fmt::format("node.id was negative {}", is_this_one));
  }
  const auto roles = split(property(properties, "process.roles").value_or(""), ',');
  if (std::ranges::none_of(roles, [](const auto& role) { return trim(role) == "controller"; })) {
    return voters_failure(
        fmt::format("process.roles did not contain 'controller' {}", is_this_one));
  }
  return static_cast<int32_t>(*id);
}

ToolResult<std::string> metadata_directory(const ClientProperties& properties) {
  if (const auto own = property(properties, "metadata.log.dir")) {
    return *own;
  }
  if (const auto all = property(properties, "log.dirs")) {
    return std::string(trim(split(*all, ',').front()));
  }
  return voters_failure(
      "Neither metadata.log.dir nor log.dirs were found. Is this a valid controller "
      "configuration file?");
}

ToolResult<Uuid> directory_id_in(const std::string& directory) {
  const std::string path = directory + "/meta.properties";
  const auto meta = std::filesystem::exists(path)
                        ? read_client_properties(path)
                        : ToolResult<ClientProperties>(voters_failure("it is not there"));
  if (!meta) {
    return voters_failure("Unable to read meta.properties from " + directory);
  }
  const auto text = property(*meta, "directory.id");
  const auto id = text ? Uuid::parse(*text) : std::nullopt;
  if (!id) {
    return voters_failure("No directory id found in " + directory);
  }
  return *id;
}

// NAME://host:port
ToolResult<VoterListener> parse_endpoint(const std::string& text) {
  const size_t name_end = text.find("://");
  const size_t port_begin = text.rfind(':');
  const auto port = name_end == std::string::npos || port_begin <= name_end
                        ? std::nullopt
                        : parse_number(text.substr(port_begin + 1), 0, UINT16_MAX);
  if (!port) {
    return voters_failure(fmt::format("Unable to parse {} to a broker endpoint", text));
  }
  VoterListener listener;
  listener.name = text.substr(0, name_end);
  std::ranges::transform(listener.name, listener.name.begin(), ::toupper);
  listener.host = text.substr(name_end + 3, port_begin - name_end - 3);
  if (listener.host.starts_with('[') && listener.host.ends_with(']')) {
    listener.host = listener.host.substr(1, listener.host.size() - 2);
  }
  if (listener.host.empty()) {
    listener.host = "localhost";
  }
  listener.port = static_cast<uint16_t>(*port);
  return listener;
}

// What is advertised wins over what is listened on.
ToolResult<std::vector<VoterListener>> voter_endpoints(const ClientProperties& properties) {
  std::map<std::string, VoterListener> known;
  for (const char* name : {"listeners", "advertised.listeners"}) {
    for (const std::string& text : split(property(properties, name).value_or(""), ',')) {
      if (trim(text).empty()) {
        continue;
      }
      auto listener = parse_endpoint(std::string(trim(text)));
      if (!listener) {
        return std::unexpected(std::move(listener.error()));
      }
      known[listener->name] = *listener;
    }
  }
  const auto names = property(properties, "controller.listener.names");
  if (!names) {
    return voters_failure(
        "controller.listener.names was not found. Is this a valid controller configuration file?");
  }
  std::vector<VoterListener> endpoints;
  for (const std::string& name : split(*names, ',')) {
    const auto found = known.find(std::string(trim(name)));
    if (found == known.end()) {
      return voters_failure("Cannot find information about controller listener name: " + name);
    }
    endpoints.push_back(found->second);
  }
  return endpoints;
}

std::string endpoints_text(const std::vector<VoterListener>& listeners) {
  std::vector<std::string> texts;
  for (const VoterListener& listener : listeners) {
    texts.push_back(
        fmt::format("{}://{}", listener.name, to_string(HostPort{listener.host, listener.port})));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

// Only the leader changes the voters: a broker passes the request on to it, another controller
// refuses, and the leader is looked for again.
template <class Response, class Request>
ToolResult<> ask_leader(AdminClient& client, const Request& request) {
  const int32_t node = client.endpoint() == EndpointKind::Controller ? controller_node : any_node;
  const auto response = client.ask_again<Response>(node, request, [](const Response& said) {
    return said.error_code == static_cast<int16_t>(ErrorCode::NotLeaderOrFollower) ||
           said.error_code == static_cast<int16_t>(ErrorCode::NotController);
  });
  if (!response) {
    return std::unexpected(response.error());
  }
  if (response->error_code != 0) {
    return std::unexpected(server_error(response->error_code, response->error_message));
  }
  return {};
}

}  // namespace

ToolResult<> add_controller(AdminClient& client, const ClientProperties& properties, bool dry_run) {
  const auto id = controller_id(properties);
  if (!id) {
    return std::unexpected(id.error());
  }
  const auto directory = metadata_directory(properties);
  if (!directory) {
    return std::unexpected(directory.error());
  }
  const auto directory_id = directory_id_in(*directory);
  if (!directory_id) {
    return std::unexpected(directory_id.error());
  }
  const auto endpoints = voter_endpoints(properties);
  if (!endpoints) {
    return std::unexpected(endpoints.error());
  }
  if (!dry_run) {
    AddRaftVoterRequest request;
    request.cluster_id = std::nullopt;
    request.timeout_ms = client.request_timeout_ms();
    request.voter_id = *id;
    request.voter_directory_id = *directory_id;
    request.listeners = *endpoints;
    if (auto added = ask_leader<AddRaftVoterResponse>(client, request); !added) {
      return added;
    }
  }
  fmt::print("{} controller {} with directory id {} and endpoints: {}\n",
             dry_run ? "DRY RUN of adding" : "Added", *id, directory_id->to_string(),
             endpoints_text(*endpoints));
  return {};
}

ToolResult<> remove_controller(AdminClient& client, const std::string& id,
                               const std::string& directory_id, bool dry_run) {
  const auto number = parse_number(id, INT32_MIN, INT32_MAX);
  if (!number) {
    return voters_failure(
        fmt::format("kafka-metadata-quorum: error: argument --controller-id/-i: could not "
                    "convert '{}' to Integer (For input string: \"{}\")",
                    id, id));
  }
  if (*number < 0) {
    return voters_failure("Invalid negative --controller-id: " + id);
  }
  const auto directory = Uuid::parse(directory_id);
  if (!directory) {
    return voters_failure(
        fmt::format("Failed to parse --controller-directory-id: \"{}\" is no directory "
                    "id, 22 characters of base64",
                    directory_id));
  }
  if (!dry_run) {
    RemoveRaftVoterRequest request;
    request.cluster_id = std::nullopt;
    request.voter_id = static_cast<int32_t>(*number);
    request.voter_directory_id = *directory;
    if (auto removed = ask_leader<RemoveRaftVoterResponse>(client, request); !removed) {
      return removed;
    }
  }
  fmt::print("{} KRaft controller {} with directory id {}\n",
             dry_run ? "DRY RUN of removing " : "Removed ", *number, directory->to_string());
  return {};
}

}  // namespace kafka
