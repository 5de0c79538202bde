// SimConsumer: reads all partitions of a topic from the beginning, and checks what it is given.
//
// Its position never goes back, and a partition never has less than it read already. `from_followers`
// asks any replica and not the leader alone (KIP-392).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "protocol/api/01_fetch.h"
#include "tests/sim/client.h"
#include "tests/sim/history.h"

namespace kafka::sim {

class SimConsumer final : public SimClient {
 public:
  SimConsumer(World& world, Wire& wire, Machine machine, std::string name, std::string topic,
              int32_t partitions, bool from_followers, std::vector<int32_t> brokers,
              History& history);

  void start();
  // Asks for the log ends now; is_done() once everything below them was read.
  void read_to_end();
  bool is_done() const;
  std::map<PartitionId, int64_t> ends() const;
  std::string state() const;

 private:
  struct Reader {
    int64_t position = 0;
    int64_t end = -1;  // where read_to_end() stops; -1: not known yet
    bool wants_end = false;
    bool busy = false;
  };

  void poll(int32_t index);
  void poll_later(int32_t index);
  void on_answer(int32_t index, bool from_leader, const Result<FetchResponse>& answer);
  void take(int32_t index, const FetchResponse::PartitionData& data);
  void out_of_range(int32_t index, bool from_leader, const FetchResponse::PartitionData& data);
  void ask_end(int32_t index);

  std::string topic_;
  bool from_followers_;
  History& history_;
  std::map<int32_t, Reader> readers_;
};

}  // namespace kafka::sim
