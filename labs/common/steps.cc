#include "labs/common/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "labs/common/check.h"
#include "protocol/api/00_produce.h"
#include "protocol/api/01_fetch.h"
#include "protocol/api/08_offset_commit.h"
#include "protocol/api/11_join_group.h"
#include "protocol/api/19_create_topics.h"
#include "protocol/api/22_init_producer_id.h"
#include "protocol/record_batch.h"

namespace kraftlab {
namespace {

std::string error_text(int16_t code) {
  return code == 0 ? "" : std::string(kafka::name(static_cast<kafka::ErrorCode>(code)));
}

// Topic names by the ids that requests use in their place.
class Names {
 public:
  explicit Names(const History& history) {
    for (const TopicPlan& topic : history.run.topics) {
      for (const kafka::Uuid& id : topic_ids(history, topic.name)) {
        names_[id] = topic.name;
      }
    }
  }
  std::string of(const std::string& name, const kafka::Uuid& id) const {
    const auto found = names_.find(id);
    return !name.empty() || found == names_.end() ? name : found->second;
  }

 private:
  std::map<kafka::Uuid, std::string> names_;
};

template <class M>
std::optional<M> request_of(const Exchange& exchange) {
  auto message = decode_body<M>(exchange.request, exchange.header.api_version);
  return message ? std::optional(std::move(*message)) : std::nullopt;
}

template <class M>
std::optional<M> response_of(const Exchange& exchange) {
  if (!exchange.response) {
    return std::nullopt;
  }
  auto message = decode_body<M>(*exchange.response, exchange.header.api_version);
  return message ? std::optional(std::move(*message)) : std::nullopt;
}

std::vector<Step> produce_steps(const Exchange& exchange, const Names& names) {
  const auto request = request_of<kafka::ProduceRequest>(exchange);
  const auto response = response_of<kafka::ProduceResponse>(exchange);
  std::vector<Step> steps;
  for (size_t t = 0; request && t < request->topic_data.size(); ++t) {
    const auto& topic = request->topic_data[t];
    for (size_t p = 0; p < topic.partition_data.size(); ++p) {
      const auto& part = topic.partition_data[p];
      Step step{.ask =
                    fmt::format("Produce {}-{}", names.of(topic.name, topic.topic_id), part.index)};
      (void)kafka::for_each_batch(
          part.records.bytes, [&](const kafka::BatchView& batch) { step.items += batch.count(); });
      if (response && t < response->responses.size() &&
          p < response->responses[t].partition_responses.size()) {
        const auto& answer = response->responses[t].partition_responses[p];
        step.got = error_text(answer.error_code);
        step.first = answer.base_offset;
        step.last = answer.base_offset + step.items - 1;
      } else {
        step.got = "no answer";
      }
      steps.push_back(std::move(step));
    }
  }
  return steps;
}

std::vector<Step> fetch_steps(const Exchange& exchange, const Names& names) {
  const auto response = response_of<kafka::FetchResponse>(exchange);
  std::vector<Step> steps;
  for (size_t t = 0; response && t < response->responses.size(); ++t) {
    const auto& topic = response->responses[t];
    for (const auto& part : topic.partitions) {
      Step step{.ask = fmt::format("Fetch {}-{}", names.of(topic.topic, topic.topic_id),
                                   part.partition_index)};
      (void)kafka::for_each_batch(part.records.bytes, [&](const kafka::BatchView& batch) {
        step.first = step.first < 0 ? batch.base_offset() : step.first;
        step.last = batch.last_offset();
        step.items += batch.count();
      });
      if (step.items > 0) {
        steps.push_back(std::move(step));
      }
    }
  }
  return steps;
}

std::vector<Step> commit_steps(const Exchange& exchange, const Names& names) {
  const auto request = request_of<kafka::OffsetCommitRequest>(exchange);
  std::vector<Step> steps;
  for (size_t t = 0; request && t < request->topics.size(); ++t) {
    for (const auto& part : request->topics[t].partitions) {
      steps.push_back(
          {.ask = fmt::format("OffsetCommit {}: {}-{}", request->group_id,
                              names.of(request->topics[t].name, request->topics[t].topic_id),
                              part.partition_index),
           .first = part.committed_offset,
           .last = part.committed_offset,
           .got = exchange.response ? "" : "no answer"});
    }
  }
  return steps;
}

std::vector<Step> steps_of(const Exchange& exchange, const Names& names) {
  switch (static_cast<kafka::ApiKey>(exchange.header.api_key)) {
    case kafka::ApiKey::Produce:
      return produce_steps(exchange, names);
    case kafka::ApiKey::Fetch:
      return fetch_steps(exchange, names);
    case kafka::ApiKey::OffsetCommit:
      return commit_steps(exchange, names);
    case kafka::ApiKey::InitProducerId: {
      const auto answer = response_of<kafka::InitProducerIdResponse>(exchange);
      return {{.ask = "InitProducerId",
               .got = answer ? fmt::format("producer id {}", answer->producer_id) : "no answer"}};
    }
    case kafka::ApiKey::JoinGroup: {
      const auto request = request_of<kafka::JoinGroupRequest>(exchange);
      const auto answer = response_of<kafka::JoinGroupResponse>(exchange);
      if (!request || !answer || answer->error_code != 0) {
        return {};
      }
      return {{.ask = "JoinGroup " + request->group_id,
               .got = fmt::format("generation {}", answer->generation_id)}};
    }
    case kafka::ApiKey::CreateTopics: {
      const auto request = request_of<kafka::CreateTopicsRequest>(exchange);
      return request && !request->topics.empty()
                 ? std::vector<Step>{{.ask = "CreateTopics " + request->topics[0].name,
                                      .got = "done"}}
                 : std::vector<Step>{};
    }
    default:
      return {};
  }
}

// The clients, in the order in which they came.
class Cast {
 public:
  explicit Cast(const History& history) : history_(history) {}

  size_t place_of(const Exchange& exchange) {
    const std::string software = software_of(history_, exchange.connection);
    const std::string name = exchange.header.client_id.value_or("no client id") +
                             (software.empty() ? "" : ", " + software);
    const auto found = std::ranges::find(names_, name);
    const size_t place = static_cast<size_t>(found - names_.begin());
    if (found == names_.end()) {
      names_.push_back(name);
    }
    return place;
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  const History& history_;
  std::vector<std::string> names_;
};

// Nothing happened in either step that a reader must see, and the second goes on from the first.
bool continues(const Step& before, const Step& step) {
  return before.ask == step.ask && before.client == step.client && before.got.empty() &&
         step.got.empty() && before.exchange->fault.empty() && step.exchange->fault.empty() &&
         step.first >= before.last;
}

void fold_into(Step& before, const Step& step) {
  before.items += step.items;
  before.last = step.last;
  before.times += step.times;
}

// An ordinary step behind one of the same kind becomes part of it.
void add_step(std::vector<Step>& steps, Step step) {
  if (!steps.empty() && continues(steps.back(), step)) {
    fold_into(steps.back(), step);
  } else {
    steps.push_back(std::move(step));
  }
}

// Two kinds of steps in turns, a b a b a b, become one a and one b.
std::vector<Step> fold_turns(std::vector<Step> steps) {
  std::vector<Step> folded;
  for (size_t i = 0; i < steps.size(); ++i) {
    const size_t have = folded.size();
    if (have >= 2 && i + 1 < steps.size() && continues(folded[have - 2], steps[i]) &&
        continues(folded[have - 1], steps[i + 1])) {
      fold_into(folded[have - 2], steps[i]);
      fold_into(folded[have - 1], steps[i + 1]);
      folded[have - 2].in_turns = folded[have - 1].in_turns = true;
      ++i;
    } else {
      folded.push_back(std::move(steps[i]));
    }
  }
  return folded;
}

std::string fault_note(const Exchange& exchange) {
  const std::string& fault = exchange.fault;
  if (fault.starts_with("lose")) {
    return "the answer was lost";
  }
  if (fault.starts_with("mute") || fault.starts_with("stall")) {
    return "the program was killed here";
  }
  return fault.empty() ? "" : "planned";
}

}  // namespace

std::string Step::asked() const {
  std::string text = ask;
  if (items > 0) {
    text += ", " + counted(static_cast<size_t>(items), "record");
  }
  if (times > 1) {
    text += fmt::format(" ({} {})", times, in_turns ? "in turns" : "requests");
  }
  return text;
}

std::string Step::answered() const {
  if (!got.empty()) {
    return got;
  }
  return first == last ? fmt::format("offset {}", first)
                       : fmt::format("offsets {} to {}", first, last);
}

std::string letter_of(size_t client) {
  return std::string(1, static_cast<char>('A' + std::min<size_t>(client, 25)));
}

Course course_of(const History& history) {
  const Names names(history);
  Cast cast(history);
  std::vector<Step> steps;
  for (const Exchange& exchange : history.exchanges) {
    if (history.end && exchange.time_us < history.end->began_us) {
      continue;
    }
    for (Step& step : steps_of(exchange, names)) {
      step.exchange = &exchange;
      step.client = cast.place_of(exchange);
      step.fault = fault_note(exchange);
      add_step(steps, std::move(step));
    }
  }
  return {fold_turns(std::move(steps)), cast.names()};
}

}  // namespace kraftlab
