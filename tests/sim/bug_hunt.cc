#include "tests/sim/bug_hunt.h"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <vector>

#include "broker/core/bugs.h"

namespace kafka::sim {

namespace {

struct KnownBug {
  Bug bug;
  std::string_view name;
  std::string_view what;
  std::string_view unseen = {};  // why no run can catch it
};

const std::vector<KnownBug>& known_bugs() {
  static const std::vector<KnownBug> all = {
      {Bug::MinIsrIgnoredAtAppend, "min-isr-ignored-at-append",
       "acks=all is taken with too few replicas in sync",
       "the wait ends with NOT_ENOUGH_REPLICAS_AFTER_APPEND: another error, and no promise"},
      {Bug::MinIsrIgnoredByHighWatermark, "min-isr-ignored-by-high-watermark",
       "the high watermark moves with too few replicas in sync"},
      {Bug::HighWatermarkIgnoresFollowers, "high-watermark-ignores-followers",
       "a leader commits what it alone has"},
      {Bug::HighWatermarkIgnoresProposedIsr, "high-watermark-ignores-proposed-isr",
       "the high watermark does not wait for a replica that is being taken in (KIP-497)"},
      {Bug::EarlierLivesCount, "earlier-lives-count",
       "what an earlier life of a broker fetched counts, for its leader and the controller (KIP-903)"},
      {Bug::DivergedFollowerCounts, "diverged-follower-counts",
       "a follower with another history counts as having ours"},
      {Bug::JoinsIsrBehindHighWatermark, "joins-isr-behind-high-watermark",
       "a replica joins the ISR without all that is committed"},
      {Bug::JoinsIsrBeforeEpochStart, "joins-isr-before-epoch-start",
       "a replica joins the ISR before it has the start of the leader's epoch (KIP-320)"},
      {Bug::ProposalForgottenOnRetry, "proposal-forgotten-on-retry",
       "an ISR proposal whose repetition is refused is taken back, though the first may count",
       "the answer has to be lost, and the controller refuses the repetition at the moment at "
       "which it sends the metadata that says what became of the first"},
      {Bug::IsrNeverShrinks, "isr-never-shrinks",
       "a leader keeps lagging replicas in the ISR"},
      {Bug::NoFetchFencing, "no-fetch-fencing",
       "requests of another leader epoch are served"},
      {Bug::OldRolesTaken, "old-roles-taken",
       "metadata of an earlier partition epoch is believed",
       "metadata comes in order, and an answer to AlterPartition, which may come before it, rests on "
       "what the metadata has told: it is one change ahead of it, seldom two"},
      {Bug::DeposedLeaderStays, "deposed-leader-stays",
       "a leader does not step down when another one is elected"},
      {Bug::ReadsBeyondHighWatermark, "reads-beyond-high-watermark",
       "consumers read what is not committed"},
      {Bug::DivergenceNotTold, "divergence-not-told",
       "a leader does not tell a follower that their histories differ"},
      {Bug::FollowerHighWatermarkUnclamped, "follower-high-watermark-unclamped",
       "a follower takes the leader's high watermark beyond its own log end"},
      {Bug::LaterEpochsTaken, "later-epochs-taken",
       "a follower takes batches of an epoch that it does not follow",
       "a leader fences fetches of other epochs, so these batches would have to take the place of "
       "those that an answer on its way out of the leader was to send"},
      {Bug::TruncatesToHighWatermark, "truncates-to-high-watermark",
       "a follower truncates to its own high watermark and not by epoch (KIP-101)"},
      {Bug::TruncatesTooLittle, "truncates-too-little",
       "a follower keeps records that its leader does not have"},
      {Bug::HighWatermarkSurvivesTruncation, "high-watermark-survives-truncation",
       "a truncated log keeps its high watermark",
       "below the high watermark nothing is cut while nothing committed is lost: a check there "
       "held in 639 seeds; replication_test.cc cuts there after an unclean election"},
      {Bug::AlterPartitionWithoutCompareAndSet, "alter-partition-without-compare-and-set",
       "an ISR proposal that rests on an older partition epoch is taken"},
      {Bug::AlterPartitionOfDeposedLeader, "alter-partition-of-deposed-leader",
       "an ISR proposal of an earlier leader epoch is taken, whoever made it"},
      {Bug::AlterPartitionTakesEarlierLives, "alter-partition-takes-earlier-lives",
       "a replica joins the ISR on what an earlier life of its broker fetched (KIP-903)"},
      {Bug::UncleanShutdownTrusted, "unclean-shutdown-trusted",
       "a broker that crashed keeps its place in the ISR (KIP-966)"},
      {Bug::BrokerEpochIgnored, "broker-epoch-ignored",
       "requests of a broker's earlier life are obeyed"},
      {Bug::LeaderOutsideIsr, "leader-outside-isr",
       "any live replica may be elected"},
      {Bug::LeaderEpochStays, "leader-epoch-stays",
       "a new leader gets the epoch of the last one",
       "it is in the answer to AlterPartition alone; who reads the metadata log raises the epoch"},
      {Bug::NoEligibleReplicas, "no-eligible-replicas",
       "who leaves a small ISR is not remembered as eligible (KIP-966)"},
      {Bug::VotesTwice, "votes-twice",
       "a voter votes for whoever asks in an epoch"},
      {Bug::VotesForShorterLogs, "votes-for-shorter-logs",
       "a voter does not look at the candidate's log"},
      {Bug::CommitsWithoutMajority, "commits-without-majority",
       "a metadata leader commits what one voter has"},
      {Bug::LeaderCountsUnsynced, "leader-counts-unsynced",
       "a metadata leader counts what it has not synced"},
      {Bug::AcknowledgesUnsynced, "acknowledges-unsynced",
       "a voter acknowledges metadata before it is on disk"},
      {Bug::MetadataNotTruncated, "metadata-not-truncated",
       "a voter keeps metadata that its leader does not have"},
      {Bug::MetadataHistoryNotCompared, "metadata-history-not-compared",
       "a metadata leader counts fetches of another history"},
      {Bug::PendingAfterLostLeadership, "pending-after-lost-leadership",
       "records stay pending when the step that appended them lost the leadership (found by seed 59)",
       "the active controller has to stand still for longer than its quorum waits, and the first thing "
       "that it does then has to be a decision: nearly always the timer that ends its leadership "
       "is first"},
      {Bug::DuplicatesTaken, "duplicates-taken",
       "a batch that is sent again is appended again"},
      {Bug::SequenceGapsTaken, "sequence-gaps-taken",
       "a batch is appended although those before it are missing"},
      {Bug::ProducersForgotten, "producers-forgotten",
       "a leader learns nothing of producers from what it replicated or read again"},
      {Bug::ProducersSurviveTruncation, "producers-survive-truncation",
       "batches that were truncated are still known, and take those that are sent again for doubles"},
      {Bug::ProducerStateNotReplayed, "producer-state-not-replayed",
       "a restarted broker knows only the producers of its last snapshot"},
      {Bug::RecoveryDropsTheLastBatch, "recovery-drops-the-last-batch",
       "recovery forgets a batch that is whole"},
      {Bug::OldGenerationsCommit, "old-generations-commit",
       "a commit of an earlier generation is taken"},
      {Bug::OldGenerationsSync, "old-generations-sync",
       "a SyncGroup of an earlier generation is answered"},
      {Bug::CommitsBeforeReplicated, "commits-before-replicated",
       "an offset commit is acknowledged before it is replicated"},
      {Bug::CoordinatorDoesNotLoad, "coordinator-does-not-load",
       "a new coordinator does not read its log"},
      {Bug::LostCommitsAcknowledged, "lost-commits-acknowledged",
       "an offset commit that its coordinator lost with its leadership is acknowledged"},
      {Bug::AcksAllDoesNotWait, "acks-all-does-not-wait",
       "acks=all is answered as soon as the leader has it"},
      {Bug::DuplicatesDoNotWait, "duplicates-do-not-wait",
       "a batch that is sent again is acknowledged before the first one is committed"},
      {Bug::LostLeadershipAcknowledged, "lost-leadership-acknowledged",
       "acks=all is answered with success when the leadership is lost meanwhile"},
      {Bug::FollowerTakesOldAnswers, "follower-takes-old-answers",
       "a follower takes the answer of a leader that it no longer follows"},
      {Bug::FollowerFetchesFromItsHighWatermark, "follower-fetches-from-its-high-watermark",
       "a follower whose fetch is out of range begins anew at the wrong end"},
  };
  return all;
}

#ifdef KRAFTLAB_BUGS
constexpr bool has_bugs = true;
void turn_on(Bug bug) {
  bug_that_is_on = bug;
}
#else
constexpr bool has_bugs = false;
void turn_on(Bug) {}
#endif

// Of this process: a busy machine is no excuse.
double seconds_now() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

bool is_named(const std::string& names, std::string_view name) {
  return names.empty() || fmt::format(",{},", names).find(fmt::format(",{},", name)) !=
                              std::string::npos;
}

// True when it came out as the table says.
bool hunt(const KnownBug& known, RunOptions options, double seconds_max) {
  turn_on(known.bug);
  const double began = seconds_now();
  Outcome outcome;
  uint64_t seeds = 0;
  do {
    options.seed = ++seeds;
    outcome = run_seed(options);
  } while (outcome.ok() && seconds_now() - began < seconds_max);
  turn_on(Bug::None);
  const double took = seconds_now() - began;
  if (outcome.ok()) {
    fmt::print("{:<34} {} in {} seeds, {:.1f} s  ({})\n", known.name,
               known.unseen.empty() ? "NOT CAUGHT" : "not caught, as expected", seeds, took,
               known.unseen.empty() ? known.what : known.unseen);
  } else {
    fmt::print("{:<34} seed {:<4} {:5.1f} s  {}\n", known.name, outcome.seed, took, outcome.rule);
  }
  std::fflush(stdout);
  return !outcome.ok() || !known.unseen.empty();
}

}  // namespace

bool set_bug(std::string_view name) {
  turn_on(Bug::None);
  for (const KnownBug& known : known_bugs()) {
    if (known.name == name) {
      turn_on(known.bug);
      return has_bugs;
    }
  }
  return name.empty();
}

int hunt_bugs(const std::string& names, const RunOptions& options, double seconds_max) {
  if (!has_bugs) {
    fmt::print(stderr, "this build has no bugs: configure it with -DKRAFTLAB_BUGS=ON\n");
    return 2;
  }
  int hunted = 0;
  int missed = 0;
  for (const KnownBug& known : known_bugs()) {
    if (is_named(names, known.name)) {
      ++hunted;
      missed += hunt(known, options, seconds_max) ? 0 : 1;
    }
  }
  fmt::print("{} bugs, {} not caught\n", hunted, missed);
  return missed == 0 ? 0 : 1;
}

}  // namespace kafka::sim
