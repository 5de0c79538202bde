#include "protocol/compression.h"

#include <gtest/gtest.h>
#include <snappy-c.h>

#include <random>

namespace kafka {
namespace {

constexpr Codec all_codecs[] = {Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd};
constexpr Codec real_codecs[] = {Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd};

// Text-like bytes: they shrink, but not to nothing.
Bytes sample(size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes) {
    byte = static_cast<uint8_t>('a' + random() % 7);
  }
  return bytes;
}

Bytes compressed(Codec codec, std::span<const uint8_t> input) {
  Compressor compressor;
  Bytes output;
  compressor.compress(codec, input, output);
  return output;
}

Bytes raw_snappy(const Bytes& input) {
  size_t size = snappy_max_compressed_length(input.size());
  Bytes output(size);
  snappy_compress(reinterpret_cast<const char*>(input.data()), input.size(),
                  reinterpret_cast<char*>(output.data()), &size);
  output.resize(size);
  return output;
}

TEST(Compression, NamesAndIdsAreKafkas) {
  EXPECT_EQ(name(Codec::Zstd), "zstd");
  EXPECT_EQ(codec_named("snappy"), Codec::Snappy);
  EXPECT_EQ(codec_named("brotli"), std::nullopt);
  EXPECT_EQ(codec_with_id(3), Codec::Lz4);
  EXPECT_EQ(codec_with_id(5), std::nullopt);
  EXPECT_EQ(codec_with_id(-1), std::nullopt);
}

TEST(Compression, EveryCodecGivesBackWhatItTookAtEverySize) {
  Compressor compressor;
  Decompressor decompressor;
  for (const Codec codec : all_codecs) {
    for (const size_t size : {0, 1, 17, 1000, 32768, 32769, 65536, 65537, 1'000'003}) {
      const Bytes input = sample(size);
      Bytes packed;
      compressor.compress(codec, input, packed);
      Bytes output;
      ASSERT_TRUE(decompressor.begin(codec, packed)) << name(codec);
      const auto done = decompressor.rest(output);
      ASSERT_TRUE(done) << name(codec) << " " << size << ": " << done.error().message;
      EXPECT_EQ(output, input) << name(codec) << " " << size;
    }
  }
}

TEST(Compression, EveryLevelWorksAndLevelsOutsideAreClamped) {
  const Bytes input = sample(50'000);
  Compressor compressor;
  for (const Codec codec : real_codecs) {
    for (const int level : {-1'000'000, -1, 1, 3, 9, 12, 17, 22, 1000}) {
      Bytes packed;
      compressor.compress(codec, level, input, packed);
      EXPECT_EQ(decompress(codec, packed), input) << name(codec) << " level " << level;
    }
  }
}

TEST(Compression, PiecesAreBounded) {
  const Bytes input = sample(1'000'000);
  for (const Codec codec : real_codecs) {
    const Bytes packed = compressed(codec, input);
    Decompressor decompressor;
    ASSERT_TRUE(decompressor.begin(codec, packed));
    for (auto piece = decompressor.next(); piece && !piece->empty(); piece = decompressor.next()) {
      EXPECT_LE(piece->size(), Decompressor::piece_bytes) << name(codec);
    }
  }
}

TEST(Compression, OutputOverTheCapIsCorruptAndExactlyTheCapIsNot) {
  const Bytes input = sample(100'000);
  for (const Codec codec : all_codecs) {
    const Bytes packed = compressed(codec, input);
    EXPECT_EQ(decompress(codec, packed, input.size()), input) << name(codec);
    const auto over = decompress(codec, packed, input.size() - 1);
    ASSERT_FALSE(over) << name(codec);
    EXPECT_EQ(over.error().code, ErrorCode::CorruptMessage);
  }
}

TEST(Compression, ABombOfZerosEndsAtTheCap) {
  const Bytes zeros(50 * 1024 * 1024);
  for (const Codec codec : {Codec::Gzip, Codec::Lz4, Codec::Zstd, Codec::Snappy}) {
    const Bytes bomb = compressed(codec, zeros);
    Decompressor decompressor;
    ASSERT_TRUE(decompressor.begin(codec, bomb, 1'000'000));
    size_t produced = 0;
    auto piece = decompressor.next();
    for (; piece && !piece->empty(); piece = decompressor.next()) {
      produced += piece->size();
    }
    EXPECT_FALSE(piece) << name(codec);
    EXPECT_LE(produced, 1'000'000u) << name(codec);
  }
}

TEST(Compression, EveryTruncationIsCorrupt) {
  const Bytes input = sample(3000);
  for (const Codec codec : real_codecs) {
    const Bytes packed = compressed(codec, input);
    for (size_t size = 0; size < packed.size(); ++size) {
      const auto cut = decompress(codec, std::span(packed).first(size));
      // Java's snappy framing has no end mark: a cut between blocks just ends the output.
      if (cut && codec == Codec::Snappy && size == 16) {
        EXPECT_TRUE(cut->empty());
        continue;
      }
      ASSERT_FALSE(cut) << name(codec) << " cut at " << size << " of " << packed.size();
      EXPECT_EQ(cut.error().code, ErrorCode::CorruptMessage);
    }
  }
}

TEST(Compression, FlippedBitsNeverCrashAndNeverExceedTheCap) {
  const Bytes input = sample(2000);
  for (const Codec codec : real_codecs) {
    const Bytes packed = compressed(codec, input);
    for (size_t bit = 0; bit < packed.size() * 8; ++bit) {
      Bytes damaged = packed;
      damaged[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
      const auto output = decompress(codec, damaged, 4000);
      if (output) {
        EXPECT_LE(output->size(), 4000u);
      } else {
        EXPECT_EQ(output.error().code, ErrorCode::CorruptMessage);
      }
    }
  }
}

TEST(Compression, SnappyIsWrittenInJavasFramingAndReadInBoth) {
  const Bytes input = sample(70'000);
  const Bytes framed = compressed(Codec::Snappy, input);
  const Bytes header = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1};
  EXPECT_TRUE(std::equal(header.begin(), header.end(), framed.begin()));
  EXPECT_EQ(decompress(Codec::Snappy, framed), input);
  EXPECT_EQ(decompress(Codec::Snappy, raw_snappy(input)), input);
}

TEST(Compression, ASnappyBlockThatClaimsTooMuchIsRefusedBeforeAnyAllocation) {
  const Bytes claim = {0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x41};  // 4 GB in two bytes
  EXPECT_FALSE(decompress(Codec::Snappy, claim, SIZE_MAX));
}

TEST(Compression, GzipMembersMayFollowEachOther) {
  const Bytes input = sample(5000);
  Bytes twice = compressed(Codec::Gzip, input);
  const Bytes empty = compressed(Codec::Gzip, {});
  for (int i = 0; i < 1000; ++i) {
    twice.insert(twice.end(), empty.begin(), empty.end());
  }
  const Bytes again = twice;
  twice.insert(twice.end(), again.begin(), again.end());
  Bytes expected = input;
  expected.insert(expected.end(), input.begin(), input.end());
  EXPECT_EQ(decompress(Codec::Gzip, twice), expected);
}

TEST(Compression, BytesAfterTheEndAreCorrupt) {
  for (const Codec codec : {Codec::Gzip, Codec::Lz4, Codec::Zstd}) {
    Bytes packed = compressed(codec, sample(100));
    packed.push_back('x');
    EXPECT_FALSE(decompress(codec, packed)) << name(codec);
  }
}

TEST(Compression, Lz4WithLinkedBlocksIsRefusedAsJavaRefusesIt) {
  Bytes packed = compressed(Codec::Lz4, sample(100));
  ASSERT_EQ(packed[4] & 0x20, 0x20);
  packed[4] = static_cast<uint8_t>(packed[4] & ~0x20);
  EXPECT_FALSE(decompress(Codec::Lz4, packed));
}

TEST(Compression, ADecompressorGoesOnAfterAnError) {
  Decompressor decompressor;
  const Bytes garbage = sample(100);
  const Bytes input = sample(1000);
  for (const Codec codec : real_codecs) {
    Bytes output;
    if (decompressor.begin(codec, garbage)) {
      EXPECT_FALSE(decompressor.rest(output)) << name(codec);
    }
    output.clear();
    const Bytes packed = compressed(codec, input);
    ASSERT_TRUE(decompressor.begin(codec, packed));
    ASSERT_TRUE(decompressor.rest(output)) << name(codec);
    EXPECT_EQ(output, input);
  }
}

}  // namespace
}  // namespace kafka
