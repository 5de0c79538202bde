#include "broker/io/outbox.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "broker/core/check.h"

namespace kafka {

namespace {

constexpr size_t parts_max = 16;               // of one sendmsg
constexpr size_t spare_max = 4;                // writers kept for reuse
constexpr size_t spare_bytes_max = 64 * 1024;  // larger ones are given back

// What a failed send means; an interrupted one is simply tried again.
Outbox::Status send_failure() {
  if (errno == EINTR) {
    return Outbox::Status::Done;
  }
  return errno == EAGAIN || errno == EWOULDBLOCK ? Outbox::Status::Blocked
                                                 : Outbox::Status::Failed;
}

// Where the bytes end that can be sent before a file range must be.
size_t end_of_bytes(const Writer& response, size_t splices_sent) {
  const std::vector<Splice>& splices = response.splices();
  return splices_sent < splices.size() ? splices[splices_sent].offset : response.size();
}

}  // namespace

uint64_t Outbox::open_slot() {
  slots_.emplace_back();
  return first_sequence_ + slots_.size() - 1;
}

bool Outbox::is_open(uint64_t sequence) const {
  return sequence >= first_sequence_ && sequence < first_sequence_ + slots_.size() &&
         slots_[sequence - first_sequence_].state == Slot::State::Waiting;
}

void Outbox::fill(uint64_t sequence, Writer&& response) {
  CHECK(is_open(sequence), "request {} was answered twice", sequence);
  Slot& slot = slots_[sequence - first_sequence_];
  queued_bytes_ += response.total_size();
  slot.response = std::move(response);
  slot.state = Slot::State::Filled;
}

void Outbox::fill_nothing(uint64_t sequence) {
  CHECK(is_open(sequence), "request {} was answered twice", sequence);
  slots_[sequence - first_sequence_].state = Slot::State::Nothing;
}

Outbox::Status Outbox::flush(int fd) {
  for (;;) {
    drop_finished();
    if (slots_.empty() || slots_.front().state == Slot::State::Waiting) {
      return Status::Done;
    }
    Slot& front = slots_.front();
    const bool at_slice = front.bytes_sent == end_of_bytes(front.response, front.splices_sent);
    const Status status = at_slice ? send_slice(fd, front) : send_bytes(fd);
    if (status != Status::Done) {
      return status;
    }
  }
}

// Sends the bytes up to the next file range, of as many responses as are ready.
Outbox::Status Outbox::send_bytes(int fd) {
  std::array<iovec, parts_max> parts;
  size_t count = 0;
  bool slice_follows = false;
  for (Slot& slot : slots_) {
    if (slot.state == Slot::State::Waiting || count == parts_max || slice_follows) {
      break;
    }
    if (slot.state == Slot::State::Nothing) {
      continue;
    }
    const size_t end = end_of_bytes(slot.response, slot.splices_sent);
    const std::span<const uint8_t> bytes = slot.response.bytes();
    parts[count++] = {const_cast<uint8_t*>(bytes.data()) + slot.bytes_sent, end - slot.bytes_sent};
    slice_follows = slot.splices_sent < slot.response.splices().size();
  }
  const ssize_t sent = network_->send(fd, {parts.data(), count}, slice_follows);
  if (sent < 0) {
    return send_failure();
  }
  advance_bytes(static_cast<size_t>(sent));
  return Status::Done;
}

void Outbox::advance_bytes(size_t sent) {
  queued_bytes_ -= sent;
  for (Slot& slot : slots_) {
    if (sent == 0) {
      return;
    }
    if (slot.state == Slot::State::Nothing) {
      continue;
    }
    const size_t end = end_of_bytes(slot.response, slot.splices_sent);
    const size_t taken = std::min(sent, end - slot.bytes_sent);
    slot.bytes_sent += taken;
    sent -= taken;
  }
}

Outbox::Status Outbox::send_slice(int fd, Slot& slot) {
  const FileSlice& slice = slot.response.splices()[slot.splices_sent].slice;
  const ssize_t sent = network_->send_file(fd, slice, slot.slice_sent);
  if (sent < 0) {
    return send_failure();
  }
  if (sent == 0 && slice.length > slot.slice_sent) {
    errno = ENODATA;  // the file is shorter than promised: the response cannot be finished
    return Status::Failed;
  }
  queued_bytes_ -= static_cast<size_t>(sent);
  slot.slice_sent += static_cast<int32_t>(sent);
  if (slot.slice_sent == slice.length) {
    ++slot.splices_sent;
    slot.slice_sent = 0;
  }
  return Status::Done;
}

void Outbox::drop_finished() {
  while (!slots_.empty() && slots_.front().state != Slot::State::Waiting) {
    Slot& front = slots_.front();
    if (front.state == Slot::State::Filled) {
      const bool finished = front.splices_sent == front.response.splices().size() &&
                            front.bytes_sent == front.response.size();
      if (!finished) {
        return;
      }
      if (spare_.size() < spare_max && front.response.size() <= spare_bytes_max) {
        front.response.clear();
        spare_.push_back(std::move(front.response));
      }
    }
    slots_.pop_front();
    ++first_sequence_;
  }
}

Writer Outbox::take_writer() {
  if (spare_.empty()) {
    return {};
  }
  Writer writer = std::move(spare_.back());
  spare_.pop_back();
  return writer;
}

void Outbox::release() {
  spare_.clear();
  spare_.shrink_to_fit();
}

}  // namespace kafka
