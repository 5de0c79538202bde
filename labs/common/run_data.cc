#include "labs/common/run_data.h"

#include <nlohmann/json.hpp>

namespace kraftlab {
namespace {

// Runs `read` over the parsed text; what does not parse or lacks a field is an Error.
template <class T, class Read>
Result<T> read_json(std::string_view text, const char* what, Read read) {
  try {
    return read(nlohmann::json::parse(text));
  } catch (const nlohmann::json::exception& problem) {
    return kafka::fail(kafka::ErrorCode::InvalidRequest,
                       std::string(what) + " in the evidence cannot be read: " + problem.what());
  }
}

}  // namespace

const std::vector<std::string>& RunData::list(const std::string& name) const {
  static const std::vector<std::string> none;
  auto found = lists.find(name);
  return found == lists.end() ? none : found->second;
}

std::string to_json(const RunData& data) {
  nlohmann::json topics = nlohmann::json::array();
  for (const TopicPlan& topic : data.topics) {
    topics.push_back(
        {{"name", topic.name}, {"partitions", topic.partitions}, {"fill", topic.fill},
         {"keyed", topic.keyed}, {"replicas", topic.replicas}});
  }
  return nlohmann::json{{"version", 2},         {"lab", data.lab},   {"seed", data.seed},
                        {"lists", data.lists},  {"topics", topics},  {"faults", data.faults},
                        {"acts", data.acts},    {"together", data.together},
                        {"broker", data.broker},
                        {"compose", data.compose}, {"engine", data.engine}, {"nodes", data.nodes}}
      .dump();
}

std::string to_json(const RunEnd& end) {
  nlohmann::json starts = nlohmann::json::array();
  for (const Start& start : end.starts) {
    starts.push_back({{"act", start.act},
                      {"exit_code", start.exit_code},
                      {"timed_out", start.timed_out},
                      {"killed", start.killed},
                      {"duration_ms", start.duration_ms}});
  }
  return nlohmann::json{{"version", 2},
                        {"exit_code", end.exit_code},
                        {"timed_out", end.timed_out},
                        {"duration_ms", end.duration_ms},
                        {"began_us", end.began_us},
                        {"starts", starts}}
      .dump();
}

// Version 1 had neither topics, faults nor acts.
Result<RunData> parse_run_data(std::string_view json) {
  return read_json<RunData>(json, "the run's description", [](const nlohmann::json& object) {
    RunData data;
    data.lab = object.at("lab").get<std::string>();
    data.seed = object.at("seed").get<uint64_t>();
    data.lists = object.at("lists").get<decltype(data.lists)>();
    for (const auto& topic : object.value("topics", nlohmann::json::array())) {
      data.topics.push_back({topic.at("name").get<std::string>(), topic.at("partitions").get<int>(),
                             topic.at("fill").get<std::string>(), topic.value("keyed", false),
                             topic.value("replicas", "")});
    }
    data.faults = object.value("faults", data.faults);
    data.acts = object.value("acts", data.acts);
    data.together = object.value("together", false);
    data.broker = object.value("broker", data.broker);
    data.compose = object.value("compose", data.compose);
    data.engine = object.value("engine", "");
    data.nodes = object.value("nodes", data.nodes);
    return data;
  });
}

Result<RunEnd> parse_run_end(std::string_view json) {
  return read_json<RunEnd>(json, "the run's end", [](const nlohmann::json& object) {
    RunEnd end;
    end.exit_code = object.at("exit_code").get<int>();
    end.timed_out = object.at("timed_out").get<bool>();
    end.duration_ms = object.at("duration_ms").get<int64_t>();
    end.began_us = object.value("began_us", end.began_us);
    for (const auto& start : object.value("starts", nlohmann::json::array())) {
      end.starts.push_back({start.at("act").get<int>(), start.at("exit_code").get<int>(),
                            start.at("timed_out").get<bool>(), start.at("killed").get<bool>(),
                            start.at("duration_ms").get<int64_t>()});
    }
    return end;
  });
}

}  // namespace kraftlab
