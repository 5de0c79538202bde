// Lines into records, records into lines.
#include <gtest/gtest.h>

#include <cstdio>

#include "broker/tools/console/client_config.h"
#include "broker/tools/console/formatter.h"
#include "broker/tools/console/input_lines.h"
#include "broker/tools/console/line_reader.h"

namespace kafka {
namespace {

LineReader reader_with(const ClientProperties& properties) {
  auto reader = LineReader::make(properties);
  EXPECT_TRUE(reader);
  return *reader;
}

TEST(LineReader, WholeLineIsTheValue) {
  auto reader = reader_with({});
  EXPECT_EQ(reader.parse("a\tb"), (LineRecord{{}, "a\tb", {}}));
  EXPECT_EQ(reader.parse(""), (LineRecord{{}, "", {}}));
}

TEST(LineReader, KeyStandsBeforeTheSeparator) {
  auto reader = reader_with({{"parse.key", "true"}, {"key.separator", "::"}});
  EXPECT_EQ(reader.parse("k::v::w"), (LineRecord{"k", "v::w", {}}));
  const auto missing = reader.parse("no key");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().to_string(),
            "org.apache.kafka.common.KafkaException: No key separator found on line number 2: "
            "'no key'");
}

TEST(LineReader, ForgivenLineIsAValue) {
  auto reader =
      reader_with({{"parse.key", "true"}, {"parse.headers", "true"}, {"ignore.error", "true"}});
  EXPECT_EQ(reader.parse("plain"), (LineRecord{{}, "plain", {}}));
  EXPECT_EQ(reader.parse("h:1\tvalue"), (LineRecord{{}, "value", {{"h", "1"}}}));
  EXPECT_EQ(reader.parse("h:1,x\tk\tv"), (LineRecord{"k", "v", {{"h", "1"}, {"x", std::nullopt}}}));
}

TEST(LineReader, HeadersAreAList) {
  auto reader = reader_with({{"parse.headers", "true"}});
  EXPECT_EQ(reader.parse("a:1,b:2:3,\tv"), (LineRecord{{}, "v", {{"a", "1"}, {"b", "2:3"}}}));
  EXPECT_EQ(reader.parse("a\tv").error().message,
            "No header key separator found in pair 'a' on line number 2");
  EXPECT_EQ(reader.parse("v").error().message, "No headers delimiter found on line number 3: 'v'");
}

TEST(LineReader, MarkerIsNull) {
  auto reader =
      reader_with({{"parse.key", "true"}, {"parse.headers", "true"}, {"null.marker", "NULL"}});
  EXPECT_EQ(reader.parse("NULL\tNULL\tNULL"), (LineRecord{{}, {}, {}}));
  EXPECT_EQ(reader.parse("h:NULL\tk\tv"), (LineRecord{"k", "v", {{"h", std::nullopt}}}));
}

TEST(LineReader, EqualSeparatorsAreRefused) {
  EXPECT_EQ(LineReader::make({{"headers.delimiter", ","}}).error().message,
            "headers.delimiter and headers.separator may not be equal");
  EXPECT_EQ(LineReader::make({{"null.marker", ":"}, {"key.separator", ":"}}).error().message,
            "null.marker and key.separator may not be equal");
}

TEST(InputLines, EndAsInJava) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  std::fputs("a\nb\r\n\rc\r\n\nlast", file);
  std::rewind(file);
  InputLines lines(file);
  for (const char* line : {"a", "b", "", "c", "", "last"}) {
    EXPECT_EQ(lines.next(), line);
  }
  EXPECT_EQ(lines.next(), std::nullopt);
  std::fclose(file);
}

ConsumedRecord record() {
  ConsumedRecord made;
  made.partition = 3;
  made.offset = 42;
  made.timestamp_type = ConsumedRecord::TimestampType::CreateTime;
  made.timestamp = 1000;
  made.key = "k";
  made.value = "v";
  made.headers = {{"a", "1"}, {"b", std::nullopt}};
  return made;
}

std::string formatted(const ClientProperties& properties, const ConsumedRecord& shown = record()) {
  std::string out;
  const auto formatter = make_formatter(default_formatter, properties);
  EXPECT_TRUE((*formatter)(shown, out));
  return out;
}

TEST(Formatter, PrintsTheValue) {
  EXPECT_EQ(formatted({}), "v\n");
  ConsumedRecord empty = record();
  empty.value = std::nullopt;
  EXPECT_EQ(formatted({}, empty), "null\n");
}

TEST(Formatter, PrintsColumnsInKafkasOrder) {
  EXPECT_EQ(formatted({{"print.key", "true"},
                       {"print.timestamp", "true"},
                       {"print.offset", "true"},
                       {"print.partition", "true"},
                       {"print.headers", "true"},
                       {"print.delivery", "true"},
                       {"print.epoch", "true"}}),
            "CreateTime:1000\tPartition:3\tOffset:42\tDelivery:NOT_PRESENT\tEpoch:NOT_PRESENT\t"
            "a:1,b:null\tk\tv\n");
  EXPECT_EQ(formatted({{"print.value", "false"}, {"print.key", "true"}}), "k\n");
  EXPECT_EQ(formatted({{"print.value", "false"}}), "");
}

TEST(Formatter, SeparatorsCanBeChanged) {
  EXPECT_EQ(formatted({{"print.key", "true"},
                       {"print.headers", "true"},
                       {"key.separator", "|"},
                       {"line.separator", ";"},
                       {"headers.separator", "+"},
                       {"null.literal", "-"}}),
            "a:1+b:-|k|v;");
}

TEST(Formatter, DeserializersAreChecked) {
  std::string out;
  const auto formatter = make_formatter(
      default_formatter,
      {{"value.deserializer", "org.apache.kafka.common.serialization.LongDeserializer"}});
  ConsumedRecord number = record();
  constexpr std::string_view bytes("\0\0\0\0\0\0\1\2", 8);
  number.value = bytes;
  EXPECT_TRUE((*formatter)(number, out));
  EXPECT_EQ(out, "258\n");
  EXPECT_EQ((*formatter)(record(), out).error().message,
            "Size of data received by LongDeserializer is not 8");
  EXPECT_FALSE(make_formatter("kafka.tools.DefaultMessageFormatter", {}));
}

TEST(ClientConfig, TakesJavasNames) {
  std::vector<std::string> ignored;
  const auto conf = make_client_conf(
      {{"acks", "all"}, {"max.request.size", "2000000"}, {"key.serializer", "x"}, {"nope", "x"}},
      &ignored);
  ASSERT_TRUE(conf);
  EXPECT_EQ(ignored, std::vector<std::string>{"nope"});
  std::string value(32, '\0');
  size_t size = value.size();
  ASSERT_EQ(rd_kafka_conf_get(conf->get(), "message.max.bytes", value.data(), &size),
            RD_KAFKA_CONF_OK);
  EXPECT_EQ(value.substr(0, size - 1), "2000000");
}

TEST(ClientConfig, RefusesWhatJavaRefuses) {
  EXPECT_EQ(make_client_conf({{"acks", "5"}}).error().to_string(),
            "org.apache.kafka.common.config.ConfigException: Invalid value 5 for configuration "
            "acks: String must be one of: all, -1, 0, 1");
  EXPECT_EQ(make_client_conf({{"fetch.min.bytes", "x"}}).error().message,
            "Invalid value x for configuration fetch.min.bytes: Not a number of type INT");
}

}  // namespace
}  // namespace kafka
