// The framing of records around their messages: metadata log, coordinators' topics, control
// batches.
#include <gtest/gtest.h>

#include "protocol/cluster_records.h"
#include "protocol/consumer_protocol.h"
#include "protocol/control_records.h"
#include "protocol/offset_records.h"
#include "protocol/principal.h"
#include "protocol/txn_records.h"
#include "tests/codecs/golden_lines.h"

namespace kafka {
namespace {

TEST(MetadataRecord, IsFrameTypeVersionFields) {
  const MetadataRecord record = FeatureLevelRecord{.name = "metadata.version", .feature_level = 30};
  const auto bytes = encode_metadata_record(record, 0);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(to_hex(*bytes),
            "010c00"
            "11"
            "6d657461646174612e76657273696f6e"
            "001e"
            "00");
  EXPECT_EQ(*decode_metadata_record(*bytes), record);
  EXPECT_EQ(name(record), "FeatureLevelRecord");
}

TEST(MetadataRecord, UnknownTypesVersionsAndFramesAreErrors) {
  for (const char* hex : {"010600", "01ff0100", "010201", "020200", "00", "01", ""}) {
    EXPECT_FALSE(decode_metadata_record(from_hex(hex))) << hex;
  }
}

TEST(MetadataRecord, EveryTypeComesBackAsItself) {
  const auto check = [](const auto& record) {
    const MetadataRecord any = record;
    const auto bytes = encode_metadata_record(any, written_version(any));
    ASSERT_TRUE(bytes) << name(any);
    const auto again = decode_metadata_record(*bytes);
    ASSERT_TRUE(again) << name(any) << ": " << again.error().message;
    EXPECT_EQ(*again, any) << name(any);
  };
  [&]<class... Rs>(const std::variant<Rs...>*) {
    (check(Rs{}), ...);
  }(static_cast<const MetadataRecord*>(nullptr));
}

TEST(MetadataRecord, ARegistrationChangeTakesTheLowestVersionThatFits) {
  BrokerRegistrationChangeRecord change{.broker_id = 1, .fenced = 1};
  EXPECT_EQ(written_version(change), 0);
  change.in_controlled_shutdown = 1;
  EXPECT_EQ(written_version(change), 1);
  change.log_dirs = {one_uuid};
  EXPECT_EQ(written_version(change), 2);
  change.cordoned_log_dirs = std::vector<Uuid>{};
  EXPECT_EQ(written_version(change), 3);
}

TEST(TypedRecord, AKeyStartsWithItsType) {
  const OffsetCommitKey key{.group = "g", .topic = "t", .partition = 3};
  const auto bytes = encode_key(key);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(to_hex(*bytes),
            "0001"
            "0001"
            "67"
            "0001"
            "74"
            "00000003");
  EXPECT_EQ(*decode_record_type(*bytes), OffsetCommitKey::record_type);
  EXPECT_EQ(*decode_key<OffsetCommitKey>(*bytes), key);
  EXPECT_FALSE(decode_key<GroupMetadataKey>(*bytes));
  EXPECT_FALSE(decode_record_type(from_hex("00")));
}

TEST(TypedRecord, AValueStartsWithItsVersion) {
  const OffsetCommitValue value{.offset = 42, .metadata = "m", .commit_timestamp = 7};
  for (int16_t version = 0; version <= 4; ++version) {
    const auto bytes = encode_versioned(value, version);
    ASSERT_TRUE(bytes);
    EXPECT_EQ((*bytes)[1], version);
    EXPECT_EQ(decode_versioned<OffsetCommitValue>(*bytes)->offset, 42);
  }
  EXPECT_FALSE(decode_versioned<OffsetCommitValue>(from_hex("0005")));
}

TEST(TypedRecord, AnEmptyTransactionHasNullPartitions) {
  TransactionLogValue value{.producer_id = 1};
  value.transaction_partitions = std::nullopt;
  const auto again = decode_versioned<TransactionLogValue>(*encode_versioned(value, 1));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->transaction_partitions, std::nullopt);
}

TEST(ConsumerProtocol, NewerVersionsAreReadAsOurNewest) {
  ConsumerProtocolSubscription subscription{.topics = {"t"}};
  subscription.rack_id = "r";
  Bytes bytes = *encode_subscription(subscription, 3);
  EXPECT_EQ(*decode_subscription(bytes), subscription);
  bytes[1] = 9;
  bytes.push_back(0xab);
  EXPECT_EQ(*decode_subscription(bytes), subscription);
}

TEST(ConsumerProtocol, NonsenseIsAnError) {
  EXPECT_FALSE(decode_subscription(Bytes{}));
  EXPECT_FALSE(decode_subscription(from_hex("ffff00000000ffffffff")));
  EXPECT_FALSE(decode_assignment(from_hex("00007fffffff")));
}

TEST(ControlRecord, KeysAndMarkersHaveFixedLayouts) {
  EXPECT_EQ(to_hex(encode_control_key(ControlRecordType::LeaderChange)), "00000002");
  EXPECT_EQ(*decode_control_key(from_hex("00000001")), ControlRecordType::Commit);
  EXPECT_FALSE(decode_control_key(from_hex("000000")));
  EXPECT_EQ(to_hex(encode_end_txn_marker({.coordinator_epoch = 5})), "000000000005");
  EXPECT_EQ(decode_end_txn_marker(from_hex("000000000005"))->coordinator_epoch, 5);
  EXPECT_FALSE(decode_end_txn_marker(from_hex("0000000000")));
}

TEST(ControlRecord, TheVersionInsideSaysHowToReadIt) {
  LeaderChangeMessage message{.version = 1, .leader_id = 3};
  message.voters = {{.voter_id = 3, .voter_directory_id = one_uuid}};
  const auto bytes = encode_control_value(message);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*decode_control_value<LeaderChangeMessage>(*bytes), message);
  message.version = 0;
  EXPECT_FALSE(encode_control_value(message)) << "v0 has no directory ids";
}

TEST(Principal, IsVersionedData) {
  const DefaultPrincipalData principal{.type = "User", .name = "ANONYMOUS"};
  const auto bytes = encode_versioned(principal, 0);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(to_hex(*bytes),
            "0000"
            "05"
            "55736572"
            "0a"
            "414e4f4e594d4f5553"
            "00"
            "00");
  EXPECT_EQ(*decode_versioned<DefaultPrincipalData>(*bytes), principal);
}

}  // namespace
}  // namespace kafka
