// KIP-227 as rules: what a session remembers, what it leaves out, and how it ends.
#include "broker/core/replica/fetch_sessions.h"

#include <gtest/gtest.h>

namespace kafka {
namespace {

constexpr int16_t by_name = 12;
constexpr int16_t by_id = 13;

struct FetchSessionsTest : testing::Test {
  SeededRandom random{1};
  FetchSessions sessions{random, 2};

  static FetchRequest request(int32_t id, int32_t epoch, std::vector<int32_t> partitions = {}) {
    FetchRequest message;
    message.session_id = id;
    message.session_epoch = epoch;
    if (!partitions.empty()) {
      auto& topic = message.topics.emplace_back();
      topic.topic = "t";
      for (const int32_t partition : partitions) {
        topic.partitions.emplace_back().partition = partition;
      }
    }
    return message;
  }
  FetchContext begin(const FetchRequest& message, int64_t now_ms = 0, int16_t version = by_name) {
    return sessions.begin(message, version, now_ms);
  }
  static std::string partitions_of(const FetchContext& context) {
    std::string text;
    for (const FetchItem& item : context.items) {
      text += std::to_string(item.key.partition);
    }
    return text;
  }
  // Every partition has this high watermark and no records.
  static void read(FetchContext& context, int64_t high_watermark) {
    for (FetchItem& item : context.items) {
      item.data.high_watermark = high_watermark;
      item.data.log_start_offset = 0;
    }
  }
};

TEST_F(FetchSessionsTest, EpochMinusOneFetchesWithoutSession) {
  const FetchContext context = begin(request(0, -1, {0, 1}));
  EXPECT_EQ(context.session_id, 0);
  EXPECT_EQ(partitions_of(context), "01");
  EXPECT_EQ(sessions.size(), 0u);
}

TEST_F(FetchSessionsTest, EpochZeroBeginsASessionAndTheNextEpochGoesOn) {
  FetchContext full = begin(request(0, 0, {0, 1, 2}));
  ASSERT_NE(full.session_id, 0);
  EXPECT_FALSE(full.incremental);
  read(full, 5);
  sessions.finish(full);
  EXPECT_EQ(partitions_of(full), "012");
  const FetchContext next = begin(request(full.session_id, 1));
  EXPECT_TRUE(next.incremental);
  EXPECT_EQ(partitions_of(next), "012");
}

TEST_F(FetchSessionsTest, AnIncrementalAnswerLeavesOutWhatTheClientKnows) {
  FetchContext full = begin(request(0, 0, {0, 1}));
  read(full, 5);
  sessions.finish(full);
  FetchContext same = begin(request(full.session_id, 1));
  read(same, 5);
  sessions.finish(same);
  EXPECT_EQ(partitions_of(same), "");
  FetchContext moved = begin(request(full.session_id, 2));
  read(moved, 5);
  moved.items[1].data.high_watermark = 6;
  sessions.finish(moved);
  EXPECT_EQ(partitions_of(moved), "1");
}

TEST_F(FetchSessionsTest, AnErrorIsToldEveryTimeAndItsEndToo) {
  FetchContext full = begin(request(0, 0, {0}));
  read(full, 5);
  sessions.finish(full);
  for (int32_t epoch = 1; epoch <= 2; ++epoch) {
    FetchContext failed = begin(request(full.session_id, epoch));
    failed.items[0].data.error_code = 6;
    failed.items[0].data.high_watermark = -1;
    sessions.finish(failed);
    EXPECT_EQ(partitions_of(failed), "0");
  }
  FetchContext healed = begin(request(full.session_id, 3));
  read(healed, 5);
  sessions.finish(healed);
  EXPECT_EQ(partitions_of(healed), "0");
}

TEST_F(FetchSessionsTest, PartitionsThatHadRecordsGoToTheEnd) {
  FetchContext full = begin(request(0, 0, {0, 1, 2}));
  read(full, 5);
  const Bytes bytes(10);
  full.items[0].data.records = Records::of(std::span(bytes));
  sessions.finish(full);
  EXPECT_EQ(partitions_of(begin(request(full.session_id, 1))), "120");
}

TEST_F(FetchSessionsTest, ForgottenTopicsLeaveAndAnEmptySessionEnds) {
  const FetchContext full = begin(request(0, 0, {0, 1}));
  FetchRequest forget = request(full.session_id, 1);
  forget.forgotten_topics_data.push_back({"t", {}, {0}});
  EXPECT_EQ(partitions_of(begin(forget)), "1");
  forget.session_epoch = 2;
  forget.forgotten_topics_data[0].partitions = {1};
  const FetchContext empty = begin(forget);
  EXPECT_EQ(empty.session_id, 0);
  EXPECT_EQ(sessions.size(), 0u);
}

TEST_F(FetchSessionsTest, UnknownIdAndWrongEpochAreRefused) {
  EXPECT_EQ(begin(request(77, 1)).error, ErrorCode::FetchSessionIdNotFound);
  const FetchContext full = begin(request(0, 0, {0}));
  EXPECT_EQ(begin(request(full.session_id, 2)).error, ErrorCode::InvalidFetchSessionEpoch);
  EXPECT_EQ(begin(request(full.session_id, 1)).error, ErrorCode::None);
  EXPECT_EQ(begin(request(full.session_id, 1)).error, ErrorCode::InvalidFetchSessionEpoch);
}

TEST_F(FetchSessionsTest, ASessionDoesNotChangeBetweenNamesAndIds) {
  const FetchContext full = begin(request(0, 0, {0}));
  EXPECT_EQ(begin(request(full.session_id, 1), 0, by_id).error,
            ErrorCode::FetchSessionTopicIdError);
}

TEST_F(FetchSessionsTest, EpochMinusOneAndZeroEndTheSessionThatIsNamed) {
  const FetchContext first = begin(request(0, 0, {0}));
  begin(request(first.session_id, -1, {0}));
  EXPECT_EQ(sessions.size(), 0u);
  const FetchContext second = begin(request(0, 0, {0}));
  const FetchContext third = begin(request(second.session_id, 0, {0}));
  EXPECT_NE(third.session_id, second.session_id);
  EXPECT_EQ(sessions.size(), 1u);
}

TEST_F(FetchSessionsTest, WithoutAFreeSlotTheNewcomerHasNoSession) {
  begin(request(0, 0, {0}), 0);
  begin(request(0, 0, {0}), 0);
  EXPECT_EQ(begin(request(0, 0, {0}), 1000).session_id, 0);
  EXPECT_EQ(sessions.size(), 2u);
}

TEST_F(FetchSessionsTest, AnIdleSessionGivesWay) {
  const FetchContext idle = begin(request(0, 0, {0}), 0);
  const FetchContext busy = begin(request(0, 0, {0}), 0);
  begin(request(busy.session_id, 1), 100'000);
  EXPECT_NE(begin(request(0, 0, {0}), 120'001).session_id, 0);
  EXPECT_EQ(begin(request(idle.session_id, 1)).error, ErrorCode::FetchSessionIdNotFound);
}

TEST_F(FetchSessionsTest, AnOldSmallSessionGivesWayToALargerOne) {
  const FetchContext small = begin(request(0, 0, {0}), 0);
  const FetchContext large = begin(request(0, 0, {0, 1, 2}), 0);
  begin(request(small.session_id, 1), 120'000);
  begin(request(large.session_id, 1), 120'000);
  EXPECT_EQ(begin(request(0, 0, {0}), 120'001).session_id, 0);
  EXPECT_NE(begin(request(0, 0, {0, 1}), 120'001).session_id, 0);
  EXPECT_EQ(begin(request(small.session_id, 2), 120'001).error, ErrorCode::FetchSessionIdNotFound);
}

}  // namespace
}  // namespace kafka
