// Deliberate bugs: what the simulation must be able to find. Each is one condition in the code,
//
//   if (is_on(Bug::SomeName)) ...
//
// and each is the constant false, so that there is nothing of them in the broker. Only a build that
// was configured with KRAFTLAB_BUGS can turn one on, by name, in kraftlab-sim
// (tests/sim/bug_hunt.h); `./lab sim --bugs` keeps such a build in a folder of its own.
#pragma once

#include <cstdint>

namespace kafka {

enum class Bug : uint8_t {
  None,
  MinIsrIgnoredAtAppend,
  MinIsrIgnoredByHighWatermark,
  HighWatermarkIgnoresFollowers,
  HighWatermarkIgnoresProposedIsr,
  EarlierLivesCount,
  DivergedFollowerCounts,
  JoinsIsrBehindHighWatermark,
  JoinsIsrBeforeEpochStart,
  ProposalForgottenOnRetry,
  IsrNeverShrinks,
  NoFetchFencing,
  OldRolesTaken,
  DeposedLeaderStays,
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
  ProducersSurviveTruncation,
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
inline bool is_on(Bug bug) {
  return bug_that_is_on == bug;
}
#else
constexpr bool is_on(Bug) {
  return false;
}
#endif

}  // namespace kafka
