// Outbox: the responses of one connection, sent in the order of its requests.
//
// Every request opens a slot; its response fills it, whenever that is. What stands at the front and
// is filled goes out: bytes by sendmsg, several responses at once; file ranges by sendfile, with
// MSG_MORE on the bytes before them, so that nothing is copied and no packet is cut short.
//
//   sequence   7        8        9       10
//            [filled][waiting][filled][waiting]     7 can be sent; 9 waits for 8
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "broker/io/network.h"
#include "protocol/wire.h"

namespace kafka {

class Outbox {
 public:
  explicit Outbox(Network& network = posix_network()) : network_(&network) {}

  uint64_t open_slot();

  // True if the slot is still waiting for its response.
  bool is_open(uint64_t sequence) const;
  void fill(uint64_t sequence, Writer&& response);
  void fill_nothing(uint64_t sequence);  // this request gets no response

  enum class Status {
    Done,     // everything at the front that is filled has been sent
    Blocked,  // the socket takes no more for now
    Failed,   // errno says why
  };
  Status flush(int fd);

  size_t slots() const { return slots_.size(); }
  // Bytes and file ranges that are filled and not sent. What one slow reader may pile up.
  size_t queued_bytes() const { return queued_bytes_; }

  // An empty writer, with the memory of a response that was sent.
  Writer take_writer();
  void release();  // gives that memory back

 private:
  struct Slot {
    enum class State : uint8_t { Waiting, Filled, Nothing };
    State state = State::Waiting;
    Writer response;
    size_t bytes_sent = 0;    // of the writer's buffer
    size_t splices_sent = 0;  // whole ones
    int32_t slice_sent = 0;   // of the splice that is next
  };

  Status send_bytes(int fd);
  Status send_slice(int fd, Slot& slot);
  void advance_bytes(size_t sent);
  void drop_finished();

  Network* network_;
  std::deque<Slot> slots_;
  uint64_t first_sequence_ = 0;
  size_t queued_bytes_ = 0;
  std::vector<Writer> spare_;
};

}  // namespace kafka
