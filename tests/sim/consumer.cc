#include "tests/sim/consumer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/api/02_list_offsets.h"
#include "protocol/record_batch.h"

namespace kafka::sim {

SimConsumer::SimConsumer(World& world, Wire& wire, Machine machine, std::string name,
                         std::string topic, int32_t partitions, bool from_followers,
                         std::vector<int32_t> brokers, History& history)
    : SimClient(world, wire, machine, std::move(name), std::move(brokers)),
      topic_(std::move(topic)),
      from_followers_(from_followers),
      history_(history) {
  for (int32_t index = 0; index < partitions; ++index) {
    readers_[index];
  }
}

void SimConsumer::start() {
  refresh([this] {
    for (const auto& [index, reader] : readers_) {
      poll(index);
    }
  });
}

void SimConsumer::read_to_end() {
  for (auto& [index, reader] : readers_) {
    reader.wants_end = true;
    ask_end(index);
  }
}

bool SimConsumer::is_done() const {
  return std::ranges::all_of(readers_, [](const auto& entry) {
    return entry.second.end >= 0 && entry.second.position >= entry.second.end;
  });
}

std::map<PartitionId, int64_t> SimConsumer::ends() const {
  std::map<PartitionId, int64_t> ends;
  for (const auto& [index, reader] : readers_) {
    ends[{topic(topic_)->id, index}] = reader.position;
  }
  return ends;
}

std::string SimConsumer::state() const {
  std::string text;
  for (const auto& [index, reader] : readers_) {
    const PartitionView* view = partition(topic_, index);
    text += fmt::format("{}-{} (leader {}) at {} of {}; ", topic_, index,
                        view == nullptr ? -1 : view->leader, reader.position, reader.end);
  }
  return text;
}

void SimConsumer::poll_later(int32_t index) {
  after(retry_ms, [this, index] { refresh([this, index] { poll(index); }); });
}

void SimConsumer::poll(int32_t index) {
  Reader& reader = readers_[index];
  const PartitionView* view = partition(topic_, index);
  if (view == nullptr) {
    poll_later(index);
    return;
  }
  int32_t from = view->leader;
  if (from_followers_ && world_.one_in(2)) {
    from = view->replicas[world_.random().below(view->replicas.size())];
  }
  FetchRequest request;
  request.max_wait_ms = 500;
  request.min_bytes = 1;
  request.max_bytes = 1 << 20;
  FetchRequest::FetchTopic asked;
  asked.topic = topic_;
  asked.topic_id = topic(topic_)->id;
  FetchRequest::FetchPartition at;
  at.partition = index;
  at.current_leader_epoch = view->leader_epoch;
  at.fetch_offset = reader.position;
  at.partition_max_bytes = 4096;
  asked.partitions.push_back(at);
  request.topics.push_back(std::move(asked));
  ask<FetchRequest, FetchResponse>(
      from, request,
      [this, index, from_leader = from == view->leader](const Result<FetchResponse>& answer) {
        on_answer(index, from_leader, answer);
      },
      fmt::format("fetch-{}", index));
}

void SimConsumer::on_answer(int32_t index, bool from_leader, const Result<FetchResponse>& answer) {
  ErrorCode error = answer ? static_cast<ErrorCode>(answer->error_code) : answer.error().code;
  const FetchResponse::PartitionData* data = nullptr;
  if (error == ErrorCode::None) {
    if (answer->responses.empty()) {
      poll(index);  // nothing new
      return;
    }
    data = &answer->responses.front().partitions.front();
    error = static_cast<ErrorCode>(data->error_code);
  }
  if (error == ErrorCode::None) {
    take(index, *data);
    poll(index);
    return;
  }
  if (error == ErrorCode::OffsetOutOfRange) {
    out_of_range(index, from_leader, *data);
  } else if (!is_retriable(error)) {
    unexpected_error("Fetch", error);
  }
  poll_later(index);
}

// A follower may be behind what the leader has told. A leader that names our epoch may not.
void SimConsumer::out_of_range(int32_t index, bool from_leader,
                               const FetchResponse::PartitionData& data) {
  if (from_leader) {
    throw Violation("lost write",
                    fmt::format("{}: {}-{} was read up to {}, and its leader says that this is out "
                                "of range (log start {}, high watermark {})",
                                name_, topic_, index, readers_[index].position,
                                data.log_start_offset, data.high_watermark));
  }
}

void SimConsumer::take(int32_t index, const FetchResponse::PartitionData& data) {
  Reader& reader = readers_[index];
  const PartitionId id{topic(topic_)->id, index};
  const int64_t asked = reader.position;
  const auto walked = for_each_record(data.records.bytes, [&](const RecordView& record) {
    if (record.offset < asked) {
      return;  // a batch is given whole
    }
    if (record.offset < reader.position) {
      throw Violation("non-monotonic poll",
                      fmt::format("{}: {}-{} gave offset {} after {}", name_, topic_, index,
                                  record.offset, reader.position - 1));
    }
    const std::string_view value(reinterpret_cast<const char*>(record.value->data()),
                                 record.value->size());
    history_.read(id, record.offset, value);
    reader.position = record.offset + 1;
  });
  if (!walked) {
    throw Violation("records that can be read",
                    fmt::format("{}: {}-{} at {}: {}", name_, topic_, index, asked,
                                walked.error().message));
  }
  if (reader.position > asked && reader.position > data.high_watermark) {
    throw Violation("reads end at the high watermark",
                    fmt::format("{}: {}-{} gave offset {} with the high watermark at {}", name_,
                                topic_, index, reader.position - 1, data.high_watermark));
  }
}

void SimConsumer::ask_end(int32_t index) {
  const PartitionView* view = partition(topic_, index);
  if (view == nullptr) {
    after(retry_ms, [this, index] { refresh([this, index] { ask_end(index); }); });
    return;
  }
  ListOffsetsRequest request;
  request.replica_id = -1;
  ListOffsetsRequest::ListOffsetsTopic asked;
  asked.name = topic_;
  asked.partitions.push_back({index, view->leader_epoch, -1});
  request.topics.push_back(std::move(asked));
  ask<ListOffsetsRequest, ListOffsetsResponse>(
      view->leader, request, [this, index](const Result<ListOffsetsResponse>& answer) {
        if (answer && answer->topics.at(0).partitions.at(0).error_code == 0) {
          readers_[index].end = answer->topics[0].partitions[0].offset;
          return;
        }
        after(retry_ms, [this, index] { refresh([this, index] { ask_end(index); }); });
      });
}

}  // namespace kafka::sim
