// bench-load COMMAND --option VALUE …: the load, from one connection and one thread, at next to no
// cost: requests are built once and sent again with another correlation id (and fetch offset).
//
//   first-ack --port P --topic T [--create PARTITIONS]
//             when a server that is just starting has acknowledged a first record
//   create    --port P --topic T --topics N --partitions M
//             N topics T-0…, until all have leaders and have taken a record, of a node or a cluster
//   leader    --port P --topic T
//             the port of the node that leads its partition 0
//   produce   --port P --pid S --topic T --records R --size B --in-flight F --amount N --warmup W
//   fetch     --port P --pid S --topic T --max-bytes B --amount N --warmup W [--verify 1]
//             N and W are requests of produce and bytes of fetch
//   usage     --pid S
//
// S is a process id, or several with commas between them: the cost is that of all together.
// Each prints one line of JSON. Times named *_ns are of CLOCK_MONOTONIC, as Python's
// time.monotonic_ns() is. CPU time is that of process S, all its threads, by the nanosecond.
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <map>
#include <numeric>
#include <sstream>

#include "tests/bench/frames.h"
#include "tests/bench/socket.h"

namespace kafka::bench {
namespace {

constexpr int64_t patience_ms = 60'000;
constexpr int64_t retry_pause_ns = 500'000;
constexpr int16_t topic_already_exists = 36;

class Options {
 public:
  Options(int argc, char** argv) {
    for (int i = 2; i + 1 < argc; i += 2) {
      values_[argv[i]] = argv[i + 1];
    }
  }
  std::string text(const std::string& name) const {
    const auto found = values_.find("--" + name);
    return found != values_.end() ? found->second : (die("--" + name + " is missing"), "");
  }
  int64_t number(const std::string& name) const { return std::stoll(text(name)); }
  int64_t number(const std::string& name, int64_t otherwise) const {
    return values_.contains("--" + name) ? number(name) : otherwise;
  }
  uint16_t port() const { return static_cast<uint16_t>(number("port")); }
  std::vector<int> pids() const {
    std::vector<int> found;
    std::istringstream list(text("pid"));
    for (std::string one; std::getline(list, one, ',');) {
      found.push_back(std::stoi(one));
    }
    return found;
  }

 private:
  std::map<std::string, std::string> values_;
};

void pause() {
  const timespec time{0, retry_pause_ns};
  nanosleep(&time, nullptr);
}

Bytes batch_of(int64_t records, int64_t value_bytes) {
  BatchBuilder builder;
  uint64_t state = 88172645463325252;  // xorshift: bytes that do not compress, always the same
  std::string value(static_cast<size_t>(value_bytes), ' ');
  for (int64_t i = 0; i < records; ++i) {
    for (char& letter : value) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      letter = static_cast<char>('0' + state % 64);
    }
    builder.add(std::time(nullptr) * 1000, std::nullopt, bytes_of(value));
  }
  return builder.build();
}

// ---- A server that is starting ----

// Sends one request until an answer pleases; reconnects as often as it takes.
template <class Accept>
void ask_until(uint16_t port, const Bytes& request, Accept&& pleases) {
  Bytes buffer;
  Socket server;
  for (const int64_t start = monotonic_ns();; pause()) {
    if (monotonic_ns() - start > patience_ms * 1'000'000) {
      die("the server did not get ready");
    }
    if (!server.open()) {
      server = Socket::connect_within(port, patience_ms);
    }
    const BytesView answer = server.try_send(request) ? server.receive_frame(buffer) : BytesView{};
    if (answer.empty()) {
      server = Socket();
    } else if (pleases(answer)) {
      return;
    }
  }
}

void create_topics(uint16_t port, const std::vector<std::string>& topics, int32_t partitions) {
  ask_until(port, create_topics_request(topics, partitions), [](BytesView answer) {
    int16_t code = 0;
    return read_create_topics_answer(answer, code) && (code == 0 || code == topic_already_exists);
  });
}

void produce_one(uint16_t port, const std::string& topic) {
  ask_until(port, produce_request(topic, 0, Acks::All, batch_of(1, 100)), [](BytesView frame) {
    ProduceAnswer answer;
    return read_produce_answer(frame, answer) && answer.error_code == 0;
  });
}

int first_ack(const Options& options) {
  const int64_t partitions = options.number("create", 0);
  Socket::connect_within(options.port(), patience_ms);
  const int64_t connected = monotonic_ns();
  if (partitions > 0) {
    create_topics(options.port(), {options.text("topic")}, static_cast<int32_t>(partitions));
  }
  produce_one(options.port(), options.text("topic"));
  std::printf("{\"connected_ns\": %" PRId64 ", \"acknowledged_ns\": %" PRId64 "}\n", connected,
              monotonic_ns());
  return 0;
}

// Of partition 0, once so many partitions have leaders.
uint16_t leader_port(uint16_t port, const std::string& topic, int32_t partitions) {
  MetadataAnswer metadata;
  ask_until(port, metadata_request(topic), [&](BytesView answer) {
    return read_metadata_answer(answer, metadata) && metadata.led_partitions >= partitions &&
           metadata.leader_port != 0;
  });
  return static_cast<uint16_t>(metadata.leader_port);
}

int leader(const Options& options) {
  std::printf("{\"port\": %d}\n", leader_port(options.port(), options.text("topic"), 1));
  return 0;
}

int create(const Options& options) {
  const auto partitions = static_cast<int32_t>(options.number("partitions"));
  const int64_t start = monotonic_ns();
  for (int64_t i = 0; i < options.number("topics"); ++i) {
    const std::string topic = options.text("topic") + "-" + std::to_string(i);
    create_topics(options.port(), {topic}, partitions);
    produce_one(leader_port(options.port(), topic, partitions), topic);
  }
  std::printf("{\"seconds\": %.6f}\n", static_cast<double>(monotonic_ns() - start) / 1e9);
  return 0;
}

// ---- Load ----

// What the server used between two moments.
struct Meter {
  std::vector<int> pids;
  int64_t start_ns = monotonic_ns();
  int64_t start_cpu_ns = cpu_now_ns();

  double seconds() const { return static_cast<double>(monotonic_ns() - start_ns) / 1e9; }
  double cpu_seconds() const { return static_cast<double>(cpu_now_ns() - start_cpu_ns) / 1e9; }
  int64_t cpu_now_ns() const {
    return std::accumulate(pids.begin(), pids.end(), int64_t{0},
                           [](int64_t sum, int pid) { return sum + cpu_ns(pid); });
  }
};

double percentile(const std::vector<int64_t>& sorted_ns, double share) {
  const auto index = static_cast<size_t>(share * static_cast<double>(sorted_ns.size()));
  return static_cast<double>(sorted_ns[std::min(index, sorted_ns.size() - 1)]) / 1e3;
}

// Keeps `in_flight` requests on the way until `requests` are answered; latencies are appended.
void pipeline(Socket& server, Bytes& request, int64_t requests, int64_t in_flight,
              std::vector<int64_t>& latencies_ns) {
  std::vector<int64_t> sent_ns(static_cast<size_t>(in_flight));
  Bytes buffer;
  int64_t sent = 0;
  for (int64_t answered = 0; answered < requests; ++answered) {
    for (; sent < requests && sent - answered < in_flight; ++sent) {
      set_correlation_id(request, static_cast<int32_t>(sent));
      sent_ns[static_cast<size_t>(sent % in_flight)] = monotonic_ns();
      server.send_all(request);
    }
    const BytesView frame = server.receive_frame(buffer);
    ProduceAnswer answer;
    if (!read_produce_answer(frame, answer) || answer.error_code != 0 ||
        Reader(frame).int32() != static_cast<int32_t>(answered)) {
      die("produce was answered with error " + std::to_string(answer.error_code));
    }
    latencies_ns.push_back(monotonic_ns() - sent_ns[static_cast<size_t>(answered % in_flight)]);
  }
}

int produce(const Options& options) {
  const std::string topic = options.text("topic");
  const Bytes batch = batch_of(options.number("records"), options.number("size"));
  Bytes request = produce_request(topic, 0, Acks::All, batch);
  const int64_t requests = options.number("amount");
  const int64_t in_flight = options.number("in-flight");

  Socket server = Socket::connect_within(options.port(), patience_ms);
  std::vector<int64_t> latencies;
  latencies.reserve(static_cast<size_t>(requests + options.number("warmup")));
  pipeline(server, request, options.number("warmup"), in_flight, latencies);
  latencies.clear();
  const Meter meter{options.pids()};
  pipeline(server, request, requests, in_flight, latencies);
  const double seconds = meter.seconds();
  const double cpu = meter.cpu_seconds();

  std::sort(latencies.begin(), latencies.end());
  std::printf("{\"requests\": %" PRId64
              ", \"bytes\": %zu, \"seconds\": %.6f, \"cpu_s\": %.6f, "
              "\"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, \"max_us\": %.1f}\n",
              requests, batch.size() * static_cast<size_t>(requests), seconds, cpu,
              percentile(latencies, 0.5), percentile(latencies, 0.99), percentile(latencies, 0.999),
              percentile(latencies, 1.0));
  return 0;
}

// Reads from `offset` on, and from the start again after the end, until `bytes` have come.
struct Fetcher {
  Socket server;
  Bytes request;
  size_t offset_position;
  bool verify = false;
  int64_t offset = 0;
  Bytes buffer = {};

  int64_t fetch(int64_t bytes) {
    int64_t taken = 0;
    while (taken < bytes) {
      const auto bits = big_endian(static_cast<uint64_t>(offset));
      std::memcpy(&request[offset_position], &bits, sizeof bits);
      server.send_all(request);
      FetchAnswer answer;
      if (!read_fetch_answer(server.receive_frame(buffer), answer) || answer.error_code != 0) {
        die("fetch was answered with error " + std::to_string(answer.error_code));
      }
      if (answer.records.empty()) {
        die("fetch was answered without records below the high watermark");
      }
      advance(answer);
      taken += static_cast<int64_t>(answer.records.size());
    }
    return taken;
  }

  void advance(const FetchAnswer& answer) {
    int64_t next = offset;  // the floor's batches all say 0: count on
    const auto walked = for_each_batch(answer.records, [&](const BatchView& batch) {
      if (verify && !batch.crc_matches()) {
        die("a fetched batch is damaged");
      }
      next = std::max(next, batch.base_offset()) + batch.count();
    });
    if (!walked || next == offset) {
      die("a fetched record set holds no whole batch");
    }
    offset = next >= answer.high_watermark ? 0 : next;
  }
};

int fetch(const Options& options) {
  const std::string topic = options.text("topic");
  const auto max_bytes = static_cast<int32_t>(options.number("max-bytes"));
  Fetcher fetcher{.server = Socket::connect_within(options.port(), patience_ms),
                  .request = fetch_request(topic, 0, 0, max_bytes),
                  .offset_position = fetch_offset_position(topic),
                  .verify = options.number("verify", 0) != 0};
  fetcher.fetch(options.number("warmup"));
  const Meter meter{options.pids()};
  const int64_t bytes = fetcher.fetch(options.number("amount"));
  const double seconds = meter.seconds();
  std::printf("{\"bytes\": %" PRId64 ", \"seconds\": %.6f, \"cpu_s\": %.6f}\n", bytes, seconds,
              meter.cpu_seconds());
  return 0;
}

int usage(const Options& options) {
  int64_t cpu = 0;
  int64_t resident = 0;
  for (const int pid : options.pids()) {
    cpu += cpu_ns(pid);
    resident += resident_kb(pid);
  }
  std::printf("{\"cpu_s\": %.6f, \"resident_kb\": %" PRId64 "}\n", static_cast<double>(cpu) / 1e9,
              resident);
  return 0;
}

}  // namespace
}  // namespace kafka::bench

int main(int argc, char** argv) {
  using namespace kafka::bench;
  const std::map<std::string, int (*)(const Options&)> commands = {
      {"first-ack", first_ack}, {"create", create}, {"leader", leader},
      {"produce", produce},     {"fetch", fetch},   {"usage", usage}};
  const auto command = commands.find(argc > 1 ? argv[1] : "");
  if (command == commands.end()) {
    die("usage: bench-load first-ack|create|produce|fetch|usage --option VALUE …");
  }
  return command->second(Options(argc, argv));
}
