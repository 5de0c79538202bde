// Believes that one order of things fits both: acts first, also where nothing may be repeated.
#include <librdkafka/rdkafkacpp.h>

#include <cstdlib>
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

// Reads SOURCE as a group and writes effects into SINK.
class Worker {
 public:
  Worker() {
    std::string why;
    auto producer = configuration();
    set(*producer, "linger.ms", "0");
    producer_.reset(RdKafka::Producer::create(producer.get(), why));
    know_sink();

    auto consumer = configuration();
    set(*consumer, "group.id", "workers-" + environment("SOURCE"));
    set(*consumer, "group.instance.id", "worker-1");  // so that a restart takes its place at once
    set(*consumer, "auto.offset.reset", "earliest");
    set(*consumer, "enable.auto.commit", "false");
    consumer_.reset(RdKafka::KafkaConsumer::create(consumer.get(), why));
    consumer_->subscribe({environment("SOURCE")});
  }

  ~Worker() { consumer_->close(); }

  // The next message; ours to handle.
  std::unique_ptr<RdKafka::Message> next() {
    while (true) {
      std::unique_ptr<RdKafka::Message> message(consumer_->consume(1000));
      if (message->err() == RdKafka::ERR_NO_ERROR) {
        return message;
      }
    }
  }

  // The effect: returns when it is stored.
  void act(const RdKafka::Message& message) {
    producer_->produce(environment("SINK"), RdKafka::Topic::PARTITION_UA,
                       RdKafka::Producer::RK_MSG_COPY, message.payload(), message.len(), nullptr, 0,
                       0, nullptr, nullptr);
    producer_->flush(30000);
  }

  // Returns when the broker has answered.
  void commit(RdKafka::Message& message) {
    consumer_->commitSync(&message);  // the offset behind it
  }

  // The group's committed position; 0 if it has none.
  int64_t position() {
    std::unique_ptr<RdKafka::TopicPartition> place(
        RdKafka::TopicPartition::create(environment("SOURCE"), 0));
    std::vector<RdKafka::TopicPartition*> places = {place.get()};
    consumer_->committed(places, 30000);
    return place->offset() > 0 ? place->offset() : 0;
  }

 private:
  // Asks who leads SINK; else the first effect waits for librdkafka's timer of one second.
  void know_sink() {
    std::string why;
    std::unique_ptr<RdKafka::Topic> sink(
        RdKafka::Topic::create(producer_.get(), environment("SINK"), nullptr, why));
    RdKafka::Metadata* answer = nullptr;
    producer_->metadata(false, sink.get(), &answer, 10000);
    delete answer;
  }

  std::unique_ptr<RdKafka::Producer> producer_;
  std::unique_ptr<RdKafka::KafkaConsumer> consumer_;
};

}  // namespace

int main() {
  const int64_t count = std::stoll(environment("COUNT"));
  const bool at_least_once = environment("MODE") == "at-least-once";
  Worker worker;
  // After a restart the group may stand at the end already: then there is nothing to wait for.
  int64_t next = worker.position();
  while (next < count) {
    auto message = worker.next();
    (void)at_least_once;
    worker.act(*message);
    worker.commit(*message);
    next = message->offset() + 1;
  }
}
