// Known answers: FIPS 180-4 examples, RFC 4231, RFC 7677.
#include "broker/core/sha2.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace kafka {
namespace {

Bytes bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

std::string hex(const Bytes& data) {
  std::string text;
  for (const uint8_t byte : data) {
    text += fmt::format("{:02x}", byte);
  }
  return text;
}

TEST(Sha2, HashesTheExamplesOfTheStandard) {
  EXPECT_EQ(hex(sha2(Sha2::Sha256, bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha2(Sha2::Sha256, {})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha2(Sha2::Sha512, bytes("abc"))),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Sha2, PadsInputsOfEveryLengthAroundABlock) {
  // Two blocks, and one whose length does not fit any more.
  EXPECT_EQ(hex(sha2(Sha2::Sha256, Bytes(64, 'a'))),
            "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
  EXPECT_EQ(hex(sha2(Sha2::Sha256, Bytes(56, 'a'))),
            "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
}

TEST(Hmac, SignsTheExamplesOfRfc4231) {
  EXPECT_EQ(hex(hmac(Sha2::Sha256, bytes("Jefe"), "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac(Sha2::Sha512, bytes("Jefe"), "what do ya want for nothing?")),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
  // A key that is longer than a block is hashed first.
  EXPECT_EQ(hex(hmac(Sha2::Sha256, Bytes(131, 0xaa),
                     "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Secrets, AreComparedInFull) {
  EXPECT_TRUE(same_secret(bytes("secret"), bytes("secret")));
  EXPECT_FALSE(same_secret(bytes("secret"), bytes("secreT")));
  EXPECT_FALSE(same_secret(bytes("secret"), bytes("secret ")));
}

}  // namespace
}  // namespace kafka
