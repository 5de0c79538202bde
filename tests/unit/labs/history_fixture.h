// A history made by hand, exchange by exchange, and what one rule finds in it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "broker/core/evidence.h"
#include "labs/common/rule.h"
#include "protocol/api/00_produce.h"
#include "protocol/api/08_offset_commit.h"
#include "protocol/error.h"
#include "protocol/record_batch.h"

namespace kraftlab {

class HandMadeHistory : public testing::Test {
 protected:
  explicit HandMadeHistory(const char* lab) : lab_(*find_lab(lab)) {
    history_.run = lab_.make_data(42);
    history_.end = RunEnd{};
  }

  Finding found_by(std::string_view rule) const {
    return std::ranges::find(lab_.rules, rule, &Rule::id)->check(history_);
  }

  void deed(const std::string& text) {
    history_.deeds.push_back({now_us_++, 0, text, history_.exchanges.size()});
  }

  template <class Request, class Response>
  Exchange& add(const std::string& client, const Request& request, const Response& response,
                int16_t version) {
    Exchange exchange;
    exchange.frame = history_.exchanges.size() + 1;
    exchange.connection = kafka::evidence::node_connection(node_, 1, 1);
    exchange.header = {static_cast<int16_t>(Request::key), version, 1, client};
    exchange.time_us = now_us_++;
    exchange.response_time_us = now_us_++;
    exchange.request = body(request, version);
    exchange.response = body(response, version);
    history_.exchanges.push_back(std::move(exchange));
    return history_.exchanges.back();
  }

  Exchange& produce(const std::string& client, const std::string& topic,
                    const std::vector<std::string>& values) {
    kafka::BatchBuilder builder;
    for (const std::string& value : values) {
      builder.add(1000, std::nullopt, kafka::bytes_of(value));
    }
    kafka::ProduceRequest request;
    request.acks = -1;
    auto& data = request.topic_data.emplace_back();
    data.name = topic;
    data.partition_data.emplace_back().records = kafka::Records::of(builder.build());
    kafka::ProduceResponse response;
    auto& answered = response.responses.emplace_back();
    answered.name = topic;
    answered.partition_responses.emplace_back().base_offset = log_end_;
    log_end_ += static_cast<int64_t>(values.size());
    return add(client, request, response, 7);
  }

  Exchange& commit(const std::string& client, const std::string& topic, int32_t partition,
                   int64_t offset, kafka::ErrorCode error = kafka::ErrorCode::None) {
    kafka::OffsetCommitRequest request;
    request.group_id = "g";
    auto& asked = request.topics.emplace_back();
    asked.name = topic;
    asked.partitions.push_back({.partition_index = partition, .committed_offset = offset});
    kafka::OffsetCommitResponse response;
    auto& answered = response.topics.emplace_back();
    answered.name = topic;
    answered.partitions.push_back(
        {.partition_index = partition, .error_code = static_cast<int16_t>(error)});
    return add(client, request, response, 7);
  }

  template <class M>
  static std::string body(const M& message, int16_t version) {
    kafka::Writer out;
    EXPECT_TRUE(kafka::encode(message, version, out).has_value());
    return {reinterpret_cast<const char*>(out.bytes().data()), out.bytes().size()};
  }

  const LabCode& lab_;
  History history_;
  int node_ = 0;  // of what is added next
  int64_t now_us_ = 1;
  int64_t log_end_ = 0;
};

}  // namespace kraftlab
