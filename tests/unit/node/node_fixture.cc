#include "tests/unit/node/node_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "broker/core/controller/format.h"
#include "broker/io/files.h"
#include "broker/node/log_format.h"
#include "protocol/api/03_metadata.h"
#include "protocol/api/19_create_topics.h"

namespace kafka {

namespace {

constexpr int wait_ms = 10'000;
constexpr int16_t create_topics_version = 7;

int64_t wall_clock_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool becomes_readable(int fd, int milliseconds) {
  pollfd entry = {fd, POLLIN, 0};
  return ::poll(&entry, 1, milliseconds) == 1;
}

}  // namespace

// --- the client

TestClient::TestClient(int32_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    ADD_FAILURE() << "cannot connect to port " << port;
  }
}

TestClient::~TestClient() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

void TestClient::send_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return;  // the node closed: whoever receives finds out
    }
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

void TestClient::send_frame(std::string_view body) {
  Writer writer;
  writer.int32(static_cast<int32_t>(body.size()));
  writer.raw(bytes_of(body));
  send_bytes(text_of(writer.bytes()));
}

bool TestClient::read_exactly(uint8_t* to, size_t bytes) {
  while (bytes > 0) {
    if (!becomes_readable(fd_, wait_ms)) {
      ADD_FAILURE() << "no answer within " << wait_ms << " ms";
      return false;
    }
    const ssize_t n = ::recv(fd_, to, bytes, 0);
    if (n <= 0) {
      return false;
    }
    to += n;
    bytes -= static_cast<size_t>(n);
  }
  return true;
}

std::optional<TestClient::Received> TestClient::receive() {
  uint8_t prefix[4];
  if (!read_exactly(prefix, sizeof(prefix))) {
    return std::nullopt;
  }
  Reader reader(prefix);
  Received received;
  received.frame.resize(static_cast<size_t>(reader.int32()));
  if (!read_exactly(received.frame.data(), received.frame.size())) {
    return std::nullopt;
  }
  received.correlation_id = Reader(received.frame).int32();
  return received;
}

bool TestClient::is_closed_by_node() {
  char byte = 0;
  return becomes_readable(fd_, wait_ms) && ::recv(fd_, &byte, 1, 0) <= 0;
}

bool TestClient::is_silent_for(int milliseconds) {
  return !becomes_readable(fd_, milliseconds);
}

void TestClient::stop_sending() {
  ::shutdown(fd_, SHUT_WR);
}

// --- the node

NodeTest::NodeTest() {
  set_log_level(LogLevel::Fatal);
  std::string name = std::filesystem::temp_directory_path() / "kafka_node_test_XXXXXX";
  folder_ = ::mkdtemp(name.data());
}

NodeTest::~NodeTest() {
  stop();
  std::filesystem::remove_all(folder_);
}

Result<BrokerConfig> NodeTest::configure(const ConfigMap& properties) {
  ConfigMap all = {
      {"process.roles", "broker,controller"},
      {"node.id", "1"},
      {"listeners", "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0"},
      {"controller.listener.names", "CONTROLLER"},
      {"controller.quorum.voters", "1@127.0.0.1:9093"},
      {"log.dirs", folder_ + "/data"},
      {"offsets.topic.replication.factor", "1"},
      {"offsets.topic.num.partitions", "3"},
      {"group.initial.rebalance.delay.ms", "0"},
  };
  for (const auto& [key, value] : properties) {
    all.insert_or_assign(key, value);
  }
  auto parsed = parse_broker_config(all);
  if (!parsed) {
    return std::unexpected(parsed.error());
  }
  return std::move(parsed->config);
}

void NodeTest::format(const BrokerConfig& config) {
  PosixFiles files(64);
  SeededRandom random(1);
  FormatOptions options;
  options.cluster_id = "5L6g3nShT-eMCtK--X86sw";
  options.ignore_formatted = true;
  const auto formatted = format_storage(files, random, config, options, wall_clock_ms());
  ASSERT_TRUE(formatted) << formatted.error().message;
}

void NodeTest::start(const ConfigMap& properties) {
  Result<BrokerConfig> config = configure(properties);
  ASSERT_TRUE(config) << config.error().message;
  format(*config);
  Result<std::unique_ptr<Node>> node = Node::start(std::move(*config));
  ASSERT_TRUE(node) << node.error().message;
  node_ = std::move(*node);
  thread_ = std::thread([this] { EXPECT_EQ(node_->run(), 0); });
}

std::string NodeTest::start_error(const ConfigMap& properties, Formatted formatted) {
  Result<BrokerConfig> config = configure(properties);
  if (!config) {
    return config.error().message;
  }
  if (formatted == Formatted::Yes) {
    format(*config);
  }
  const Result<std::unique_ptr<Node>> node = Node::start(std::move(*config));
  return node ? "" : node.error().message;
}

void NodeTest::stop() {
  if (node_) {
    node_->stop();
    thread_.join();
    node_.reset();
  }
}

Uuid NodeTest::create_topic(const std::string& name, int32_t partitions,
                            const ConfigMap& configs) {
  CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = name;
  topic.num_partitions = partitions;
  topic.replication_factor = 1;
  for (const auto& [key, value] : configs) {
    topic.configs.push_back({key, value});
  }
  request.timeout_ms = wait_ms;
  const auto response = connect().ask<CreateTopicsResponse>(request, create_topics_version);
  EXPECT_EQ(response.topics.at(0).error_code, 0)
      << response.topics.at(0).error_message.value_or("");
  return response.topics.at(0).topic_id;
}

// --- requests

Bytes make_batch(const TestBatch& options) {
  BatchBuilder builder(options.fields);
  const int64_t timestamp = options.timestamp == -1 ? wall_clock_ms() : options.timestamp;
  for (int32_t i = 0; i < options.records; ++i) {
    std::string value = std::to_string(i);
    value.resize(std::max(options.value_bytes, value.size()), '.');
    builder.add(timestamp, bytes_of("key"), bytes_of(value));
  }
  return builder.build();
}

ProduceRequest produce_request(const std::string& topic, const Bytes& batch, int16_t acks,
                               int32_t partition) {
  ProduceRequest request;
  request.acks = acks;
  request.timeout_ms = wait_ms;
  auto& data = request.topic_data.emplace_back();
  data.name = topic;
  data.partition_data.push_back({partition, Records::of(batch)});
  return request;
}

FetchRequest fetch_request(const std::string& topic, int64_t offset, int32_t partition) {
  FetchRequest request;
  request.max_wait_ms = 0;
  request.min_bytes = 1;
  request.max_bytes = 50 << 20;
  auto& wanted = request.topics.emplace_back();
  wanted.topic = topic;
  auto& entry = wanted.partitions.emplace_back();
  entry.partition = partition;
  entry.fetch_offset = offset;
  entry.partition_max_bytes = 1 << 20;
  return request;
}

}  // namespace kafka
