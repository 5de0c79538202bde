#include "labs/proxy/upstream.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace kraftlab {

using kafka::Result;

Result<std::unique_ptr<Upstream>> Upstream::connect(kafka::EventLoop& loop, const std::string& host,
                                                    int32_t port, Events events) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    return kafka::fail(kafka::ErrorCode::InvalidConfig, host + " is not an IPv4 address");
  }
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    close(fd);
    return kafka::fail(kafka::ErrorCode::BrokerNotAvailable,
                       fmt::format("{}:{}: {}", host, port, std::strerror(error)));
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  auto upstream = std::unique_ptr<Upstream>(new Upstream(std::move(events)));
  upstream->watch_ = loop.watch(fd, *upstream);
  upstream->watch_->await_readable();
  return upstream;
}

void Upstream::send(std::span<const uint8_t> frame) {
  const uint32_t size = htonl(static_cast<uint32_t>(frame.size()));
  const bool idle = unsent_.empty();
  unsent_.append(reinterpret_cast<const char*>(&size), sizeof size);
  unsent_.append(reinterpret_cast<const char*>(frame.data()), frame.size());
  if (idle && !ended_) {
    on_writable();
  }
}

void Upstream::on_writable() {
  while (!unsent_.empty()) {
    const ssize_t sent = ::send(watch_->fd(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      unsent_.erase(0, static_cast<size_t>(sent));
    } else if (errno == EAGAIN) {
      watch_->await_writable();
      return;
    } else if (errno != EINTR) {
      end(std::strerror(errno));
      return;
    }
  }
}

void Upstream::on_readable() {
  const auto status = reader_.read(watch_->fd());
  while (!ended_) {
    const auto frame = reader_.next();
    if (!frame) {
      break;
    }
    events_.on_answer(*frame);
  }
  if (ended_) {
    return;
  }
  if (reader_.refused_length()) {
    end("an answer is too long");
  } else if (status == kafka::FrameReader::Status::Closed) {
    end("the broker closed the connection");
  } else if (status == kafka::FrameReader::Status::Failed) {
    end(std::strerror(errno));
  } else {
    watch_->await_readable();
  }
}

void Upstream::end(std::string_view reason) {
  if (!ended_) {
    ended_ = true;
    events_.on_end(reason);
  }
}

}  // namespace kraftlab
