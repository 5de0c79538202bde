#include "broker/tools/console/client_config.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <regex>

#include "broker/tools/common/console.h"
#include "broker/tools/common/text.h"

namespace kafka {

namespace {

constexpr std::string_view client_logger = "org.apache.kafka.clients.NetworkClient";

// Java's name, librdkafka's. An empty one: has no meaning here.
constexpr auto renamed = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"buffer.memory", "queue.buffering.max.kbytes"},
    {"delivery.timeout.ms", "message.timeout.ms"},
    {"fetch.max.wait.ms", "fetch.wait.max.ms"},
    {"max.request.size", "message.max.bytes"},
    {"receive.buffer.bytes", "socket.receive.buffer.bytes"},
    {"send.buffer.bytes", "socket.send.buffer.bytes"},
    {"socket.connection.setup.timeout.ms", "socket.connection.setup.timeout.ms"},
    {"auto.include.jmx.reporter", ""},
    {"client.dns.lookup", ""},
    {"compression.gzip.level", "compression.level"},
    {"compression.lz4.level", "compression.level"},
    {"compression.zstd.level", "compression.level"},
    {"default.api.timeout.ms", ""},
    {"enable.metrics.push", ""},
    {"exclude.internal.topics", ""},
    {"interceptor.classes", ""},
    {"key.deserializer", ""},
    {"key.serializer", ""},
    {"max.block.ms", ""},
    {"max.poll.records", ""},
    {"metadata.max.idle.ms", ""},
    {"metadata.recovery.strategy", ""},
    {"metric.reporters", ""},
    {"metrics.num.samples", ""},
    {"metrics.recording.level", ""},
    {"metrics.sample.window.ms", ""},
    {"partitioner.adaptive.partitioning.enable", ""},
    {"partitioner.availability.timeout.ms", ""},
    {"partitioner.ignore.keys", ""},
    {"retry.backoff.max.ms", ""},
    {"socket.connection.setup.timeout.max.ms", ""},
    {"ssl.enabled.protocols", ""},
    {"ssl.protocol", ""},
    {"ssl.truststore.type", ""},
    {"value.deserializer", ""},
    {"value.serializer", ""},
});

// Values that Java names in another way.
std::string translated_value(std::string_view key, const std::string& value) {
  if (key == "buffer.memory") {
    const auto bytes = parse_number(value, 0, INT64_MAX);
    return bytes ? std::to_string(std::max<int64_t>(1, *bytes / 1024)) : value;
  }
  if (key == "partition.assignment.strategy") {
    std::string names;
    for (const std::string& item : split(value, ',')) {
      const std::string name = lower_case(trim(item).substr(item.rfind('.') + 1));
      names += names.empty() ? "" : ",";
      names += name.starts_with("cooperative")  ? "cooperative-sticky"
               : name.starts_with("range")      ? "range"
               : name.starts_with("roundrobin") ? "roundrobin"
                                                : std::string(trim(item));
    }
    return names;
  }
  if (key == "ssl.endpoint.identification.algorithm" && value.empty()) {
    return "none";
  }
  return value;
}

ToolError bad_value(std::string_view key, std::string_view value, std::string_view why) {
  return {std::string(config_exception),
          fmt::format("Invalid value {} for configuration {}: {}", value, key, why), std::nullopt};
}

// What librdkafka would take and Java would not.
std::optional<ToolError> check_java_value(std::string_view key, const std::string& value) {
  const auto one_of = [&](std::string_view allowed) -> std::optional<ToolError> {
    for (const std::string& word : split(allowed, ',')) {
      if (trim(word) == value) {
        return std::nullopt;
      }
    }
    return bad_value(key, value, fmt::format("String must be one of: {}", allowed));
  };
  if (key == "acks") {
    return one_of("all, -1, 0, 1");
  }
  if (key == "compression.type") {
    return one_of("none, gzip, snappy, lz4, zstd");
  }
  if (key == "isolation.level") {
    return one_of("read_committed, read_uncommitted");
  }
  if (key == "group.protocol" && lower_case(value) != "classic") {
    return bad_value(key, value, "only \"classic\" is there");
  }
  if (key == "ssl.truststore.location" && !value.ends_with(".pem")) {
    return bad_value(key, value, "only PEM files can be read here; set ssl.truststore.type=PEM");
  }
  constexpr std::string_view whole_numbers =
      ",batch.size,linger.ms,retries,fetch.min.bytes,fetch.max.bytes,fetch.max.wait.ms,"
      "request.timeout.ms,session.timeout.ms,heartbeat.interval.ms,max.poll.interval.ms,"
      "max.partition.fetch.bytes,max.request.size,buffer.memory,delivery.timeout.ms,"
      "auto.commit.interval.ms,max.in.flight.requests.per.connection,";
  if (whole_numbers.find(fmt::format(",{},", key)) != std::string_view::npos &&
      !parse_number(trim(value), INT64_MIN, INT64_MAX)) {
    return bad_value(key, value, "Not a number of type INT");
  }
  return std::nullopt;
}

struct Setter {
  rd_kafka_conf_t* conf;
  std::vector<std::string>* ignored;

  std::optional<ToolError> set(const std::string& key, const std::string& name,
                               const std::string& value) const {
    std::array<char, 512> why{};
    switch (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size())) {
      case RD_KAFKA_CONF_OK:
        return std::nullopt;
      case RD_KAFKA_CONF_UNKNOWN:
        if (ignored != nullptr) {
          ignored->push_back(key);
        }
        return std::nullopt;
      case RD_KAFKA_CONF_INVALID:
        break;
    }
    return bad_value(key, value, why.data());
  }

  // username="…" password="…" of a login module
  std::optional<ToolError> set_login(const std::string& value) const {
    static const std::regex pair(R"re((username|password)\s*=\s*"([^"]*)")re");
    for (std::sregex_iterator at(value.begin(), value.end(), pair), end; at != end; ++at) {
      if (auto error = set("sasl.jaas.config", "sasl." + (*at)[1].str(), (*at)[2].str())) {
        return error;
      }
    }
    return std::nullopt;
  }

  std::optional<ToolError> apply(const std::string& key, const std::string& value) const {
    if (auto error = check_java_value(key, value)) {
      return error;
    }
    if (key == "sasl.jaas.config") {
      return set_login(value);
    }
    std::string name = key == "ssl.truststore.location" ? "ssl.ca.location" : key;
    if (const auto* found =
            std::ranges::find(renamed, key, [](const auto& row) { return row.first; });
        found != renamed.end()) {
      if (found->second.empty()) {
        return std::nullopt;
      }
      name = found->second;
    }
    return set(key, name, translated_value(key, value));
  }
};

std::atomic<bool> warned_of_connection = false;

void on_error(rd_kafka_t* client, int code, const char* reason, void*) {
  const auto error = static_cast<rd_kafka_resp_err_t>(code);
  if (error == RD_KAFKA_RESP_ERR__FATAL) {
    std::array<char, 512> why{};
    const rd_kafka_resp_err_t cause = rd_kafka_fatal_error(client, why.data(), why.size());
    log_line(LogLevel::Error, client_error(cause, why.data()).to_string(), client_logger);
    return;
  }
  const bool unreachable = error == RD_KAFKA_RESP_ERR__TRANSPORT ||
                           error == RD_KAFKA_RESP_ERR__RESOLVE ||
                           error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
  if (!unreachable) {
    log_line(LogLevel::Error, reason, client_logger);
  } else if (!warned_of_connection.exchange(true)) {
    log_line(LogLevel::Warn,
             fmt::format("{}. Is a broker running there, and does one of its listeners have that "
                         "address? Trying again.",
                         reason),
             client_logger);
  }
}

// What concerns connections comes through on_error; the rest only when it is serious.
void on_log(const rd_kafka_t*, int level, const char* facility, const char* text) {
  constexpr int serious = 3;
  const std::string_view topic(facility);
  if (level <= serious && topic != "FAIL" && topic != "ERROR") {
    log_line(LogLevel::Error, text, client_logger);
  }
}

}  // namespace

ToolResult<ClientConf> make_client_conf(const ClientProperties& properties,
                                        std::vector<std::string>* ignored) {
  ClientConf conf(rd_kafka_conf_new());
  const Setter setter{conf.get(), ignored};
  for (const auto& [key, value] : properties) {
    if (auto error = setter.apply(key, value)) {
      return std::unexpected(std::move(*error));
    }
  }
  return conf;
}

ClientProperties parse_key_values(const std::vector<std::string>& arguments) {
  ClientProperties values;
  for (const std::string& argument : arguments) {
    const size_t equals = argument.find('=');
    values[argument.substr(0, equals)] =
        equals == std::string::npos ? "" : argument.substr(equals + 1);
  }
  return values;
}

void log_client_events(rd_kafka_conf_t* conf) {
  rd_kafka_conf_set_error_cb(conf, on_error);
  rd_kafka_conf_set_log_cb(conf, on_log);
}

ToolError client_error(rd_kafka_resp_err_t code, std::string_view text) {
  const std::string message(text.empty() ? rd_kafka_err2str(code) : text);
  if (code > 0) {
    const auto error = static_cast<ErrorCode>(code);
    return {exception_of(error), message, error};
  }
  switch (code) {
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
      return {exception_of(ErrorCode::RequestTimedOut), message, std::nullopt};
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return {exception_of(ErrorCode::UnknownTopicOrPartition), message, std::nullopt};
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
      return {exception_of(ErrorCode::SaslAuthenticationFailed), message, std::nullopt};
    default:
      return {"org.apache.kafka.common.KafkaException", message, std::nullopt};
  }
}

}  // namespace kafka
