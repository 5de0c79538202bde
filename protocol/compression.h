// The four codecs of Kafka's record batches, as bytes in and bytes out.
//
//   id  codec   what stands in the batch
//   1   gzip    RFC 1952, members may follow each other
//   2   snappy  Java's framing is written: "\x82SNAPPY\0", int32 version 1, int32 oldest reader 1,
//               then blocks of {int32 size, raw snappy of 32 KiB}; read: that, or one raw block
//   3   lz4     LZ4 frame with independent blocks of 64 KiB (a frame with linked blocks is refused:
//               Java's reader refuses it)
//   4   zstd    RFC 8878
//
// Interface: Compressor appends, Decompressor hands out pieces; both keep their contexts and
// buffers, so that one of each, reused, allocates nothing in the long run.
// Invariants: input from outside decides neither how much memory is taken (a piece at a time, a
// raw snappy block bounded by what its input can hold) nor how much is put out (max_output, then
// CORRUPT_MESSAGE). That is what makes a decompression bomb harmless.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "protocol/result.h"
#include "protocol/wire.h"

struct z_stream_s;
struct LZ4F_dctx_s;
struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace kafka {

enum class Codec : uint8_t { None = 0, Gzip = 1, Snappy = 2, Lz4 = 3, Zstd = 4 };

// "none", "gzip", … as in compression.type; nothing for an unknown name or id.
[[nodiscard]] std::string_view name(Codec codec);
[[nodiscard]] std::optional<Codec> codec_named(std::string_view name);
[[nodiscard]] std::optional<Codec> codec_with_id(int id);

// The levels as Kafka's compression.<codec>.level counts them.
struct CompressionLevels {
  int lowest = 0;
  int highest = 0;
  int standard = 0;
};
[[nodiscard]] CompressionLevels compression_levels(Codec codec);

// What a batch may unfold to: as much as the largest request could have carried unpacked.
inline constexpr size_t decompressed_bytes_max = 100 * 1024 * 1024;

class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;

  // Appends `input`, compressed, to `output`. The level is clamped to what the codec knows.
  void compress(Codec codec, int level, std::span<const uint8_t> input, Bytes& output);
  void compress(Codec codec, std::span<const uint8_t> input, Bytes& output) {
    compress(codec, compression_levels(codec).standard, input, output);
  }

 private:
  void gzip(int level, std::span<const uint8_t> input, Bytes& output);
  void zstd(int level, std::span<const uint8_t> input, Bytes& output);

  struct Free {
    void operator()(z_stream_s* stream) const;
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<z_stream_s, Free> gzip_;
  std::unique_ptr<ZSTD_CCtx_s, Free> zstd_;
  int gzip_level_ = 0;
};

class Decompressor {
 public:
  static constexpr size_t piece_bytes = 64 * 1024;

  Decompressor();
  ~Decompressor();
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;

  // Starts on `input`, which has to stay where it is until the last piece is taken.
  Result<> begin(Codec codec, std::span<const uint8_t> input,
                 size_t max_output = decompressed_bytes_max);

  // The next piece, never empty before the end; empty at the end. It is valid until the next call.
  Result<std::span<const uint8_t>> next();

  // All that is left, appended to `output`.
  Result<> rest(Bytes& output);

 private:
  using Piece = Result<std::span<const uint8_t>>;
  Piece stored();
  Piece gzip();
  Piece snappy();
  Piece snappy_block(size_t size);
  Piece lz4();
  Piece zstd();

  struct Free {
    void operator()(z_stream_s* stream) const;
    void operator()(LZ4F_dctx_s* context) const;
    void operator()(ZSTD_DCtx_s* context) const;
  };
  Codec codec_ = Codec::None;
  std::span<const uint8_t> input_;  // what is not consumed yet
  size_t room_ = 0;                 // what may still be put out
  bool ended_ = true;               // the stream's own end mark was seen
  bool framed_ = false;             // snappy in Java's framing
  Bytes piece_;
  std::unique_ptr<z_stream_s, Free> gzip_;
  std::unique_ptr<LZ4F_dctx_s, Free> lz4_;
  std::unique_ptr<ZSTD_DCtx_s, Free> zstd_;
};

// For callers with a single piece of work.
[[nodiscard]] Result<Bytes> decompress(Codec codec, std::span<const uint8_t> input,
                                       size_t max_output = decompressed_bytes_max);

}  // namespace kafka
