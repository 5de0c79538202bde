#include "broker/core/raft/quorum_state.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace kafka {
namespace {

std::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::CorruptMessage, fmt::format("quorum-state: {}", what));
}

// The text after `"key":`, or nullopt. The file is flat and its keys are unique, so that a search
// is a parser.
std::optional<std::string_view> after_key(std::string_view json, std::string_view key) {
  const size_t at = json.find(fmt::format("\"{}\"", key));
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const size_t colon = json.find(':', at + key.size() + 2);
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const size_t value = json.find_first_not_of(" \t\r\n", colon + 1);
  return value == std::string_view::npos ? std::nullopt : std::optional(json.substr(value));
}

std::optional<int32_t> number(std::string_view json, std::string_view key) {
  const auto text = after_key(json, key);
  int32_t value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec !=
                   std::errc()) {
    return std::nullopt;
  }
  return value;
}

Result<std::vector<int32_t>> current_voters(std::string_view json) {
  std::vector<int32_t> voters;
  auto list = after_key(json, "currentVoters");
  if (!list || list->front() != '[') {
    return corrupt("currentVoters is missing");
  }
  std::string_view rest = list->substr(0, list->find(']'));
  while (const auto entry = after_key(rest, "voterId")) {
    const auto id = number(rest, "voterId");
    if (!id) {
      return corrupt("a voterId is not a number");
    }
    voters.push_back(*id);
    rest = *entry;
  }
  return voters;
}

}  // namespace

std::string to_json(const QuorumState& state) {
  if (state.data_version >= 1) {
    return fmt::format(
        R"({{"leaderId":{},"leaderEpoch":{},"votedId":{},"votedDirectoryId":"{}","data_version":1}})",
        state.leader_id, state.leader_epoch, state.voted_id, state.voted_directory_id.to_string());
  }
  std::string voters;
  for (const int32_t id : state.voters) {
    voters += fmt::format(R"({}{{"voterId":{}}})", voters.empty() ? "" : ",", id);
  }
  return fmt::format(
      R"({{"clusterId":"","leaderId":{},"leaderEpoch":{},"votedId":{},"appliedOffset":0,)"
      R"("currentVoters":[{}],"data_version":0}})",
      state.leader_id, state.leader_epoch, state.voted_id, voters);
}

Result<QuorumState> parse_quorum_state(std::string_view json) {
  const auto leader_id = number(json, "leaderId");
  const auto leader_epoch = number(json, "leaderEpoch");
  const auto voted_id = number(json, "votedId");
  const auto data_version = number(json, "data_version");
  if (!leader_id || !leader_epoch || !voted_id || !data_version) {
    return corrupt("leaderId, leaderEpoch, votedId or data_version is missing");
  }
  if (*leader_epoch < 0) {
    return corrupt("leaderEpoch is negative");
  }
  QuorumState state;
  state.leader_id = *leader_id;
  state.leader_epoch = *leader_epoch;
  state.voted_id = *voted_id;
  if (*data_version == 0) {
    auto voters = current_voters(json);
    if (!voters) {
      return std::unexpected(std::move(voters.error()));
    }
    state.voters = std::move(*voters);
    return state;
  }
  if (*data_version != 1) {
    return corrupt(fmt::format("data_version {} is not known here", *data_version));
  }
  state.data_version = 1;
  const auto directory = after_key(json, "votedDirectoryId");
  if (!directory || directory->size() < 24 || directory->front() != '"') {
    return corrupt("votedDirectoryId is missing");
  }
  const auto id = Uuid::parse(directory->substr(1, 22));
  if (!id) {
    return corrupt("votedDirectoryId is not a uuid");
  }
  state.voted_directory_id = *id;
  return state;
}

}  // namespace kafka
