#include "broker/io/probe.h"

#include <utility>

#include "broker/io/network.h"

namespace kafka {

Probe::Probe(EventLoop& loop, std::function<void(bool accepted)> done)
    : loop_(loop), done_(std::move(done)) {}

bool Probe::start(std::vector<NetAddress> candidates) {
  candidates_ = std::move(candidates);
  return connect_next();
}

bool Probe::connect_next() {
  watch_.reset();
  while (next_ < candidates_.size()) {
    if (const std::expected<int, int> fd = loop_.network().start_connect(candidates_[next_++])) {
      watch_ = loop_.watch(*fd, *this);
      watch_->await_writable();
      return true;
    }
  }
  return false;
}

void Probe::on_writable() {
  const bool accepted = loop_.network().connect_outcome(watch_->fd()) == 0;
  if (accepted || !connect_next()) {
    done_(accepted);  // may destroy this
  }
}

}  // namespace kafka
