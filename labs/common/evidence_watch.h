// EvidenceWatch: what a run's brokers have written so far, followed while the run goes on.
//
// One broker writes the run's `evidence` itself. Of a cluster each start of each node writes a file
// of its own, evidence-NODE-START beside it; they are merged by time, and connections are numbered
// so that node and start stand in the number (evidence.h: node_connection). Each file is read once,
// as it grows.
//
// Thread: one. POSIX (inotify).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "broker/core/evidence.h"
#include "protocol/result.h"

namespace kraftlab {

using kafka::Result;

// A planned fault that fired, and the client that set it off.
struct Fired {
  std::string fault;
  std::string client_id;
};

class EvidenceWatch {
 public:
  explicit EvidenceWatch(std::filesystem::path evidence);
  ~EvidenceWatch();
  EvidenceWatch(const EvidenceWatch&) = delete;
  EvidenceWatch& operator=(const EvidenceWatch&) = delete;

  int fd() const { return fd_; }  // readable when something was written

  // The whole history so far as one evidence file, head first.
  Result<std::string> read();

  // The faults that fired since the last call, each of the plan once.
  std::vector<Fired> take_fired();

 private:
  struct File {
    std::filesystem::path path;
    int node = 0;  // 0: of the grader and a broker that is alone
    int start = 0;
    std::streamoff read_to = 0;
  };

  Result<> follow();
  void find_files();
  Result<> follow(File& file);
  std::string client_of(const kafka::evidence::Entry& fault) const;

  std::filesystem::path evidence_;
  int fd_;
  std::vector<File> files_;
  std::vector<kafka::evidence::Entry> entries_;  // file by file, as they were read
  size_t looked_at_ = 0;                         // of entries_, for faults
  std::vector<std::string> taken_;
};

}  // namespace kraftlab
