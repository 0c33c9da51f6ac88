#include "engine/shard_iterator.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace stator::engine {
namespace {

// Between the ARN and the rest; the version of what follows.
constexpr std::string_view kVersionMark = "|1|";
// Digits of what follows: kind, shard, position, time, and the seal.
constexpr size_t kKindDigits = 1;
constexpr size_t kShardDigits = 8;
constexpr size_t kLongDigits = 16;
constexpr size_t kBodyDigits = kKindDigits + kShardDigits + 2 * kLongDigits;
constexpr size_t kSealBytes = 16;

std::string SealOf(std::string_view text, const Stream& stream) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), stream.iterator_key.data(), static_cast<int>(stream.iterator_key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  std::string seal;
  for (size_t i = 0; i < kSealBytes; ++i) {
    seal += fmt::format("{:02x}", digest[i]);
  }
  return seal;
}

template <typename T>
std::optional<T> TakeHex(size_t digits, std::string_view& text) {
  T value = 0;
  const char* end = text.data() + digits;
  const auto parsed = std::from_chars(text.data(), end, value, 16);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return std::nullopt;
  }
  text.remove_prefix(digits);
  return value;
}

base::Error InvalidIterator() { return base::ValidationError("Invalid ShardIterator"); }

}  // namespace

std::string SealIterator(const ShardIterator& iterator, std::string_view stream_arn,
                         const Stream& stream) {
  const std::string text = fmt::format("{}{}{:x}{:08x}{:016x}{:016x}", stream_arn, kVersionMark,
                                       iterator.trim_horizon ? 1 : 0, iterator.shard, iterator.next,
                                       static_cast<uint64_t>(iterator.issued_micros));
  return text + SealOf(text, stream);
}

std::string_view StreamArnOf(std::string_view sealed) {
  const size_t mark = sealed.rfind(kVersionMark);
  return mark == std::string_view::npos ? std::string_view() : sealed.substr(0, mark);
}

base::Result<ShardIterator> OpenIterator(std::string_view sealed, const Stream& stream) {
  const size_t body_at = StreamArnOf(sealed).size() + kVersionMark.size();
  if (sealed.size() != body_at + kBodyDigits + 2 * kSealBytes) {
    return InvalidIterator();
  }
  const std::string seal = SealOf(sealed.substr(0, body_at + kBodyDigits), stream);
  if (CRYPTO_memcmp(seal.data(), sealed.data() + body_at + kBodyDigits, seal.size()) != 0) {
    return InvalidIterator();
  }
  std::string_view body = sealed.substr(body_at, kBodyDigits);
  const auto kind = TakeHex<uint32_t>(kKindDigits, body);
  const auto shard = TakeHex<uint32_t>(kShardDigits, body);
  const auto next = TakeHex<uint64_t>(kLongDigits, body);
  const auto issued = TakeHex<uint64_t>(kLongDigits, body);
  if (!kind || !shard || !next || !issued) {
    return InvalidIterator();
  }
  return ShardIterator{.shard = *shard,
                       .next = *next,
                       .trim_horizon = *kind == 1,
                       .issued_micros = static_cast<int64_t>(*issued)};
}

}  // namespace stator::engine
