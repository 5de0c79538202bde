// The whole format in C++, with zlib for the packed batches.
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

uint32_t crc32c(const std::string& bytes, size_t begin, size_t end) {
  uint32_t crc = 0xffffffff;
  for (size_t i = begin; i < end; ++i) {
    crc ^= static_cast<uint8_t>(bytes[i]);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
    }
  }
  return ~crc;
}

std::string gunzip(const std::string& packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string unpacked;
  std::array<char, 4096> piece;
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    status = inflate(&stream, Z_NO_FLUSH);
    unpacked.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return unpacked;
}

// A zigzag varint at the front of what is left.
int64_t varint(const std::string& bytes, size_t& at) {
  uint64_t value = 0;
  for (int shift = 0; at < bytes.size(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes[at++]);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      break;
    }
  }
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

// Calls send(offset, value) for the records of one whole batch.
void decode_batch(const std::string& bytes, size_t begin, size_t end, const auto& send) {
  const auto base = number<int64_t>(bytes, begin);
  const int count = number<int32_t>(bytes, begin + 57);
  std::string records = bytes.substr(begin + 61, end - begin - 61);
  if ((bytes[begin + 22] & 7) == 1) {
    records = gunzip(records);
  }
  size_t at = 0;
  for (int i = 0; i < count; ++i) {
    const auto length = static_cast<size_t>(varint(records, at));
    const size_t next = at + length;
    ++at;  // attributes
    varint(records, at);  // timestamp delta
    const int64_t delta = varint(records, at);
    const int64_t key_length = varint(records, at);
    at += static_cast<size_t>(std::max<int64_t>(key_length, 0));
    const auto value_length = static_cast<size_t>(varint(records, at));
    send(base + delta, records.substr(at, value_length));
    at = next;
  }
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
    for (size_t at = 0; at + 61 <= bytes.size();) {
      const size_t end = at + 12 + static_cast<size_t>(number<int32_t>(bytes, at + 8));
      if (end <= bytes.size() && crc32c(bytes, at + 21, end) == number<uint32_t>(bytes, at + 17)) {
        decode_batch(bytes, at, end, send);
      }
      at = end;
    }
  }
  producer->flush(30000);
}
