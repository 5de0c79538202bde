#include "tests/unit/core/raft/raft_cluster_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"
#include "protocol/message.h"

namespace kafka::test {
namespace {

constexpr int from_outside = 0;
constexpr uint16_t first_port = 9000;
constexpr const char* listener = "CONTROLLER";

// Through the codec and back: what a version cannot say is not said. Spans of the result point into
// `bytes`.
template <class M>
M through_codec(const M& message, Bytes& bytes) {
  const auto encoded = encode(message, M::max_version);
  CHECK(encoded.has_value(), "{}", encoded.error().message);
  bytes = *encoded;
  auto decoded = decode<M>(bytes, M::max_version);
  CHECK(decoded.has_value(), "{}", decoded.error().message);
  return std::move(*decoded);
}

template <class Variant>
Variant variant_through_codec(const Variant& message, Bytes& bytes) {
  return std::visit([&](const auto& m) { return Variant(through_codec(m, bytes)); }, message);
}

int16_t version_of(const RaftRequest& request) {
  return std::visit([](const auto& m) { return std::decay_t<decltype(m)>::max_version; }, request);
}

}  // namespace

RaftCluster::RaftCluster(const Options& options) : options_(options), random_(options.seed) {
  for (int id = 1; id <= options.voters + options.observers; ++id) {
    Node& node = nodes_[id];
    node.id = id;
    node.directory = {static_cast<uint64_t>(id), 1};
    node.controller = options.dynamic || id <= options.voters;
    node.random = std::make_unique<SeededRandom>(random_.next());
    if (options.dynamic && id <= options.voters) {
      SnapshotContent content;
      content.kraft_version = 1;
      content.voters = static_voters_of_cluster();
      node.snapshots[{0, 0}] = *encode_snapshot(content);
    }
  }
  for (const auto& [id, node] : nodes_) {
    restart(id);
  }
}

VoterSet RaftCluster::static_voters_of_cluster() const {
  VoterSet voters;
  for (int id = 1; id <= options_.voters; ++id) {
    Voter voter;
    voter.id = id;
    voter.directory_id = options_.dynamic ? Uuid{static_cast<uint64_t>(id), 1} : Uuid{};
    voter.endpoints = {{listener, fmt::format("n{}", id), static_cast<uint16_t>(first_port + id)}};
    voters[id] = voter;
  }
  return voters;
}

Raft::Config RaftCluster::config(const Node& node) const {
  Raft::Config config;
  config.node_id = node.id;
  config.directory_id = node.directory;
  config.cluster_id = "cluster";
  config.is_controller = node.controller;
  config.auto_join = options_.auto_join;
  config.endpoints = {
      {listener, fmt::format("n{}", node.id), static_cast<uint16_t>(first_port + node.id)}};
  if (options_.dynamic) {
    for (int id = 1; id <= options_.voters; ++id) {
      config.bootstrap_servers.push_back({fmt::format("n{}", id), first_port + id});
    }
  }
  return config;
}

LogHistory RaftCluster::history(const Node& node) const {
  LogHistory history(node.start);
  LogHistory::Voters base{-1, 0, options_.dynamic ? VoterSet{} : static_voters_of_cluster()};
  if (const auto snapshot = node.snapshots.find(node.start); snapshot != node.snapshots.end()) {
    const auto voters = voters_of_snapshot(snapshot->second);
    CHECK(voters.has_value(), "snapshot: {}", voters.error().message);
    if (voters->first >= 1) {
      base = {-1, voters->first, voters->second};
    }
  }
  history.set_base_voters(std::move(base));
  for (const Batch& batch : node.log) {
    const auto taken = history.append(batch.bytes, INT32_MAX);
    CHECK(taken.has_value(), "{}", taken.error().message);
  }
  return history;
}

// --- Faults ---

void RaftCluster::crash(int id) {
  Node& node = nodes_.at(id);
  if (!node.raft) {
    return;
  }
  say(fmt::format("node {} crashes", id));
  node.raft.reset();
  ++node.life;
  node.flush_due_ms.reset();
  const int64_t lost =
      static_cast<int64_t>(random_.below(static_cast<uint64_t>(end_of(node) - node.durable_end) + 1));
  while (!node.log.empty() && node.log.back().next_offset > node.durable_end + lost) {
    node.log.pop_back();
  }
  node.durable_end = end_of(node);
  node.part.clear();
  node.high_watermark = -1;
  for (auto& [at, message] : network_) {
    // Whoever waits for this node learns that its connection is closed.
    const bool lost_request = message.request && message.to == id;
    if (lost_request) {
      message.request.reset();
      message.failure = ErrorCode::NetworkException;
      std::swap(message.from, message.to);
      std::swap(message.from_life, message.to_life);
    }
  }
  for (auto asked = asked_.begin(); asked != asked_.end();) {
    if (asked->second.to == id) {
      Message failed = asked->second;
      failed.request.reset();
      failed.failure = ErrorCode::NetworkException;
      std::swap(failed.from, failed.to);
      std::swap(failed.from_life, failed.to_life);
      post(std::move(failed));
      asked = asked_.erase(asked);
    } else {
      ++asked;
    }
  }
}

void RaftCluster::restart(int id) {
  Node& node = nodes_.at(id);
  if (node.raft) {
    return;
  }
  auto raft = Raft::create(config(node), *node.random, node.saved, history(node));
  CHECK(raft.has_value(), "{}", raft.error().message);
  node.raft = std::make_unique<Raft>(std::move(*raft));
  CHECK(node.raft->epoch() >= node.told_epoch, "node {} forgot epoch {}", id, node.told_epoch);
  step(id, raft_event::Start{});
}

void RaftCluster::wipe(int id) {
  Node& node = nodes_.at(id);
  CHECK(!node.raft, "node {} runs", id);
  node.log.clear();
  node.start = {0, 0};
  node.durable_end = 0;
  node.saved.reset();
  node.snapshots.clear();
  node.told_epoch = 0;
  node.directory.low += 1;
}

void RaftCluster::partition(const std::vector<std::set<int>>& sides) {
  sides_ = sides;
}

void RaftCluster::tell_gone(int gone) {
  for (const int id : up()) {
    step(id, raft_event::LeaderGone{gone});
  }
}

bool RaftCluster::connected(int a, int b) const {
  if (sides_.empty() || a == b) {
    return true;
  }
  return std::ranges::any_of(sides_, [&](const std::set<int>& side) {
    return side.contains(a) && side.contains(b);
  });
}

// --- Time and messages ---

void RaftCluster::run(int64_t ms) {
  const int64_t end_ms = now_ms_ + ms;
  while (advance(end_ms)) {
  }
}

// The next thing that happens; false when there is none until `end_ms`, where the clock stands then.
bool RaftCluster::advance(int64_t end_ms) {
  int64_t next_ms = network_.empty() ? INT64_MAX : network_.begin()->first;
  int timer = -1;
  int flush = -1;
  for (const auto& [id, node] : nodes_) {
    if (!node.raft) {
      continue;
    }
    if (node.flush_due_ms && *node.flush_due_ms < next_ms) {
      next_ms = *node.flush_due_ms;
      flush = id;
      timer = -1;
    }
    if (node.raft->next_deadline_ms() < next_ms) {
      next_ms = node.raft->next_deadline_ms();
      timer = id;
      flush = -1;
    }
  }
  if (next_ms > end_ms) {
    now_ms_ = end_ms;
    return false;
  }
  now_ms_ = std::max(now_ms_, next_ms);
  if (flush >= 0) {
    Node& node = nodes_.at(flush);
    node.flush_due_ms.reset();
    const int64_t end = std::min(node.flush_end, end_of(node));
    if (end > node.durable_end) {
      node.durable_end = end;
      step(flush, raft_event::Flushed{end});
    }
  } else if (timer >= 0) {
    step(timer, raft_event::Tick{});
  } else {
    Message message = std::move(network_.begin()->second);
    network_.erase(network_.begin());
    deliver(std::move(message));
  }
  return true;
}

void RaftCluster::post(Message message) {
  ++sent_;
  const int64_t latency =
      1 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(options_.latency_max_ms)));
  const bool lost = random_.below(100) < static_cast<uint64_t>(options_.drop_percent);
  if (lost && !message.failure) {
    // A lost message shows by the timeout of whoever waits for the answer.
    const bool was_request = message.request.has_value();
    message.request.reset();
    message.response.reset();
    message.failure = ErrorCode::RequestTimedOut;
    if (was_request) {
      std::swap(message.from, message.to);
      std::swap(message.from_life, message.to_life);
    }
    network_.emplace(now_ms_ + 2000, std::move(message));
    return;
  }
  network_.emplace(now_ms_ + latency, std::move(message));
}

void RaftCluster::deliver(Message message) {
  if (message.to == from_outside) {
    if (message.response) {
      answers_.push_back(std::visit(
          [](const auto& m) {
            return fmt::format("{}", name(static_cast<ErrorCode>(m.error_code)));
          },
          *message.response));
      say("answer: " + answers_.back());
    } else {
      answers_.push_back(std::string(name(*message.failure)));
    }
    return;
  }
  Node& node = nodes_.at(message.to);
  const bool reachable = message.from == from_outside || connected(message.from, message.to);
  if (message.request) {
    if (!node.raft || !reachable) {
      message.failure = reachable ? ErrorCode::NetworkException : ErrorCode::RequestTimedOut;
      message.request.reset();
      std::swap(message.from, message.to);
      std::swap(message.from_life, message.to_life);
      network_.emplace(now_ms_ + (reachable ? 1 : 2000), std::move(message));
      return;
    }
    if (std::holds_alternative<ApiVersionsRequest>(*message.request)) {
      ApiVersionsResponse response;
      response.supported_features.push_back({"kraft.version", 0, 1});
      message.request.reset();
      message.response = response;
      std::swap(message.from, message.to);
      std::swap(message.from_life, message.to_life);
      post(std::move(message));
      return;
    }
    const uint64_t id = ++last_asked_;
    Bytes bytes;
    RaftRequest request = variant_through_codec(*message.request, bytes);
    message.to_life = node.life;
    asked_[id] = message;
    step(message.to, raft_event::Request{id, version_of(request), std::move(request)});
    return;
  }
  if (!node.raft || message.to_life != node.life) {
    return;  // it asked in an earlier life
  }
  if (!reachable && message.response) {
    message.response.reset();
    message.failure = ErrorCode::RequestTimedOut;
    network_.emplace(now_ms_ + 2000, std::move(message));
    return;
  }
  if (message.response) {
    Bytes bytes;
    step(message.to,
         raft_event::Response{message.id, variant_through_codec(*message.response, bytes)});
  } else {
    step(message.to, raft_event::Failed{message.id, *message.failure});
  }
}

int RaftCluster::node_at(const RaftAddress& address) const {
  return address.port - first_port;
}

void RaftCluster::request(int to, RaftRequest request) {
  Message message;
  message.from = from_outside;
  message.to = to;
  message.request = std::move(request);
  post(std::move(message));
}

// --- A node ---

int64_t RaftCluster::end_of(const Node& node) const {
  return node.log.empty() ? node.start.offset : node.log.back().next_offset;
}

void RaftCluster::append_to(Node& node, std::span<const uint8_t> bytes) {
  const auto walked = for_each_batch(bytes, [&](const BatchView& batch) {
    CHECK(batch.base_offset() == end_of(node), "a gap in the log of node {}", node.id);
    node.log.push_back({batch.base_offset(), batch.next_offset(),
                        Bytes(batch.bytes().begin(), batch.bytes().end())});
  });
  CHECK(walked.has_value(), "{}", walked.error().message);
}

void RaftCluster::step(int id, const RaftEvent& event) {
  Node& node = nodes_.at(id);
  if (node.raft) {
    carry_out(node, node.raft->step(event, now_ms_));
  }
}

void RaftCluster::carry_out(Node& node, RaftOutput output) {
  if (output.save && !output.save_may_wait) {  // what may wait is lost in every crash
    node.saved = output.save;
  }
  if (output.truncate_to) {
    while (!node.log.empty() && node.log.back().base_offset >= *output.truncate_to) {
      node.log.pop_back();
    }
    CHECK(end_of(node) == *output.truncate_to, "node {} cut inside of a batch", node.id);
    node.durable_end = std::min(node.durable_end, end_of(node));
    node.flush_due_ms.reset();
  }
  append_to(node, output.append);
  if (!output.control.empty()) {
    Bytes batch;
    const auto done = append_control_batch(
        output.control, {end_of(node), node.raft->epoch(), now_ms_}, batch);
    CHECK(done.has_value(), "{}", done.error().message);
    append_to(node, batch);
  }
  CHECK(end_of(node) == node.raft->end_offset(), "node {}: the log ends at {}, raft believes {}",
        node.id, end_of(node), node.raft->end_offset());
  for (const std::string& line : output.log) {
    say(fmt::format("node {}: {}", node.id, line));
  }
  if (node.durable_end < end_of(node) && !node.flush_due_ms) {
    node.flush_end = end_of(node);
    node.flush_due_ms =
        now_ms_ + 1 +
        static_cast<int64_t>(random_.below(static_cast<uint64_t>(options_.flush_max_ms)));
  }
  check(node);
  for (RaftReply& reply : output.replies) {
    answer(node, std::move(reply));
  }
  for (RaftSend& send : output.sends) {
    const int to = node_at(send.to);
    if (const auto* fetch = std::get_if<FetchRequest>(&send.request);
        fetch != nullptr && node.controller) {
      CHECK(fetch->topics[0].partitions[0].fetch_offset <= node.durable_end,
            "node {} acknowledges {} and has {} on disk", node.id,
            fetch->topics[0].partitions[0].fetch_offset, node.durable_end);
    }
    Message message;
    message.from = node.id;
    message.from_life = node.life;
    message.to = to;
    message.id = send.id;
    message.request = std::move(send.request);
    post(std::move(message));
  }
  node.told_epoch = std::max(node.told_epoch, node.raft->epoch());
  if (output.snapshot_chunk) {
    const SnapshotChunk& chunk = *output.snapshot_chunk;
    node.part.resize(static_cast<size_t>(chunk.position));
    node.part.insert(node.part.end(), chunk.bytes.begin(), chunk.bytes.end());
    if (chunk.last) {
      const auto voters = voters_of_snapshot(node.part);
      CHECK(voters.has_value(), "{}", voters.error().message);
      node.snapshots = {{chunk.id, std::exchange(node.part, {})}};
      node.log.clear();
      node.start = chunk.id;
      node.durable_end = chunk.id.offset;
      node.flush_due_ms.reset();
      step(node.id, raft_event::SnapshotInstalled{
                        chunk.id, {chunk.id.offset - 1, voters->first, voters->second}});
    }
  }
}

void RaftCluster::answer(Node& node, RaftReply reply) {
  auto asked = asked_.extract(reply.id);
  CHECK(!asked.empty(), "request {} was answered twice", reply.id);
  Message message = std::move(asked.mapped());
  if (reply.records) {
    auto& partition = std::get<FetchResponse>(reply.response).responses[0].partitions[0];
    Bytes bytes;
    for (const Batch& batch : node.log) {
      if (batch.next_offset > reply.records->offset && (bytes.empty() || bytes.size() < 500)) {
        bytes.insert(bytes.end(), batch.bytes.begin(), batch.bytes.end());
      }
    }
    partition.records = Records::of(std::move(bytes));
  }
  if (reply.snapshot) {
    auto& part = std::get<FetchSnapshotResponse>(reply.response).topics[0].partitions[0];
    const auto snapshot = node.snapshots.find(reply.snapshot->id);
    if (snapshot == node.snapshots.end()) {
      part.error_code = static_cast<int16_t>(ErrorCode::SnapshotNotFound);
    } else {
      const Bytes& all = snapshot->second;
      const auto from = static_cast<size_t>(reply.snapshot->position);
      const size_t end = std::min(all.size(), from + 100);  // small parts: several of them
      part.size = static_cast<int64_t>(all.size());
      part.unaligned_records = Records::of(Bytes(all.begin() + static_cast<long>(from),
                                                 all.begin() + static_cast<long>(end)));
    }
  }
  message.request.reset();
  message.response = std::move(reply.response);
  std::swap(message.from, message.to);
  std::swap(message.from_life, message.to_life);
  post(std::move(message));
}

// --- Data ---

std::optional<int64_t> RaftCluster::append() {
  const int id = leader();
  if (id < 0) {
    return std::nullopt;
  }
  Node& node = nodes_.at(id);
  Bytes batch;
  const MetadataRecord record = NoOpRecord{};
  const int64_t offset = end_of(node);
  const auto done = append_data_batch(
      {&record, 1}, 30, {offset, node.raft->epoch(), static_cast<int64_t>(random_.next() >> 8)},
      batch);
  CHECK(done.has_value(), "{}", done.error().message);
  append_to(node, batch);
  step(id, raft_event::Appended{end_of(node)});
  return offset;
}

void RaftCluster::compact(int id) {
  Node& node = nodes_.at(id);
  const int64_t end = node.raft->high_watermark();
  if (end <= node.start.offset) {
    return;
  }
  const SnapshotId snapshot{end, node.raft->history().epoch_of(end - 1)};
  const LogHistory::Voters& voters = node.raft->history().voters_before(end);
  SnapshotContent content;
  content.epoch = snapshot.epoch;
  content.kraft_version = voters.kraft_version;
  content.voters = voters.voters;
  node.snapshots = {{snapshot, *encode_snapshot(content)}};
  std::erase_if(node.log, [&](const Batch& batch) { return batch.next_offset <= end; });
  node.start = snapshot;
  step(id, raft_event::Compacted{snapshot, snapshot});
}

// --- What must hold ---

void RaftCluster::check(Node& node) {
  const Raft& raft = *node.raft;
  CHECK(raft.epoch() >= node.told_epoch, "node {}: epoch {} after {}", node.id, raft.epoch(),
        node.told_epoch);
  CHECK(node.saved && node.saved->leader_epoch == raft.epoch() ? true : raft.epoch() == 0 ||
            raft.epoch() <= raft.history().last_epoch(),
        "node {}: epoch {} is not on disk", node.id, raft.epoch());
  if (raft.is_leader()) {
    const auto [entry, first] = leaders_.emplace(raft.epoch(), node.id);
    CHECK(entry->second == node.id, "epoch {} has leaders {} and {}", raft.epoch(), entry->second,
          node.id);
  }
  CHECK(raft.high_watermark() >= node.high_watermark, "node {}: high watermark {} after {}",
        node.id, raft.high_watermark(), node.high_watermark);
  for (const Batch& batch : node.log) {
    if (batch.base_offset < node.high_watermark || batch.next_offset > raft.high_watermark()) {
      continue;
    }
    const auto [entry, first] = committed_.emplace(batch.base_offset, batch.bytes);
    CHECK(entry->second == batch.bytes, "node {}: another batch was committed at offset {}",
          node.id, batch.base_offset);
    committed_end_ = std::max(committed_end_, batch.next_offset);
  }
  node.high_watermark = raft.high_watermark();
}

std::vector<int> RaftCluster::up() const {
  std::vector<int> ids;
  for (const auto& [id, node] : nodes_) {
    if (node.raft) {
      ids.push_back(id);
    }
  }
  return ids;
}

int RaftCluster::leader() const {
  int found = -1;
  int32_t epoch = -1;
  for (const int id : up()) {
    const Raft& raft = *nodes_.at(id).raft;
    if (raft.is_active() && raft.epoch() > epoch) {
      found = id;
      epoch = raft.epoch();
    }
  }
  return found;
}

bool RaftCluster::everyone_has(int64_t end_offset) const {
  return std::ranges::all_of(up(), [&](int id) {
    return nodes_.at(id).raft->high_watermark() >= end_offset;
  });
}

void RaftCluster::say(const std::string& line) {
  trace.push_back(fmt::format("{:>6} {}", now_ms_, line));
}

std::string RaftCluster::status() const {
  std::string text;
  for (const auto& [id, node] : nodes_) {
    if (!node.raft) {
      text += fmt::format("node {} is down\n", id);
      continue;
    }
    const Raft& raft = *node.raft;
    text += fmt::format("node {} {} epoch {} leader {} log [{}, {}) committed {}{}\n", id,
                        name(raft.role()), raft.epoch(),
                        raft.leader_id() < 0 ? std::string("-") : std::to_string(raft.leader_id()),
                        raft.start_offset(), raft.end_offset(), raft.high_watermark(),
                        raft.is_voter() ? "" : " observer");
  }
  return text;
}

}  // namespace kafka::test
