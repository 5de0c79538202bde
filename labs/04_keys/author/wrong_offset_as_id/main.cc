// Believes that offsets are unique over a topic.
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

// A line of orders.txt: CUSTOMER<TAB>ORDER.
struct Order {
  std::string customer;
  std::string text;
};

std::vector<Order> read_orders() {
  std::vector<Order> orders;
  std::ifstream lines(environment("LAB_DATA") + "/orders.txt");
  for (std::string line; std::getline(lines, line);) {
    const size_t tab = line.find('\t');
    orders.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return orders;
}

struct Receipt {
  std::string customer;
  std::string place;
};

// Writes down where each order stands.
class Reports : public RdKafka::DeliveryReportCb {
 public:
  std::vector<Receipt> receipts;

  void dr_cb(RdKafka::Message& message) override {
    if (message.err() == RdKafka::ERR_NO_ERROR) {
      receipts.push_back({message.key() != nullptr ? *message.key() : "",
                          std::to_string(message.offset())});
    }
  }
};

void send(RdKafka::Producer& producer, const std::string& topic, int32_t partition,
          const std::string& key, std::string value) {
  producer.produce(topic, partition, RdKafka::Producer::RK_MSG_COPY, value.data(), value.size(),
                   key.empty() ? nullptr : key.data(), key.size(), 0, nullptr, nullptr);
}

}  // namespace

int main() {
  std::string why;
  Reports reports;
  auto conf = configuration();
  set(*conf, "partitioner", "murmur2_random");
  conf->set("dr_cb", &reports, why);
  std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), why));
  for (const Order& order : read_orders()) {
    send(*producer, "orders", RdKafka::Topic::PARTITION_UA, order.customer, order.text);
  }
  producer->flush(30000);

  auto plain = configuration();
  std::unique_ptr<RdKafka::Producer> desk(RdKafka::Producer::create(plain.get(), why));
  for (const Receipt& receipt : reports.receipts) {
    send(*desk, "receipts", RdKafka::Topic::PARTITION_UA, receipt.customer, receipt.place);
  }
  desk->flush(30000);
}
