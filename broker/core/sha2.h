// SHA-256, SHA-512 and HMAC (FIPS 180-4, RFC 2104), for SCRAM credentials and delegation tokens.
//
// OpenSSL does the arithmetic. Secrets are compared with same_secret(), whose time does not
// tell where two of them differ.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/wire.h"

namespace kafka {

enum class Sha2 { Sha256, Sha512 };

Bytes sha2(Sha2 kind, std::span<const uint8_t> data);
Bytes hmac(Sha2 kind, std::span<const uint8_t> key, std::span<const uint8_t> data);
Bytes hmac(Sha2 kind, std::span<const uint8_t> key, std::string_view data);

bool same_secret(std::span<const uint8_t> a, std::span<const uint8_t> b);

}  // namespace kafka
