// Deliberate bugs: what the simulation must be able to find. Each is one condition in the code,
//
//   if (is_on(Bug::SomeName)) ...
//
// and each is the constant false in every program but kraftlab-sim, which compiles the files that
// have one a second time with KRAFTLAB_BUGS and turns one on by name (tests/sim/bug_hunt.h). There
// is nothing of them in the broker.
//
// Use it in .cc files only: a header would mean two things in one program.
#pragma once

#include <cstdint>

namespace kafka {

enum class Bug : uint8_t {
  None,
  MinIsrIgnoredAtAppend,
  MinIsrIgnoredByHighWatermark,
  HighWatermarkIgnoresFollowers,
  HighWatermarkIgnoresProposedIsr,
  FetchOfAnEarlierLifeCounts,
  DivergedFollowerCounts,
  JoinsIsrBehindHighWatermark,
  JoinsIsrBeforeEpochStart,
  ProposalForgottenOnRetry,
  IsrNeverShrinks,
  NoFetchFencing,
  OldRolesTaken,
  ReadsBeyondHighWatermark,
  DivergenceNotTold,
  FollowerHighWatermarkUnclamped,
  LaterEpochsTaken,
  TruncatesToHighWatermark,
  TruncatesTooLittle,
  HighWatermarkSurvivesTruncation,
  AlterPartitionWithoutCompareAndSet,
  AlterPartitionOfDeposedLeader,
  AlterPartitionTakesEarlierLives,
  UncleanShutdownTrusted,
  BrokerEpochIgnored,
  LeaderOutsideIsr,
  LeaderEpochStays,
  NoEligibleReplicas,
  VotesTwice,
  VotesForShorterLogs,
  CommitsWithoutMajority,
  LeaderCountsUnsynced,
  AcknowledgesUnsynced,
  MetadataNotTruncated,
  MetadataHistoryNotCompared,
  PendingAfterLostLeadership,
  DuplicatesTaken,
  SequenceGapsTaken,
  ProducersForgotten,
  ProducerStateNotReplayed,
  RecoveryDropsTheLastBatch,
  OldGenerationsCommit,
  OldGenerationsSync,
  CommitsBeforeReplicated,
  CoordinatorDoesNotLoad,
  LostCommitsAcknowledged,
  AcksAllDoesNotWait,
  DuplicatesDoNotWait,
  LostLeadershipAcknowledged,
  FollowerTakesOldAnswers,
  FollowerFetchesFromItsHighWatermark,
};

#ifdef KRAFTLAB_BUGS
inline Bug bug_that_is_on = Bug::None;
inline namespace with_bugs {
inline bool is_on(Bug bug) {
  return bug_that_is_on == bug;
}
}  // namespace with_bugs
#else
inline namespace without_bugs {
constexpr bool is_on(Bug) {
  return false;
}
}  // namespace without_bugs
#endif

}  // namespace kafka
