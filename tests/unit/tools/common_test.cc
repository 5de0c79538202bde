// Filters, tables, times, names: what the tools share.
#include <gtest/gtest.h>

#include "broker/tools/admin/addresses.h"
#include "broker/tools/common/camel_case.h"
#include "broker/tools/common/java_order.h"
#include "broker/tools/common/partition_filter.h"
#include "broker/tools/common/replica_assignment.h"
#include "broker/tools/common/subcommands.h"
#include "broker/tools/common/table.h"
#include "broker/tools/common/text.h"
#include "broker/tools/common/time_text.h"
#include "broker/tools/common/tool_error.h"
#include "broker/tools/configs/entities.h"
#include "broker/tools/topics/describe.h"

namespace kafka {
namespace {

TEST(TopicFilter, IsAListOfExpressions) {
  const auto filter = TopicFilter::parse("\"orders, pay.*\"");
  ASSERT_TRUE(filter);
  EXPECT_TRUE(filter->matches("orders"));
  EXPECT_TRUE(filter->matches("payments"));
  EXPECT_FALSE(filter->matches("orders2"));
  EXPECT_EQ(TopicFilter::parse("[").error().message, "[ is an invalid regex.");
}

TEST(PartitionFilter, RulesExcludeTheUpperEnd) {
  const auto filter = PartitionFilter::parse_rules("orders:0,pay.*:1-3,audit:-2,log:5-,:7");
  ASSERT_TRUE(filter);
  for (const auto& [topic, partition, expected] : {std::tuple{"orders", 0, true},
                                                   {"orders", 1, false},
                                                   {"payments", 1, true},
                                                   {"payments", 2, true},
                                                   {"payments", 3, false},
                                                   {"audit", 1, true},
                                                   {"audit", 2, false},
                                                   {"log", 4, false},
                                                   {"log", 50, true},
                                                   {"anything", 7, true}}) {
    EXPECT_EQ(filter->matches({topic, partition}), expected) << topic << " " << partition;
  }
  EXPECT_FALSE(PartitionFilter::parse_rules("orders:x"));
}

TEST(Addresses, NeedAPort) {
  EXPECT_EQ(parse_bootstrap("a:1, [::1]:2"), (std::vector<HostPort>{{"a", 1}, {"::1", 2}}));
  EXPECT_EQ(parse_bootstrap("127.0.0.1").error().message,
            "Invalid url in bootstrap.servers: 127.0.0.1");
  EXPECT_FALSE(parse_bootstrap("a:x"));
  EXPECT_FALSE(parse_bootstrap(""));
}

TEST(ReplicaAssignment, IsByPartition) {
  EXPECT_EQ(parse_replica_assignment("1:2,2:3"),
            (std::vector<std::vector<int32_t>>{{1, 2}, {2, 3}}));
  EXPECT_EQ(parse_replica_assignment("1:1").error().message,
            "Partition replica lists may not contain duplicate entries: 1");
  EXPECT_EQ(parse_replica_assignment("1:2,1").error().message,
            "Partition 1 has different replication factor: [1]");
  EXPECT_EQ(parse_replica_assignment("x").error().message, "For input string: \"x\"");
}

TEST(Times, AreUtcUnlessTheySaySo) {
  EXPECT_EQ(parse_date_time("1970-01-02T00:00:00.001"), 86'400'001);
  EXPECT_EQ(parse_date_time("1970-01-01T02:00:00.000+02:00"), 0);
  EXPECT_EQ(parse_date_time("1970-01-01T02:00:00.000+0200"), 0);
  EXPECT_EQ(parse_date_time("1969-12-31T22:00:00.000-02"), 0);
  EXPECT_EQ(parse_date_time("2020-01-01T00:00:00Z").error().message,
            "Unparseable date: \"2020-01-01T00:00:00Z\"");
  EXPECT_FALSE(parse_date_time("2020-02-30T00:00:00.000"));
  EXPECT_FALSE(parse_date_time("2020-01-01"));
}

TEST(Times, DurationsAreIso) {
  EXPECT_EQ(parse_duration("P1DT2H3M4.5S"), ((26 * 60 + 3) * 60 + 4) * 1000 + 500);
  EXPECT_EQ(parse_duration("-PT1S"), -1000);
  for (const char* wrong : {"", "P", "PT", "1D", "P1Y"}) {
    EXPECT_FALSE(parse_duration(wrong)) << wrong;
  }
}

TEST(Tables, PadColumns) {
  EXPECT_EQ(tab_table({{"Id", "Name"}, {"100", "x"}}), "Id \tName\t\n100\tx   \t\n");
  EXPECT_EQ(blank_table({{"A", "B"}, {"xyz", "1"}}, {2, 3}), "A   B  \nxyz 1  \n");
  EXPECT_EQ(ragged_table({{"A", "B"}, {"xyz", "1"}}, {2}), "A   B\nxyz 1\n");
}

TEST(Text, NumbersAreWhole) {
  EXPECT_EQ(parse_number("+5", 0, 9), 5);
  EXPECT_EQ(parse_number("-5", -9, 9), -5);
  for (const char* wrong : {"", "x", "5x", " 5", "+-5", "99"}) {
    EXPECT_EQ(parse_number(wrong, 0, 9), std::nullopt) << wrong;
  }
}

TEST(Text, ClosestWordIsNear) {
  const std::vector<std::string> words = {"from-beginning", "partition", "group"};
  EXPECT_EQ(closest_word("from-begining", words), "from-beginning");
  EXPECT_EQ(closest_word("grup", words), "group");
  EXPECT_EQ(closest_word("zookeeper", words), std::nullopt);
}

TEST(CamelCase, ChangesNamesOnly) {
  EXPECT_EQ(camel_case_keys(R"({"leader_epoch":0,"a":"b_c","x":["d_e"],"q\"_r":1})"),
            R"({"leaderEpoch":0,"a":"b_c","x":["d_e"],"q\"R":1})");
}

// The order of a topic's settings in the output of Apache Kafka's kafka-topics.sh --describe.
TEST(JavaOrder, IsThatOfAHashMap) {
  EXPECT_EQ(java_hash("hello"), 99162322u);
  std::vector<std::string> names;
  for (const char* name : {"cleanup.policy",
                           "compression.gzip.level",
                           "compression.lz4.level",
                           "compression.type",
                           "compression.zstd.level",
                           "delete.retention.ms",
                           "file.delete.delay.ms",
                           "flush.messages",
                           "flush.ms",
                           "follower.replication.throttled.replicas",
                           "index.interval.bytes",
                           "leader.replication.throttled.replicas",
                           "local.retention.bytes",
                           "local.retention.ms",
                           "max.compaction.lag.ms",
                           "max.message.bytes",
                           "message.timestamp.after.max.ms",
                           "message.timestamp.before.max.ms",
                           "message.timestamp.type",
                           "min.cleanable.dirty.ratio",
                           "min.compaction.lag.ms",
                           "min.insync.replicas",
                           "preallocate",
                           "remote.log.copy.disable",
                           "remote.log.delete.on.disable",
                           "remote.storage.enable",
                           "retention.bytes",
                           "retention.ms",
                           "segment.bytes",
                           "segment.index.bytes",
                           "segment.jitter.ms",
                           "segment.ms",
                           "unclean.leader.election.enable"}) {
    names.emplace_back(name);
  }
  sort_as_java_map(names, [](const std::string& name) { return std::string_view(name); });
  const auto place = [&](std::string_view name) { return std::ranges::find(names, name); };
  EXPECT_LT(place("compression.type"), place("min.insync.replicas"));
  EXPECT_LT(place("min.insync.replicas"), place("cleanup.policy"));
  EXPECT_LT(place("cleanup.policy"), place("retention.ms"));
  EXPECT_LT(place("cleanup.policy"), place("segment.bytes"));
}

TEST(Errors, KnowTheirClass) {
  EXPECT_EQ(server_error(36, "Topic 'a' already exists.").to_string(),
            "org.apache.kafka.common.errors.TopicExistsException: Topic 'a' already exists.");
  EXPECT_EQ(
      server_error(69).to_string(),
      "org.apache.kafka.common.errors.GroupIdNotFoundException: The group id does not exist.");
}

// --- subcommands ------------------------------------------------------------------------------

CommandParser small_commands() {
  return CommandParser(
      "tool", "About.",
      {{.name = "--server", .short_name = "-b", .doc = {}, .group = "where"},
       {.name = "--service", .short_name = {}, .doc = {}, .group = "where"}},
      {{"describe", "", {{.name = "--status", .short_name = {}, .takes_value = false, .doc = {}}}},
       {"format", "", {{.name = "--config", .short_name = "-c", .required = true, .doc = {}}}}},
      {"where"});
}

std::optional<ParsedCommand> parse(const std::vector<std::string>& words, std::string* complaint) {
  int exit_code = 0;
  testing::internal::CaptureStderr();
  auto parsed = small_commands().parse(words, exit_code);
  const std::string text = testing::internal::GetCapturedStderr();
  const size_t at = text.find("error: ");
  *complaint = at == std::string::npos ? "" : text.substr(at + 7, text.find('\n', at) - at - 7);
  return parsed;
}

TEST(Subcommands, OptionsStandOnBothSides) {
  std::string complaint;
  const auto parsed = parse({"--server", "a:1", "desc", "--stat"}, &complaint);
  ASSERT_TRUE(parsed) << complaint;
  EXPECT_EQ(parsed->command, "describe");
  EXPECT_EQ(parsed->text("--server"), "a:1");
  EXPECT_TRUE(parsed->has("--status"));
  EXPECT_EQ(parse({"-ba:1", "format", "-cfile"}, &complaint)->text("--config"), "file");
}

TEST(Subcommands, Complaints) {
  std::string complaint;
  for (const auto& [words, expected] :
       std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{}, "too few arguments"},
           {{"nope"}, "invalid choice: 'nope' (choose from 'describe', 'format')"},
           {{"--serv", "x"}, "ambiguous option: --serv could match --server, --service"},
           {{"--server"}, "argument --server/-b: expected one argument"},
           {{"--server", "a", "--service", "b"},
            "argument --service: not allowed with argument --server/-b"},
           {{"--server", "a", "format"}, "argument --config/-c is required"},
           {{"describe"}, "one of the arguments --server/-b --service is required"},
           {{"--server", "a", "describe", "extra"}, "unrecognized arguments: 'extra'"}}) {
    EXPECT_FALSE(parse(words, &complaint));
    EXPECT_EQ(complaint, expected);
  }
}

// --- pure parts of single tools ---------------------------------------------------------------

TEST(ConfigPairs, BracketsHoldCommas) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(parse_config_pairs("a=1, b=[x,y],c="), (Pairs{{"a", "1"}, {"b", "x,y"}, {"c", ""}}));
  EXPECT_EQ(parse_config_pairs("a=1,b"), std::nullopt);
}

TopicDescription topic_with_partition(int32_t leader, std::vector<int32_t> replicas,
                                      std::vector<int32_t> isr) {
  TopicDescription topic;
  topic.name = "t";
  topic.topic_id = {0, 1};
  auto& partition = topic.partitions.emplace_back();
  partition.leader_id = leader;
  partition.replica_nodes = std::move(replicas);
  partition.isr_nodes = std::move(isr);
  return topic;
}

ConfigEntries min_isr(std::string value) {
  ConfigEntries entries(1);
  entries[0].name = "min.insync.replicas";
  entries[0].value = std::move(value);
  entries[0].config_source = 5;
  return entries;
}

TEST(TopicDescription, PrintsHeadAndPartitions) {
  EXPECT_EQ(describe_topic(topic_with_partition(1, {1, 2}, {1}), min_isr("1"), {}, {}),
            "Topic: t\tTopicId: AAAAAAAAAAAAAAAAAAAAAQ\tPartitionCount: 1\tReplicationFactor: 2\t"
            "Configs: \n"
            "\tTopic: t\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1\tElr: N/A\t"
            "LastKnownElr: N/A\n");
}

TEST(TopicDescription, ReportsPickPartitions) {
  const auto lagging = topic_with_partition(1, {1, 2}, {1});
  const auto offline = topic_with_partition(-1, {1, 2}, {});
  EXPECT_NE(describe_topic(lagging, min_isr("1"), {}, {.under_replicated = true}), "");
  EXPECT_EQ(describe_topic(lagging, min_isr("1"), {}, {.unavailable = true}), "");
  EXPECT_NE(describe_topic(lagging, min_isr("2"), {}, {.under_min_isr = true}), "");
  EXPECT_NE(describe_topic(lagging, min_isr("1"), {}, {.at_min_isr = true}), "");
  EXPECT_NE(describe_topic(offline, min_isr("1"), {}, {.unavailable = true}).find("Leader: none"),
            std::string::npos);
  EXPECT_EQ(describe_topic(lagging, min_isr("1"), {}, {.with_overrides = true}), "");
}

TEST(TopicDescription, ReplicasThatAreAddedDoNotCountYet) {
  const Reassignments moving = {{0, {.adding = {2}, .removing = {}}}};
  const auto topic = topic_with_partition(1, {1, 2}, {1});
  EXPECT_EQ(describe_topic(topic, min_isr("1"), moving, {.under_replicated = true}), "");
  EXPECT_NE(describe_topic(topic, min_isr("1"), moving, {}).find("Adding Replicas: 2"),
            std::string::npos);
}

}  // namespace
}  // namespace kafka
