#include "tests/sim/producer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/api/22_init_producer_id.h"
#include "protocol/record_batch.h"

namespace kafka::sim {

SimProducer::SimProducer(World& world, Wire& wire, Machine machine,
                         const ProducerSettings& settings, std::vector<int32_t> brokers,
                         History& history)
    : SimClient(world, wire, machine, fmt::format("producer {}", settings.id), std::move(brokers)),
      settings_(settings),
      history_(history) {}

void SimProducer::start() {
  refresh([this] { write_some(); });
}

bool SimProducer::is_done() const {
  return std::ranges::all_of(queues_, [](const auto& entry) { return entry.second.batches.empty(); });
}

std::string SimProducer::state() const {
  std::string text = fmt::format("producer id {}", producer_id_);
  for (const auto& [index, queue] : queues_) {
    const PartitionView* view = partition(settings_.topic, index);
    text += fmt::format("; {}-{} (leader {}): {} batches, {} in flight{}", settings_.topic, index,
                        view == nullptr ? -1 : view->leader, queue.batches.size(), queue.in_flight,
                        queue.retries() ? ", retrying" : "");
  }
  return text;
}

void SimProducer::write_some() {
  if (stopped_) {
    return;
  }
  if (topic(settings_.topic) == nullptr) {
    after(retry_ms, [this] { refresh([this] { write_some(); }); });
    return;
  }
  const auto index = static_cast<int32_t>(
      world_.random().below(static_cast<uint64_t>(settings_.partitions)));
  if (queues_[index].batches.size() < 10) {
    make_batch(index);
    pump(index);
  }
  after(world_.between(1, settings_.pause_ms_max), [this] { write_some(); });
}

void SimProducer::make_batch(int32_t index) {
  Queue& queue = queues_[index];
  Batch batch;
  batch.id = ++last_batch_;
  batch.queued_us = world_.now_us();
  batch.sequence = queue.next_sequence;
  Write write;
  write.partition = {topic(settings_.topic)->id, index};
  write.acks = settings_.acks;
  write.idempotent = settings_.idempotent;
  write.generation = generation_;
  for (int64_t n = world_.between(1, 3); n > 0; --n) {
    batch.numbers.push_back(history_.begin_write(settings_.id, write));
  }
  queue.next_sequence += static_cast<int32_t>(batch.numbers.size());
  queue.batches.push_back(std::move(batch));
}

// Nobody knows what became of the batches that are there: they are given up.
void SimProducer::begin_anew() {
  ++generation_;
  producer_id_ = -1;
  for (auto& [index, queue] : queues_) {
    for (const Batch& batch : queue.batches) {
      for (const int64_t number : batch.numbers) {
        history_.write(settings_.id, number).unknown = true;
      }
    }
    queue = {};
  }
}

void SimProducer::get_producer_id() {
  if (std::exchange(asking_for_id_, true)) {
    return;
  }
  InitProducerIdRequest request;
  request.transactional_id = std::nullopt;
  ask<InitProducerIdRequest, InitProducerIdResponse>(
      some_broker(), request, [this](const Result<InitProducerIdResponse>& answer) {
        asking_for_id_ = false;
        const auto error =
            answer ? static_cast<ErrorCode>(answer->error_code) : answer.error().code;
        if (error != ErrorCode::None) {
          if (!is_retriable(error)) {
            unexpected_error("InitProducerId", error);
          }
          after(retry_ms, [this] { get_producer_id(); });
          return;
        }
        producer_id_ = answer->producer_id;
        producer_epoch_ = answer->producer_epoch;
        for (auto& [index, queue] : queues_) {
          pump(index);
        }
      });
}

void SimProducer::pump(int32_t index) {
  Queue& queue = queues_[index];
  if (queue.waiting || queue.batches.empty()) {
    return;
  }
  if (settings_.idempotent && producer_id_ < 0) {
    get_producer_id();
    return;
  }
  if (world_.now_us() - queue.batches.front().queued_us > delivery_timeout_us) {
    begin_anew();
    return;
  }
  const PartitionView* view = partition(settings_.topic, index);
  if (view == nullptr) {
    pump_later(index);
    return;
  }
  const size_t in_flight_max = queue.retries() ? 1 : settings_.in_flight_max;
  for (Batch& batch : queue.batches) {
    if (queue.in_flight >= in_flight_max) {
      return;
    }
    if (!batch.sent) {
      send(index, batch, topic(settings_.topic)->id, view->leader);
    }
  }
}

void SimProducer::pump_later(int32_t index) {
  Queue& queue = queues_[index];
  if (std::exchange(queue.waiting, true)) {
    return;
  }
  after(retry_ms, [this, index] {
    refresh([this, index] {
      queues_[index].waiting = false;
      pump(index);
    });
  });
}

void SimProducer::send(int32_t index, Batch& batch, const Uuid& topic_id, int32_t leader) {
  BatchFields fields;
  if (settings_.idempotent) {
    fields.producer_id = producer_id_;
    fields.producer_epoch = producer_epoch_;
    fields.base_sequence = batch.sequence;
  }
  BatchBuilder builder(fields);
  for (const int64_t number : batch.numbers) {
    const std::string value = History::value_of(settings_.id, number);
    builder.add(SimHost::epoch_ms + world_.now_ms(), std::nullopt,
                BytesView(reinterpret_cast<const uint8_t*>(value.data()), value.size()));
  }
  ProduceRequest request;
  request.acks = settings_.acks;
  request.timeout_ms = 2'000;
  ProduceRequest::TopicProduceData data;
  data.name = settings_.topic;
  data.topic_id = topic_id;
  data.partition_data.push_back({index, Records::of(builder.build())});
  request.topic_data.push_back(std::move(data));
  batch.sent = true;
  ++batch.attempts;
  ++queues_[index].in_flight;
  ask<ProduceRequest, ProduceResponse>(
      leader, request,
      [this, index, id = batch.id, generation = generation_](const Result<ProduceResponse>& answer) {
        on_answer(index, id, generation, answer);
      });
}

void SimProducer::on_answer(int32_t index, uint64_t batch_id, int generation,
                            const Result<ProduceResponse>& answer) {
  if (generation != generation_) {
    return;
  }
  Queue& queue = queues_[index];
  --queue.in_flight;
  ErrorCode error = answer ? ErrorCode::None : answer.error().code;
  int64_t base_offset = -1;
  if (answer) {
    if (answer->responses.size() != 1 || answer->responses[0].partition_responses.size() != 1) {
      unexpected_error("Produce, one partition", ErrorCode::UnknownServerError);
    }
    const auto& partition_answer = answer->responses[0].partition_responses[0];
    error = static_cast<ErrorCode>(partition_answer.error_code);
    base_offset = partition_answer.base_offset;
  }
  if (error == ErrorCode::None || error == ErrorCode::DuplicateSequenceNumber) {
    acknowledged(queue, batch_id, error == ErrorCode::None ? base_offset : -1);
    pump(index);
  } else {
    failed(index, batch_id, error);
  }
}

void SimProducer::acknowledged(Queue& queue, uint64_t batch_id, int64_t base_offset) {
  const auto batch = std::ranges::find(queue.batches, batch_id, &Batch::id);
  for (size_t i = 0; i < batch->numbers.size(); ++i) {
    history_.acknowledge(settings_.id, batch->numbers[i],
                         base_offset < 0 ? -1 : base_offset + static_cast<int64_t>(i));
  }
  for (auto earlier = queue.batches.begin(); earlier != batch; ++earlier) {
    ++earlier->overtaken_by;
  }
  queue.batches.erase(batch);
  last_ack_us_ = world_.now_us();
}

// A later one was acknowledged, so it had been taken before; and the leader may have taken so many
// since that it does not know it again.
bool SimProducer::is_forgotten(const Queue& queue, const Batch& batch) {
  const auto sent_later = std::ranges::count_if(queue.batches, [&](const Batch& other) {
    return other.id > batch.id && other.attempts > 0;
  });
  return batch.overtaken_by > 0 && batch.overtaken_by + sent_later >= batches_remembered;
}

void SimProducer::failed(int32_t index, uint64_t batch_id, ErrorCode error) {
  Queue& queue = queues_[index];
  const auto batch = std::ranges::find(queue.batches, batch_id, &Batch::id);
  batch->sent = false;
  const bool is_first = batch == queue.batches.begin();
  switch (error) {
    case ErrorCode::OutOfOrderSequenceNumber:
      if (settings_.acks == -1 && is_forgotten(queue, *batch)) {
        acknowledged(queue, batch_id, -1);
        pump(index);
        return;
      }
      if (is_first && queue.in_flight == 0) {
        if (settings_.acks == -1) {  // nothing before it can be missing
          unexpected_error("Produce", error);
        }
        begin_anew();
        return;
      }
      break;
    case ErrorCode::UnknownProducerId:
    case ErrorCode::InvalidProducerEpoch:
      begin_anew();
      return;
    default:
      if (!is_retriable(error)) {
        unexpected_error("Produce", error);
      }
  }
  pump_later(index);
}

}  // namespace kafka::sim
