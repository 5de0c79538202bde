#include "labs/common/cluster_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "broker/config/config_table.h"
#include "labs/common/cluster.h"
#include "labs/common/crew.h"
#include "labs/common/run_kit.h"
#include "labs/common/text_file.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

constexpr std::array kAllowed = {
    "default.replication.factor", "min.insync.replicas", "num.partitions",
    "auto.create.topics.enable",  "unclean.leader.election.enable",
};

std::string without_blanks(const std::string& text) {
  const size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
  const size_t end = text.find_last_not_of(" \t\r") + 1;
  return text.substr(begin, end > begin ? end - begin : 0);
}

struct Setting {
  size_t line = 0;
  std::string name;
  std::string value;
};

// NAME=VALUE lines; one without a mark has an empty value and its whole text as name.
std::vector<Setting> settings_in(const std::string& text) {
  std::vector<Setting> settings;
  std::istringstream lines(text);
  size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    line = without_blanks(line.substr(0, line.find('#')));
    if (!line.empty()) {
      const size_t mark = std::min(line.find('='), line.size());
      settings.push_back({number, without_blanks(line.substr(0, mark)),
                          mark < line.size() ? without_blanks(line.substr(mark + 1)) : ""});
    }
  }
  return settings;
}

Result<std::vector<Setting>> cluster_settings(const fs::path& file) {
  std::vector<Setting> settings = settings_in(read_file(file));
  for (const Setting& setting : settings) {
    if (setting.value.empty()) {
      return kafka::fail(kafka::ErrorCode::InvalidConfig,
                         fmt::format("cluster.properties, line {}: expected NAME=VALUE",
                                     setting.line));
    }
    if (std::ranges::find(kAllowed, setting.name) == kAllowed.end()) {
      return kafka::fail(kafka::ErrorCode::InvalidConfig,
                         fmt::format("cluster.properties, line {}: {} is not for you to set here",
                                     setting.line, setting.name));
    }
    const auto good = kafka::check_value(*kafka::find_broker_config(setting.name), setting.value);
    if (!good) {
      return kafka::fail(kafka::ErrorCode::InvalidConfig,
                         fmt::format("cluster.properties, line {}: {}", setting.line,
                                     good.error().message));
    }
  }
  return settings;
}

// Each stands in the evidence: "answer NAME=VALUE".
Result<> note(const fs::path& folder, const char* word, const std::vector<Setting>& settings) {
  for (const auto& [line, name, value] : settings) {
    if (auto noted = add_deed(folder, fmt::format("{} {}={}", word, name, value)); !noted) {
      return noted;
    }
  }
  return {};
}

// The topics of the plan, on the nodes that the lab wants.
Result<> make_topics(const RunPlan& plan, const RunData& data, const fs::path& folder,
                     const std::string& bootstrap) {
  std::string script = "set -e\n";
  for (const TopicPlan& topic : data.topics) {
    script += fmt::format("kafka-topics.sh --bootstrap-server {} --create --topic {} "
                          "--replica-assignment {}\n", bootstrap, topic.name, topic.replicas);
  }
  return data.topics.empty() ? Result<>{} : run_tools(plan.dist, folder, script);
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

std::map<std::string, std::string> answers_of(const History& history) {
  std::map<std::string, std::string> answers;
  for (const Deed& deed : history.deeds) {
    const size_t mark = deed.text.find('=');
    if (deed.text.starts_with("answer ") && mark != std::string::npos) {
      answers[lower(deed.text.substr(7, mark - 7))] = lower(deed.text.substr(mark + 1));
    }
  }
  return answers;
}

Result<RunEnd> run_beside_cluster(const RunPlan& plan, const LabCode& lab, const RunData& data,
                                  const fs::path& folder) {
  auto settings = cluster_settings(plan.solution / "cluster.properties");
  if (!settings) {
    const auto noted = add_deed(folder, "settings refused: " + settings.error().message);
    return noted ? Result<RunEnd>{RunEnd{}} : std::unexpected(noted.error());
  }
  auto noted = note(folder, "setting", *settings);
  if (noted) {
    noted = note(folder, "answer", settings_in(read_file(plan.solution / "answers.txt")));
  }
  if (!noted) {
    return std::unexpected(noted.error());
  }
  std::string all;
  for (const auto& [name, value] : data.broker) {
    all += fmt::format("{}={}\n", name, value);
  }
  for (const auto& [line, name, value] : *settings) {
    all += fmt::format("{}={}\n", name, value);
  }
  auto cluster = Cluster::start(plan.dist, folder, data, all);
  if (!cluster) {
    return std::unexpected(cluster.error());
  }
  if (auto made = make_topics(plan, data, folder, (*cluster)->bootstrap()); !made) {
    return std::unexpected(made.error());
  }
  const int64_t began_us = realtime_us();
  const ProgramPlan program = program_plan(plan, folder, (*cluster)->bootstrap());
  auto end = run_crew({.program = program, .settled = is_settled,
                       .deed = [&](const std::string& deed) { return (*cluster)->obey(deed); },
                       .cue = lab.cue},
                      data);
  if (end) {
    end->began_us = began_us;
  }
  if (auto stopped = (*cluster)->stop(); !stopped) {
    return std::unexpected(stopped.error());
  }
  return end;
}

}  // namespace kraftlab
