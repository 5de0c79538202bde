#include "broker/core/sha2.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "broker/core/check.h"

namespace kafka {
namespace {

const EVP_MD* digest(Sha2 kind) {
  return kind == Sha2::Sha256 ? EVP_sha256() : EVP_sha512();
}

}  // namespace

Bytes sha2(Sha2 kind, std::span<const uint8_t> data) {
  Bytes out(static_cast<size_t>(EVP_MD_get_size(digest(kind))));
  CHECK(EVP_Digest(data.data(), data.size(), out.data(), nullptr, digest(kind), nullptr) == 1,
        "OpenSSL refuses to hash");
  return out;
}

Bytes hmac(Sha2 kind, std::span<const uint8_t> key, std::span<const uint8_t> data) {
  static const uint8_t nothing = 0;  // an empty key is a key too
  Bytes out(static_cast<size_t>(EVP_MD_get_size(digest(kind))));
  CHECK(HMAC(digest(kind), key.empty() ? &nothing : key.data(), static_cast<int>(key.size()),
             data.data(), data.size(), out.data(), nullptr) != nullptr,
        "OpenSSL refuses to authenticate");
  return out;
}

Bytes hmac(Sha2 kind, std::span<const uint8_t> key, std::string_view data) {
  return hmac(kind, key, {reinterpret_cast<const uint8_t*>(data.data()), data.size()});
}

bool same_secret(std::span<const uint8_t> a, std::span<const uint8_t> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace kafka
