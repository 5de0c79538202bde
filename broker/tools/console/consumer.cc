// kafka-console-consumer.sh: prints records until --max-messages, --timeout-ms or Ctrl-C.
//
// As in Apache Kafka: without --group a group is made up and commits nothing; the count of records
// goes to stderr at the end; a timeout is an error in the log and not of the exit code.
#include <fmt/core.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <memory>
#include <regex>

#include "broker/core/controller/topic_name.h"
#include "broker/tools/common/console.h"
#include "broker/tools/console/client_config.h"
#include "broker/tools/console/consumer_options.h"
#include "broker/tools/console/formatter.h"
#include "broker/tools/tools.h"

namespace kafka {

namespace {

constexpr std::string_view logger = "org.apache.kafka.tools.consumer.ConsoleConsumer";
constexpr int poll_ms = 100;  // how soon a signal is noticed

constexpr char internal_topics[] =
    "^__consumer_offsets$,^__transaction_state$,^__share_group_state$";

volatile std::sig_atomic_t caught_signal = 0;

void on_signal(int signal) {
  caught_signal = signal;
}

struct ConsumerDeleter {
  void operator()(rd_kafka_t* client) const {
    rd_kafka_consumer_close(client);  // leaves the group
    rd_kafka_destroy(client);
  }
};
struct MessageDeleter {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
struct PartitionsDeleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
using Client = std::unique_ptr<rd_kafka_t, ConsumerDeleter>;
using MessagePtr = std::unique_ptr<rd_kafka_message_t, MessageDeleter>;
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t, PartitionsDeleter>;

// --- making the consumer -------------------------------------------------------------------------

ToolResult<std::string> subscription(const Options& options) {
  const auto include = options.text("include");
  if (!include) {
    return options.text_or("topic", "");
  }
  try {
    const std::regex check(*include);
  } catch (const std::regex_error&) {
    return tool_failure("java.util.regex.PatternSyntaxException",
                        fmt::format("\"{}\" is not a regular expression", *include));
  }
  return "^(" + *include + ")$";
}

ToolResult<> begin_reading(rd_kafka_t* client, const Options& options, const ConsumerPlan& plan) {
  auto topic = subscription(options);
  if (!topic) {
    return std::unexpected(std::move(topic.error()));
  }
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_t* added = rd_kafka_topic_partition_list_add(
      list.get(), topic->c_str(), plan.partition.value_or(RD_KAFKA_PARTITION_UA));
  rd_kafka_resp_err_t failed = RD_KAFKA_RESP_ERR_NO_ERROR;
  if (plan.partition) {
    added->offset = plan.offset;  // -2 and -1 mean earliest and latest here, too
    failed = rd_kafka_assign(client, list.get());
  } else {
    failed = rd_kafka_subscribe(client, list.get());
  }
  if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return std::unexpected(client_error(failed));
  }
  return {};
}

ToolResult<Client> make_consumer(const Options& options, ConsumerPlan& plan) {
  if (auto addresses = parse_bootstrap(plan.properties["bootstrap.servers"]); !addresses) {
    return std::unexpected(std::move(addresses.error()));
  }
  auto conf = make_client_conf(plan.properties);
  if (!conf) {
    return std::unexpected(std::move(conf.error()));
  }
  log_client_events(conf->get());
  std::array<char, 512> why{};
  // A regular expression does not mean the topics that Kafka keeps for itself.
  if (options.has("include") && rd_kafka_conf_set(conf->get(), "topic.blacklist", internal_topics,
                                                  why.data(), why.size()) != RD_KAFKA_CONF_OK) {
    return tool_failure("org.apache.kafka.common.KafkaException", why.data());
  }
  rd_kafka_t* made = rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), why.data(), why.size());
  if (made == nullptr) {
    return tool_failure(config_exception, why.data());
  }
  (void)conf->release();  // the client's now
  Client client(made);
  rd_kafka_poll_set_consumer(client.get());
  if (auto begun = begin_reading(client.get(), options, plan); !begun) {
    return std::unexpected(std::move(begun.error()));
  }
  return client;
}

// --- reading -------------------------------------------------------------------------------------

ConsumedRecord view_of(const rd_kafka_message_t& message) {
  const auto bytes = [](const void* data, size_t size) -> FieldView {
    return data == nullptr ? FieldView() : std::string_view(static_cast<const char*>(data), size);
  };
  ConsumedRecord record;
  record.topic = rd_kafka_topic_name(message.rkt);
  record.partition = message.partition;
  record.offset = message.offset;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  record.timestamp = rd_kafka_message_timestamp(&message, &type);
  if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) {
    record.timestamp_type = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME
                                ? ConsumedRecord::TimestampType::LogAppendTime
                                : ConsumedRecord::TimestampType::CreateTime;
  }
  record.key = bytes(message.key, message.key_len);
  record.value = bytes(message.payload, message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    for (size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      record.headers.emplace_back(name, bytes(value, size));
    }
  }
  return record;
}

// A topic or partition that is not there (yet).
bool is_missing(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
}

// Whether reading can go on after this: the client finds its way back by itself.
bool is_passing(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__PARTITION_EOF || error == RD_KAFKA_RESP_ERR__TRANSPORT ||
         error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || is_missing(error) ||
         error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
         error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
         error == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
         error == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
}

ToolError reading_error(const rd_kafka_message_t& message) {
  const std::string topic = message.rkt != nullptr ? rd_kafka_topic_name(message.rkt) : "";
  if (message.err == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION) {
    return {exception_of(ErrorCode::InvalidTopicException),
            fmt::format("Invalid topics: [{}]", topic),
            {}};
  }
  if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    return {exception_of(ErrorCode::TopicAuthorizationFailed),
            fmt::format("Not authorized to access topics: [{}]", topic),
            {}};
  }
  return client_error(message.err, rd_kafka_message_errstr(&message));
}

// What ends the reading, but not as a failure of the program.
void say(const ToolError& error) {
  log_line(LogLevel::Error, "Error processing message, terminating consumer process: ", logger);
  fmt::print(stderr, "{}\n", error.to_string());
}

class ConsoleConsumer {
 public:
  ConsoleConsumer(Client client, Formatter formatter, const Options& options)
      : client_(std::move(client)),
        formatter_(std::move(formatter)),
        max_messages_(options.number_or("max-messages", -1)),
        timeout_ms_(options.number_or("timeout-ms", -1)),
        skip_errors_(options.has("skip-message-on-error")) {}

  // Until there is enough, nothing comes, or a signal does. A record that cannot be printed is an
  // error of the program; all else is only said.
  ToolResult<> run() {
    int64_t last_record_ms = steady_clock_ms();
    while (caught_signal == 0 && (max_messages_ < 0 || count_ < max_messages_)) {
      MessagePtr message = next_message();
      if (message != nullptr && is_missing(message->err)) {
        warn_of_missing(*message);
      }
      if (message == nullptr || is_passing(message->err)) {
        if (timeout_ms_ >= 0 && steady_clock_ms() - last_record_ms >= timeout_ms_) {
          say({exception_of(ErrorCode::RequestTimedOut), "", {}});
          return {};
        }
        continue;
      }
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        say(reading_error(*message));
        return {};
      }
      last_record_ms = steady_clock_ms();
      ++count_;
      if (auto printed = print(*message); !printed) {
        return printed;
      }
      if (std::ferror(stdout) != 0) {
        fmt::print(stderr, "Unable to write to standard out, closing consumer.\n");
        return {};
      }
    }
    return {};
  }

  [[nodiscard]] int64_t count() const { return count_; }

 private:
  // What is printed shows at the latest when there is nothing more to print.
  MessagePtr next_message() {
    MessagePtr message(rd_kafka_consumer_poll(client_.get(), 0));
    if (message == nullptr) {
      std::fflush(stdout);
      message.reset(rd_kafka_consumer_poll(client_.get(), poll_ms));
    }
    return message;
  }

  void warn_of_missing(const rd_kafka_message_t& message) {
    if (!warned_of_missing_) {
      warned_of_missing_ = true;
      log_line(LogLevel::Warn, rd_kafka_message_errstr(&message), logger);
    }
  }

  ToolResult<> print(const rd_kafka_message_t& message) {
    text_.clear();
    auto formatted = formatter_(view_of(message), text_);
    if (!formatted && skip_errors_) {
      log_line(LogLevel::Error, formatted.error().to_string(), logger);
      return {};
    }
    std::fwrite(text_.data(), 1, text_.size(), stdout);
    return formatted;
  }

  Client client_;
  Formatter formatter_;
  int64_t max_messages_;
  int64_t timeout_ms_;
  bool skip_errors_;
  bool warned_of_missing_ = false;
  int64_t count_ = 0;
  std::string text_;
};

int report_unknown(const ToolError& error) {
  log_line(LogLevel::Error, "Unknown error when running consumer: ", logger);
  fmt::print(stderr, "{}\n", error.to_string());
  return 1;
}

int consume(const Options& options, ConsumerPlan& plan, Formatter formatter) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed stdout ends the reading, not the process
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  if (const auto topic = options.text("topic"); topic && !check_topic_name(*topic)) {
    say({exception_of(ErrorCode::InvalidTopicException),
         fmt::format("Invalid topics: [{}]", *topic),
         {}});
    fmt::print(stderr, "Processed a total of 0 messages\n");
    return 0;
  }
  auto client = make_consumer(options, plan);
  if (!client) {
    return report_unknown(client.error());
  }
  ToolResult<> done;
  {
    ConsoleConsumer consumer(std::move(*client), std::move(formatter), options);
    done = consumer.run();
    std::fflush(stdout);
    fmt::print(stderr, "Processed a total of {} messages\n", consumer.count());
  }
  if (options.has("enable-systest-events")) {
    fmt::print("shutdown_complete\n");
  }
  if (!done) {
    return report_unknown(done.error());
  }
  return caught_signal == 0 ? 0 : 128 + caught_signal;
}

int run(const OptionParser& parser, const Options& options) {
  auto formatting = formatter_properties(options);
  if (!formatting) {
    return print_uncaught(formatting.error());
  }
  const std::string formatter_name = options.text_or("formatter", default_formatter);
  auto formatter = make_formatter(formatter_name, *formatting);
  if (!formatter) {
    return print_usage(parser, formatter.error().message);
  }
  auto plan = plan_consumer(options);
  if (!plan) {
    return print_uncaught(plan.error());
  }
  if (plan->complaint) {
    return print_usage(parser, *plan->complaint);
  }
  if (plan->conflict) {
    fmt::print(stderr, "{}\n", *plan->conflict);
    return 1;
  }
  return consume(options, *plan, std::move(*formatter));
}

}  // namespace

int run_console_consumer(const Words& words) {
  const OptionParser parser = consumer_option_parser();
  auto options = read_command_line(parser, words, [&](const ToolError& error) {
    return print_parse_error(parser, error, true);
  });
  if (!options) {
    return options.error();
  }
  if (const auto complaint = consumer_options_complaint(*options)) {
    return print_usage(parser, *complaint);
  }
  print_consumer_warnings(*options);
  if (auto checked = options->check_values(); !checked) {
    return print_uncaught(checked.error());
  }
  return run(parser, *options);
}

}  // namespace kafka
