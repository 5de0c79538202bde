#include "tests/unit/core/replica/replication_fixture.h"

#include <fmt/format.h>

#include <variant>

namespace kafka {

ReplicationTest::ReplicationTest(int brokers) {
  for (int id = 1; id <= brokers; ++id) {
    brokers_[id] = std::make_unique<Broker>();
    EXPECT_TRUE(brokers_[id]->files.make_directory("/data"));
    role_.replicas.push_back(id);
    live_[id] = {100, false};
  }
  for (int id = 1; id <= brokers; ++id) {
    open(id);
  }
}

void ReplicationTest::open(int id) {
  Broker& broker = *brokers_.at(id);
  const bool is_new = broker.table == nullptr;
  broker.follower.reset();
  broker.table = std::make_unique<ReplicaTable>(id);
  ReplicaContext& context = broker.table->context();
  context.local_epoch = broker.epoch;
  context.lag_time_max_ms = lag_ms;
  context.live = live_;
  TopicReplicas& topic = broker.table->topic(topic_id, "t");
  topic.config = std::make_shared<TopicConfig>();
  topic.log_config = std::make_shared<LogConfig>();
  LogOptions options;
  options.directory = "/data/t-0";
  options.config = topic.log_config;
  options.create = is_new;
  options.now_ms = now_ms_;
  auto log = Log::open(broker.files, options);
  EXPECT_TRUE(log) << log.error().message;
  broker.partition = &broker.table->add(topic, 0, std::move(*log), broker.checkpointed);
  broker.follower = std::make_unique<Follower>(*broker.table, settings_);
}

void ReplicationTest::restart(int id) {
  open(id);
}

void ReplicationTest::lose_tail(int id, int64_t from_offset) {
  ASSERT_TRUE(at(id).log().truncate_to(from_offset));
}

void ReplicationTest::set_live(std::map<int32_t, LiveBroker> live) {
  live_ = std::move(live);
  for (auto& [id, broker] : brokers_) {
    broker->table->context().live = live_;
  }
}

void ReplicationTest::elect(int leader, int32_t leader_epoch, std::vector<int32_t> isr,
                            std::vector<int> hear) {
  role_.leader = leader;
  role_.leader_epoch = leader_epoch;
  role_.partition_epoch = ++partition_epoch_;
  role_.isr = std::move(isr);
  for (auto& [id, broker] : brokers_) {
    if (!hear.empty() && std::ranges::find(hear, id) == hear.end()) {
      continue;
    }
    broker->partition->set_role(role_, now_ms_);
    if (id == leader) {
      broker->follower->unfollow(broker->partition->key());
    } else {
      broker->follower->follow(broker->partition->key());
    }
  }
}

ErrorCode ReplicationTest::produce(int broker, std::vector<std::string> values) {
  for (const std::string& value : values) {
    BatchBuilder builder;
    builder.add(now_ms_, std::nullopt, bytes_of(value));
    Bytes batch = builder.build();
    const auto appended = at(broker).append_as_leader(batch, 1, now_ms_);
    if (!appended) {
      return appended.error().code;
    }
  }
  return ErrorCode::None;
}

FetchResponse ReplicationTest::serve(const FetchRequest& request, int leader,
                                     std::vector<Bytes>& records) {
  FetchResponse response;
  for (const auto& topic : request.topics) {
    auto& answers = response.responses.emplace_back();
    answers.topic_id = topic.topic_id;
    for (const auto& wanted : topic.partitions) {
      auto& answer = answers.partitions.emplace_back();
      PartitionFetch fetch;
      fetch.offset = wanted.fetch_offset;
      fetch.current_leader_epoch = wanted.current_leader_epoch;
      fetch.last_fetched_epoch = wanted.last_fetched_epoch;
      fetch.max_bytes = wanted.partition_max_bytes;
      fetch.min_one_batch = true;
      const auto read = at(leader).read_as_follower(
          fetch,
          {request.replica_state.replica_id, request.replica_state.replica_epoch,
           wanted.log_start_offset},
          now_ms_);
      if (!read) {
        answer.error_code = static_cast<int16_t>(read.error().code);
        continue;
      }
      answer.high_watermark = read->high_watermark;
      answer.log_start_offset = read->log_start_offset;
      if (read->diverging) {
        answer.diverging_epoch = {read->diverging->epoch, read->diverging->offset};
      }
      Bytes& bytes = records.emplace_back(static_cast<size_t>(read->records.length));
      EXPECT_TRUE(bytes.empty() || brokers_.at(leader)->files.read_slice(read->records, bytes));
      answer.records.bytes = bytes;
    }
  }
  return response;
}

ListOffsetsResponse ReplicationTest::serve(const ListOffsetsRequest& request, int leader) {
  ListOffsetsResponse response;
  auto& topic = response.topics.emplace_back();
  topic.name = request.topics.at(0).name;
  auto& answer = topic.partitions.emplace_back();
  const Log& log = at(leader).log();
  answer.offset = request.topics[0].partitions.at(0).timestamp == -1 ? log.log_end_offset()
                                                                     : log.log_start_offset();
  return response;
}

Follower::Outgoing ReplicationTest::ask(int follower_id) {
  auto outgoing = follower(follower_id).next(now_ms_);
  EXPECT_TRUE(outgoing) << "broker " << follower_id << " has nothing to ask";
  return outgoing.value_or(FetchRequest{});
}

void ReplicationTest::answer(int follower_id, const Follower::Outgoing& request) {
  const int leader = at(follower_id).leader();
  std::vector<Bytes> records;
  if (const auto* fetch = std::get_if<FetchRequest>(&request)) {
    follower(follower_id).on_response(serve(*fetch, leader, records), now_ms_);
  } else {
    follower(follower_id)
        .on_response(serve(std::get<ListOffsetsRequest>(request), leader), now_ms_);
  }
}

bool ReplicationTest::fetch(int follower_id) {
  const auto outgoing = follower(follower_id).next(now_ms_);
  if (!outgoing) {
    return false;
  }
  answer(follower_id, *outgoing);
  return true;
}

void ReplicationTest::settle() {
  std::string before;
  for (int quiet = 0, round = 0; quiet < 2 && round < 100; ++round) {
    for (const auto& [id, broker] : brokers_) {
      if (!at(id).is_leader()) {
        fetch(id);
      }
    }
    const std::string after = show();
    quiet = after == before ? quiet + 1 : 0;
    before = after;
  }
}

void ReplicationTest::take_proposal(int leader) {
  const auto proposal = at(leader).proposal();
  AlterPartitionResponse::PartitionData answer;
  answer.leader_id = leader;
  answer.leader_epoch = proposal.leader_epoch;
  answer.partition_epoch = ++partition_epoch_;
  for (const auto& member : proposal.new_isr_with_epochs) {
    answer.isr.push_back(member.broker_id);
  }
  role_.isr = answer.isr;
  EXPECT_EQ(at(leader).on_isr_answer(answer, now_ms_), IsrOutcome::Settled);
}

std::string ReplicationTest::log_of(int broker) {
  Log& log = at(broker).log();
  std::string text;
  for (int64_t offset = log.log_start_offset(); offset < log.log_end_offset();) {
    const auto bytes = log.read_bytes(offset, 1 << 20, log.log_end_offset());
    EXPECT_TRUE(bytes) << bytes.error().message;
    EXPECT_TRUE(for_each_batch(*bytes, [&](const BatchView& batch) {
      EXPECT_TRUE(for_each_record(batch.bytes(), [&](const RecordView& record) {
        text += fmt::format("{}:{}@{} ", record.offset, text_of(*record.value),
                            batch.partition_leader_epoch());
      }));
      offset = batch.next_offset();
    }));
  }
  return text;
}

std::string ReplicationTest::show() {
  std::string text;
  for (const auto& [id, broker] : brokers_) {
    text += fmt::format("{}{} {}| hw {}\n", id, at(id).is_leader() ? '*' : ' ', log_of(id),
                        at(id).high_watermark());
  }
  return text;
}

}  // namespace kafka
