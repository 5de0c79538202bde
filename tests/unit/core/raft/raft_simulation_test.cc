// Whole quorums under faults that a seed decides: crashes with torn logs, partitions, lost
// messages, snapshots, false alarms, clean stops, new disks. RaftCluster checks the rules after
// every step; here the quorum must also come back to work when the faults end.
//
// KRAFTLAB_RAFT_SEEDS=10000 runs more seeds, KRAFTLAB_RAFT_SEED=17 one of them with its story.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cstdlib>

#include "tests/unit/core/raft/raft_cluster_fixture.h"

namespace kafka::test {
namespace {

uint64_t number_from(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Trouble {
 public:
  explicit Trouble(uint64_t seed)
      : random_(seed * 7919 + 1),
        voters_(random_.below(4) == 0 ? 5 : 3),
        nodes_(voters_ + static_cast<int>(random_.below(2))),
        dynamic_(random_.below(3) != 0),
        cluster_({.seed = seed,
                  .voters = voters_,
                  .observers = nodes_ - voters_,
                  .dynamic = dynamic_,
                  .auto_join = seed % 3 == 0,
                  .drop_percent = static_cast<int>(random_.below(3)) * 3,
                  .latency_max_ms = 1 + static_cast<int64_t>(random_.below(40)),
                  .flush_max_ms = 1 + static_cast<int64_t>(random_.below(30))}) {}

  void run() {
    for (int round = 0; round < 40; ++round) {
      cluster_.run(static_cast<int64_t>(random_.below(800)));
      for (uint64_t i = random_.below(4); i > 0; --i) {
        cluster_.append();
      }
      something_goes_wrong();
    }
    recover();
  }
  const RaftCluster& cluster() const { return cluster_; }

 private:
  int someone() {
    return 1 + static_cast<int>(random_.below(static_cast<uint64_t>(nodes_)));
  }
  // A voter goes, or a node that is none becomes one.
  void change_voters() {
    const int leader = cluster_.leader();
    const int id = someone();
    if (!dynamic_ || leader < 0) {
      return;
    }
    if (cluster_.raft(leader).voters().contains(id)) {
      RemoveRaftVoterRequest request;
      request.cluster_id.reset();
      request.voter_id = id;
      request.voter_directory_id = cluster_.directory(id);
      cluster_.request(leader, request);
      return;
    }
    AddRaftVoterRequest request;
    request.cluster_id.reset();
    request.timeout_ms = 5000;
    request.voter_id = id;
    request.voter_directory_id = cluster_.directory(id);
    request.listeners.push_back({"CONTROLLER", fmt::format("n{}", id),
                                 static_cast<uint16_t>(9000 + id)});
    cluster_.request(leader, request);
  }
  void restart_everyone() {
    for (int id = 1; id <= nodes_; ++id) {
      cluster_.restart(id);
    }
  }
  void something_goes_wrong() {
    const int id = someone();
    switch (random_.below(14)) {
      case 0: cluster_.crash(cluster_.leader() > 0 ? cluster_.leader() : id); break;
      case 1: cluster_.crash(id); break;
      case 2:
      case 3: cluster_.restart(id); break;
      case 4: {
        std::vector<std::set<int>> sides(2);
        for (int node = 1; node <= nodes_; ++node) {
          sides[random_.below(2)].insert(node);
        }
        cluster_.say("partition");
        cluster_.partition(sides);
        break;
      }
      case 5:
      case 6: cluster_.heal(); break;
      case 7:
        if (cluster_.is_up(id)) {
          cluster_.compact(id);
        }
        break;
      case 8: cluster_.tell_gone(id); break;  // true or not
      case 9:
      case 10: change_voters(); break;
      case 11:
      case 12: restart_everyone(); break;
      default:
        if (cluster_.is_up(id) && random_.below(3) == 0) {
          cluster_.resign(id);
          cluster_.run(200);
          cluster_.crash(id);
          cluster_.restart(id);
        }
    }
  }
  void recover() {
    cluster_.heal();
    cluster_.say("all faults end");
    restart_everyone();
    const bool led = cluster_.run_until([&] { return cluster_.leader() > 0; }, 60'000);
    ASSERT_TRUE(led) << "nobody leads\n" << cluster_.status();
    // Leadership may still move once, until everybody has heard.
    const bool caught_up = cluster_.run_until(
        [&] {
          if (cluster_.leader() < 0) {
            return false;
          }
          const int64_t end = cluster_.raft(cluster_.leader()).end_offset();
          return cluster_.everyone_has(end);
        },
        60'000);
    ASSERT_TRUE(caught_up) << cluster_.status();
    const auto offset = cluster_.append();
    ASSERT_TRUE(offset.has_value());
    ASSERT_TRUE(cluster_.run_until([&] { return cluster_.everyone_has(*offset + 1); }, 60'000))
        << cluster_.status();
  }

  SeededRandom random_;
  int voters_;
  int nodes_;
  bool dynamic_;
  RaftCluster cluster_;
};

TEST(RaftSimulation, KeepsItsRulesAndRecovers) {
  const uint64_t only = number_from("KRAFTLAB_RAFT_SEED", 0);
  const uint64_t count = number_from("KRAFTLAB_RAFT_SEEDS", 300);
  for (uint64_t seed = only > 0 ? only : 1; seed <= (only > 0 ? only : count); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Trouble trouble(seed);
    trouble.run();
    if (only > 0) {
      for (const std::string& line : trouble.cluster().trace) {
        fmt::print("{}\n", line);
      }
    }
    if (::testing::Test::HasFatalFailure()) {
      break;
    }
  }
}

TEST(RaftSimulation, OneSeedIsOneStory) {
  Trouble first(5);
  Trouble second(5);
  first.run();
  second.run();
  EXPECT_EQ(first.cluster().trace, second.cluster().trace);
  EXPECT_EQ(first.cluster().sent(), second.cluster().sent());
}

}  // namespace
}  // namespace kafka::test
