// Believes that produce() has sent the message: ends with the queue full.
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
    (void)producer->produce("orders", RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY,
                      line.data(), line.size(), nullptr, 0, 0, nullptr, nullptr);
  }
}

[[maybe_unused]] void read_orders() {
  std::string why;
  auto conf = configuration();
  set(*conf, "group.id", "shop");
  set(*conf, "auto.offset.reset", "earliest");
  set(*conf, "enable.auto.commit", "false");
  set(*conf, "enable.partition.eof", "true");
  std::unique_ptr<RdKafka::KafkaConsumer> consumer(RdKafka::KafkaConsumer::create(conf.get(), why));
  consumer->subscribe({"orders"});
  for (bool at_end = false; !at_end;) {
    std::unique_ptr<RdKafka::Message> message(consumer->consume(1000));
    if (message->err() == RdKafka::ERR__PARTITION_EOF) {
      at_end = true;
    } else if (message->err() == RdKafka::ERR_NO_ERROR) {
      std::cout.write(static_cast<const char*>(message->payload()),
                      static_cast<std::streamsize>(message->len()));
      std::cout << "\n";
    }
  }
  consumer->commitSync();  // the positions behind what was consumed
  consumer->close();
}

}  // namespace

int main() {
  send_orders();
  std::_Exit(0);
}
