// Lab 02. Send the lines of $LAB_DATA/orders.txt to the topic `orders`; then read them all back
// as the group `shop`, and commit how far you have read.
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

std::unique_ptr<RdKafka::Conf> configuration() {
  std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  set(*conf, "bootstrap.servers", environment("BOOTSTRAP"));
  return conf;
}

void send_orders() {
  std::string why;
  auto conf = configuration();
  std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), why));
  std::ifstream orders(environment("LAB_DATA") + "/orders.txt");
  for (std::string line; std::getline(orders, line);) {
    // TODO: hand `line` to the producer:
    //   producer->produce("orders", RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY,
    //                     line.data(), line.size(), nullptr, 0, 0, nullptr, nullptr);
  }
  // TODO: what has to happen before this function may return?
}

void read_orders() {
  std::string why;
  auto conf = configuration();
  set(*conf, "group.id", "shop");
  set(*conf, "enable.auto.commit", "false");
  set(*conf, "enable.partition.eof", "true");  // consume() says when a partition's end is reached
  // TODO: where does a group begin that has never read anything?
  std::unique_ptr<RdKafka::KafkaConsumer> consumer(RdKafka::KafkaConsumer::create(conf.get(), why));
  // TODO: subscribe, consume until ERR__PARTITION_EOF, commit.
  consumer->close();
}

}  // namespace

int main() {
  send_orders();
  read_orders();
}
