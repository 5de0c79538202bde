#include "broker/config/config_def.h"

#include <gtest/gtest.h>

#include "broker/config/config_table.h"

namespace kafka {
namespace {

std::string objection(std::string_view name, std::string_view value) {
  const ConfigDef* def = find_broker_config(name);
  def = def != nullptr ? def : find_topic_config(name);
  def = def != nullptr ? def : find_group_config(name);
  Result<> valid = check_value(*def, value);
  return valid ? "" : valid.error().message;
}

TEST(ConfigValue, WholeNumbersMayHaveASignAndBlanks) {
  EXPECT_EQ(objection("num.partitions", " 3 "), "");
  EXPECT_EQ(objection("num.partitions", "+3"), "");
  EXPECT_EQ(to_int(" +3 "), 3);
  EXPECT_EQ(objection("log.retention.bytes", "-1"), "");
}

TEST(ConfigValue, WhatIsNoNumberOfItsTypeIsRefused) {
  for (std::string_view value : {"abc", "", "99999999999", "0x3", "1.5", "+-3", "3 4"}) {
    EXPECT_EQ(objection("num.partitions", value),
              "Invalid value " + std::string(value) +
                  " for configuration num.partitions: Not a number of type INT");
  }
  EXPECT_NE(objection("log.retention.bytes", "99999999999999999999"), "");
  EXPECT_NE(objection("offsets.topic.replication.factor", "70000"), "");
}

TEST(ConfigValue, RangesAreChecked) {
  EXPECT_EQ(objection("num.partitions", "0"),
            "Invalid value 0 for configuration num.partitions: Value must be at least 1");
  EXPECT_EQ(objection("compression.lz4.level", "18"),
            "Invalid value 18 for configuration compression.lz4.level: Value must be no more than "
            "17");
  EXPECT_NE(objection("compression.gzip.level", "0"), "");
  EXPECT_EQ(objection("compression.gzip.level", "-1"), "");
  EXPECT_NE(objection("log.cleaner.min.cleanable.ratio", "2"), "");
  EXPECT_EQ(objection("log.cleaner.min.cleanable.ratio", "1e-1"), "");
  EXPECT_EQ(objection("log.cleaner.min.cleanable.ratio", "0.5f"), "");
}

TEST(ConfigValue, BooleansAreTrueOrFalseInAnyCase) {
  EXPECT_EQ(objection("auto.create.topics.enable", " TRUE "), "");
  EXPECT_TRUE(to_bool(" TRUE "));
  EXPECT_EQ(objection("auto.create.topics.enable", "yes"),
            "Invalid value yes for configuration auto.create.topics.enable: Expected value to be "
            "either true or false");
}

TEST(ConfigValue, WordsAreExact) {
  EXPECT_EQ(objection("compression.type", "gzip"), "");
  EXPECT_NE(objection("compression.type", "GZIP"), "");
  EXPECT_EQ(objection("group.consumer.migration.policy", "Upgrade"), "");
}

TEST(ConfigValue, ListsAreTrimmedAndMayBeEmptyWhereKafkaLetsThem) {
  EXPECT_EQ(objection("cleanup.policy", " compact , delete "), "");
  EXPECT_EQ(objection("cleanup.policy", ""), "");
  EXPECT_NE(objection("cleanup.policy", "foo"), "");
  EXPECT_NE(objection("log.dirs", ""), "");
  EXPECT_NE(objection("log.dirs", "a,,b"), "");
  EXPECT_EQ(split_list(" a , b"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(split_list("a,"), (std::vector<std::string>{"a", ""}));
  EXPECT_TRUE(split_list("  ").empty());
}

TEST(ConfigValue, ThrottledReplicasArePairsOrAll) {
  constexpr std::string_view key = "follower.replication.throttled.replicas";
  EXPECT_EQ(objection(key, "*"), "");
  EXPECT_EQ(objection(key, ""), "");
  EXPECT_EQ(objection(key, "0:1,1:2"), "");
  EXPECT_NE(objection(key, "x"), "");
  EXPECT_NE(objection(key, "0:"), "");
}

TEST(ConfigValue, OffsetResetIsAWordOrADuration) {
  constexpr std::string_view key = "share.auto.offset.reset";
  for (std::string_view value :
       {"latest", "earliest", "by_duration:P1D", "by_duration:PT1H30M", "by_duration:P2DT0.5S"}) {
    EXPECT_EQ(objection(key, value), "") << value;
  }
  for (std::string_view value :
       {"LATEST", "none", "by_duration:", "by_duration:P", "by_duration:PT", "by_duration:-PT1S",
        "by_duration:P1H", "by_duration:PT1.5H", "by_duration:P1DT"}) {
    EXPECT_NE(objection(key, value), "") << value;
  }
}

TEST(ConfigValue, PasswordsAreNotRepeatedInErrors) {
  ConfigDef def = *find_broker_config("ssl.key.password");
  def.rule = one_of("a");
  EXPECT_EQ(check_value(def, "hunter2").error().message.find("hunter2"), std::string::npos);
}

TEST(ConfigValue, AllowedValuesAreWords) {
  EXPECT_EQ(allowed_values(*find_broker_config("num.partitions")), "a whole number, at least 1");
  EXPECT_EQ(allowed_values(*find_broker_config("compression.lz4.level")),
            "a whole number from 1 to 17");
  EXPECT_EQ(allowed_values(*find_broker_config("auto.create.topics.enable")), "true or false");
}

}  // namespace
}  // namespace kafka
