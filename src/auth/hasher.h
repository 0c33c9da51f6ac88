#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/evp.h>

namespace stator::auth {

// A SHA-256 digest or HMAC.
using Digest = std::array<uint8_t, 32>;

// SHA-256 and HMAC-SHA-256 with the algorithms fetched once and the contexts reused: fetching costs
// more than hashing a small request. Not synchronized; each thread has its own.
class Hasher {
 public:
  Hasher();

  Digest Sha256(std::string_view bytes);
  Digest HmacSha256(std::string_view key, std::string_view bytes);
  Digest HmacSha256(const Digest& key, std::string_view bytes);

 private:
  struct Free {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };

  std::unique_ptr<EVP_MD, Free> sha256_;
  std::unique_ptr<EVP_MD_CTX, Free> digest_context_;
  std::unique_ptr<EVP_MAC, Free> hmac_;
  std::unique_ptr<EVP_MAC_CTX, Free> mac_context_;
};

// Appends the digest in lower-case hexadecimal: 64 characters.
void AppendHex(const Digest& digest, std::string& out);

}  // namespace stator::auth
