#include "tests/unit/core/group/transcript_fixture.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "broker/core/group/loader.h"
#include "protocol/consumer_protocol.h"

namespace kafka::test {

namespace {

constexpr int32_t partitions = 1;

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, by);) {
    parts.push_back(part);
  }
  return parts;
}

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

std::string text_of_bytes(const Bytes& raw) { return {raw.begin(), raw.end()}; }

std::string error_name(int16_t code) { return std::string(name(static_cast<ErrorCode>(code))); }

// "t-0" -> {t, 0}
std::pair<std::string, int32_t> partition_name(const std::string& text) {
  const size_t dash = text.rfind('-');
  return {text.substr(0, dash), std::stoi(text.substr(dash + 1))};
}

Bytes subscription_to(const std::string& topics) {
  ConsumerProtocolSubscription subscription;
  subscription.topics = split(topics, ',');
  return encode_subscription(subscription, 1).value();
}

template <class Topics>
auto& wanted_topic(Topics& topics, const std::string& name) {
  for (auto& topic : topics) {
    if (topic.name == name) {
      return topic;
    }
  }
  auto& fresh = topics.emplace_back();
  fresh.name = name;
  return fresh;
}

}  // namespace

std::string GroupTranscript::Command::option(const std::string& key,
                                             const std::string& otherwise) const {
  const auto at = options.find(key);
  return at == options.end() ? otherwise : at->second;
}

int64_t GroupTranscript::Command::number(const std::string& key, int64_t otherwise) const {
  const auto at = options.find(key);
  return at == options.end() ? otherwise : std::stoll(at->second);
}

GroupTranscript::Command GroupTranscript::parse(const std::string& line) {
  Command command;
  for (const std::string& word : split(line, ' ')) {
    const size_t equals = word.find('=');
    if (equals != std::string::npos) {
      command.options[word.substr(0, equals)] = word.substr(equals + 1);
    } else if (command.verb.empty()) {
      command.verb = word;
    } else if (!word.empty()) {
      command.words.push_back(word);
    }
  }
  return command;
}

GroupTranscript::GroupTranscript() : random_(std::make_unique<SeededRandom>(1)) {}

void GroupTranscript::start() {
  coordinator_ = std::make_unique<GroupCoordinator>(settings, *random_);
  coordinator_->set_partition_count(partitions);
  GroupOutput none;
  GroupLoader loader(coordinator_->begin_loading(0, 0, none), now_ms_);
  if (const auto loaded = loader.load(log_); !loaded) {
    say("load failed: " + loaded.error().message);
  }
  coordinator_->finish_loading(0, now_ms_);
}

std::string GroupTranscript::play(const std::string& text) {
  out_.clear();
  for (const std::string& line : split(text, '\n')) {
    if (line.starts_with("  ")) {
      continue;  // an expectation: said anew below
    }
    out_ += line + "\n";
    if (line.starts_with("> ")) {
      run(parse(line.substr(2)));
    }
  }
  return out_;
}

void GroupTranscript::run(Command command) {
  if (command.verb == "settings") {
    return change_settings(command);
  }
  if (!coordinator_) {
    start();
  }
  advance_to(command.number("t", now_ms_));
  command.options.erase("t");
  if (!command.verb.empty()) {
    run_request(command);
  }
}

void GroupTranscript::change_settings(const Command& command) {
  settings.initial_rebalance_delay_ms =
      static_cast<int32_t>(command.number("initial-delay", settings.initial_rebalance_delay_ms));
  settings.max_size = static_cast<int32_t>(command.number("max-size", settings.max_size));
  settings.offset_metadata_max_bytes =
      static_cast<int32_t>(command.number("metadata-max", settings.offset_metadata_max_bytes));
  settings.offsets_retention_ms = command.number("retention", settings.offsets_retention_ms);
  settings.offsets_retention_check_interval_ms =
      command.number("check-interval", settings.offsets_retention_check_interval_ms);
}

void GroupTranscript::run_request(const Command& command) {
  using Step = void (GroupTranscript::*)(const Command&);
  static const std::map<std::string, Step> steps = {
      {"join", &GroupTranscript::join},
      {"sync", &GroupTranscript::sync},
      {"heartbeat", &GroupTranscript::heartbeat},
      {"leave", &GroupTranscript::leave},
      {"commit", &GroupTranscript::commit},
      {"fetch", &GroupTranscript::fetch},
      {"delete-offsets", &GroupTranscript::delete_offsets},
      {"describe", &GroupTranscript::describe},
      {"list", &GroupTranscript::list},
  };
  if (const auto step = steps.find(command.verb); step != steps.end()) {
    return (this->*step->second)(command);
  }
  GroupOutput output;
  if (command.verb == "delete-group") {
    drive(coordinator_->delete_groups(command.words, ask("admin", 2), now_ms_));
  } else if (command.verb == "topic-deleted") {
    coordinator_->topics_deleted({{command.words.at(0), {}}}, output);
    drive(std::move(output));
  } else if (command.verb == "hold") {
    holding_ = true;
  } else if (command.verb == "release" || command.verb == "fail") {
    holding_ = false;
    for (const GroupAppend& append : std::exchange(held_, {})) {
      finish(append, command.verb == "fail" ? ErrorCode::NotLeaderOrFollower : ErrorCode::None);
    }
  } else if (command.verb == "restart") {
    held_.clear();
    start();
  } else if (command.verb == "unload") {
    coordinator_->unload(0, output);
    drive(std::move(output));
  } else {
    say("unknown request: " + command.verb);
  }
}

// ---- the driver: what a node does with the output

void GroupTranscript::advance_to(int64_t t) {
  while (coordinator_->next_deadline_ms() <= t) {
    now_ms_ = std::max(now_ms_, coordinator_->next_deadline_ms());
    GroupOutput output;
    coordinator_->advance(now_ms_, output);
    if (!output.replies.empty() || !output.appends.empty()) {
      say(fmt::format("at t={}", now_ms_));
    }
    drive(std::move(output));
  }
  now_ms_ = t;
}

void GroupTranscript::drive(GroupOutput output) {
  for (const GroupReply& reply : output.replies) {
    show(reply);
  }
  for (const GroupAppend& append : output.appends) {
    if (holding_) {
      held_.push_back(append);
    } else {
      finish(append, ErrorCode::None);
    }
  }
}

void GroupTranscript::finish(const GroupAppend& made, ErrorCode error) {
  if (error == ErrorCode::None) {
    append(made);
  }
  GroupOutput output;
  coordinator_->appended(made, error, now_ms_, output);
  drive(std::move(output));
}

void GroupTranscript::append(const GroupAppend& append) {
  BatchFields fields;
  fields.base_offset = log_end_;
  BatchBuilder builder(fields);
  for (const GroupRecord& record : append.records) {
    const KeyAndValue encoded = encode_group_record(record);
    builder.add(now_ms_, encoded.key,
                encoded.value ? std::optional<BytesView>(*encoded.value) : std::nullopt);
    show(record);
  }
  log_end_ += builder.count();
  builder.append_to(log_);
}

// ---- requests

std::string GroupTranscript::group_of(const Command& command) const {
  return command.option("group", "g");
}

ReplyTo GroupTranscript::ask(const std::string& who, int16_t version) {
  asked_[next_sequence_] = who;
  return {.connection_id = 1,
          .sequence = next_sequence_++,
          .api_key = 0,
          .api_version = version,
          .correlation_id = 0};
}

void GroupTranscript::join(const Command& command) {
  const std::string who = command.words.at(0);
  JoinGroupRequest request;
  request.group_id = group_of(command);
  request.session_timeout_ms = static_cast<int32_t>(command.number("session", 10'000));
  request.rebalance_timeout_ms = static_cast<int32_t>(command.number("rebalance", 60'000));
  if (command.option("id", "known") == "known") {
    request.member_id = clients_[who].member_id;
  }
  if (command.options.contains("instance")) {
    request.group_instance_id = command.option("instance", "");
  }
  request.protocol_type = command.option("type", "consumer");
  for (const std::string& protocol : split(command.option("protocols", "range"), ',')) {
    request.protocols.push_back({protocol, subscription_to(command.option("topics", "t"))});
  }
  const auto version = static_cast<int16_t>(command.number("v", 9));
  drive(coordinator_->join(request, {who, "/127.0.0.1"}, ask(who, version), now_ms_));
}

void GroupTranscript::sync(const Command& command) {
  const std::string who = command.words.at(0);
  SyncGroupRequest request;
  request.group_id = group_of(command);
  request.member_id = clients_[who].member_id;
  request.generation_id =
      static_cast<int32_t>(command.number("gen", clients_[who].generation));
  request.protocol_type = command.option("type", "consumer");
  request.protocol_name = command.option("protocol", "range");
  for (const auto& [key, part] : command.options) {
    if (clients_.contains(key)) {
      request.assignments.push_back({clients_[key].member_id, bytes(part)});
    }
  }
  drive(coordinator_->sync(request, ask(who, 5), now_ms_));
}

void GroupTranscript::heartbeat(const Command& command) {
  const std::string who = command.words.at(0);
  HeartbeatRequest request;
  request.group_id = group_of(command);
  request.member_id = clients_[who].member_id;
  request.generation_id =
      static_cast<int32_t>(command.number("gen", clients_[who].generation));
  if (command.options.contains("instance")) {
    request.group_instance_id = command.option("instance", "");
  }
  say(fmt::format("{} <- {}", who, name(coordinator_->heartbeat(request, now_ms_))));
}

void GroupTranscript::leave(const Command& command) {
  LeaveGroupRequest request;
  request.group_id = group_of(command);
  const auto version = static_cast<int16_t>(command.number("v", 5));
  for (const std::string& who : command.words) {
    request.member_id = clients_[who].member_id;
    request.members.push_back({clients_[who].member_id, std::nullopt, "bye"});
  }
  if (command.options.contains("instance")) {
    request.members.push_back({"", command.option("instance", ""), std::nullopt});
  }
  const std::string asker = command.words.empty() ? "admin" : command.words.front();
  drive(coordinator_->leave(request, ask(asker, version), now_ms_));
}

void GroupTranscript::commit(const Command& command) {
  const std::string who = command.words.at(0);
  OffsetCommitRequest request;
  request.group_id = group_of(command);
  if (who != "-") {
    request.member_id = clients_[who].member_id;
    request.generation_id_or_member_epoch = clients_[who].generation;
  }
  request.generation_id_or_member_epoch = static_cast<int32_t>(
      command.number("gen", request.generation_id_or_member_epoch));
  request.retention_time_ms = command.number("retention", -1);
  for (const auto& [key, value] : command.options) {
    if (key.find('-') != std::string::npos) {
      const auto [topic, partition] = partition_name(key);
      auto& asked = wanted_topic(request.topics, topic).partitions.emplace_back();
      asked.partition_index = partition;
      asked.committed_offset = std::stoll(value);
      asked.committed_metadata = command.option("meta", "");
    }
  }
  const auto version = static_cast<int16_t>(command.number("v", 9));
  drive(coordinator_->commit_offsets(request, {}, ask(who, version), now_ms_));
}

void GroupTranscript::fetch(const Command& command) {
  OffsetFetchRequest::OffsetFetchRequestGroup request;
  request.group_id = group_of(command);
  bool stable = false;
  for (const std::string& word : command.words) {
    if (word == "all") {
      request.topics.reset();
    } else if (word == "stable") {
      stable = true;
    } else {
      const auto [topic, partition] = partition_name(word);
      wanted_topic(*request.topics, topic).partition_indexes.push_back(partition);
    }
  }
  const auto response = coordinator_->fetch_offsets(request, stable);
  std::string line = fmt::format("offsets of {}:", response.group_id);
  if (response.error_code != 0) {
    line += " " + error_name(response.error_code);
  }
  for (const auto& topic : response.topics) {
    for (const auto& partition : topic.partitions) {
      line += fmt::format(" {}-{}={}", topic.name, partition.partition_index,
                          partition.error_code != 0 ? error_name(partition.error_code)
                                                    : std::to_string(partition.committed_offset));
      if (!partition.metadata.value_or("").empty()) {
        line += fmt::format("({})", *partition.metadata);
      }
    }
  }
  say(line);
}

void GroupTranscript::delete_offsets(const Command& command) {
  OffsetDeleteRequest request;
  request.group_id = group_of(command);
  for (const std::string& word : command.words) {
    const auto [topic, partition] = partition_name(word);
    wanted_topic(request.topics, topic).partitions.push_back({partition});
  }
  drive(coordinator_->delete_offsets(request, {}, ask("admin", 0)));
}

void GroupTranscript::describe(const Command& command) {
  const auto group = coordinator_->describe(group_of(command),
                                            static_cast<int16_t>(command.number("v", 6)));
  std::string line = fmt::format("{}: {}", group.group_id, group.group_state);
  if (group.error_code != 0) {
    line += " " + error_name(group.error_code);
  }
  if (!group.protocol_type.empty()) {
    line += " type=" + group.protocol_type;
  }
  if (!group.protocol_data.empty()) {
    line += " protocol=" + group.protocol_data;
  }
  for (const auto& member : group.members) {
    line += fmt::format(" {}{}={}", letter_of(member.member_id),
                        member.group_instance_id ? "@" + *member.group_instance_id : "",
                        text_of_bytes(member.member_assignment));
  }
  say(line);
}

void GroupTranscript::list(const Command& command) {
  ListGroupsRequest request;
  request.states_filter = split(command.option("states", ""), ',');
  request.types_filter = split(command.option("types", ""), ',');
  const auto response = coordinator_->list(request);
  if (response.error_code != 0) {
    say("groups: " + error_name(response.error_code));
  }
  for (const auto& group : response.groups) {
    say(fmt::format("{} {} {} {}", group.group_id, group.group_state, group.group_type,
                    group.protocol_type));
  }
}

// ---- what is shown

void GroupTranscript::say(const std::string& line) { out_ += "  " + line + "\n"; }

void GroupTranscript::note_member_id(const std::string& who, const std::string& member_id) {
  clients_[who].member_id = member_id;
  if (!letters_.contains(member_id)) {
    letters_[member_id] = who + std::string(static_cast<size_t>(ids_given_[who]++), '\'');
  }
}

std::string GroupTranscript::letter_of(const std::string& member_id) const {
  if (const auto at = letters_.find(member_id); at != letters_.end()) {
    return at->second;
  }
  // An id that its owner has not been told yet: a name, a dash and a UUID.
  constexpr size_t dash_and_uuid = 37;
  return member_id.size() > dash_and_uuid ? member_id.substr(0, member_id.size() - dash_and_uuid)
                                          : member_id;
}

void GroupTranscript::show(const GroupReply& reply) {
  const std::string who = asked_.at(reply.to.sequence);
  std::string line = who + " <-";
  if (const auto* join = std::get_if<JoinGroupResponse>(&reply.response)) {
    if (!join->member_id.empty()) {
      note_member_id(who, join->member_id);
    }
    if (join->error_code != 0) {
      line += " " + error_name(join->error_code);
    } else {
      clients_[who].generation = join->generation_id;
      line += fmt::format(" joined generation {} as {}, leader {}, {} {}", join->generation_id,
                          letter_of(join->member_id), letter_of(join->leader),
                          join->protocol_type.value_or("null"),
                          join->protocol_name.value_or("null"));
      for (const auto& member : join->members) {
        line += " " + letter_of(member.member_id);
      }
      line += join->skip_assignment ? " skip-assignment" : "";
    }
  } else if (const auto* sync = std::get_if<SyncGroupResponse>(&reply.response)) {
    line += sync->error_code != 0 ? " " + error_name(sync->error_code)
                                  : " assigned [" + text_of_bytes(sync->assignment) + "]";
  } else if (const auto* leave = std::get_if<LeaveGroupResponse>(&reply.response)) {
    line += " left: " + error_name(leave->error_code);
    for (const auto& member : leave->members) {
      line += fmt::format(" {}={}",
                          member.member_id.empty() ? "@" + member.group_instance_id.value_or("")
                                                   : letter_of(member.member_id),
                          error_name(member.error_code));
    }
  } else if (const auto* commit = std::get_if<OffsetCommitResponse>(&reply.response)) {
    line += " committed:";
    for (const auto& topic : commit->topics) {
      for (const auto& partition : topic.partitions) {
        line += fmt::format(" {}-{} {}", topic.name, partition.partition_index,
                            error_name(partition.error_code));
      }
    }
  } else if (const auto* deleted = std::get_if<OffsetDeleteResponse>(&reply.response)) {
    line += " offsets deleted: " + error_name(deleted->error_code);
    for (const auto& topic : deleted->topics) {
      for (const auto& partition : topic.partitions) {
        line += fmt::format(" {}-{} {}", topic.name, partition.partition_index,
                            error_name(partition.error_code));
      }
    }
  } else if (const auto* groups = std::get_if<DeleteGroupsResponse>(&reply.response)) {
    line += " groups deleted:";
    for (const auto& result : groups->results) {
      line += fmt::format(" {} {}", result.group_id, error_name(result.error_code));
    }
  }
  say(line);
}

void GroupTranscript::show(const GroupRecord& record) {
  if (const auto* offset = std::get_if<OffsetRecord>(&record)) {
    const auto& key = offset->key;
    return say(fmt::format("log: {} {}-{} {}", key.group, key.topic, key.partition,
                           offset->value ? "= " + std::to_string(offset->value->offset)
                                         : "removed"));
  }
  const auto& group = std::get<MetadataOfGroup>(record);
  if (!group.value) {
    return say(fmt::format("log: {} removed", group.key.group));
  }
  std::string line = fmt::format("log: {} generation {}", group.key.group, group.value->generation);
  line += group.value->leader ? " leader " + letter_of(*group.value->leader) : " nobody";
  for (const auto& member : group.value->members) {
    line += fmt::format(" {}=[{}]", letter_of(member.member_id), text_of_bytes(member.assignment));
  }
  say(line);
}

}  // namespace kafka::test
