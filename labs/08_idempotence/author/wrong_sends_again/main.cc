// Lab 08. Idempotent, and impatient: what is not reported soon is produced again by the program.
#include <librdkafka/rdkafkacpp.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
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

// The lines that were reported as stored.
class Reports : public RdKafka::DeliveryReportCb {
 public:
  std::set<std::string> stored;

  void dr_cb(RdKafka::Message& message) override {
    if (message.err() == RdKafka::ERR_NO_ERROR) {
      stored.emplace(static_cast<const char*>(message.payload()), message.len());
    }
  }
};

void send(RdKafka::Producer& producer, std::string line) {
  producer.produce("payments", RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY,
                   line.data(), line.size(), nullptr, 0, 0, nullptr, nullptr);
}

}  // namespace

int main() {
  std::string why;
  Reports reports;
  std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  set(*conf, "bootstrap.servers", environment("BOOTSTRAP"));
  set(*conf, "batch.num.messages", "10");
  set(*conf, "enable.idempotence", "true");
  conf->set("dr_cb", &reports, why);
  std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), why));

  std::vector<std::string> lines;
  std::ifstream payments(environment("LAB_DATA") + "/payments.txt");
  for (std::string line; std::getline(payments, line);) {
    lines.push_back(line);
    send(*producer, line);
  }
  producer->flush(30);  // "surely that is long enough"
  for (const std::string& line : lines) {
    if (!reports.stored.contains(line)) {
      send(*producer, line);
    }
  }
  producer->flush(30000);
  return 0;
}
