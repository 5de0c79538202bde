// Lab 03. Sends every line of $LAB_DATA/$PLACE.txt to the topic `orders`. It is started twice at
// the same time: once inside the container network and once outside. The program is right; what it
// is told about the network may not be.
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

}  // namespace

int main() {
  const std::string place = environment("PLACE");  // "inside" or "outside"
  std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  set(*conf, "client.id", environment("CLIENT_ID"));
  std::ifstream properties(place + ".properties");
  for (std::string line; std::getline(properties, line);) {
    if (const size_t mark = line.find('='); mark != std::string::npos && line[0] != '#') {
      set(*conf, line.substr(0, mark), line.substr(mark + 1));
    }
  }
  std::string why;
  std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), why));
  if (!producer) {
    std::cerr << why << "\n";
    return 1;
  }
  std::ifstream orders(environment("LAB_DATA") + "/" + place + ".txt");
  for (std::string line; std::getline(orders, line);) {
    producer->produce("orders", RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY,
                      line.data(), line.size(), nullptr, 0, 0, nullptr, nullptr);
  }
  return producer->flush(15000) == RdKafka::ERR_NO_ERROR ? 0 : 1;
}
