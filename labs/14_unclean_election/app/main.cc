// Lab 14. STEP=read copies every click from `clicks` into `seen`, and goes on until it is stopped;
// any other STEP sends the bookings and the clicks of that part of the day.
#include <librdkafka/rdkafkacpp.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

namespace {

constexpr int kPatienceMs = 60000;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::unique_ptr<RdKafka::Conf> settings() {
  std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  const std::string properties[][2] = {
      {"bootstrap.servers", environment("BOOTSTRAP")},  // both brokers
      {"client.id", environment("CLIENT_ID")},
      {"acks", "all"},
      {"enable.idempotence", "true"},
      {"topic.metadata.refresh.interval.ms", "500"},
  };
  for (const auto& [name, value] : properties) {
    std::string why;
    if (conf->set(name, value, why) != RdKafka::Conf::CONF_OK) {
      std::cerr << why << "\n";
      std::exit(1);
    }
  }
  return conf;
}

void send(RdKafka::Producer& producer, const std::string& topic, const std::string& text) {
  producer.produce(topic, RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY,
                   const_cast<char*>(text.data()), text.size(), nullptr, 0, 0, nullptr, nullptr);
}

void send_lines(RdKafka::Producer& producer, const std::string& topic) {
  std::ifstream lines(environment("LAB_DATA") + "/" + topic + "-" + environment("STEP") + ".txt");
  for (std::string line; std::getline(lines, line);) {
    send(producer, topic, line);
  }
}

// Reads without a group: where it stands is its own affair.
void read_clicks(RdKafka::Producer& producer) {
  std::string why;
  const auto conf = settings();
  std::unique_ptr<RdKafka::Conf> topic_conf(RdKafka::Conf::create(RdKafka::Conf::CONF_TOPIC));
  topic_conf->set("auto.offset.reset", "earliest", why);
  std::unique_ptr<RdKafka::Consumer> consumer(RdKafka::Consumer::create(conf.get(), why));
  std::unique_ptr<RdKafka::Topic> clicks(
      RdKafka::Topic::create(consumer.get(), "clicks", topic_conf.get(), why));
  consumer->start(clicks.get(), 0, RdKafka::Topic::OFFSET_BEGINNING);
  for (;;) {
    const std::unique_ptr<RdKafka::Message> message(consumer->consume(clicks.get(), 0, 100));
    if (message->err() == RdKafka::ERR_NO_ERROR) {
      send(producer, "seen", {static_cast<const char*>(message->payload()), message->len()});
    }
    producer.poll(0);
    consumer->poll(0);
  }
}

}  // namespace

int main() {
  std::string why;
  const auto conf = settings();
  const std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), why));
  if (environment("STEP") == "read") {
    read_clicks(*producer);
  }
  send_lines(*producer, "ledger");
  send_lines(*producer, "clicks");
  return producer->flush(kPatienceMs) == RdKafka::ERR_NO_ERROR ? 0 : 1;
}
