// Every transcript in transcripts/ must play as it is written there: a quorum in a few lines, and
// what its nodes say. To write down what happens now, run with KRAFTLAB_REWRITE=1.
//
//   > cluster 3                    voters; options seed= observers= static join (observers do)
//   > run 500                      milliseconds
//   > append 2                     batches at the leader
//   > crash leader | 2             > restart 2          > gone 2 (its process is known to be dead)
//   > wipe 2                       (down) it gets a new disk
//   > partition 1 | 2 3            > heal               > resign leader
//   > compact leader               a snapshot instead of the log's prefix
//   > remove 2 | add 4             a voter goes, a node becomes one
//   > status                       a line per node
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/core/raft/raft_cluster_fixture.h"

namespace kafka::test {
namespace {

const std::filesystem::path folder =
    std::filesystem::path(KRAFTLAB_SOURCE_DIR) / "tests/unit/core/raft/transcripts";

class Transcript {
 public:
  std::string play(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line)) {
      if (line.starts_with("> ")) {
        played_ += line + "\n";
        run(line.substr(2));
        say_what_happened();
      } else if (line.starts_with("#") || line.empty()) {
        played_ += line + "\n";
      }
    }
    return played_;
  }

 private:
  void run(const std::string& command) {
    std::istringstream words(command);
    std::string verb;
    words >> verb;
    std::vector<std::string> rest;
    for (std::string word; words >> word;) {
      rest.push_back(word);
    }
    if (verb == "cluster") {
      RaftCluster::Options options;
      options.voters = std::stoi(rest.at(0));
      for (const std::string& option : rest) {
        options.dynamic = options.dynamic && option != "static";
        options.auto_join = options.auto_join || option == "join";
        if (option.starts_with("seed=")) {
          options.seed = std::stoull(option.substr(5));
        } else if (option.starts_with("observers=")) {
          options.observers = std::stoi(option.substr(10));
        }
      }
      cluster_ = std::make_unique<RaftCluster>(options);
    } else if (verb == "run") {
      cluster_->run(std::stoll(rest.at(0)));
    } else if (verb == "append") {
      for (int i = std::stoi(rest.at(0)); i > 0; --i) {
        cluster_->append();
      }
    } else if (verb == "partition") {
      std::vector<std::set<int>> sides(1);
      for (const std::string& word : rest) {
        if (word == "|") {
          sides.emplace_back();
        } else {
          sides.back().insert(std::stoi(word));
        }
      }
      cluster_->partition(sides);
    } else if (verb == "heal") {
      cluster_->heal();
    } else if (verb == "status") {
      std::istringstream status(cluster_->status());
      for (std::string line; std::getline(status, line);) {
        played_ += "  " + line + "\n";
      }
    } else {
      run_at(verb, rest.at(0) == "leader" ? cluster_->leader() : std::stoi(rest.at(0)));
    }
  }

  void run_at(const std::string& verb, int id) {
    if (verb == "crash") {
      cluster_->crash(id);
    } else if (verb == "restart") {
      cluster_->restart(id);
    } else if (verb == "wipe") {
      cluster_->wipe(id);
    } else if (verb == "gone") {
      cluster_->tell_gone(id);
    } else if (verb == "resign") {
      cluster_->resign(id);
    } else if (verb == "compact") {
      cluster_->compact(id);
    } else if (verb == "remove") {
      RemoveRaftVoterRequest request;
      request.cluster_id.reset();
      request.voter_id = id;
      request.voter_directory_id = cluster_->directory(id);
      cluster_->request(cluster_->leader(), request);
    } else if (verb == "add") {
      AddRaftVoterRequest request;
      request.cluster_id.reset();
      request.timeout_ms = 5000;
      request.voter_id = id;
      request.voter_directory_id = cluster_->directory(id);
      request.listeners.push_back(
          {"CONTROLLER", "n" + std::to_string(id), static_cast<uint16_t>(9000 + id)});
      cluster_->request(cluster_->leader(), request);
    } else {
      ADD_FAILURE() << "no such command: " << verb;
    }
  }

  void say_what_happened() {
    for (; said_ < cluster_->trace.size(); ++said_) {
      played_ += "  " + cluster_->trace[said_] + "\n";
    }
  }

  std::unique_ptr<RaftCluster> cluster_;
  size_t said_ = 0;
  std::string played_;
};

std::vector<std::string> transcripts() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    names.push_back(file.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class RaftTranscripts : public testing::TestWithParam<std::string> {};

TEST_P(RaftTranscripts, PlaysAsWritten) {
  const auto path = folder / (GetParam() + ".txt");
  std::ostringstream written;
  written << std::ifstream(path).rdbuf();
  const std::string played = Transcript().play(written.str());
  if (std::getenv("KRAFTLAB_REWRITE") != nullptr) {
    std::ofstream(path) << played;
  }
  EXPECT_EQ(written.str(), played) << path;
}

INSTANTIATE_TEST_SUITE_P(All, RaftTranscripts, testing::ValuesIn(transcripts()),
                         [](const auto& transcript) { return transcript.param; });

}  // namespace
}  // namespace kafka::test
