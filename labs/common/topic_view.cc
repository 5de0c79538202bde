#include "labs/common/topic_view.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "protocol/api/00_produce.h"
#include "protocol/api/01_fetch.h"
#include "protocol/api/03_metadata.h"
#include "protocol/api/08_offset_commit.h"
#include "protocol/api/18_api_versions.h"
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

// A request names its topics by name or by id, by version; the other is empty then.
class TopicMatcher {
 public:
  TopicMatcher(const History& history, std::string_view topic)
      : topic_(topic), ids_(topic_ids(history, topic)) {}

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

// The records of one partition's batches, as `like` says they were sent.
void add_records(std::vector<SentRecord>& out, const SentRecord& like, int64_t base_offset,
                 std::span<const uint8_t> records) {
  int64_t offset = base_offset;
  // A batch that cannot be read ends the walk: the broker has refused it.
  (void)kafka::for_each_batch(records, [&](const kafka::BatchView& batch) {
    int32_t sequence = batch.base_sequence();
    (void)kafka::for_each_record(batch.bytes(), [&](const kafka::RecordView& record) {
      SentRecord sent = like;
      sent.producer_id = batch.producer_id();
      sent.codec = batch.codec_id();
      sent.timestamp = record.timestamp;
      sent.sequence = sequence < 0 ? sequence : sequence++;
      sent.offset = like.error == 0 ? offset++ : -1;
      sent.key = as_text(record.key);
      sent.value = as_text(record.value);
      out.push_back(std::move(sent));
    });
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

std::set<kafka::Uuid> topic_ids(const History& history, std::string_view topic) {
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

std::vector<SentRecord> sent_records(const History& history, std::string_view topic) {
  const TopicMatcher matcher(history, topic);
  std::vector<SentRecord> sent;
  for_each<ProduceRequest, ProduceResponse>(history, [&](const Exchange& exchange,
                                                         const ProduceRequest& request,
                                                         const ProduceResponse* response) {
    for (size_t t = 0; t < request.topic_data.size(); ++t) {
      const auto& data = request.topic_data[t];
      if (!matcher.by_name_or_id(data.name, data)) {
        continue;
      }
      for (const auto& part : data.partition_data) {
        const auto* answer = answer_for(response, t, part.index);
        const SentRecord like{.frame = exchange.frame,
                              .connection = exchange.connection,
                              .acks = request.acks,
                              .partition = part.index,
                              .arrived_us = exchange.time_us,
                              .error = answer != nullptr ? answer->error_code : int16_t{-1}};
        add_records(sent, like, answer != nullptr ? answer->base_offset : -1, part.records.bytes);
      }
    }
  });
  return sent;
}

std::vector<StoredRecord> stored_records(const History& history, std::string_view topic) {
  std::vector<StoredRecord> stored = sent_records(history, topic);
  std::erase_if(stored, [](const SentRecord& record) { return !record.is_stored(); });
  auto place = [](const StoredRecord& record) {
    return std::pair(record.partition, record.offset);
  };
  std::ranges::stable_sort(stored, {}, place);
  // A retry that was recognised is answered with the offsets of the first attempt.
  const auto repeated = std::ranges::unique(stored, {}, place);
  stored.erase(repeated.begin(), repeated.end());
  return stored;
}

std::vector<StoredRecord> acknowledged_records(const History& history, std::string_view topic,
                                               int32_t partition) {
  std::vector<StoredRecord> stored = stored_records(history, topic);
  std::erase_if(stored, [&](const StoredRecord& r) { return r.partition != partition; });
  return stored;
}

std::vector<CommitSeen> commits_of(const History& history, std::string_view topic) {
  using kafka::OffsetCommitRequest;
  using kafka::OffsetCommitResponse;
  const TopicMatcher matcher(history, topic);
  std::vector<CommitSeen> commits;
  for_each<OffsetCommitRequest, OffsetCommitResponse>(
      history, [&](const Exchange& exchange, const OffsetCommitRequest& request,
                   const OffsetCommitResponse* response) {
        for (size_t t = 0; t < request.topics.size(); ++t) {
          const auto& asked = request.topics[t];
          for (size_t p = 0;
               matcher.by_name_or_id(asked.name, asked) && p < asked.partitions.size(); ++p) {
            CommitSeen commit{.frame = exchange.frame,
                              .connection = exchange.connection,
                              .group = request.group_id,
                              .partition = asked.partitions[p].partition_index,
                              .offset = asked.partitions[p].committed_offset};
            if (response != nullptr && t < response->topics.size() &&
                p < response->topics[t].partitions.size()) {
              commit.error = response->topics[t].partitions[p].error_code;
            }
            commits.push_back(std::move(commit));
          }
        }
      });
  return commits;
}

std::string software_of(const History& history, uint64_t connection) {
  using kafka::ApiVersionsRequest;
  using kafka::ApiVersionsResponse;
  std::string software;
  for_each<ApiVersionsRequest, ApiVersionsResponse>(
      history, [&](const Exchange& exchange, const ApiVersionsRequest& request, const auto*) {
        if (exchange.connection == connection && !request.client_software_name.empty()) {
          software = request.client_software_name + " " + request.client_software_version;
        }
      });
  return software;
}

std::vector<FetchSeen> fetches_of(const History& history, std::string_view topic,
                                  int32_t partition) {
  const TopicMatcher matcher(history, topic);
  std::vector<FetchSeen> fetches;
  for_each<FetchRequest, FetchResponse>(
      history,
      [&](const Exchange& exchange, const FetchRequest& request, const FetchResponse* response) {
        for (const auto& asked : request.topics) {
          if (!matcher.by_name_or_id(asked.topic, asked)) {
            continue;
          }
          for (const auto& part : asked.partitions) {
            if (part.partition == partition) {
              fetches.push_back({.frame = exchange.frame,
                                 .connection = exchange.connection,
                                 .offset = part.fetch_offset});
            }
          }
        }
        // A request of a session names only what has changed: the answer is to what was asked last
        // on the same connection.
        const auto last = std::ranges::find(fetches.rbegin(), fetches.rend(), exchange.connection,
                                            &FetchSeen::connection);
        for (size_t t = 0; response != nullptr && t < response->responses.size(); ++t) {
          const auto& answered = response->responses[t];
          if (!matcher.by_name_or_id(answered.topic, answered)) {
            continue;
          }
          for (const auto& part : answered.partitions) {
            if (part.partition_index == partition && last != fetches.rend()) {
              note_returned(*last, part.records.bytes);
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
    const bool names_itself = exchange.header.client_id &&
                              exchange.header.client_id->find("producer") != std::string::npos;
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
