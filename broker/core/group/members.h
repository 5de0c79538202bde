// MemberTable: who is in a group, and the sums over them that every decision needs.
//
// Bookkeeping only, no state machine (group.h). Its invariants:
//   - at most one member per group.instance.id
//   - support(p) == number of members that offer protocol p
//   - awaiting_join() == number of members with a parked JoinGroup
//   - bytes() == all their protocol metadata and assignments
// so protocols, assignments and parked joins change only through the functions below.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/reply_to.h"
#include "protocol/api/11_join_group.h"

namespace kafka {

using GroupProtocols = std::vector<JoinGroupRequest::JoinGroupRequestProtocol>;

// "Never" of a deadline.
inline constexpr int64_t no_deadline = INT64_MAX;

struct Member {
  std::string id;
  std::optional<std::string> instance_id;  // static membership: group.instance.id
  std::string client_id;
  std::string client_host;  // "/127.0.0.1", as Apache Kafka prints an address
  int32_t rebalance_timeout_ms = 0;
  int32_t session_timeout_ms = 0;
  GroupProtocols protocols;  // the one it likes best first; names are unique
  Bytes assignment;

  uint64_t joined_as = 0;  // order of joining: the longest-standing member becomes leader
  bool is_new = false;     // has not seen a generation yet, so it cannot heartbeat
  int64_t session_deadline_ms = no_deadline;
  std::optional<ReplyTo> parked_join;
  std::optional<ReplyTo> parked_sync;

  // While a request of its own is parked, a known member need not heartbeat.
  bool heartbeat_satisfied() const {
    return !is_new && (parked_join.has_value() || parked_sync.has_value());
  }
  // Null when it does not offer that protocol.
  const Bytes* metadata(std::string_view protocol) const;
};

class MemberTable {
 public:
  using Map = std::map<std::string, Member, std::less<>>;

  Member* find(std::string_view id);
  const Member* find(std::string_view id) const;
  // The member that holds a group.instance.id, or null.
  const std::string* id_of_instance(std::string_view instance_id) const;

  Member& add(Member member);
  void remove(std::string_view id);
  // Gives a static member a new id; everything else, its parked requests excepted, stays.
  Member& rename(std::string_view old_id, const std::string& new_id);

  void set_protocols(Member& member, GroupProtocols protocols);
  void set_assignment(Member& member, Bytes assignment);
  void park_join(Member& member, const ReplyTo& reply_to);
  std::optional<ReplyTo> take_join(Member& member);

  size_t size() const { return members_.size(); }
  bool empty() const { return members_.empty(); }
  size_t awaiting_join() const { return awaiting_join_; }
  size_t bytes() const { return bytes_; }
  size_t static_count() const { return instances_.size(); }
  int32_t max_rebalance_timeout_ms() const;

  // Does every member offer one of these?
  bool supports_any(const GroupProtocols& protocols) const;
  // The common protocol with most votes, each member voting for the first of its list that all
  // offer; of equals, the one that the longest-standing voter chose.
  std::string select_protocol() const;

  // Members in the order they joined; null when there is none that fits.
  const Member* oldest() const;
  const Member* oldest_awaiting_join() const;
  std::vector<const Member*> in_join_order() const;

  Map& all() { return members_; }
  const Map& all() const { return members_; }

 private:
  void count_in(const Member& member);
  void count_out(const Member& member);

  Map members_;
  std::map<std::string, std::string, std::less<>> instances_;  // instance id -> member id
  std::map<std::string, size_t, std::less<>> support_;
  size_t awaiting_join_ = 0;
  size_t bytes_ = 0;
  uint64_t next_order_ = 0;
};

}  // namespace kafka
