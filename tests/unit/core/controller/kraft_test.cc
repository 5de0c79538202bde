// A node's metadata from format to restart, on a disk in memory: first records, replay, snapshots,
// crashes and power loss.
#include "broker/core/controller/kraft.h"

#include "broker/core/controller/format.h"
#include "broker/core/controller/metadata_loader.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

constexpr const char* cluster_id = "5L6g3nShT-eMCtK--X86sw";
constexpr const char* metadata_directory = "/data/__cluster_metadata-0";
const ConfigMap dynamic_voters = {{"controller.quorum.voters", "(unset)"},
                                  {"controller.quorum.bootstrap.servers", "localhost:9093"}};

// Whether a clean stop came before a start.
enum class Before { Clean, Crash };

class KraftTest : public ::testing::TestWithParam<bool> {
 protected:
  explicit KraftTest(ConfigMap more = {}) {
    if (GetParam()) {
      more.insert(dynamic_voters.begin(), dynamic_voters.end());
    }
    config_ = node_config(more);
    FormatOptions options;
    options.cluster_id = cluster_id;
    options.standalone = GetParam();
    must(format_storage(files_, random_, config_, options, now_ms_));
  }

  void open(Before before = Before::Crash) {
    const auto directories = must(load_meta_properties(files_, config_));
    KraftIdentity identity;
    identity.cluster_id = directories.begin()->second.cluster_id;
    identity.metadata_directory_id = directories.begin()->second.directory_id;
    identity.log_directory_ids = {identity.metadata_directory_id};
    if (before == Before::Clean) {
      identity.previous_broker_epoch = last_broker_epoch_;
    }
    kraft_.reset();
    kraft_ = must(Kraft::open(files_, random_, config_, std::move(identity), now_ms_));
  }
  MetadataDelta start(Before before = Before::Crash) {
    open(before);
    must(kraft_->start(now_ms_));
    KraftOutput output = kraft_->take_output();
    EXPECT_TRUE(output.sends.empty());  // one voter has nobody to talk to
    MetadataDelta delta = std::move(output.delta);
    must(kraft_->unfence_broker(now_ms_));
    last_broker_epoch_ = kraft_->broker_epoch();
    return delta;
  }
  void stop() {
    must(kraft_->begin_shutdown(now_ms_));
    must(kraft_->finish_shutdown(now_ms_));
    kraft_.reset();
  }
  void flush() {
    if (auto sync = must(kraft_->begin_flush())) {
      must(sync->run());
      must(kraft_->flushed(now_ms_));
    }
  }
  int64_t create(const std::string& name, int32_t partitions = 1) {
    CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = 1;
    auto decision = kraft_->controller().decide_create_topics(request);
    EXPECT_EQ(decision.reply.topics.at(0).error_code, 0);
    return must(kraft_->commit(std::move(decision.records), now_ms_));
  }
  void create_durably(const std::string& name, int32_t partitions = 1) {
    create(name, partitions);
    flush();
  }
  void tick_after(int64_t ms) {
    now_ms_ += ms;
    must(kraft_->tick(now_ms_));
  }
  const MetadataImage& image() const { return kraft_->image(); }
  std::string partition(const std::string& topic) const {
    const PartitionImage* found = image().partition(topic, 0);
    return found == nullptr ? "none" : text_of(*found);
  }
  // All records of the log, a line per batch.
  Lines log() const {
    Lines lines;
    std::string line;
    const Bytes bytes = files_.contents(std::string(metadata_directory) +
                                        "/00000000000000000000.log");
    RecordReader reader;
    must(for_each_batch(bytes, [&](const BatchView& batch) {
      EXPECT_TRUE(batch.crc_matches());
      must(reader.open(batch));
      line.clear();
      RecordView record;
      while (must(reader.next(record))) {
        line += line.empty() ? "" : " | ";
        line += batch.is_control()
                    ? fmt::format("control {}", must(decode_control_record(record))->index())
                    : text_of(must(decode_metadata_record(*record.value)));
      }
      lines.push_back(fmt::format("{}: {}", batch.partition_leader_epoch(), line));
    }));
    return lines;
  }

  SimFiles files_;
  SeededRandom random_{11};
  int64_t now_ms_ = 1'700'000'000'000;
  BrokerConfig config_;
  std::unique_ptr<Kraft> kraft_;
  int64_t last_broker_epoch_ = -1;
};

TEST_P(KraftTest, TheFirstRecordsOfACluster) {
  start();
  EXPECT_EQ(
      log(),
      (Lines{GetParam() ? "1: control 0 | control 3 | control 4" : "1: control 0",
             "1: BeginTransactionRecord | FeatureLevel metadata.version=30 | FeatureLevel "
             "eligible.leader.replicas.version=1 | FeatureLevel group.version=1 | FeatureLevel "
             "share.version=1 | FeatureLevel streams.version=1 | FeatureLevel "
             "transaction.version=2 | Config 4 '' min.insync.replicas=1 | EndTransactionRecord",
             "1: RegisterController 1", "1: RegisterBroker 1 fenced",
             "1: BrokerRegistrationChange 1 unfenced | BrokerRegistrationChange 1 cordoned"}));
  EXPECT_EQ(kraft_->high_watermark(), GetParam() ? 16 : 14);
  EXPECT_EQ(kraft_->broker_epoch(), GetParam() ? 13 : 11);
  EXPECT_TRUE(image().broker(1)->usable());
  EXPECT_EQ(image().cluster_id(), cluster_id);
}

TEST_P(KraftTest, AnswersWaitForTheDisk) {
  start();
  EXPECT_EQ(kraft_->last_pending_offset(), std::nullopt);
  const int64_t offset = create("t");
  EXPECT_EQ(kraft_->last_pending_offset(), offset);  // for answers without records of their own
  EXPECT_LE(kraft_->high_watermark(), offset);
  EXPECT_EQ(image().topic("t"), nullptr);
  EXPECT_NE(kraft_->controller().state().topic("t"), nullptr);
  auto sync = must(kraft_->begin_flush());
  create("u");  // while the flush is under way
  must(sync->run());
  must(kraft_->flushed(now_ms_));
  const MetadataDelta delta = kraft_->take_output().delta;
  EXPECT_EQ(delta.created_topics.size(), 1u);
  EXPECT_GT(kraft_->high_watermark(), offset);
  EXPECT_NE(image().topic("t"), nullptr);
  EXPECT_EQ(image().topic("u"), nullptr);
  flush();
  EXPECT_EQ(kraft_->last_pending_offset(), std::nullopt);
  EXPECT_NE(image().topic("u"), nullptr);
  EXPECT_EQ(must(kraft_->begin_flush()), nullptr);
}

TEST_P(KraftTest, ARestartReplaysWhatWasDecided) {
  start();
  create_durably("t", 3);
  create_durably("u");
  const MetadataImage before = kraft_->controller().state().clone();
  EXPECT_EQ(image().topics(), before.topics());
  open();
  EXPECT_EQ(image().topics(), before.topics());
  EXPECT_EQ(image().brokers(), before.brokers());
  EXPECT_EQ(image().features(), before.features());
  EXPECT_EQ(image().all_configs(), before.all_configs());
  EXPECT_EQ(image().voters(), before.voters());
}

TEST_P(KraftTest, ACleanRestartElectsWithoutLoss) {
  start();
  create_durably("t");
  stop();
  const MetadataDelta delta = start(Before::Clean);
  EXPECT_EQ(kraft_->raft().epoch(), 2);
  EXPECT_EQ(delta.created_topics.size(), 1u);
  EXPECT_EQ(partition("t"), "leader 1 epoch 2/2 isr 1");
}

TEST_P(KraftTest, AKilledNodeComesBackAtOnce) {
  start();
  create_durably("t");
  start(Before::Crash);
  EXPECT_EQ(kraft_->raft().epoch(), 2);
  EXPECT_EQ(partition("t"), "leader 1 epoch 2/2 isr 1 recovering");
  const Lines lines = log();
  EXPECT_EQ(Lines(lines.end() - 4, lines.end()),
            (Lines{"2: control 0", "2: RegisterController 1",
                   "2: PartitionChange 0 isr - leader -1 last 1 | RegisterBroker 1 fenced",
                   "2: BrokerRegistrationChange 1 unfenced | PartitionChange 0 isr 1 leader 1 "
                   "last - recovery 1 | BrokerRegistrationChange 1 cordoned"}));
}

TEST_P(KraftTest, BrokerEpochsGrow) {
  start();
  const int64_t first = kraft_->broker_epoch();
  start();
  EXPECT_GT(kraft_->broker_epoch(), first);
  EXPECT_EQ(image().broker(1)->epoch, kraft_->broker_epoch());
}

TEST_P(KraftTest, AnIdleLeaderWritesNoOps) {
  start();
  const int64_t end = kraft_->raft().end_offset();
  tick_after(0);  // a new controller looks after its brokers at once
  EXPECT_EQ(kraft_->next_deadline_ms(), now_ms_ + 500);
  tick_after(499);
  EXPECT_EQ(kraft_->raft().end_offset(), end);
  tick_after(1);
  EXPECT_EQ(kraft_->raft().end_offset(), end + 1);
  EXPECT_EQ(log().back(), "1: NoOpRecord");
  EXPECT_EQ(kraft_->next_deadline_ms(), now_ms_ + 500);
}

TEST_P(KraftTest, ASnapshotIsTakenEveryHourAndRead) {
  start();
  create_durably("t", 3);
  tick_after(3'600'000);
  const auto snapshot_files = [&] {
    Lines names;
    for (const std::string& path : files_.paths_under(metadata_directory)) {
      const std::string name = path.substr(path.rfind('/') + 1);
      if (const auto id = parse_snapshot_file_name(name); id && id->offset > 0) {
        names.push_back(name);
      }
    }
    return names;
  };
  ASSERT_EQ(snapshot_files().size(), 1u);
  flush();
  create_durably("after");
  MetadataImage expected = kraft_->controller().state().clone();
  open();
  EXPECT_EQ(image().topics(), expected.topics());
  EXPECT_EQ(image().brokers(), expected.brokers());
  EXPECT_EQ(image().kraft_version(), GetParam() ? 1 : 0);
  must(kraft_->start(now_ms_));
  EXPECT_NE(image().topic("after"), nullptr);
  EXPECT_EQ(snapshot_files().size(), 1u);
}

TEST_P(KraftTest, TheLogMayBeLostWhereASnapshotIsKept) {
  start();
  create_durably("t", 3);
  tick_after(3'600'000);
  const MetadataImage expected = image().clone();
  kraft_.reset();
  must(files_.remove(std::string(metadata_directory) + "/00000000000000000000.log"));
  open();
  EXPECT_EQ(image().topics(), expected.topics());
  EXPECT_EQ(image().offset(), expected.offset());
  must(kraft_->start(now_ms_));
  EXPECT_EQ(kraft_->raft().epoch(), 2);
  EXPECT_EQ(kraft_->raft().end_offset(), kraft_->high_watermark());
}

TEST_P(KraftTest, PowerLossTakesNothingThatWasAnswered) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    SeededRandom chance(seed);
    start();
    Lines answered;
    for (int i = 0; i < 6; ++i) {
      const std::string name = fmt::format("t-{}-{}", seed, i);
      create(name);
      if (chance.below(2) == 0) {
        flush();
        for (int done = 0; done <= i; ++done) {
          answered.push_back(fmt::format("t-{}-{}", seed, done));
        }
      }
    }
    kraft_.reset();
    files_.power_loss(chance);
    start();
    for (const std::string& name : answered) {
      ASSERT_NE(image().topic(name), nullptr) << name;
    }
  }
}

TEST_P(KraftTest, AFailedWriteChangesNothing) {
  start();
  files_.fail_next(FileOperation::Write, ".log");
  CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = "t";
  topic.num_partitions = 1;
  topic.replication_factor = 1;
  auto decision = kraft_->controller().decide_create_topics(request);
  const auto failed = kraft_->commit(std::move(decision.records), now_ms_);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::KafkaStorageError);
  EXPECT_EQ(kraft_->controller().state().topic("t"), nullptr);
  create_durably("t");
  EXPECT_NE(image().topic("t"), nullptr);
}

TEST_P(KraftTest, AnOpenTransactionIsAborted) {
  start();
  BeginTransactionRecord begin;
  must(kraft_->commit({begin}, now_ms_));
  TopicRecord topic;
  topic.name = "half";
  topic.topic_id = {4, 4};
  must(kraft_->commit({topic}, now_ms_));
  flush();
  open();
  EXPECT_EQ(image().topic("half"), nullptr);
  must(kraft_->start(now_ms_));
  open();
  EXPECT_EQ(image().topic("half"), nullptr);
}

TEST_P(KraftTest, AClusterOfALaterVersionIsRefused) {
  start();
  FeatureLevelRecord later;
  later.name = "metadata.version";
  later.feature_level = 31;
  must(kraft_->commit({later}, now_ms_));
  flush();
  kraft_.reset();
  EXPECT_THROW(open(), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Voters, KraftTest, ::testing::Bool(), [](const auto& tested) {
  return tested.param ? "Dynamic" : "Static";
});

class SmallSnapshots : public KraftTest {
 protected:
  SmallSnapshots()
      : KraftTest({{"metadata.log.max.record.bytes.between.snapshots", "2000"},
                   {"metadata.log.segment.bytes", "8388608"},
                   {"metadata.max.retention.bytes", "10485760"}}) {}
};

TEST_P(SmallSnapshots, ComeBySizeToo) {
  start();
  for (int i = 0; i < 40; ++i) {
    create_durably(fmt::format("t{}", i));
    tick_after(1);
  }
  const int64_t end = image().offset() + 1;
  kraft_.reset();
  open();
  EXPECT_EQ(image().topics().size(), 40u);
  EXPECT_EQ(image().offset() + 1, end);
}

INSTANTIATE_TEST_SUITE_P(Voters, SmallSnapshots, ::testing::Bool(), [](const auto& tested) {
  return tested.param ? "Dynamic" : "Static";
});

// Apache Kafka's own directories (tests/golden/metadata): we lead them on.
class KafkasDirectoryLedOn : public ::testing::TestWithParam<const char*> {};

TEST_P(KafkasDirectoryLedOn, KeepsItsTopicsAndGoesOn) {
  const bool dynamic = std::string(GetParam()) == "dynamic";
  const std::string from = std::string("metadata/") + GetParam() + "/";
  const auto json_value = [&](const std::string& key) {
    const Bytes bytes = golden_file(from + "expected.json");
    const std::string text(bytes.begin(), bytes.end());
    const size_t at = text.find("\"" + key + "\": \"") + key.size() + 5;
    return text.substr(at, 22);
  };
  SimFiles files;
  Lines names{"00000000000000000000.log", "quorum-state"};
  if (dynamic) {
    names.emplace_back("00000000000000000000-0000000000.checkpoint");
  }
  for (const std::string& name : names) {
    files.put(std::string(metadata_directory) + "/" + name, golden_file(from + name));
  }
  SeededRandom random(3);
  const BrokerConfig config = node_config(dynamic ? dynamic_voters : ConfigMap{});
  KraftIdentity identity;
  identity.cluster_id = json_value("cluster_id");
  identity.metadata_directory_id = *Uuid::parse(json_value("directory_id"));
  identity.log_directory_ids = {identity.metadata_directory_id};
  auto kraft = must(Kraft::open(files, random, config, identity, 1'800'000'000'000));
  EXPECT_EQ(kraft->image().topic("alpha")->id.to_string(), json_value("alpha"));
  must(kraft->start(1'800'000'000'000));
  must(kraft->unfence_broker(1'800'000'000'000));
  EXPECT_EQ(kraft->raft().epoch(), 4);
  EXPECT_EQ(kraft->image().partition("beta", 1)->leader, 1);
  EXPECT_EQ(kraft->image().acls().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Golden, KafkasDirectoryLedOn, ::testing::Values("static", "dynamic"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace kafka
