// The files of a log directory that belong to no single partition.
#include "broker/core/log/log_directory.h"

#include "tests/unit/core/log/log_fixture.h"

namespace kafka {
namespace {

class LogDirectoryTest : public ::testing::Test {
 protected:
  LogDirectoryTest() {
    files_.put("/var/.keep", {});
    directory_ = value_of(LogDirectory::open(files_, "/var/kafka/"));
  }
  std::string text(const std::string& name) { return std::string(text_of(files_.contents(name))); }
  void put(const std::string& name, std::string_view contents) {
    files_.put("/var/kafka/" + name, bytes_of(contents));
  }

  SimFiles files_;
  std::unique_ptr<LogDirectory> directory_;
};

TEST_F(LogDirectoryTest, ASecondBrokerIsLockedOut) {
  EXPECT_EQ(directory_->path(), "/var/kafka");
  const auto second = LogDirectory::open(files_, "/var/kafka");
  EXPECT_EQ(second.error().code, ErrorCode::KafkaStorageError);
  directory_.reset();
  EXPECT_TRUE(LogDirectory::open(files_, "/var/kafka").has_value());
}

TEST_F(LogDirectoryTest, CheckpointsAreApacheKafkasByteForByte) {
  value_of(directory_->write_checkpoint(CheckpointFile::RecoveryPoint, {{{"orders", 3}, 120}}));
  EXPECT_EQ(text("/var/kafka/recovery-point-offset-checkpoint"), "0\n1\norders 3 120\n");
  value_of(directory_->write_checkpoint(CheckpointFile::HighWatermark, {}));
  EXPECT_EQ(text("/var/kafka/replication-offset-checkpoint"), "0\n0\n");
  value_of(directory_->write_checkpoint(CheckpointFile::LogStartOffset, {{{"a", 0}, 1}}));
  EXPECT_TRUE(files_.exists("/var/kafka/log-start-offset-checkpoint"));
  put("cleaner-offset-checkpoint", "");
  EXPECT_TRUE(value_of(directory_->read_checkpoint(CheckpointFile::Cleaner)).empty());
  const OffsetCheckpoint many = {{{"a.b_c-d", 0}, 1}, {{"x", 11}, INT64_MAX}};
  value_of(directory_->write_checkpoint(CheckpointFile::RecoveryPoint, many));
  EXPECT_EQ(value_of(directory_->read_checkpoint(CheckpointFile::RecoveryPoint)), many);
}

TEST_F(LogDirectoryTest, ADamagedCheckpointIsAnErrorThatNamesIt) {
  for (const char* damaged :
       {"0\n2\norders 3 120\n", "0\n1\norders 3\n", "0\n1\norders x 120\n", "7\n0\n"}) {
    put("recovery-point-offset-checkpoint", damaged);
    const auto read = directory_->read_checkpoint(CheckpointFile::RecoveryPoint);
    ASSERT_FALSE(read.has_value()) << damaged;
    EXPECT_EQ(read.error().code, ErrorCode::KafkaStorageError);
    EXPECT_NE(read.error().message.find("recovery-point-offset-checkpoint"), std::string::npos);
  }
}

TEST_F(LogDirectoryTest, ACheckpointIsReplacedWholeOrNotAtAll) {
  value_of(directory_->write_checkpoint(CheckpointFile::RecoveryPoint, {{{"orders", 3}, 1}}));
  for (const FileOperation operation :
       {FileOperation::Create, FileOperation::Write, FileOperation::Sync, FileOperation::Rename}) {
    files_.fail_next(operation, "recovery-point");
    EXPECT_FALSE(directory_->write_checkpoint(CheckpointFile::RecoveryPoint, {{{"orders", 3}, 2}})
                     .has_value());
    EXPECT_EQ(text("/var/kafka/recovery-point-offset-checkpoint"), "0\n1\norders 3 1\n");
  }
}

TEST_F(LogDirectoryTest, MetaPropertiesAreReadAsApacheKafkaWritesThem) {
  EXPECT_EQ(value_of(directory_->read_meta_properties()), std::nullopt);
  put("meta.properties",
      "#\n#Sat Nov 21 11:00:00 UTC 2026\nnode.id=1\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAQ\n"
      "version=1\ncluster.id=5L6g3nShT-eMCtK--X86sw\n");
  const MetaProperties expected{"5L6g3nShT-eMCtK--X86sw", 1, Uuid{0, 1}};
  EXPECT_EQ(value_of(directory_->read_meta_properties()), expected);
  value_of(directory_->write_meta_properties(expected));
  EXPECT_EQ(value_of(directory_->read_meta_properties()), expected);
}

TEST_F(LogDirectoryTest, WrongMetaPropertiesNameTheKey) {
  const std::pair<const char*, const char*> cases[] = {
      {"cluster.id=x\nnode.id=1\n", "version"},
      {"version=1\nnode.id=1\n", "cluster.id"},
      {"version=1\ncluster.id=x\nnode.id=-1\n", "node.id"},
      {"version=1\ncluster.id=x\n", "node.id"},
      {"version=1\ncluster.id=x\nnode.id=1\ndirectory.id=short\n", "directory.id"}};
  for (const auto& [contents, key] : cases) {
    const auto parsed = parse_meta_properties(contents);
    ASSERT_FALSE(parsed.has_value()) << contents;
    EXPECT_EQ(parsed.error().code, ErrorCode::InvalidConfig);
    EXPECT_NE(parsed.error().message.find(key), std::string::npos) << parsed.error().message;
  }
}

TEST_F(LogDirectoryTest, TheMarkerOfACleanStopHoldsTheBrokerEpoch) {
  EXPECT_EQ(value_of(directory_->read_clean_shutdown()), std::nullopt);
  value_of(directory_->write_clean_shutdown(42));
  EXPECT_EQ(text("/var/kafka/.kafka_cleanshutdown"), R"({"version":0,"brokerEpoch":42})");
  EXPECT_EQ(value_of(directory_->read_clean_shutdown()), 42);
  value_of(directory_->remove_clean_shutdown());
  EXPECT_EQ(value_of(directory_->read_clean_shutdown()), std::nullopt);
  value_of(directory_->remove_clean_shutdown());
  put(".kafka_cleanshutdown", "");
  EXPECT_EQ(value_of(directory_->read_clean_shutdown()), -1);
}

TEST_F(LogDirectoryTest, DirectoriesAreToldApartByName) {
  const std::string hex = ".0123456789abcdef0123456789abcdef";
  for (const std::string& name :
       {std::string("a.b-c-12"), std::string("__cluster_metadata-0"), "old-0" + hex + "-delete",
        "old-1" + hex + "-future", "old-2" + hex + "-stray", std::string("snapshots"),
        std::string("x-"), std::string("x-y"), std::string("-3"), std::string("really-delete-0")}) {
    put(name + "/file", "");
  }
  std::map<std::string, LogDirectoryEntryKind> kinds;
  std::map<std::string, TopicPartition> partitions;
  for (const LogDirectoryEntry& entry : value_of(directory_->scan())) {
    kinds[entry.name] = entry.kind;
    partitions[entry.name] = entry.partition;
  }
  EXPECT_EQ(kinds.size(), 6u);
  EXPECT_EQ(partitions["a.b-c-12"], (TopicPartition{"a.b-c", 12}));
  EXPECT_EQ(partitions["__cluster_metadata-0"], (TopicPartition{"__cluster_metadata", 0}));
  EXPECT_EQ(partitions["really-delete-0"], (TopicPartition{"really-delete", 0}));
  EXPECT_EQ(kinds["old-0" + hex + "-delete"], LogDirectoryEntryKind::Deleted);
  EXPECT_EQ(kinds["old-1" + hex + "-future"], LogDirectoryEntryKind::Future);
  EXPECT_EQ(kinds["old-2" + hex + "-stray"], LogDirectoryEntryKind::Stray);
}

TEST_F(LogDirectoryTest, ALongTopicsDeletedNameStaysWithinAFileName) {
  const std::string topic(249, 't');
  const std::string name = deleted_directory_name(topic + "-12", Uuid{1, 2});
  EXPECT_EQ(name.size(), 255u);
  EXPECT_TRUE(name.ends_with("t-12.00000000000000010000000000000002-delete"));
}

TEST_F(LogDirectoryTest, PartitionMetadataIsApacheKafkasByteForByte) {
  put("orders-0/.keep", "");
  value_of(write_partition_metadata(files_, "/var/kafka/orders-0", Uuid{0, 1}));
  EXPECT_EQ(text("/var/kafka/orders-0/partition.metadata"),
            "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ");
  EXPECT_EQ(value_of(read_partition_metadata(files_, "/var/kafka/orders-0")), (Uuid{0, 1}));
  put("orders-0/partition.metadata", "version: 7\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ");
  EXPECT_FALSE(read_partition_metadata(files_, "/var/kafka/orders-0").has_value());
}

TEST_F(LogDirectoryTest, ATornPartitionMetadataIsAsGoodAsNone) {
  const std::string whole = "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ";
  for (size_t kept = 0; kept < whole.size(); ++kept) {
    put("orders-0/partition.metadata", whole.substr(0, kept));
    EXPECT_EQ(value_of(read_partition_metadata(files_, "/var/kafka/orders-0")), std::nullopt);
    put("orders-0/partition.metadata", whole.substr(0, kept) + std::string(43 - kept, '\0'));
    EXPECT_EQ(value_of(read_partition_metadata(files_, "/var/kafka/orders-0")), std::nullopt);
  }
}

}  // namespace
}  // namespace kafka
