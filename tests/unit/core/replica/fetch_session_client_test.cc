// What a follower has to name in a fetch, and what its leader remembers.
#include "broker/core/replica/fetch_session_client.h"

#include <gtest/gtest.h>

#include "broker/core/replica/fetch_sessions.h"

namespace kafka {
namespace {

class FetchSessionClientTest : public testing::Test {
 protected:
  static FetchRequest::FetchPartition at(int32_t partition, int64_t offset) {
    FetchRequest::FetchPartition fetch;
    fetch.partition = partition;
    fetch.fetch_offset = offset;
    return fetch;
  }
  FetchRequest request() {
    FetchRequest filled;
    client_.fill(wanted_, filled);
    return filled;
  }
  // What the leader makes of it.
  std::map<int32_t, int64_t> travel() {
    FetchContext context = leader_.begin(request(), 18, 0, true);
    EXPECT_EQ(context.error, ErrorCode::None);
    std::map<int32_t, int64_t> read;
    for (const FetchItem& item : context.items) {
      read[item.key.partition] = item.wanted.fetch_offset;
    }
    FetchResponse response;
    response.session_id = context.session_id;
    EXPECT_TRUE(client_.on_response(response));
    return read;
  }

  const Uuid topic_{1, 1};
  const Uuid other_{2, 2};
  SeededRandom random_{1};
  FetchSessions leader_{random_, 10};
  FetchSessionClient client_;
  FetchSessionClient::Wanted wanted_{{{topic_, 0}, at(0, 5)}, {{other_, 1}, at(1, 7)}};
};

TEST_F(FetchSessionClientTest, TheFirstRequestNamesAll) {
  const FetchRequest first = request();
  EXPECT_EQ(first.session_id, 0);
  EXPECT_EQ(first.session_epoch, 0);
  EXPECT_EQ(first.topics.size(), 2u);
}

TEST_F(FetchSessionClientTest, AfterThatOnlyWhatChangedAndTheLeaderKnowsTheRest) {
  EXPECT_EQ(travel(), (std::map<int32_t, int64_t>{{0, 5}, {1, 7}}));
  wanted_[{topic_, 0}].fetch_offset = 6;
  EXPECT_EQ(travel(), (std::map<int32_t, int64_t>{{0, 6}, {1, 7}}));
  const FetchRequest idle = request();
  EXPECT_TRUE(idle.topics.empty());
  EXPECT_TRUE(idle.forgotten_topics_data.empty());
}

TEST_F(FetchSessionClientTest, WhatIsNoLongerWantedIsForgottenAndMayComeBack) {
  travel();
  const auto kept = wanted_.extract({other_, 1});
  EXPECT_EQ(travel(), (std::map<int32_t, int64_t>{{0, 5}}));
  wanted_[{other_, 1}] = kept.mapped();
  EXPECT_EQ(travel(), (std::map<int32_t, int64_t>{{0, 5}, {1, 7}}));
}

TEST_F(FetchSessionClientTest, AfterAFailureAllIsNamedAnewAndTheOldSessionEnds) {
  travel();
  client_.on_failure();
  EXPECT_EQ(travel().size(), 2u);
  EXPECT_EQ(leader_.size(), 1u);
}

TEST_F(FetchSessionClientTest, ALostSessionIsBegunAnew) {
  travel();
  request();
  FetchResponse lost;
  lost.error_code = static_cast<int16_t>(ErrorCode::FetchSessionIdNotFound);
  EXPECT_FALSE(client_.on_response(lost));
  const FetchRequest again = request();
  EXPECT_EQ(again.session_id, 0);
  EXPECT_EQ(again.session_epoch, 0);
  EXPECT_EQ(again.topics.size(), 2u);
}

}  // namespace
}  // namespace kafka
