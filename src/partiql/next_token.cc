#include "partiql/next_token.h"

#include <cstdint>
#include <utility>

#include <xxhash.h>

#include "model/json_text.h"
#include "storage/record.h"

namespace stator::partiql {
namespace {

// version, digest, number of the lookup, record of the start key (perhaps none), checksum
constexpr char kVersion = 1;
constexpr size_t kDigestBytes = sizeof(XXH128_canonical_t);
constexpr size_t kLookupBytes = 4;
constexpr size_t kChecksumBytes = sizeof(XXH64_canonical_t);
constexpr size_t kHeaderBytes = 1 + kDigestBytes + kLookupBytes;

std::string Checksum(std::string_view bytes) {
  XXH64_canonical_t canonical;
  XXH64_canonicalFromHash(&canonical, XXH3_64bits(bytes.data(), bytes.size()));
  return std::string(reinterpret_cast<const char*>(canonical.digest), kChecksumBytes);
}

}  // namespace

std::string StatementDigest(std::string_view statement,
                            const std::vector<model::AttributeValue>& parameters) {
  std::string text(statement);
  text += '\0';
  text += storage::EncodeRecord(
      model::Item{{"parameters", model::AttributeValue(model::List(parameters))}});
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(text.data(), text.size()));
  return std::string(reinterpret_cast<const char*>(canonical.digest), kDigestBytes);
}

std::string EncodeNextToken(const PageStart& start, std::string_view digest) {
  std::string bytes(1, kVersion);
  bytes += digest;
  for (size_t i = 0; i < kLookupBytes; ++i) {
    bytes += static_cast<char>(start.lookup >> (8 * i) & 0xFF);
  }
  if (start.start_key) {
    bytes += storage::EncodeRecord(*start.start_key);
  }
  bytes += Checksum(bytes);
  std::string token;
  model::AppendBase64(bytes, token);
  return token;
}

base::Result<PageStart> DecodeNextToken(std::string_view token, std::string_view digest) {
  const base::Error invalid = base::ValidationError("Invalid NextToken");
  const std::optional<std::string> bytes = model::DecodeBase64(token);
  if (!bytes || bytes->size() < kHeaderBytes + kChecksumBytes || bytes->front() != kVersion) {
    return invalid;
  }
  std::string_view rest = *bytes;
  const std::string_view checksum = rest.substr(rest.size() - kChecksumBytes);
  rest.remove_suffix(kChecksumBytes);
  if (checksum != Checksum(rest)) {
    return invalid;
  }
  if (rest.substr(1, kDigestBytes) != digest) {
    return base::ValidationError("NextToken does not match request");
  }
  PageStart start;
  for (size_t i = 0; i < kLookupBytes; ++i) {
    const auto byte = static_cast<unsigned char>(rest[1 + kDigestBytes + i]);
    start.lookup |= static_cast<size_t>(byte) << (8 * i);
  }
  rest.remove_prefix(kHeaderBytes);
  if (!rest.empty()) {
    base::Result<model::Item> key = storage::DecodeRecord(rest);
    if (!key.ok()) {
      return invalid;
    }
    start.start_key = std::move(key).value();
  }
  return start;
}

}  // namespace stator::partiql
