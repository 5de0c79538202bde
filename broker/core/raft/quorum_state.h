// QuorumState: what a voter must not forget, the `quorum-state` file.
//
// One line of JSON without a newline, rewritten atomically. Two shapes:
//
//   data_version 0 (kraft.version 0, static voters)
//     {"clusterId":"","leaderId":1,"leaderEpoch":3,"votedId":-1,"appliedOffset":0,
//      "currentVoters":[{"voterId":1}],"data_version":0}
//   data_version 1 (kraft.version 1, dynamic voters)
//     {"leaderId":1,"leaderEpoch":3,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA",
//      "data_version":1}
//
// Either shape is read with either kraft.version. No one is -1, no directory the zero uuid. A leader
// stores itself as leader and no vote; a candidate stores its vote and no leader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"
#include "protocol/uuid.h"

namespace kafka {

struct QuorumState {
  int32_t leader_id = -1;
  int32_t leader_epoch = 0;
  int32_t voted_id = -1;
  Uuid voted_directory_id;
  std::vector<int32_t> voters;  // data_version 0 only
  int16_t data_version = 0;

  friend bool operator==(const QuorumState&, const QuorumState&) = default;
};

std::string to_json(const QuorumState& state);
Result<QuorumState> parse_quorum_state(std::string_view json);

}  // namespace kafka
