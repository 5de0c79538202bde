// Lab 13. Sends every line of $LAB_DATA/$STEP.txt to the topic `payments`, which two brokers shall
// keep so well that one of them may die.
#include <librdkafka/rdkafkacpp.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

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
  std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  set(*conf, "bootstrap.servers", environment("BOOTSTRAP"));  // both brokers
  set(*conf, "client.id", environment("CLIENT_ID"));
  set(*conf, "acks", "all");
  set(*conf, "message.timeout.ms", "60000");
  set(*conf, "message.send.max.retries", "10000");
  std::string why;
  std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), why));
  if (!producer) {
    std::cerr << why << "\n";
    return 1;
  }
  std::ifstream payments(environment("LAB_DATA") + "/" + environment("STEP") + ".txt");
  for (std::string line; std::getline(payments, line);) {
    producer->produce("payments", RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY,
                      line.data(), line.size(), nullptr, 0, 0, nullptr, nullptr);
  }
  return producer->flush(60000) == RdKafka::ERR_NO_ERROR ? 0 : 1;
}
