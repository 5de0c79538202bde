#include "labs/15_quorum/quorum_view.h"

#include <algorithm>

#include "labs/common/replica_view.h"
#include "labs/common/topic_view.h"
#include "protocol/api/01_fetch.h"
#include "protocol/api/19_create_topics.h"
#include "protocol/api/53_begin_quorum_epoch.h"
#include "protocol/api/55_describe_quorum.h"

namespace kraftlab {
namespace {

constexpr kafka::Uuid kMetadataTopic{0, 1};

// True when the broker has had its metadata from that controller since its reign began.
bool broker_follows(const History& history, const Reign& reign) {
  bool follows = false;
  for_each<kafka::FetchRequest, kafka::FetchResponse>(
      history, [&](const Exchange& exchange, const kafka::FetchRequest& request,
                   const kafka::FetchResponse* response) {
        const bool broker = request.replica_id == kQuorumBroker ||
                            request.replica_state.replica_id == kQuorumBroker;
        const bool metadata =
            !request.topics.empty() && request.topics[0].topic_id == kMetadataTopic;
        follows |= broker && metadata && node_of(exchange) == reign.leader &&
                   exchange.time_us > reign.time_us && response != nullptr &&
                   !response->responses.empty() && !response->responses[0].partitions.empty() &&
                   response->responses[0].partitions[0].error_code == 0;
      });
  return follows;
}

}  // namespace

std::vector<Reign> reigns_of(const History& history) {
  std::vector<Reign> reigns;
  for_each<kafka::BeginQuorumEpochRequest, kafka::BeginQuorumEpochResponse>(
      history, [&](const Exchange& exchange, const kafka::BeginQuorumEpochRequest& request,
                   const auto*) {
        for (const auto& topic : request.topics) {
          for (const auto& part : topic.partitions) {
            if (reigns.empty() || part.leader_epoch > reigns.back().epoch) {
              reigns.push_back({exchange.frame, exchange.time_us, part.leader_id,
                                part.leader_epoch});
            }
          }
        }
      });
  return reigns;
}

Reign reign_at(const History& history, int64_t time_us) {
  Reign last;
  for (const Reign& reign : reigns_of(history)) {
    last = reign.time_us <= time_us ? reign : last;
  }
  return last;
}

bool is_succeeded(const History& history, const Reign& before) {
  return std::ranges::any_of(reigns_of(history), [&](const Reign& reign) {
    return reign.leader != before.leader && reign.epoch > before.epoch &&
           broker_follows(history, reign);
  });
}

bool stands_again(const History& history, const Deed* death) {
  return death != nullptr && std::ranges::any_of(reigns_of(history), [&](const Reign& reign) {
           return reign.time_us > death->time_us && broker_follows(history, reign);
         });
}

std::optional<int> leader_told(const History& history, int64_t before_us) {
  std::optional<int> leader;
  for_each<kafka::DescribeQuorumRequest, kafka::DescribeQuorumResponse>(
      history, [&](const Exchange& exchange, const auto&,
                   const kafka::DescribeQuorumResponse* response) {
        if (exchange.time_us < before_us && node_of(exchange) == kQuorumBroker) {
          const bool answered = response != nullptr && response->error_code == 0 &&
                                exchange.response_time_us < before_us &&
                                !response->topics.empty() &&
                                !response->topics[0].partitions.empty() &&
                                response->topics[0].partitions[0].error_code == 0;
          leader = answered ? std::optional(response->topics[0].partitions[0].leader_id)
                            : std::nullopt;
        }
      });
  return leader;
}

std::optional<Creation> creation_of(const History& history, const std::string& topic,
                                    int64_t since_us) {
  std::optional<Creation> creation;
  for_each<kafka::CreateTopicsRequest, kafka::CreateTopicsResponse>(
      history, [&](const Exchange& exchange, const kafka::CreateTopicsRequest& request,
                   const kafka::CreateTopicsResponse* response) {
        for (size_t i = 0; i < request.topics.size(); ++i) {
          if (request.topics[i].name == topic && node_of(exchange) == kQuorumBroker &&
              exchange.time_us >= since_us) {
            const bool done = response != nullptr && i < response->topics.size() &&
                              response->topics[i].error_code == 0;
            creation = Creation{creation ? creation->frame : exchange.frame,
                                done || (creation && creation->done)};
          }
        }
      });
  return creation;
}

}  // namespace kraftlab
