// EvidenceRecorder: writes what a node's connections receive and send into an evidence file
// (format: broker/core/evidence.h). Made when kraftlab.evidence.path is set.
//
// Entries are collected and written in pieces of up to 64 KiB, 50 ms after the first of a piece, and at
// every flush(); the node flushes when it stops and after each connection closes. A file that cannot be written is
// reported once and the recording ends: the broker goes on, and a verdict on such a file is
// INCONCLUSIVE, because its end is missing or it says `full`.
//
// Thread: the core thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "broker/core/evidence.h"
#include "broker/core/faults.h"
#include "broker/io/fault_injector.h"
#include "broker/io/recorder.h"
#include "protocol/result.h"

namespace kafka {

class EvidenceRecorder final : public Recorder {
 public:
  // Opens the file to append; writes the magic when it is new, and cuts off an entry that a killed
  // broker tore. Fails where there is something else in the file already.
  static Result<std::unique_ptr<EvidenceRecorder>> open(const std::string& path);

  EvidenceRecorder(const EvidenceRecorder&) = delete;
  EvidenceRecorder& operator=(const EvidenceRecorder&) = delete;
  ~EvidenceRecorder() override;

  void on_connection(const ConnectionInfo& connection, int64_t now_ms) override;
  void on_request(const ConnectionInfo& connection, uint64_t sequence,
                  std::span<const uint8_t> frame, int64_t now_ms) override;
  void on_response(const ConnectionInfo& connection, uint64_t sequence,
                   std::span<const uint8_t> bytes, std::span<const Splice> splices,
                   int64_t now_ms) override;
  void on_close(const ConnectionInfo& connection, int64_t now_ms) override;

  // What became of the broker's own state (evidence.h: event).
  void on_event(std::string_view text);

  void flush();

  // How to be called back: who follows the file sees each entry at most `delay_ms` late.
  using Alarm = std::function<void(int64_t delay_ms, std::function<void()> ring)>;
  void set_alarm(Alarm alarm) { alarm_ = std::move(alarm); }

  // Faults for this run; each that fires is written down at once.
  // `effects`: what the broker does for them; null where there is none (a proxy).
  void set_faults(FaultPlan plan, FaultEffects* effects);
  FaultHook* faults() override { return faults_.get(); }

 private:
  EvidenceRecorder(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  Result<> go_on();
  // entry_ made ready for what happens now: its texts and frame are the caller's to set.
  evidence::Entry& new_entry(evidence::Type type, uint64_t connection, uint64_t sequence = 0);
  void add(const evidence::Entry& entry);

  int fd_;
  std::string path_;
  size_t written_ = 0;  // of the file, what waits included
  bool full_ = false;
  evidence::Entry entry_;  // the one at hand; kept, and with it the memory of its strings
  std::string waiting_;
  Alarm alarm_;
  bool alarm_is_set_ = false;
  std::unique_ptr<FaultInjector> faults_;
};

}  // namespace kafka
