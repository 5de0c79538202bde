// The ledger is written from the delivery reports.
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

// Called for each order when its fate is known.
class Reports : public RdKafka::DeliveryReportCb {
 public:
  std::vector<std::string> stored;

  void dr_cb(RdKafka::Message& message) override {
    if (message.err() == RdKafka::ERR_NO_ERROR) {
      stored.emplace_back(static_cast<const char*>(message.payload()), message.len());
    } else {
      std::cerr << "not stored: " << message.errstr() << "\n";
    }
  }
};

void send(RdKafka::Producer& producer, const std::string& topic, std::string line) {
  producer.produce(topic, RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY, line.data(),
                   line.size(), nullptr, 0, 0, nullptr, nullptr);
}

}  // namespace

int main() {
  std::string why;
  Reports reports;
  auto conf = configuration();
  set(*conf, "batch.num.messages", "10");
  set(*conf, "acks", "all");
  conf->set("dr_cb", &reports, why);
  std::unique_ptr<RdKafka::Producer> orders(RdKafka::Producer::create(conf.get(), why));
  std::ifstream lines(environment("LAB_DATA") + "/orders.txt");
  for (std::string line; std::getline(lines, line);) {
    send(*orders, "orders", line);
  }
  orders->flush(30000);

  auto plain = configuration();
  std::unique_ptr<RdKafka::Producer> ledger(RdKafka::Producer::create(plain.get(), why));
  for (const std::string& order : reports.stored) {
    send(*ledger, "ledger", order);
  }
  ledger->flush(30000);
}
