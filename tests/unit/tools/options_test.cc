// The command lines of the tools: what is taken, what is complained about, in Kafka's words.
#include "broker/tools/common/options.h"

#include <gtest/gtest.h>

#include "broker/tools/console/consumer_options.h"
#include "broker/tools/console/producer_options.h"
#include "broker/tools/groups/group_options.h"
#include "broker/tools/topics/topic_options.h"

namespace kafka {
namespace {

OptionParser small_parser() {
  OptionParser parser("A tool.");
  parser.flag("list", "Lists.")
      .value("topic", "name", "A topic.")
      .number("partitions", "count", "How many.")
      .repeated("config", "k=v", "A setting.")
      .optional_value("state", "states", "States.");
  return parser;
}

TEST(Options, ValueStandsBehindOrAfterEquals) {
  const OptionParser parser = small_parser();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--topic", "a"}, {"--topic=a"}, {"-topic", "a"}}) {
    const auto options = parser.parse(words);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->text("topic"), "a");
  }
  EXPECT_EQ(parser.parse({"--topic="})->text("topic"), "");
}

TEST(Options, ValueIsTakenAsItStands) {
  const OptionParser parser = small_parser();
  const auto options = parser.parse({"--topic", "--list"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->text("topic"), "--list");
  EXPECT_FALSE(options->has("list"));
}

TEST(Options, OptionalValueIsNoOption) {
  const OptionParser parser = small_parser();
  const auto alone = parser.parse({"--state", "--list"});
  EXPECT_TRUE(alone->has("state"));
  EXPECT_FALSE(alone->text("state"));
  EXPECT_TRUE(alone->has("list"));
  EXPECT_EQ(parser.parse({"--state", "Empty"})->text("state"), "Empty");
}

TEST(Options, NamesAreNotAbbreviated) {
  const auto options = small_parser().parse({"--lis"});
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().message, "lis is not a recognized option");
  EXPECT_EQ(small_parser().closest("lis"), "list");
  EXPECT_EQ(small_parser().closest("zookeeper"), std::nullopt);
}

TEST(Options, MissingValueIsNamed) {
  const auto options = small_parser().parse({"--topic"});
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().message, "Option topic requires an argument");
}

TEST(Options, TwoDashesEndThem) {
  const OptionParser parser = small_parser();
  const auto options = parser.parse({"extra", "--", "--list"});
  EXPECT_FALSE(options->has("list"));
  EXPECT_EQ(options->words(), (std::vector<std::string>{"extra", "--list"}));
}

TEST(Options, WrongNumbersAndRepeatedValuesShowLater) {
  const OptionParser parser = small_parser();
  EXPECT_EQ(parser.parse({"--partitions", "x"})->check_values().error().message,
            "Cannot parse argument 'x' of option partitions");
  EXPECT_EQ(parser.parse({"--topic", "a", "--topic", "b"})->check_values().error().message,
            "Found multiple arguments for option topic, but you asked for only one");
  EXPECT_TRUE(parser.parse({"--config", "a", "--config", "b"})->check_values());
}

TEST(Options, TableWrapsBothColumns) {
  const std::string table = small_parser().table();
  EXPECT_TRUE(table.starts_with("Option"));
  EXPECT_NE(table.find("--partitions <Integer: count>  How many.\n"), std::string::npos);
  for (size_t at = 0, end = 0; (end = table.find('\n', at)) != std::string::npos; at = end + 1) {
    EXPECT_LE(end - at, 80u);
  }
}

// --- what goes together -----------------------------------------------------------------------

std::string topic_complaint(const std::vector<std::string>& words) {
  const OptionParser parser = topic_option_parser();
  return topic_options_complaint(*parser.parse(words)).value_or("");
}

TEST(TopicOptions, ExactlyOneAction) {
  constexpr std::string_view sentence =
      "Command must include exactly one action: --list, --describe, --create, --alter or --delete";
  EXPECT_EQ(topic_complaint({"--topic", "x"}), sentence);
  EXPECT_EQ(topic_complaint({"--list", "--describe"}), sentence);
  EXPECT_EQ(topic_complaint({"--list"}), "");
}

TEST(TopicOptions, OptionsThatDoNotGoTogether) {
  EXPECT_EQ(topic_complaint({"--list", "--partitions", "3"}),
            "Option \"[partitions]\" can't be used with option \"[list]\"");
  EXPECT_EQ(topic_complaint({"--create"}), "Missing required argument \"[topic]\"");
  EXPECT_EQ(topic_complaint({"--alter", "--topic", "x"}),
            "Missing required argument \"[partitions]\"");
  EXPECT_EQ(topic_complaint({"--describe", "--at-min-isr-partitions", "--topics-with-overrides"}),
            "Option \"[at-min-isr-partitions]\" can't be used with option "
            "\"[topics-with-overrides]\"");
  EXPECT_EQ(topic_complaint({"--describe", "--at-min-isr-partitions", "--unavailable-partitions"}),
            "");
}

std::string consumer_complaint(const std::vector<std::string>& words) {
  const OptionParser parser = consumer_option_parser();
  return consumer_options_complaint(*parser.parse(words)).value_or("");
}

TEST(ConsumerOptions, TopicOrPattern) {
  constexpr std::string_view sentence =
      "Exactly one of the following arguments is required: [topic], [include]";
  EXPECT_EQ(consumer_complaint({}), sentence);
  EXPECT_EQ(consumer_complaint({"--topic", "a", "--include", "b"}), sentence);
}

TEST(ConsumerOptions, OffsetIsANumberOrAName) {
  const std::vector<std::string> words = {
      "--topic", "a", "--bootstrap-server", "b:1", "--partition", "0", "--offset"};
  for (const char* offset : {"earliest", "Latest", "0", "12"}) {
    auto with = words;
    with.emplace_back(offset);
    EXPECT_EQ(consumer_complaint(with), "") << offset;
  }
  for (const char* offset : {"-1", "x", ""}) {
    auto with = words;
    with.emplace_back(offset);
    EXPECT_NE(consumer_complaint(with), "") << offset;
  }
}

TEST(ConsumerOptions, MadeUpGroupCommitsNothing) {
  const OptionParser parser = consumer_option_parser();
  const auto options = parser.parse({"--topic", "a", "--bootstrap-server", "b:1"});
  const auto plan = plan_consumer(*options);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->properties.at("group.id").starts_with("console-consumer-"));
  EXPECT_EQ(plan->properties.at("enable.auto.commit"), "false");
  EXPECT_EQ(plan->properties.at("auto.offset.reset"), "latest");
  EXPECT_EQ(plan->properties.at("isolation.level"), "read_uncommitted");
}

TEST(ConsumerOptions, GroupsMustAgree) {
  const OptionParser parser = consumer_option_parser();
  const auto options = parser.parse({"--topic", "a", "--bootstrap-server", "b:1", "--group", "g",
                                     "--command-property", "group.id=h"});
  const auto plan = plan_consumer(*options);
  ASSERT_TRUE(plan);
  EXPECT_NE(plan->complaint.value_or("").find("Detected group ids: 'g', 'h'"), std::string::npos);
}

TEST(ProducerOptions, DefaultsAreJavas) {
  const OptionParser parser = producer_option_parser();
  const auto options = parser.parse({"--topic", "a", "--bootstrap-server", "b:1"});
  const auto properties = producer_properties(*options);
  ASSERT_TRUE(properties);
  EXPECT_EQ(properties->at("acks"), "-1");
  EXPECT_EQ(properties->at("linger.ms"), "1000");
  EXPECT_EQ(properties->at("enable.idempotence"), "true");
  EXPECT_EQ(properties->at("partitioner"), "murmur2_random");
}

TEST(ProducerOptions, PropertyOfTheUserWins) {
  const OptionParser parser = producer_option_parser();
  const auto options =
      parser.parse({"--topic", "a", "--bootstrap-server", "b:1", "--command-property", "acks=1",
                    "--batch-size", "5", "--compression-codec"});
  const auto properties = producer_properties(*options);
  ASSERT_TRUE(properties);
  EXPECT_EQ(properties->at("acks"), "1");
  EXPECT_EQ(properties->at("batch.size"), "5");
  EXPECT_EQ(properties->at("compression.type"), "gzip");
  EXPECT_FALSE(properties->contains("enable.idempotence"));
}

std::string group_complaint(const std::vector<std::string>& words) {
  const OptionParser parser = group_option_parser();
  return group_options_complaint(*parser.parse(words)).value_or("");
}

TEST(GroupOptions, ResetNeedsScopeAndScenario) {
  const std::vector<std::string> words = {"--bootstrap-server", "b:1", "--reset-offsets", "--group",
                                          "g"};
  auto with = words;
  with.emplace_back("--to-latest");
  EXPECT_EQ(group_complaint(with),
            "One of the reset scopes should be defined: --all-topics, --topic.");
  with.emplace_back("--all-topics");
  EXPECT_EQ(group_complaint(with), "");
  with.emplace_back("--to-earliest");
  EXPECT_EQ(group_complaint(with),
            "Option \"[to-earliest]\" can't be used with option \"[to-latest]\"");
}

}  // namespace
}  // namespace kafka
