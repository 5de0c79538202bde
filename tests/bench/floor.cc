// bench-floor PORT FOLDER: the least that a server can do with the load that bench-load sends.
//
// Produce: receive, find the records, verify their CRC32C, write them to a file, answer.
// Fetch: a small header, then a range of that file by sendfile.
// No topics, no offsets inside of batches, no validation, nothing durable: what a broker does on
// top of this is what the ratios in the bench's table show. One blocking thread for each
// connection.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <mutex>
#include <thread>

#include "protocol/crc32c.h"
#include "tests/bench/frames.h"
#include "tests/bench/socket.h"

namespace kafka::bench {
namespace {

constexpr bool compact = true;
constexpr size_t receive_bytes = 1024 * 1024;

struct BatchPlace {
  int64_t base_offset;
  int64_t position;
};

// The one log: a file, and where each batch begins in it.
struct Store {
  int fd = -1;
  std::mutex mutex;
  std::vector<BatchPlace> batches;
  int64_t end_offset = 0;
  int64_t end_position = 0;
};

struct Request {
  int16_t api_key = 0;
  int32_t correlation_id = 0;
};

Request read_header(Reader& reader) {
  Request request;
  request.api_key = reader.int16();
  reader.int16();
  request.correlation_id = reader.int32();
  reader.take(static_cast<size_t>(std::max(reader.string_length(!compact), 0)));
  reader.uvarint();
  return request;
}

std::string_view read_topic(Reader& reader) {
  reader.length(compact);
  return text_of(reader.take(static_cast<size_t>(reader.string_length(compact))));
}

void append(Store& store, BytesView records, int64_t& base_offset) {
  const auto batch = BatchView::at_front_of(records);
  if (!batch || !batch->crc_matches()) {
    die("a produced batch is damaged");
  }
  const std::lock_guard lock(store.mutex);
  if (write(store.fd, records.data(), records.size()) != static_cast<ssize_t>(records.size())) {
    die("the file could not be written");
  }
  base_offset = store.end_offset;
  store.batches.push_back({base_offset, store.end_position});
  store.end_offset += batch->count();
  store.end_position += static_cast<int64_t>(records.size());
}

void produce(Store& store, Reader& reader, const Request& request, Writer& answer) {
  reader.length(compact);
  reader.int16();
  reader.int32();
  const auto topic = read_topic(reader);
  reader.length(compact);
  reader.int32();
  int64_t base_offset = 0;
  append(store, reader.take(static_cast<size_t>(reader.length(compact))), base_offset);

  answer.int32(0);
  answer.int32(request.correlation_id);
  answer.uvarint(0);
  answer.length(1, compact);
  answer.string(topic, compact);
  answer.length(1, compact);
  answer.int32(0);
  answer.int16(0);
  answer.int64(base_offset);
  answer.int64(-1);
  answer.int64(0);
  answer.length(0, compact);
  answer.length(-1, compact);
  answer.uvarint(0);
  answer.uvarint(0);
  answer.int32(0);
  answer.uvarint(0);
  answer.patch_int32(0, static_cast<int32_t>(answer.size() - length_prefix_bytes));
}

// The range of the file that the answer's records are.
std::pair<int64_t, int64_t> find(Store& store, int64_t offset, int64_t max_bytes) {
  const std::lock_guard lock(store.mutex);
  const auto after = std::upper_bound(
      store.batches.begin(), store.batches.end(), offset,
      [](int64_t wanted, const BatchPlace& place) { return wanted < place.base_offset; });
  if (offset >= store.end_offset || after == store.batches.begin()) {
    return {0, 0};
  }
  const int64_t position = std::prev(after)->position;
  return {position, std::min(max_bytes, store.end_position - position)};
}

std::pair<int64_t, int64_t> fetch(Store& store, Reader& reader, const Request& request,
                                  Writer& answer) {
  reader.take(4 + 4 + 4);
  const int32_t max_bytes = reader.int32();
  reader.take(1 + 4 + 4);
  const auto topic = read_topic(reader);
  reader.length(compact);
  reader.take(4 + 4);
  const auto range = find(store, reader.int64(), max_bytes);

  answer.int32(0);
  answer.int32(request.correlation_id);
  answer.uvarint(0);
  answer.int32(0);
  answer.int16(0);
  answer.int32(0);
  answer.length(1, compact);
  answer.string(topic, compact);
  answer.length(1, compact);
  answer.int32(0);
  answer.int16(0);
  answer.int64(store.end_offset);
  answer.int64(store.end_offset);
  answer.int64(0);
  answer.length(0, compact);
  answer.int32(-1);
  answer.length(range.second, compact);
  constexpr int64_t closing_tags = 3;
  answer.patch_int32(0, static_cast<int32_t>(static_cast<int64_t>(answer.size()) -
                                             static_cast<int64_t>(length_prefix_bytes) +
                                             range.second + closing_tags));
  return range;
}

// Without blocking: a blocked sendfile is woken for every bit of room, poll for a third of it.
void send_file(Socket& client, int fd, std::pair<int64_t, int64_t> range) {
  const int flags = fcntl(client.fd(), F_GETFL);
  fcntl(client.fd(), F_SETFL, flags | O_NONBLOCK);
  off_t position = range.first;
  while (position < range.first + range.second) {
    const auto left = static_cast<size_t>(range.first + range.second - position);
    if (sendfile(client.fd(), fd, &position, left) > 0) {
      continue;
    }
    pollfd writable{.fd = client.fd(), .events = POLLOUT, .revents = 0};
    if (errno != EAGAIN || poll(&writable, 1, -1) < 0) {
      return;
    }
  }
  fcntl(client.fd(), F_SETFL, flags);
}

void answer_one(Store& store, Socket& client, BytesView frame, Writer& answer) {
  answer.clear();
  Reader reader(frame);
  const Request request = read_header(reader);
  if (request.api_key == 0) {
    produce(store, reader, request, answer);
    client.try_send(answer.bytes());
  } else if (request.api_key == 1) {
    const auto range = fetch(store, reader, request, answer);
    (void)!send(client.fd(), answer.bytes().data(), answer.size(), MSG_MORE | MSG_NOSIGNAL);
    send_file(client, store.fd, range);
    client.try_send(Bytes{0, 0, 0});
  } else {
    die("the floor answers Produce and Fetch alone");
  }
}

void serve(Store& store, Socket client) {
  const int on = 1;
  setsockopt(client.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Bytes buffer(receive_bytes);
  Writer answer;
  size_t held = 0;
  while (true) {
    const ssize_t got = recv(client.fd(), &buffer[held], buffer.size() - held, 0);
    if (got <= 0) {
      return;
    }
    held += static_cast<size_t>(got);
    size_t at = 0;
    while (held - at >= length_prefix_bytes) {
      const auto size = static_cast<size_t>(Reader(BytesView(buffer).subspan(at)).int32());
      if (held - at < length_prefix_bytes + size) {
        break;
      }
      answer_one(store, client, BytesView(buffer).subspan(at + length_prefix_bytes, size), answer);
      at += length_prefix_bytes + size;
    }
    if (held == buffer.size() && at == 0) {
      die("a request is larger than the floor's buffer");
    }
    if (at > 0) {
      std::memmove(buffer.data(), buffer.data() + at, held - at);
      held -= at;
    }
  }
}

int run(uint16_t port, const std::string& folder) {
  Store store;
  store.fd = open((folder + "/floor.log").c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0644);
  const Socket listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(listener.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (store.fd < 0 ||
      bind(listener.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener.fd(), 50) != 0) {
    die("the floor cannot use port " + std::to_string(port) + " and folder " + folder);
  }
  while (true) {
    Socket client(accept(listener.fd(), nullptr, nullptr));
    std::thread(serve, std::ref(store), std::move(client)).detach();
  }
}

}  // namespace
}  // namespace kafka::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    kafka::bench::die("usage: bench-floor PORT FOLDER");
  }
  return kafka::bench::run(static_cast<uint16_t>(std::atoi(argv[1])), argv[2]);
}
