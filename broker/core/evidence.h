// Evidence: the recorded history of a run, in one file. The broker writes what it saw on the wire;
// the grader writes what the run was about; a verdict is a pure function of the file.
//
//   file   := "KLEVID01" entry*
//   entry  := uint32 length of what follows, uint8 type, body          (big endian throughout)
//
//   type            body
//   1 run           JSON: lab, seed, the run's data                                   (grader)
//   2 connection    int64 time_us, uint64 connection, string listener, string peer
//   3 request       int64 time_us, uint64 connection, uint64 sequence, bytes frame
//   4 response      int64 time_us, uint64 connection, uint64 sequence, uint32 holes,
//                   holes x { uint32 position, uint32 length, bytes head }, bytes frame
//   5 disconnection int64 time_us, uint64 connection
//   6 end           JSON: how the learner's program ended                             (grader)
//   7 full          nothing: the size limit was reached, what follows was not recorded
//   8 fault         int64 time_us, uint64 connection, uint64 sequence, text to the end: the planned
//                   fault (core/faults.h) that this request set off
//   9 deed          int64 time_us, uint64 node, text to the end: what was done to a node    (grader)
//  10 cut request   as 4, with one hole: a request longer than kWholeBytesMax, its beginning
//  11 event         int64 time_us, uint64 0, text to the end: what became of the broker's own state
//
//   an event's text, each only when something in it changed:
//     orders-0: leader 1, epoch 3, in sync 1, 2
//     orders-0: log end 146, high watermark 140
//     group readers: generation 4, 2 members
//     group readers: gone
//
//   string := uint16 length, bytes.   bytes := uint32 length, bytes.
//
// A request's frame is header and body without the size prefix. `sequence` is its place on its
// connection and names its response, so both are found without decoding. Record data that a
// response sends straight from a segment file is a hole in its frame: only the first bytes (at
// least one batch header, so that the offsets are known) are kept. A torn last entry, as a killed
// broker leaves it, ends the file; a broker that is started with the same file again cuts it off and
// goes on there, with connections that are numbered from 1 again.
//
// The nodes of a cluster write a file each; the grader merges them by time. There a connection's number
// holds its node and the how-manieth start of that node it belongs to (node_connection).
//
// Threads: none of its own; one writer at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace kafka::evidence {

inline constexpr std::string_view kMagic = "KLEVID01";
inline constexpr size_t kEntryBytesMax = 8u << 20;   // a longer response: then `full`
inline constexpr size_t kFileBytesMax = 256u << 20;  // of one run; then `full`
inline constexpr size_t kHoleHeadBytes = 8192;       // enough for a small batch, whole
inline constexpr size_t kWholeBytesMax = 64u << 10;  // of longer requests and holes the first
inline constexpr size_t kCutHeadBytes = 512;         // bytes are enough: a load test is no lab

enum class Type : uint8_t {
  Run = 1,
  Connection = 2,
  Request = 3,
  Response = 4,
  Disconnection = 5,
  End = 6,
  Full = 7,
  Fault = 8,
  Deed = 9,
  CutRequest = 10,
  Event = 11,
};

// Bytes of a response that came from a file: where they stand in the whole frame.
struct Hole {
  uint32_t position = 0;
  uint32_t length = 0;
  std::string head;  // the first bytes of it, at most kHoleHeadBytes
};

struct Entry {
  Type type = Type::Full;
  int64_t time_us = 0;
  uint64_t connection = 0;
  uint64_t sequence = 0;
  std::string text;  // Run, End: JSON. Connection: the listener. Fault: its plan. Deed, Event
  std::string peer;  // Connection: host:port
  std::vector<Hole> holes;
  std::string frame;  // requests, Response: the holes left out
};

// Makes `entry`, which has no holes yet, that of a request, cut if it is long. Time, connection and
// sequence are the caller's.
void set_request(Entry& entry, std::string_view frame);

// node << 48 | start << 40 | connection.
constexpr uint64_t node_connection(int node, int start, uint64_t connection) {
  return static_cast<uint64_t>(node) << 48 | static_cast<uint64_t>(start & 0xff) << 40 | connection;
}
constexpr int node_of(uint64_t connection) { return static_cast<int>(connection >> 48); }

// One entry as bytes, its length first. The second form appends them: a recording costs little
// because nothing is allocated for an entry.
std::string encode(const Entry& entry);
void encode_into(std::string& out, const Entry& entry);

// How far a file that is to be continued is whole, and whether it is full already. No bytes yet, or
// only a part of the magic, are a file of length 0. Fails as read_all().
struct Extent {
  size_t bytes = 0;
  bool full = false;
};
Result<Extent> extent_of(std::string_view file);

// Appends the whole entries at the front of `bytes`, which begin behind the magic; how many bytes they
// were. Fails as read_all().
Result<size_t> read_some(std::string_view bytes, std::vector<Entry>& into);

// All whole entries of a file. Fails with InvalidRequest where the bytes are not an evidence file
// or an entry contradicts its own lengths; a torn tail is dropped and is not an error.
Result<std::vector<Entry>> read_all(std::string_view file);

// The response's frame with its holes filled: the kept heads, then zeros.
std::string fill_holes(const Entry& response);

}  // namespace kafka::evidence
