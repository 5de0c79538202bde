// Lab 07. Send the lines of $LAB_DATA/orders.txt to `orders`, and write into `ledger` those that
// are stored. This ledger believes everything that it is told.
#include <librdkafka/rdkafkacpp.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

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

void send(RdKafka::Producer& producer, const std::string& topic, std::string line) {
  producer.produce(topic, RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY, line.data(),
                   line.size(), nullptr, 0, 0, nullptr, nullptr);
}

// TODO: librdkafka calls a DeliveryReportCb for each message when its fate is known:
//   class Reports : public RdKafka::DeliveryReportCb {
//     void dr_cb(RdKafka::Message& message) override { ... message.err(), message.payload() ... }
//   };
// and a Conf takes it: conf->set("dr_cb", &reports, why).

}  // namespace

int main() {
  std::string why;
  auto conf = configuration();
  set(*conf, "batch.num.messages", "10");
  set(*conf, "acks", "1");  // TODO: who has to have a record before it counts as stored?
  std::unique_ptr<RdKafka::Producer> orders(RdKafka::Producer::create(conf.get(), why));
  std::vector<std::string> sent;
  std::ifstream lines(environment("LAB_DATA") + "/orders.txt");
  for (std::string line; std::getline(lines, line);) {
    send(*orders, "orders", line);
    sent.push_back(line);
  }
  orders->flush(30000);

  auto plain = configuration();
  std::unique_ptr<RdKafka::Producer> ledger(RdKafka::Producer::create(plain.get(), why));
  for (const std::string& order : sent) {
    send(*ledger, "ledger", order);
  }
  ledger->flush(30000);
}
