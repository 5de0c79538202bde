#include "broker/core/raft/voters.h"

#include <charconv>
#include <limits>
#include <utility>

#include "fmt/format.h"

namespace kafka {
namespace {

template <class Int>
bool parse_int(std::string_view text, Int& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

std::unexpected<Error> bad_entry(std::string_view entry, std::string_view why) {
  return fail(ErrorCode::InvalidConfig,
              fmt::format("'{}' is not a controller of the form id@host:port:directoryId: {}", entry,
                          why));
}

// One `id@host:port:directoryId`. The directory id has no colon, nor has the port; what is left of
// them is the host, in brackets if it is an IPv6 address.
Result<Voter> parse_initial_controller(std::string_view entry, std::string_view listener) {
  Voter voter;
  const size_t at = entry.find('@');
  if (at == std::string_view::npos) {
    return bad_entry(entry, "there is no @ after the id");
  }
  if (!parse_int(entry.substr(0, at), voter.id) || voter.id < 0) {
    return bad_entry(entry, "the id is not a number from 0 on");
  }
  const std::string_view address = entry.substr(at + 1);
  const size_t directory_colon = address.rfind(':');
  const size_t port_colon = directory_colon == std::string_view::npos || directory_colon == 0
                                ? std::string_view::npos
                                : address.rfind(':', directory_colon - 1);
  if (port_colon == std::string_view::npos) {
    return bad_entry(entry, "there is no directory id after the port");
  }
  VoterEndpoint endpoint{.listener = std::string(listener), .host = {}, .port = 0};
  if (!parse_int(address.substr(port_colon + 1, directory_colon - port_colon - 1),
                 endpoint.port)) {
    return bad_entry(entry, "the port is not a number from 0 to 65535");
  }
  std::string_view host = address.substr(0, port_colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  if (host.empty()) {
    return bad_entry(entry, "the host is missing");
  }
  endpoint.host = host;
  const auto directory_id = Uuid::parse(address.substr(directory_colon + 1));
  if (!directory_id || directory_id->is_zero()) {
    return bad_entry(entry, "the directory id is not 22 characters of base64url");
  }
  voter.directory_id = *directory_id;
  voter.endpoints.push_back(std::move(endpoint));
  return voter;
}

}  // namespace

VoterSet static_voters(const std::vector<QuorumVoter>& voters, std::string_view listener) {
  VoterSet set;
  for (const QuorumVoter& entry : voters) {
    Voter voter;
    voter.id = entry.id;
    voter.endpoints.push_back({.listener = std::string(listener),
                               .host = entry.host,
                               .port = static_cast<uint16_t>(entry.port)});
    set.emplace(entry.id, std::move(voter));
  }
  return set;
}

Result<VoterSet> parse_initial_controllers(std::string_view text, std::string_view listener) {
  VoterSet set;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view entry = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    auto voter = parse_initial_controller(entry, listener);
    if (!voter) {
      return std::unexpected(std::move(voter.error()));
    }
    const int32_t id = voter->id;
    if (!set.emplace(id, std::move(*voter)).second) {
      return bad_entry(entry, "its id stands twice in the list");
    }
  }
  if (set.empty()) {
    return fail(ErrorCode::InvalidConfig, "the list of initial controllers is empty");
  }
  return set;
}

VotersRecord to_record(const VoterSet& voters) {
  VotersRecord record;
  for (const auto& [id, voter] : voters) {
    VotersRecord::Voter& out = record.voters.emplace_back();
    out.voter_id = id;
    out.voter_directory_id = voter.directory_id;
    for (const VoterEndpoint& endpoint : voter.endpoints) {
      VotersRecord::Endpoint& to = out.endpoints.emplace_back();
      to.name = endpoint.listener;
      to.host = endpoint.host;
      to.port = endpoint.port;
    }
    out.k_raft_version_feature.min_supported_version = voter.min_kraft_version;
    out.k_raft_version_feature.max_supported_version = voter.max_kraft_version;
  }
  return record;
}

VoterSet from_record(const VotersRecord& record) {
  VoterSet set;
  for (const VotersRecord::Voter& in : record.voters) {
    Voter voter;
    voter.id = in.voter_id;
    voter.directory_id = in.voter_directory_id;
    for (const VotersRecord::Endpoint& endpoint : in.endpoints) {
      voter.endpoints.push_back({endpoint.name, endpoint.host, endpoint.port});
    }
    voter.min_kraft_version = in.k_raft_version_feature.min_supported_version;
    voter.max_kraft_version = in.k_raft_version_feature.max_supported_version;
    set.emplace(voter.id, std::move(voter));
  }
  return set;
}

}  // namespace kafka
