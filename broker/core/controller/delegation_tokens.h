// Delegation tokens as records (KIP-48, KIP-900): a client that has authenticated gets a token,
// with which others can authenticate in its name for a while.
//
//   token id (random)   hmac = HMAC-SHA-512(delegation.token.secret.key, token id)
//   issued -------- must be renewed before "expiry" -------- void at "max", renewed or not
//
// The log holds no secret: every node makes the hmac from the id and the key that all share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/core/controller/image.h"
#include "broker/core/env.h"
#include "protocol/api/38_create_delegation_token.h"
#include "protocol/api/39_renew_delegation_token.h"
#include "protocol/api/40_expire_delegation_token.h"
#include "protocol/api/41_describe_delegation_token.h"
#include "protocol/cluster_records.h"

namespace kafka {

class DelegationTokens {
 public:
  template <class Response>
  struct Outcome {
    std::vector<MetadataRecord> records;
    Response reply;
  };

  struct Settings {
    std::optional<std::string> secret_key;  // delegation.token.secret.key; none: no tokens
    int64_t max_lifetime_ms = 0;            // delegation.token.max.lifetime.ms
    int64_t renew_lifetime_ms = 0;          // delegation.token.expiry.time.ms
  };
  DelegationTokens(const MetadataImage& image, Settings settings)
      : image_(image), settings_(std::move(settings)) {}
  DelegationTokens(const MetadataImage& image, const BrokerConfig& config);

  bool enabled() const { return settings_.secret_key.has_value(); }

  // `principal` asks: "User:alice".
  Outcome<CreateDelegationTokenResponse> create(const CreateDelegationTokenRequest& request,
                                                const std::string& principal, int64_t now_ms,
                                                Random& random) const;
  Outcome<RenewDelegationTokenResponse> renew(const RenewDelegationTokenRequest& request,
                                              const std::string& principal, int64_t now_ms) const;
  Outcome<ExpireDelegationTokenResponse> expire(const ExpireDelegationTokenRequest& request,
                                                const std::string& principal, int64_t now_ms) const;
  DescribeDelegationTokenResponse describe(const DescribeDelegationTokenRequest& request) const;

  // Removes what is void; at most tokens_per_sweep at a time.
  static constexpr size_t tokens_per_sweep = 1000;
  std::vector<MetadataRecord> sweep(int64_t now_ms) const;

 private:
  Bytes hmac_of(const std::string& token_id) const;
  // Common to renewing and expiring: the token of this hmac, when this principal may touch it.
  Result<const DelegationTokenRecord*> find(const Bytes& hmac, const std::string& principal) const;
  Result<> check_enabled() const;

  const MetadataImage& image_;
  Settings settings_;
};

}  // namespace kafka
