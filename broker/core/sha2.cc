#include "broker/core/sha2.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace kafka {
namespace {

// The first 64 bits of the fractional parts of the cube roots of the first 80 primes, and of the
// square roots of the first 8. SHA-256 takes the upper halves of the first 64 of them.
constexpr std::array<uint64_t, 80> round_constants = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};
constexpr std::array<uint64_t, 8> initial_state = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

struct Traits256 {
  using Word = uint32_t;
  static constexpr size_t rounds = 64;
  static constexpr int sums[2][3] = {{2, 13, 22}, {6, 11, 25}};
  static constexpr int mixes[2][3] = {{7, 18, 3}, {17, 19, 10}};  // the last one shifts
  static constexpr Word constant(uint64_t value) { return static_cast<Word>(value >> 32); }
};

struct Traits512 {
  using Word = uint64_t;
  static constexpr size_t rounds = 80;
  static constexpr int sums[2][3] = {{28, 34, 39}, {14, 18, 41}};
  static constexpr int mixes[2][3] = {{1, 8, 7}, {19, 61, 6}};
  static constexpr Word constant(uint64_t value) { return value; }
};

template <class Traits>
class Hash {
  using Word = typename Traits::Word;
  static constexpr size_t block_bytes = 16 * sizeof(Word);

 public:
  static Bytes of(std::span<const uint8_t> data) {
    Bytes padded(data.begin(), data.end());
    padded.push_back(0x80);
    const size_t length_bytes = 2 * sizeof(Word);
    while (padded.size() % block_bytes != block_bytes - length_bytes) {
      padded.push_back(0);
    }
    padded.resize(padded.size() + length_bytes - 8);
    append(padded, static_cast<uint64_t>(data.size()) * 8);
    std::array<Word, 8> state;
    std::ranges::transform(initial_state, state.begin(), Traits::constant);
    for (size_t at = 0; at < padded.size(); at += block_bytes) {
      add_block(padded.data() + at, state);
    }
    Bytes digest;
    for (const Word word : state) {
      append(digest, word);
    }
    return digest;
  }

 private:
  template <class Integer>
  static void append(Bytes& to, Integer value) {
    for (int shift = static_cast<int>(sizeof(Integer)) * 8 - 8; shift >= 0; shift -= 8) {
      to.push_back(static_cast<uint8_t>(value >> shift));
    }
  }

  static Word sum(Word x, const int (&by)[3]) {
    return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ std::rotr(x, by[2]);
  }
  static Word mix(Word x, const int (&by)[3]) {
    return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ (x >> by[2]);
  }

  static void add_block(const uint8_t* block, std::array<Word, 8>& state) {
    std::array<Word, Traits::rounds> w{};
    for (size_t i = 0; i < 16; ++i) {
      for (size_t byte = 0; byte < sizeof(Word); ++byte) {
        w[i] = static_cast<Word>(w[i] << 8) | block[i * sizeof(Word) + byte];
      }
    }
    for (size_t i = 16; i < w.size(); ++i) {
      w[i] =
          mix(w[i - 2], Traits::mixes[1]) + w[i - 7] + mix(w[i - 15], Traits::mixes[0]) + w[i - 16];
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (size_t i = 0; i < w.size(); ++i) {
      const Word first = h + sum(e, Traits::sums[1]) + ((e & f) ^ (~e & g)) +
                         Traits::constant(round_constants[i]) + w[i];
      const Word second = sum(a, Traits::sums[0]) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + first;
      d = c;
      c = b;
      b = a;
      a = first + second;
    }
    const Word after[] = {a, b, c, d, e, f, g, h};
    for (size_t i = 0; i < 8; ++i) {
      state[i] += after[i];
    }
  }
};

}  // namespace

Bytes sha2(Sha2 kind, std::span<const uint8_t> data) {
  return kind == Sha2::Sha256 ? Hash<Traits256>::of(data) : Hash<Traits512>::of(data);
}

Bytes hmac(Sha2 kind, std::span<const uint8_t> key, std::span<const uint8_t> data) {
  const size_t block_bytes = kind == Sha2::Sha256 ? 64 : 128;
  Bytes padded = key.size() > block_bytes ? sha2(kind, key) : Bytes(key.begin(), key.end());
  padded.resize(block_bytes);
  Bytes inner, outer;
  for (const uint8_t byte : padded) {
    inner.push_back(byte ^ 0x36);
    outer.push_back(byte ^ 0x5c);
  }
  inner.insert(inner.end(), data.begin(), data.end());
  const Bytes digest = sha2(kind, inner);
  outer.insert(outer.end(), digest.begin(), digest.end());
  return sha2(kind, outer);
}

Bytes hmac(Sha2 kind, std::span<const uint8_t> key, std::string_view data) {
  return hmac(kind, key, {reinterpret_cast<const uint8_t*>(data.data()), data.size()});
}

bool same_secret(std::span<const uint8_t> a, std::span<const uint8_t> b) {
  if (a.size() != b.size()) {
    return false;
  }
  uint8_t difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<uint8_t>(a[i] ^ b[i]);
  }
  return difference == 0;
}

}  // namespace kafka
