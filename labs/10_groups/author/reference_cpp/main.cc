// One consumer a program, one group, and patience for the longest parcel.
#include <librdkafka/rdkafkacpp.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

namespace {

volatile std::sig_atomic_t stopping = 0;

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
  set(*conf, "client.id", environment("CLIENT_ID"));  // packer-1, packer-2, packer-3
  return conf;
}

std::unique_ptr<RdKafka::KafkaConsumer> make_consumer() {
  std::string why;
  auto conf = configuration();
  set(*conf, "group.id", "packers");
  set(*conf, "session.timeout.ms", "3000");     // so long until a dead packer is noticed
  set(*conf, "heartbeat.interval.ms", "250");
  set(*conf, "max.poll.interval.ms", "20000");
  set(*conf, "auto.offset.reset", "earliest");
  set(*conf, "enable.auto.commit", "false");
  std::unique_ptr<RdKafka::KafkaConsumer> consumer(RdKafka::KafkaConsumer::create(conf.get(), why));
  if (!consumer) {
    std::cerr << why << "\n";
    std::exit(1);
  }
  consumer->subscribe({"parcels"});
  return consumer;
}

// "parcel xyz takes 20 ms": the work itself.
void pack(const std::string& parcel) {
  const size_t takes = parcel.find(" takes ");
  if (takes != std::string::npos) {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(parcel.substr(takes + 7))));
  }
}

}  // namespace

int main() {
  std::signal(SIGTERM, [](int) { stopping = 1; });
  std::string why;
  auto conf = configuration();
  set(*conf, "linger.ms", "0");
  std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), why));
  auto consumer = make_consumer();
  while (stopping == 0) {
    std::unique_ptr<RdKafka::Message> message(consumer->consume(100));
    if (message->err() != RdKafka::ERR_NO_ERROR) {
      continue;
    }
    const std::string parcel(static_cast<const char*>(message->payload()), message->len());
    pack(parcel);
    producer->produce("packed", RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY,
                      const_cast<char*>(parcel.data()), parcel.size(), nullptr, 0, 0, nullptr,
                      nullptr);
    producer->flush(30000);
    consumer->commitSync(message.get());
  }
  consumer->close();
}
