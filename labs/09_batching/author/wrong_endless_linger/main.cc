// Believes that a fuller batch is always a better one.
#include <librdkafka/rdkafkacpp.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void set(RdKafka::Conf& conf, const std::string& name, const std::string& value) {
  std::string why;
  if (conf.set(name, value, why) != RdKafka::Conf::CONF_OK) {
    std::cerr << why << "\n";
    std::exit(1);
  }
}

}  // namespace

int main() {
  std::string why;
  std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  set(*conf, "bootstrap.servers", environment("BOOTSTRAP"));
  set(*conf, "linger.ms", "60000");
  set(*conf, "compression.type", "lz4");
  std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), why));

  const auto gap = std::chrono::milliseconds(std::stoi(environment("GAP_MS")));
  std::ifstream readings(environment("LAB_DATA") + "/readings.txt");
  for (std::string line; std::getline(readings, line); std::this_thread::sleep_for(gap)) {
    producer->produce("readings", RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY,
                      line.data(), line.size(), nullptr, 0, 0, nullptr, nullptr);
  }
  producer->flush(30000);
}
