// Runs tests/scripts/controller_*.txt: what happens to a cluster, and what its controller writes.
//
//   > fence 1                                   an event
//     PartitionChange t-0 isr 2,3 leader 2      the records that it decides on; "--" begins a batch
//     BrokerRegistrationChange 1 fenced
//     # a remark, kept as it stands
//
// A script that differs fails with what it should read. KRAFTLAB_REWRITE_SCRIPTS=1 writes that
// down, for `git diff` to judge.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "broker/core/controller/features.h"
#include "protocol/error.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, by);) {
    if (!part.empty()) {
      parts.push_back(part);
    }
  }
  return parts;
}

std::vector<int32_t> ids(const std::string& text) {
  std::vector<int32_t> list;
  for (const std::string& id : split(text, ',')) {
    list.push_back(std::stoi(id));
  }
  return list;
}

// The words of an event: "heartbeat 1 read 7 shutdown".
class Words {
 public:
  explicit Words(const std::string& line) : words_(split(line, ' ')) {}

  std::string next() {
    if (at_ == words_.size()) {
      throw std::runtime_error("the event is too short");
    }
    return words_[at_++];
  }
  int32_t next_id() { return std::stoi(next()); }
  bool has(const std::string& word) const { return std::ranges::count(words_, word) > 0; }
  std::string after(const std::string& word, const std::string& otherwise) const {
    const auto found = std::ranges::find(words_, word);
    return found == words_.end() || found + 1 == words_.end() ? otherwise : *(found + 1);
  }
  std::vector<std::string> rest() {
    std::vector<std::string> left(words_.begin() + static_cast<ptrdiff_t>(at_), words_.end());
    at_ = words_.size();
    return left;
  }

 private:
  std::vector<std::string> words_;
  size_t at_ = 0;
};

// A controller without a broker in its process, so that every broker is one that must be heard of.
ConfigMap controller_only() {
  return {{"process.roles", "controller"},
          {"node.id", "100"},
          {"controller.quorum.voters", "100@localhost:9093"},
          {"listeners", "CONTROLLER://localhost:9093"}};
}

class Script : public ControllerTest {
 public:
  Script() : ControllerTest(controller_only()) {}
  void TestBody() override {}

  Lines run(const std::string& event) {
    Words words(event);
    const std::string verb = words.next();
    using Verb = Lines (Script::*)(Words&);
    static const std::map<std::string, Verb> verbs = {{"register", &Script::on_register},
                                                      {"heartbeat", &Script::on_heartbeat},
                                                      {"fence", &Script::on_fence},
                                                      {"unregister", &Script::on_unregister},
                                                      {"wait", &Script::on_wait},
                                                      {"topic", &Script::on_topic},
                                                      {"isr", &Script::on_isr},
                                                      {"elect", &Script::on_elect},
                                                      {"reassign", &Script::on_reassign},
                                                      {"cancel", &Script::on_cancel},
                                                      {"show", &Script::on_show},
                                                      {"feature", &Script::on_feature},
                                                      {"new-controller", &Script::on_reset},
                                                      {"assign", &Script::on_assign}};
    const auto found = verbs.find(verb);
    return found == verbs.end() ? Lines{"no such event: " + verb} : (this->*found->second)(words);
  }

 private:
  // "t-0" for the partition of a record.
  Lines written(const RecordBatches& batches) {
    Lines lines;
    for (const auto& batch : batches) {
      if (!lines.empty()) {
        lines.emplace_back("--");
      }
      for (const MetadataRecord& record : batch) {
        std::string text = text_of(record);
        if (const auto* change = std::get_if<PartitionChangeRecord>(&record)) {
          const TopicImage* topic = state().topic(change->topic_id);
          text.replace(0, std::string("PartitionChange ").size(),
                       fmt::format("PartitionChange {}-", topic->name));
        }
        lines.push_back(std::move(text));
      }
    }
    apply(batches);
    return lines;
  }

  static Lines refused(const Error& error) { return {"=> " + std::string(name(error.code))}; }

  Lines on_register(Words& words) {
    const int32_t id = words.next_id();
    const BrokerImage* known = state().broker(id);
    BrokerRegistration asked = registration(id);
    asked.incarnation_id = {static_cast<uint64_t>(id), ++incarnations_};
    if (words.has("directories")) {
      asked.log_dirs.push_back({static_cast<uint64_t>(id), 2});
    }
    if (words.has("again") && known != nullptr) {
      asked.incarnation_id = known->incarnation_id;
    }
    asked.previous_broker_epoch = words.has("clean") && known != nullptr ? known->epoch : -1;
    if (words.has("rack")) {
      asked.rack = words.after("rack", "");
    }
    if (words.has("without")) {
      std::erase_if(asked.features, [&](const auto& feature) {
        return feature.name == words.after("without", "");
      });
    }
    asked.cluster_id = words.after("cluster", "");
    auto registered = controller_.decide_register_broker(asked, next_offset_, now_ms_);
    if (!registered) {
      return refused(registered.error());
    }
    Lines lines = written(registered->batches);
    lines.push_back(fmt::format("=> epoch {}", registered->broker_epoch));
    return lines;
  }

  Lines on_heartbeat(Words& words) {
    BrokerHeartbeatRequest request;
    request.broker_id = words.next_id();
    const BrokerImage* broker = state().broker(request.broker_id);
    request.broker_epoch =
        std::stoll(words.after("epoch", std::to_string(broker == nullptr ? -1 : broker->epoch)));
    request.current_metadata_offset =
        std::stoll(words.after("read", std::to_string(state().offset())));
    request.want_fence = words.has("want-fence");
    request.want_shut_down = words.has("shutdown");
    if (words.has("lost")) {
      request.offline_log_dirs = {{static_cast<uint64_t>(request.broker_id), 1}};
    }
    if (!request.want_fence && !words.has("old")) {
      request.cordoned_log_dirs.emplace();
    }
    auto decision = controller_.decide_heartbeat(request);
    if (!decision) {
      return refused(decision.error());
    }
    Lines lines = written(decision->batches);
    controller_.note_heartbeat(request, now_ms_);
    const BrokerHeartbeatResponse& reply = decision->reply;
    lines.push_back(fmt::format("=> {}{}{}", reply.is_fenced ? "fenced" : "unfenced",
                                reply.is_caught_up ? "" : ", not caught up",
                                reply.should_shut_down ? ", shut down" : ""));
    return lines;
  }

  Lines on_fence(Words& words) {
    const int32_t id = words.next_id();
    auto batches = controller_.decide_fence_broker(id, epoch_of(id));
    return batches ? written(*batches) : refused(batches.error());
  }

  Lines on_unregister(Words& words) {
    auto batches = controller_.decide_unregister_broker(words.next_id());
    return batches ? written(*batches) : refused(batches.error());
  }

  // Time goes by; the controller looks after things as often as it wants to.
  Lines on_wait(Words& words) {
    const int64_t until_ms = now_ms_ + std::stoll(words.next());
    Lines lines;
    while (controller_.next_upkeep_ms() <= until_ms) {
      now_ms_ = std::max(now_ms_ + 1, controller_.next_upkeep_ms());
      const Lines more = written(controller_.run_upkeep(now_ms_));
      if (!more.empty()) {
        lines.push_back(fmt::format("at {} ms", now_ms_));
        lines.insert(lines.end(), more.begin(), more.end());
      }
    }
    now_ms_ = until_ms;
    return lines;
  }

  Lines on_topic(Words& words) {
    const std::string topic = words.next();
    std::vector<std::vector<int32_t>> assignments;
    ConfigMap configs;
    for (const std::string& word : words.rest()) {
      if (const size_t equals = word.find('='); equals != std::string::npos) {
        configs[word.substr(0, equals)] = word.substr(equals + 1);
      } else {
        assignments.push_back(ids(word));
      }
    }
    create_topic(topic, assignments, configs);
    return {};
  }

  // "t-0" as a topic and a partition.
  std::pair<const TopicImage*, int32_t> partition_of(Words& words) {
    const std::string text = words.next();
    const size_t dash = text.rfind('-');
    const TopicImage* topic = state().topic(text.substr(0, dash));
    if (topic == nullptr) {
      throw std::runtime_error("no topic " + text);
    }
    return {topic, std::stoi(text.substr(dash + 1))};
  }

  // isr t-0 1,2 [by 1] [epoch 0/0] [broker-epoch 2:9] [recovering]
  Lines on_isr(Words& words) {
    const auto [topic, index] = partition_of(words);
    const PartitionImage& now = *topic->partition(index);
    AlterPartitionRequest request;
    request.broker_id = std::stoi(words.after("by", std::to_string(now.leader)));
    request.broker_epoch = state().broker(request.broker_id)->epoch;
    auto& asked_topic = request.topics.emplace_back();
    asked_topic.topic_id = topic->id;
    auto& asked = asked_topic.partitions.emplace_back();
    asked.partition_index = index;
    const auto epochs = split(
        words.after("epoch", fmt::format("{}/{}", now.leader_epoch, now.partition_epoch)), '/');
    asked.leader_epoch = std::stoi(epochs.at(0));
    asked.partition_epoch = std::stoi(epochs.at(1));
    asked.leader_recovery_state = words.has("recovering") ? 1 : 0;
    const auto other_epoch = split(words.after("broker-epoch", "-1:-1"), ':');
    for (const int32_t id : ids(words.next())) {
      const BrokerImage* broker = state().broker(id);
      const bool other = id == std::stoi(other_epoch.at(0));
      asked.new_isr_with_epochs.push_back({id, other               ? std::stoll(other_epoch.at(1))
                                               : broker == nullptr ? -1
                                                                   : broker->epoch});
    }
    auto decision = controller_.decide_alter_partition(request, 3);
    Lines lines = written(decision.batches);
    if (decision.reply.error_code != 0) {
      return refused({static_cast<ErrorCode>(decision.reply.error_code), {}});
    }
    const auto& answer = decision.reply.topics.at(0).partitions.at(0);
    lines.push_back(answer.error_code != 0
                        ? "=> " + std::string(name(static_cast<ErrorCode>(answer.error_code)))
                        : fmt::format("=> epoch {}/{} isr {}", answer.leader_epoch,
                                      answer.partition_epoch, fmt::join(answer.isr, ",")));
    return lines;
  }

  Lines on_elect(Words& words) {
    ElectLeadersRequest request;
    request.election_type = words.next() == "preferred" ? 0 : 1;
    const auto [topic, index] = partition_of(words);
    request.topic_partitions.emplace().push_back({topic->name, {index}});
    auto decision = controller_.decide_elect_leaders(request);
    Lines lines = written({decision.records});
    const auto& result = decision.reply.replica_election_results.at(0).partition_result.at(0);
    if (result.error_code != 0) {
      lines.push_back("=> " + std::string(name(static_cast<ErrorCode>(result.error_code))));
    }
    return lines;
  }

  Lines reassign(Words& words, std::optional<std::vector<int32_t>> to) {
    AlterPartitionReassignmentsRequest request;
    const auto [topic, index] = partition_of(words);
    auto& asked = request.topics.emplace_back();
    asked.name = topic->name;
    if (to) {
      to = ids(words.after("to", ""));
    }
    request.allow_replication_factor_change = !words.has("same-factor");
    asked.partitions.push_back({index, std::move(to)});
    auto decision = controller_.decide_reassign_partitions(request);
    Lines lines = written({decision.records});
    const auto& answer = decision.reply.responses.at(0).partitions.at(0);
    if (answer.error_code != 0) {
      lines.push_back("=> " + std::string(name(static_cast<ErrorCode>(answer.error_code))));
    }
    return lines;
  }
  Lines on_reassign(Words& words) { return reassign(words, std::vector<int32_t>{}); }
  Lines on_cancel(Words& words) { return reassign(words, std::nullopt); }

  Lines on_assign(Words& words) {
    AssignReplicasToDirsRequest request;
    const auto [topic, index] = partition_of(words);
    request.broker_id = std::stoi(words.after("broker", "-1"));
    request.broker_epoch = epoch_of(request.broker_id);
    auto& directory = request.directories.emplace_back();
    directory.id = {0, 2};  // lost
    auto& asked = directory.topics.emplace_back();
    asked.topic_id = topic->id;
    asked.partitions.push_back({index});
    return written(controller_.decide_assign_directories(request).batches);
  }

  Lines on_show(Words& words) {
    const auto [topic, index] = partition_of(words);
    const PartitionImage& now = *topic->partition(index);
    return {fmt::format("replicas {} {}", fmt::join(now.replicas, ","), text_of(now))};
  }

  Lines on_feature(Words& words) {
    const std::string feature = words.next();
    set_feature(feature, static_cast<int16_t>(std::stoi(words.next())));
    return {};
  }

  Lines on_reset(Words&) {
    const MetadataImage image = state().clone();
    controller_.reset(image);
    return {};
  }

  uint64_t incarnations_ = 0;
};

std::vector<std::string> scripts() {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(KRAFTLAB_SOURCE_DIR) + "/tests/scripts")) {
    if (entry.path().filename().string().starts_with("controller_")) {
      paths.push_back(entry.path().string());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

// The script as it should read.
std::string replayed(const std::string& script) {
  Script run;
  std::string out;
  std::stringstream lines(script);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  ") && line.find_first_not_of(' ') != line.find('#')) {
      continue;  // what was written the last time
    }
    out += line + "\n";
    if (line.starts_with("> ")) {
      for (const std::string& result : run.run(line.substr(2))) {
        out += "  " + result + "\n";
      }
    }
  }
  return out;
}

class ControllerScript : public ::testing::TestWithParam<std::string> {};

TEST_P(ControllerScript, ReadsAsItRuns) {
  std::stringstream script;
  script << std::ifstream(GetParam()).rdbuf();
  const std::string now = replayed(script.str());
  if (std::getenv("KRAFTLAB_REWRITE_SCRIPTS") != nullptr) {
    std::ofstream(GetParam()) << now;
  }
  EXPECT_EQ(script.str(), now) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Scripts, ControllerScript, ::testing::ValuesIn(scripts()),
                         [](const auto& script) {
                           return std::filesystem::path(script.param).stem().string();
                         });

}  // namespace
}  // namespace kafka
