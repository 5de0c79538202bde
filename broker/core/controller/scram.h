// SCRAM credentials as records (KIP-554): what a server keeps of a password.
//
// The client sends the salted password, never the password; the record holds two keys made from it,
// from which it cannot be had again (RFC 5802):
//
//   stored key = H(HMAC(salted password, "Client Key"))    checks the client's proof
//   server key = HMAC(salted password, "Server Key")       proves the server to the client
#pragma once

#include <vector>

#include "broker/core/controller/image.h"
#include "protocol/api/50_describe_user_scram_credentials.h"
#include "protocol/api/51_alter_user_scram_credentials.h"
#include "protocol/cluster_records.h"

namespace kafka {

enum class ScramMechanism : int8_t { Sha256 = 1, Sha512 = 2 };

// Keys are made here, so that kafka-storage format can, too.
UserScramCredentialRecord scram_credential(std::string user, ScramMechanism mechanism, Bytes salt,
                                           const Bytes& salted_password, int32_t iterations);

DescribeUserScramCredentialsResponse describe_scram_credentials(
    const MetadataImage& image, const DescribeUserScramCredentialsRequest& request);

// One result per user: a user that stands twice in a request is not changed at all.
struct ScramAlteration {
  std::vector<MetadataRecord> records;
  AlterUserScramCredentialsResponse reply;
};
ScramAlteration alter_scram_credentials(const MetadataImage& image,
                                        const AlterUserScramCredentialsRequest& request);

}  // namespace kafka
