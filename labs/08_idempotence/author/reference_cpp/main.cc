// Lab 08. The broker knows this producer and numbers its batches.
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

// Called for each message when its fate is known: stored, or given up.
class Reports : public RdKafka::DeliveryReportCb {
 public:
  int failed = 0;

  void dr_cb(RdKafka::Message& message) override {
    if (message.err() != RdKafka::ERR_NO_ERROR) {
      ++failed;
      std::cerr << "not stored: " << message.errstr() << "\n";
    }
  }
};

}  // namespace

int main() {
  std::string why;
  Reports reports;
  std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  set(*conf, "bootstrap.servers", environment("BOOTSTRAP"));
  set(*conf, "batch.num.messages", "10");  // small batches: a payment does not wait for many others
  set(*conf, "enable.idempotence", "true");  // and with it acks=all, at most 5 in flight
  conf->set("dr_cb", &reports, why);
  std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), why));
  if (!producer) {
    std::cerr << why << "\n";
    return 1;
  }

  std::ifstream payments(environment("LAB_DATA") + "/payments.txt");
  for (std::string line; std::getline(payments, line);) {
    producer->produce("payments", RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY,
                      line.data(), line.size(), nullptr, 0, 0, nullptr, nullptr);
    producer->poll(0);
  }
  producer->flush(30000);
  return reports.failed == 0 ? 0 : 1;
}
