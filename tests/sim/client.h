// SimClient: what all clients of a simulated cluster share: a process with a loop of its own, the
// broker's own client connections (io/peers.h: real requests, real bytes), and the metadata.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/sim_files.h"
#include "broker/io/peers.h"
#include "broker/io/timers.h"
#include "protocol/api/03_metadata.h"
#include "tests/sim/sim_host.h"
#include "tests/sim/wire.h"
#include "tests/sim/world.h"

namespace kafka::sim {

class SimClient {
 public:
  SimClient(World& world, Wire& wire, Machine machine, std::string name,
            std::vector<int32_t> brokers);
  virtual ~SimClient() = default;
  SimClient(const SimClient&) = delete;
  SimClient& operator=(const SimClient&) = delete;

  Life life() const { return host_.loop().life(); }

 protected:
  struct PartitionView {
    int32_t leader = -1;
    int32_t leader_epoch = -1;
    std::vector<int32_t> replicas;
  };
  struct TopicView {
    Uuid id;
    std::map<int32_t, PartitionView> partitions;
  };
  static constexpr int64_t request_timeout_ms = 3'000;
  static constexpr int64_t retry_ms = 100;

  template <class Request, class Response>
  void ask(int32_t broker, const Request& request, std::function<void(Result<Response>)> done,
           std::string_view channel = "client", int64_t timeout_ms = request_timeout_ms) {
    peers_.send<Request, Response>({address_of(broker), 9092, std::string(channel)}, request,
                                   timeout_ms, std::move(done));
  }
  void after(int64_t ms, std::function<void()> work);
  int32_t some_broker();
  // Asks some broker, later again if nobody answers. `then` runs when new metadata is there.
  void refresh(std::function<void()> then = {});
  const TopicView* topic(std::string_view name) const;
  const PartitionView* partition(std::string_view topic_name, int32_t index) const;
  // The answer of a broker names an error that this client cannot meet in a correct cluster.
  [[noreturn]] void unexpected_error(std::string_view what, ErrorCode error) const;

  World& world_;
  std::string name_;
  std::map<std::string, TopicView, std::less<>> topics_;

 private:
  void learn(const MetadataResponse& response);

  std::vector<int32_t> brokers_;
  SimFiles files_;
  mutable SimHost host_;
  int64_t now_ms_;
  Timers timers_;
  Peers peers_;
  bool refreshing_ = false;
  std::vector<std::function<void()>> awaiting_metadata_;
};

}  // namespace kafka::sim
