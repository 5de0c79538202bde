#include "labs/common/topic_view.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "protocol/api/00_produce.h"
#include "protocol/api/01_fetch.h"
#include "protocol/api/03_metadata.h"
#include "protocol/api/19_create_topics.h"
#include "protocol/record_batch.h"

namespace kraftlab {
namespace {

using kafka::CreateTopicsRequest;
using kafka::CreateTopicsResponse;
using kafka::FetchRequest;
using kafka::FetchResponse;
using kafka::MetadataRequest;
using kafka::MetadataResponse;
using kafka::ProduceRequest;
using kafka::ProduceResponse;

// The ids under which the topic went, as the broker told its clients.
std::set<kafka::Uuid> ids_of(const History& history, std::string_view topic) {
  std::set<kafka::Uuid> ids;
  for_each<CreateTopicsRequest, CreateTopicsResponse>(
      history, [&](const Exchange&, const auto&, const CreateTopicsResponse* response) {
        for (size_t i = 0; response != nullptr && i < response->topics.size(); ++i) {
          if (response->topics[i].name == topic) {
            ids.insert(response->topics[i].topic_id);
          }
        }
      });
  for_each<MetadataRequest, MetadataResponse>(
      history, [&](const Exchange&, const auto&, const MetadataResponse* response) {
        for (size_t i = 0; response != nullptr && i < response->topics.size(); ++i) {
          if (response->topics[i].name == topic) {
            ids.insert(response->topics[i].topic_id);
          }
        }
      });
  ids.erase(kafka::Uuid{});
  return ids;
}

// A request names its topics by name or by id, by version; the other is empty then.
class TopicMatcher {
 public:
  TopicMatcher(const History& history, std::string_view topic)
      : topic_(topic), ids_(ids_of(history, topic)) {}

  template <class Topic>
  bool by_name_or_id(const std::string& name, const Topic& entry) const {
    return name == topic_ || ids_.contains(entry.topic_id);
  }

 private:
  std::string_view topic_;
  std::set<kafka::Uuid> ids_;
};

// The answer to one partition of a Produce request; nullptr when there is none.
const ProduceResponse::PartitionProduceResponse* answer_for(const ProduceResponse* response,
                                                            size_t topic, int32_t partition) {
  if (response == nullptr || topic >= response->responses.size()) {
    return nullptr;
  }
  for (const auto& answer : response->responses[topic].partition_responses) {
    if (answer.index == partition) {
      return &answer;
    }
  }
  return nullptr;
}

std::optional<std::string> as_text(const std::optional<std::span<const uint8_t>>& bytes) {
  if (!bytes) {
    return std::nullopt;
  }
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

void add_records(std::vector<StoredRecord>& out, uint64_t frame, int64_t base_offset,
                 std::span<const uint8_t> records) {
  int64_t offset = base_offset;
  // A batch that cannot be read ends the walk: the broker has refused it.
  (void)kafka::for_each_record(records, [&](const kafka::RecordView& record) {
    out.push_back({frame, offset++, as_text(record.key), as_text(record.value)});
    return true;
  });
}

// The offsets of the first and last record of the whole batches at the front of a record set.
void note_returned(FetchSeen& seen, std::span<const uint8_t> records) {
  (void)kafka::for_each_batch(records, [&](const kafka::BatchView& batch) {
    if (seen.first_returned < 0) {
      seen.first_returned = std::max(batch.base_offset(), seen.offset);
    }
    seen.last_returned = batch.last_offset();
    return true;
  });
}

}  // namespace

std::vector<StoredRecord> acknowledged_records(const History& history, std::string_view topic,
                                               int32_t partition) {
  const TopicMatcher matcher(history, topic);
  std::vector<StoredRecord> stored;
  for_each<ProduceRequest, ProduceResponse>(
      history, [&](const Exchange& exchange, const ProduceRequest& request,
                   const ProduceResponse* response) {
        for (size_t t = 0; t < request.topic_data.size(); ++t) {
          const auto& data = request.topic_data[t];
          if (!matcher.by_name_or_id(data.name, data)) {
            continue;
          }
          for (const auto& part : data.partition_data) {
            const auto* answer = answer_for(response, t, part.index);
            if (part.index == partition && answer != nullptr && answer->error_code == 0) {
              add_records(stored, exchange.frame, answer->base_offset, part.records.bytes);
            }
          }
        }
      });
  std::stable_sort(stored.begin(), stored.end(), [](const StoredRecord& a, const StoredRecord& b) {
    return a.offset < b.offset;
  });
  // A retry that was recognised is answered with the offsets of the first attempt.
  stored.erase(std::unique(stored.begin(), stored.end(),
                           [](const StoredRecord& a, const StoredRecord& b) {
                             return a.offset == b.offset;
                           }),
               stored.end());
  return stored;
}

std::vector<FetchSeen> fetches_of(const History& history, std::string_view topic,
                                  int32_t partition) {
  const TopicMatcher matcher(history, topic);
  std::vector<FetchSeen> fetches;
  for_each<FetchRequest, FetchResponse>(
      history, [&](const Exchange& exchange, const FetchRequest& request,
                   const FetchResponse* response) {
        for (const auto& asked : request.topics) {
          if (!matcher.by_name_or_id(asked.topic, asked)) {
            continue;
          }
          for (const auto& part : asked.partitions) {
            if (part.partition == partition) {
              fetches.push_back({.frame = exchange.frame, .connection = exchange.connection,
                                 .offset = part.fetch_offset});
            }
          }
        }
        for (size_t t = 0; response != nullptr && t < response->responses.size(); ++t) {
          const auto& answered = response->responses[t];
          if (!matcher.by_name_or_id(answered.topic, answered)) {
            continue;
          }
          for (const auto& part : answered.partitions) {
            if (part.partition_index == partition && !fetches.empty()) {
              note_returned(fetches.back(), part.records.bytes);
            }
          }
        }
      });
  return fetches;
}

std::optional<uint64_t> first_produce(const History& history, std::string_view topic) {
  const TopicMatcher matcher(history, topic);
  std::optional<uint64_t> first;
  for_each<ProduceRequest, ProduceResponse>(
      history, [&](const Exchange& exchange, const ProduceRequest& request, const auto*) {
        for (const auto& data : request.topic_data) {
          if (!first && matcher.by_name_or_id(data.name, data)) {
            first = exchange.frame;
          }
        }
      });
  return first;
}

size_t producer_connections(const History& history, std::string_view topic) {
  const TopicMatcher matcher(history, topic);
  std::set<uint64_t> connections;
  for_each<ProduceRequest, ProduceResponse>(
      history, [&](const Exchange& exchange, const ProduceRequest& request, const auto*) {
        for (const auto& data : request.topic_data) {
          if (matcher.by_name_or_id(data.name, data)) {
            connections.insert(exchange.connection);
          }
        }
      });
  return connections.size();
}

std::optional<Exchange> idle_producer(const History& history) {
  std::optional<Exchange> idle;
  std::set<uint64_t> producing;
  for (const Exchange& exchange : history.exchanges) {
    const bool names_itself =
        exchange.header.client_id && exchange.header.client_id->find("producer") != std::string::npos;
    if (exchange.header.api_key == static_cast<int16_t>(ProduceRequest::key)) {
      producing.insert(exchange.connection);
      idle.reset();
    } else if (names_itself && !idle && !producing.contains(exchange.connection)) {
      idle = exchange;
    }
  }
  return producing.empty() ? std::nullopt : idle;
}

}  // namespace kraftlab
