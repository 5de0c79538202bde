#include "broker/config/properties.h"

#include <gtest/gtest.h>

namespace kafka {
namespace {

ConfigMap parsed(std::string_view text) {
  Result<std::vector<Property>> properties = parse_properties(text);
  EXPECT_TRUE(properties) << (properties ? "" : properties.error().message);
  return properties ? to_config_map(*properties) : ConfigMap();
}

TEST(Properties, EqualsColonAndBlankSeparate) {
  EXPECT_EQ(parsed("a=1\nb: 2\nc 3\nd\t=\t4\ne   :   5\nf"),
            (ConfigMap{{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}, {"e", "5"}, {"f", ""}}));
}

TEST(Properties, OnlyTheFirstSeparatorCounts) {
  EXPECT_EQ(parsed("listeners=PLAINTEXT://:9092,CONTROLLER://:9093\na = = b\n"),
            (ConfigMap{{"listeners", "PLAINTEXT://:9092,CONTROLLER://:9093"}, {"a", "= b"}}));
}

TEST(Properties, CommentsAndEmptyLinesAreSkipped) {
  EXPECT_EQ(parsed("# a=1\n\n   \n  ! b=2\n   c=3\n"), (ConfigMap{{"c", "3"}}));
}

TEST(Properties, ABackslashContinuesTheLine) {
  EXPECT_EQ(parsed("a=1,\\\n    2,\\\n    3\nb=4\\\\\nc=5\\"),
            (ConfigMap{{"a", "1,2,3"}, {"b", "4\\"}, {"c", "5"}}));
}

TEST(Properties, ACommentSignInAContinuationIsText) {
  EXPECT_EQ(parsed("a=1\\\n#2\n"), (ConfigMap{{"a", "1#2"}}));
}

TEST(Properties, EscapesAreResolved) {
  EXPECT_EQ(parsed("a\\ b=x\\ty\\u00e9\\u20AC\nc\\=d=\\q"),
            (ConfigMap{{"a b", "x\ty\xC3\xA9\xE2\x82\xAC"}, {"c=d", "q"}}));
}

TEST(Properties, EveryLineEndIsKnown) {
  EXPECT_EQ(parsed("a=1\r\nb=2\rc=3\nd=4"),
            (ConfigMap{{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}}));
}

TEST(Properties, BlanksAfterAValueBelongToIt) {
  EXPECT_EQ(parsed("a=1  \n"), (ConfigMap{{"a", "1  "}}));
}

TEST(Properties, TheLastOfTwoLinesWins) {
  EXPECT_EQ(parsed("a=1\na=2\n"), (ConfigMap{{"a", "2"}}));
}

TEST(Properties, LinesAreNumbered) {
  std::vector<Property> properties = *parse_properties("# comment\na=1\\\n2\n\nb=3\n");
  EXPECT_EQ(properties, (std::vector<Property>{{"a", "12", 2}, {"b", "3", 5}}));
}

TEST(Properties, AMalformedEscapeNamesItsLine) {
  Result<std::vector<Property>> properties = parse_properties("a=1\nb=\\u12x4\n");
  ASSERT_FALSE(properties);
  EXPECT_EQ(properties.error().code, ErrorCode::InvalidConfig);
  EXPECT_EQ(properties.error().message, "line 2: \\u must be followed by four hexadecimal digits");
}

TEST(Overrides, AreKeyEqualsValue) {
  EXPECT_EQ(*parse_override("a=b=c"), (Property{"a", "b=c"}));
  EXPECT_EQ(*parse_override("a="), (Property{"a", ""}));
  EXPECT_FALSE(parse_override("a"));
  EXPECT_FALSE(parse_override("=a"));
}

// What the wrapper of the apache/kafka image makes of the same variables.
TEST(Environment, UnderscoresBecomeDotsUnderscoresAndDashes) {
  EXPECT_EQ(properties_from_environment({{"KAFKA_NUM_PARTITIONS", "3"},
                                         {"KAFKA_A__B", "two"},
                                         {"KAFKA_A___B", "three"},
                                         {"KAFKA_A____B", "four"},
                                         {"KAFKA_A_____B", "five"},
                                         {"KAFKA_A______B", "six"},
                                         {"KAFKA_LISTENER_NAME_IN__T_SSL", "q"}}),
            (ConfigMap{{"num.partitions", "3"},
                       {"a_b", "two"},
                       {"a-b", "three"},
                       {"a-.b", "four"},
                       {"a-_b", "five"},
                       {"a--b", "six"},
                       {"listener.name.in_t.ssl", "q"}}));
}

TEST(Environment, VariablesOfTheImageItselfAreLeftOut) {
  EXPECT_TRUE(properties_from_environment({{"KAFKA_HEAP_OPTS", "-Xmx1G"},
                                           {"KAFKA_JMX_PORT", "9999"},
                                           {"KAFKA_LOG4J_ROOT_LOGLEVEL", "INFO"},
                                           {"KAFKA_", "x"},
                                           {"PATH", "/bin"},
                                           {"CLUSTER_ID", "abc"}})
                  .empty());
}

TEST(Environment, NamesGoBothWays) {
  for (std::string key : {"num.partitions", "a_b.c-d", "listener.name.in_t.ssl.keystore.type"}) {
    EXPECT_EQ(properties_from_environment({{environment_name(key), "v"}}), (ConfigMap{{key, "v"}}));
  }
}

}  // namespace
}  // namespace kafka
