#include "broker/core/replica/directory_reports.h"

#include <gtest/gtest.h>

#include "protocol/error.h"

namespace kafka {
namespace {

constexpr int64_t now = 1000;
constexpr Uuid topic{1, 1}, first{2, 1}, second{2, 2}, unassigned{};

AssignReplicasToDirsResponse answer_to(const AssignReplicasToDirsRequest& request,
                                       ErrorCode code = ErrorCode::None) {
  AssignReplicasToDirsResponse response;
  for (const auto& directory : request.directories) {
    auto& answered = response.directories.emplace_back();
    answered.id = directory.id;
    for (const auto& asked : directory.topics) {
      auto& of_topic = answered.topics.emplace_back();
      of_topic.topic_id = asked.topic_id;
      for (const auto& partition : asked.partitions) {
        of_topic.partitions.push_back({partition.partition_index, static_cast<int16_t>(code)});
      }
    }
  }
  return response;
}

TEST(DirectoryReports, WhatTheMetadataKnowsIsNotSaid) {
  DirectoryReports reports;
  reports.note({topic, 0}, first, first);
  EXPECT_FALSE(reports.next(1, 9, now));
  EXPECT_EQ(reports.next_deadline_ms(), INT64_MAX);
}

TEST(DirectoryReports, ReplicasAreNamedByDirectoryAndTopicOnce) {
  DirectoryReports reports;
  reports.note({topic, 0}, first, unassigned);
  reports.note({topic, 1}, second, unassigned);
  reports.note({topic, 2}, first, second);
  const auto request = reports.next(1, 9, now);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->broker_epoch, 9);
  ASSERT_EQ(request->directories.size(), 2u);
  EXPECT_EQ(request->directories[0].id, first);
  EXPECT_EQ(request->directories[0].topics.front().partitions.size(), 2u);
  EXPECT_FALSE(reports.next(1, 9, now)) << "one is under way";
  reports.on_response(answer_to(*request), now);
  EXPECT_EQ(reports.size(), 0u);
}

TEST(DirectoryReports, WhatFailsIsSaidAgainLater) {
  DirectoryReports reports;
  reports.note({topic, 0}, first, unassigned);
  reports.next(1, 9, now);
  reports.on_failure(now);
  EXPECT_FALSE(reports.next(1, 9, now));
  EXPECT_EQ(reports.next_deadline_ms(), now + DirectoryReports::backoff_ms);
  const auto again = reports.next(1, 10, now + DirectoryReports::backoff_ms);
  ASSERT_TRUE(again);
  AssignReplicasToDirsResponse stale;
  stale.error_code = static_cast<int16_t>(ErrorCode::StaleBrokerEpoch);
  reports.on_response(stale, now);
  EXPECT_EQ(reports.size(), 1u);
}

TEST(DirectoryReports, AReplicaThatIsNoLongerOursIsSettled) {
  DirectoryReports reports;
  reports.note({topic, 0}, first, unassigned);
  const auto request = reports.next(1, 9, now);
  reports.on_response(answer_to(*request, ErrorCode::NotLeaderOrFollower), now);
  EXPECT_EQ(reports.size(), 0u);
}

TEST(DirectoryReports, AnAnswerDoesNotSettleWhatMovedMeanwhile) {
  DirectoryReports reports;
  reports.note({topic, 0}, first, unassigned);
  const auto request = reports.next(1, 9, now);
  reports.note({topic, 0}, second, unassigned);
  reports.on_response(answer_to(*request), now);
  EXPECT_EQ(reports.size(), 1u);
}

}  // namespace
}  // namespace kafka
