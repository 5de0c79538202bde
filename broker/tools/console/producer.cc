// kafka-console-producer.sh: each line of stdin becomes a record.
//
// As in Apache Kafka: acks=all and idempotence, lines wait up to a second for others unless the
// input ends, a delivery that fails is an error on stderr and not of the exit code, a line that
// cannot be parsed ends the program with 1 after what came before was sent.
#include <fmt/core.h>
#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "broker/tools/common/console.h"
#include "broker/tools/common/text.h"
#include "broker/tools/console/client_config.h"
#include "broker/tools/console/input_lines.h"
#include "broker/tools/console/line_reader.h"
#include "broker/tools/console/producer_options.h"
#include "broker/tools/tools.h"

namespace kafka {

namespace {

constexpr std::string_view error_logger =
    "org.apache.kafka.clients.producer.internals.ErrorLoggingCallback";
constexpr int metadata_pause_us = 100'000;
constexpr int64_t metadata_slice_ms = 1000;  // between looks at what the connection says

void log_delivery_failure(std::string_view topic, const void* key, size_t key_size,
                          const void* value, size_t value_size, const ToolError& error) {
  const auto size_of = [](const void* bytes, size_t size) {
    return bytes == nullptr ? std::string("null") : fmt::format("{} bytes", size);
  };
  log_line(LogLevel::Error,
           fmt::format("Error when sending message to topic {} with key: {}, value: {} with error:",
                       topic, size_of(key, key_size), size_of(value, value_size)),
           error_logger);
  fmt::print(stderr, "{}\n", error.to_string());
}

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    log_delivery_failure(rd_kafka_topic_name(message->rkt), message->key, message->key_len,
                         message->payload, message->len, client_error(message->err));
  }
}

struct ProducerDeleter {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
struct TopicDeleter {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};

class ConsoleProducer {
 public:
  static ToolResult<ConsoleProducer> make(const ClientProperties& properties, std::string topic,
                                          bool sync) {
    auto conf = make_client_conf(properties);
    if (!conf) {
      return std::unexpected(std::move(conf.error()));
    }
    log_client_events(conf->get());
    rd_kafka_conf_set_dr_msg_cb(conf->get(), on_delivery);
    std::array<char, 512> why{};
    rd_kafka_t* client = rd_kafka_new(RD_KAFKA_PRODUCER, conf->get(), why.data(), why.size());
    if (client == nullptr) {
      return tool_failure(config_exception, why.data());
    }
    (void)conf->release();  // the client's now
    ConsoleProducer producer(client, std::move(topic), sync);
    if (const auto found = properties.find("max.block.ms"); found != properties.end()) {
      producer.max_block_ms_ = parse_number(found->second, 0, INT32_MAX).value_or(60'000);
    }
    return producer;
  }

  void send(const LineRecord& record) {
    if (const auto error = wait_for_topic()) {
      report(record, *error);
      return;
    }
    for (;;) {
      const rd_kafka_resp_err_t result = enqueue(record);
      if (result == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        rd_kafka_poll(client_.get(), 100);
        continue;
      }
      if (result != RD_KAFKA_RESP_ERR_NO_ERROR) {
        report(record, client_error(result));
      }
      break;
    }
    sync_ ? flush() : static_cast<void>(rd_kafka_poll(client_.get(), 0));
  }

  // Until every record is delivered or given up.
  void flush() {
    while (rd_kafka_flush(client_.get(), 1000) == RD_KAFKA_RESP_ERR__TIMED_OUT) {
    }
  }

 private:
  ConsoleProducer(rd_kafka_t* client, std::string topic, bool sync)
      : client_(client),
        name_(std::move(topic)),
        topic_(rd_kafka_topic_new(client, name_.c_str(), nullptr)),
        sync_(sync) {}

  // Java's producer waits up to max.block.ms for metadata, for each record, and gives that record
  // up then.
  std::optional<ToolError> wait_for_topic() {
    const int64_t deadline = steady_clock_ms() + max_block_ms_;
    while (!topic_known_) {
      const int64_t left = std::clamp<int64_t>(deadline - steady_clock_ms(), 1, metadata_slice_ms);
      const rd_kafka_metadata_t* metadata = nullptr;
      const rd_kafka_resp_err_t failed =
          rd_kafka_metadata(client_.get(), 0, topic_.get(), &metadata, static_cast<int>(left));
      rd_kafka_poll(client_.get(), 0);
      if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const std::unique_ptr<const rd_kafka_metadata_t, void (*)(const rd_kafka_metadata_t*)>
            owner(metadata, rd_kafka_metadata_destroy);
        const rd_kafka_metadata_topic_t& found = metadata->topics[0];
        topic_known_ = found.err == RD_KAFKA_RESP_ERR_NO_ERROR && found.partition_cnt > 0;
        if (found.err == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION) {
          return ToolError{exception_of(ErrorCode::InvalidTopicException),
                           fmt::format("Invalid topics: [{}]", name_),
                           {}};
        }
        if (found.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
          return ToolError{exception_of(ErrorCode::TopicAuthorizationFailed),
                           fmt::format("Not authorized to access topics: [{}]", name_),
                           {}};
        }
      }
      if (topic_known_) {
        break;
      }
      if (steady_clock_ms() >= deadline) {
        return ToolError{
            exception_of(ErrorCode::RequestTimedOut),
            fmt::format("Topic {} not present in metadata after {} ms.", name_, max_block_ms_),
            {}};
      }
      ::usleep(metadata_pause_us);
    }
    return std::nullopt;
  }

  rd_kafka_resp_err_t enqueue(const LineRecord& record) {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
    for (const auto& [name, value] : record.headers) {
      rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()),
                          value ? value->data() : nullptr,
                          value ? static_cast<ssize_t>(value->size()) : 0);
    }
    const auto bytes = [](const std::optional<std::string>& text) {
      return text ? const_cast<char*>(text->data()) : nullptr;  // copied, see MSG_F_COPY
    };
    const size_t key_size = record.key ? record.key->size() : 0;
    const size_t value_size = record.value ? record.value->size() : 0;
    const rd_kafka_resp_err_t result = rd_kafka_producev(
        client_.get(), RD_KAFKA_V_RKT(topic_.get()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(bytes(record.key), key_size),
        RD_KAFKA_V_VALUE(bytes(record.value), value_size), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_END);
    if (result != RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_headers_destroy(headers);
    }
    return result;
  }

  void report(const LineRecord& record, const ToolError& error) {
    log_delivery_failure(name_, record.key ? record.key->data() : nullptr,
                         record.key ? record.key->size() : 0,
                         record.value ? record.value->data() : nullptr,
                         record.value ? record.value->size() : 0, error);
  }

  std::unique_ptr<rd_kafka_t, ProducerDeleter> client_;
  std::string name_;
  std::unique_ptr<rd_kafka_topic_t, TopicDeleter> topic_;  // goes before the client
  bool sync_;
  bool topic_known_ = false;
  int64_t max_block_ms_ = 60'000;
};

ToolResult<> send_lines(ConsoleProducer& producer, LineReader& reader) {
  const bool prompt = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
  InputLines lines(stdin);
  for (;;) {
    if (prompt) {
      fmt::print(">");
      std::fflush(stdout);
    }
    const auto line = lines.next();
    if (!line) {
      return {};
    }
    auto record = reader.parse(*line);
    if (!record) {
      return std::unexpected(std::move(record.error()));
    }
    producer.send(*record);
  }
}

ToolResult<> produce(const Options& options) {
  if (auto checked = options.check_values(); !checked) {
    return checked;
  }
  auto reading = reader_properties(options);
  auto reader = reading ? LineReader::make(*reading)
                        : ToolResult<LineReader>(std::unexpected(reading.error()));
  if (!reader) {
    return std::unexpected(std::move(reader.error()));
  }
  auto properties = producer_properties(options);
  if (!properties) {
    return std::unexpected(std::move(properties.error()));
  }
  auto producer =
      ConsoleProducer::make(*properties, options.text_or("topic", ""), options.has("sync"));
  if (!producer) {
    return std::unexpected(std::move(producer.error()));
  }
  auto sent = send_lines(*producer, *reader);
  producer->flush();
  return sent;
}

// The notes from which people learn name options of the consumer here ("--from-begining").
void hint_at_consumer(const ToolError& error) {
  const std::string word = error.message.substr(0, error.message.find(' '));
  const std::vector<std::string> consumer_options = {
      "from-beginning", "partition", "offset", "max-messages", "timeout-ms", "group", "include"};
  if (const auto meant = closest_word(word, consumer_options)) {
    fmt::print(stderr, "Did you mean to read? kafka-console-consumer.sh takes --{}.\n", *meant);
  }
}

}  // namespace

int run_console_producer(const Words& words) {
  const OptionParser parser = producer_option_parser();
  auto options = read_command_line(parser, words, [&](const ToolError& error) {
    const int code = print_parse_error(parser, error, true);
    hint_at_consumer(error);
    return code;
  });
  if (!options) {
    return options.error();
  }
  if (const auto complaint = producer_options_complaint(*options)) {
    return print_usage(parser, *complaint);
  }
  print_producer_warnings(*options);
  if (auto done = produce(*options); !done) {
    const bool of_command_line = done.error().exception.starts_with("joptsimple.");
    fmt::print(stderr, "{}\n", of_command_line ? done.error().message : done.error().to_string());
    return 1;
  }
  return 0;
}

}  // namespace kafka
