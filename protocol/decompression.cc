// Streams that come from outside, unfolded piece by piece. See compression.h.
#include <lz4frame.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <new>

#include "protocol/codec_bytes.h"
#include "protocol/compression.h"

namespace kafka {
namespace {

constexpr size_t zstd_kept_bytes = 4 << 20;
constexpr std::array<uint8_t, 8> snappy_magic = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
constexpr size_t snappy_header_bytes = snappy_magic.size() + 8;  // two versions follow
constexpr size_t snappy_expansion_max = 22;                      // a 3-byte copy puts out 64 bytes
constexpr uint8_t lz4_blocks_independent = 0x20;

uint32_t load_u32(const uint8_t* bytes) {
  uint32_t word;
  std::memcpy(&word, bytes, sizeof word);
  return big_endian(word);
}

std::unexpected<Error> corrupt(std::string_view codec, std::string_view what) {
  return fail(ErrorCode::CorruptMessage, std::string(codec) + ": " + std::string(what));
}

constexpr std::string_view ends_early = "the compressed bytes end too early";
constexpr std::string_view goes_on = "bytes follow the end of the compressed stream";

}  // namespace

Decompressor::Decompressor() = default;
Decompressor::~Decompressor() = default;
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;

void Decompressor::Free::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}
void Decompressor::Free::operator()(LZ4F_dctx_s* context) const {
  LZ4F_freeDecompressionContext(context);
}
void Decompressor::Free::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

Result<> Decompressor::begin(Codec codec, std::span<const uint8_t> input, size_t max_output) {
  codec_ = codec;
  input_ = input;
  room_ = max_output;
  ended_ = false;
  framed_ = false;
  switch (codec) {
    case Codec::None:
      return {};
    case Codec::Gzip:
      if (gzip_ == nullptr) {
        gzip_.reset(new z_stream());
        if (inflateInit2(gzip_.get(), gzip_window_bits) != Z_OK) {
          throw std::bad_alloc();
        }
      }
      inflateReset(gzip_.get());
      break;
    case Codec::Snappy:
      framed_ = input.size() >= snappy_header_bytes &&
                std::equal(snappy_magic.begin(), snappy_magic.end(), input.begin());
      input_ = input.subspan(framed_ ? snappy_header_bytes : 0);
      break;
    case Codec::Lz4:
      if (lz4_ == nullptr) {
        LZ4F_dctx* context = nullptr;
        if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) {
          throw std::bad_alloc();
        }
        lz4_.reset(context);
      }
      LZ4F_resetDecompressionContext(lz4_.get());
      if (input.size() > 4 && (input[4] & lz4_blocks_independent) == 0) {
        return corrupt("lz4", "frames with linked blocks are not supported");
      }
      break;
    case Codec::Zstd:
      if (zstd_ != nullptr && ZSTD_sizeof_DCtx(zstd_.get()) > zstd_kept_bytes) {
        zstd_.reset();  // a frame with a large window was here
      }
      if (zstd_ == nullptr) {
        zstd_.reset(ZSTD_createDCtx());
      }
      ZSTD_DCtx_reset(zstd_.get(), ZSTD_reset_session_only);
      break;
  }
  if (piece_.size() > piece_bytes) {  // a large raw snappy block was here
    piece_ = Bytes();
  }
  piece_.resize(piece_bytes);
  return {};
}

Result<std::span<const uint8_t>> Decompressor::next() {
  if (ended_ && input_.empty()) {
    return Piece{};
  }
  Piece piece;
  switch (codec_) {
    case Codec::None:
      piece = stored();
      break;
    case Codec::Gzip:
      piece = gzip();
      break;
    case Codec::Snappy:
      piece = snappy();
      break;
    case Codec::Lz4:
      piece = lz4();
      break;
    case Codec::Zstd:
      piece = zstd();
      break;
  }
  if (piece && piece->size() > room_) {
    piece = corrupt(name(codec_), "the batch unfolds to more than is allowed");
  }
  if (!piece) {
    input_ = {};
    ended_ = true;
    return piece;
  }
  room_ -= piece->size();
  return piece;
}

Decompressor::Piece Decompressor::stored() {
  ended_ = true;
  return std::exchange(input_, {});
}

Decompressor::Piece Decompressor::gzip() {
  while (true) {
    if (ended_) {  // another member follows
      inflateReset(gzip_.get());
      ended_ = false;
    }
    gzip_->next_in = const_cast<uint8_t*>(input_.data());  // zlib's old signature; it only reads
    gzip_->avail_in = static_cast<uInt>(input_.size());
    gzip_->next_out = piece_.data();
    gzip_->avail_out = static_cast<uInt>(piece_.size());
    const int outcome = inflate(gzip_.get(), Z_NO_FLUSH);
    input_ = input_.last(gzip_->avail_in);
    ended_ = outcome == Z_STREAM_END;
    if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR) {
      return corrupt("gzip", gzip_->msg != nullptr ? gzip_->msg : "malformed");
    }
    const size_t produced = piece_.size() - gzip_->avail_out;
    if (produced > 0 || (ended_ && input_.empty())) {
      return std::span<const uint8_t>(piece_).first(produced);
    }
    if (!ended_) {
      return corrupt("gzip", ends_early);
    }
  }
}

Decompressor::Piece Decompressor::snappy() {
  if (!framed_) {
    ended_ = true;
    return snappy_block(input_.size());
  }
  while (!input_.empty()) {
    if (input_.size() < 4) {
      return corrupt("snappy", ends_early);
    }
    const uint32_t size = load_u32(input_.data());
    input_ = input_.subspan(4);
    if (size > input_.size()) {
      return corrupt("snappy", ends_early);
    }
    const Piece piece = snappy_block(size);
    if (!piece || !piece->empty()) {
      return piece;
    }
  }
  ended_ = true;
  return Piece{};
}

Decompressor::Piece Decompressor::snappy_block(size_t size) {
  const auto block = input_.first(size);
  input_ = input_.subspan(size);
  size_t unfolded = 0;
  if (snappy_uncompressed_length(chars(block.data()), size, &unfolded) != SNAPPY_OK ||
      unfolded > size * snappy_expansion_max || unfolded > room_) {
    return corrupt("snappy", "a block claims a size that it cannot have");
  }
  piece_.resize(std::max(piece_.size(), unfolded));
  if (snappy_uncompress(chars(block.data()), size, chars(piece_.data()), &unfolded) != SNAPPY_OK) {
    return corrupt("snappy", "malformed");
  }
  return std::span<const uint8_t>(piece_).first(unfolded);
}

Decompressor::Piece Decompressor::lz4() {
  if (ended_) {
    return corrupt("lz4", goes_on);
  }
  while (true) {
    size_t consumed = input_.size();
    size_t produced = piece_.size();
    const size_t outcome =
        LZ4F_decompress(lz4_.get(), piece_.data(), &produced, input_.data(), &consumed, nullptr);
    input_ = input_.subspan(consumed);
    if (LZ4F_isError(outcome)) {
      return corrupt("lz4", LZ4F_getErrorName(outcome));
    }
    ended_ = outcome == 0;
    if (produced > 0) {
      return std::span<const uint8_t>(piece_).first(produced);
    }
    if (ended_) {
      return input_.empty() ? Piece{} : Piece(corrupt("lz4", goes_on));
    }
    if (consumed == 0) {
      return corrupt("lz4", ends_early);
    }
  }
}

Decompressor::Piece Decompressor::zstd() {
  while (true) {
    ZSTD_inBuffer in{input_.data(), input_.size(), 0};
    ZSTD_outBuffer out{piece_.data(), piece_.size(), 0};
    const size_t outcome = ZSTD_decompressStream(zstd_.get(), &out, &in);
    input_ = input_.subspan(in.pos);
    if (ZSTD_isError(outcome)) {
      return corrupt("zstd", ZSTD_getErrorName(outcome));
    }
    ended_ = outcome == 0;
    if (out.pos > 0) {
      return std::span<const uint8_t>(piece_).first(out.pos);
    }
    if (ended_ && input_.empty()) {
      return Piece{};
    }
    if (in.pos == 0) {
      return corrupt("zstd", ends_early);
    }
  }
}

Result<> Decompressor::rest(Bytes& output) {
  while (true) {
    const auto piece = next();
    if (!piece) {
      return std::unexpected(piece.error());
    }
    if (piece->empty()) {
      return {};
    }
    output.insert(output.end(), piece->begin(), piece->end());
  }
}

Result<Bytes> decompress(Codec codec, std::span<const uint8_t> input, size_t max_output) {
  Decompressor decompressor;
  Bytes output;
  if (auto begun = decompressor.begin(codec, input, max_output); !begun) {
    return std::unexpected(begun.error());
  }
  if (auto done = decompressor.rest(output); !done) {
    return std::unexpected(done.error());
  }
  return output;
}

}  // namespace kafka
