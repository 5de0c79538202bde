// Lab 05. Decode the segments in $LAB_DATA/orders-0 and send each record to the topic `decoded`:
// key = its offset, value = its value. This one takes a segment for text.
#include <librdkafka/rdkafkacpp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// A number in the network's byte order.
template <class T>
T number(const std::string& bytes, size_t at) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(static_cast<uint64_t>(value) << 8 | static_cast<uint8_t>(bytes[at + i]));
  }
  return value;
}

}  // namespace

int main() {
  std::string why;
  std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  if (conf->set("bootstrap.servers", environment("BOOTSTRAP"), why) != RdKafka::Conf::CONF_OK) {
    std::cerr << why << "\n";
    return 1;
  }
  std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), why));
  auto send = [&](int64_t offset, std::string value) {
    const std::string key = std::to_string(offset);
    producer->produce("decoded", RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY,
                      value.data(), value.size(), key.data(), key.size(), 0, nullptr, nullptr);
  };

  std::vector<std::filesystem::path> files;
  const std::string folder = environment("LAB_DATA") + "/orders-0";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    // TODO: a segment is a row of batches. Where does the first one end?
    //   number<int64_t>(bytes, 0)    its first offset
    //   number<int32_t>(bytes, 8)    its length, from byte 12 on
    send(number<int64_t>(bytes, 0), bytes);
  }
  producer->flush(30000);
}
