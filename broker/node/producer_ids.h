// ProducerIds: hands out producer ids from the block that the controller gave this broker.
//
// Ids are never given twice, across crashes too: a block is ours once its record is durable, and
// what is left of it when the broker stops is lost. Blocks have 1000 ids, as Apache Kafka's.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "protocol/result.h"

namespace kafka {

class Node;
struct AllocateProducerIdsResponse;

class ProducerIds {
 public:
  explicit ProducerIds(Node& node) : node_(node) {}

  void allocate(std::function<void(Result<int64_t>)> done);

 private:
  void request_block();
  void take_block(const Result<AllocateProducerIdsResponse>& answer);
  void serve(const Result<>& outcome);

  Node& node_;
  int64_t next_id_ = 0;
  int64_t end_id_ = 0;
  std::vector<std::function<void(Result<int64_t>)>> waiting_;
};

}  // namespace kafka
