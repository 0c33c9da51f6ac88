#include "auth/hasher.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/check.h"

namespace stator::auth {

namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

// OpenSSL's calls below fail only when memory is out or its installation is broken.
Hasher::Hasher()
    : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      digest_context_(EVP_MD_CTX_new()),
      hmac_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)) {
  STATOR_CHECK(sha256_ != nullptr && digest_context_ != nullptr && hmac_ != nullptr);
  mac_context_.reset(EVP_MAC_CTX_new(hmac_.get()));
  STATOR_CHECK(mac_context_ != nullptr);
  char name[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                               OSSL_PARAM_construct_end()};
  // The digest stays set when a later initialization gives only a new key.
  STATOR_CHECK(EVP_MAC_init(mac_context_.get(), Bytes("0"), 1, params) == 1);
}

Digest Hasher::Sha256(std::string_view bytes) {
  Digest digest;
  STATOR_CHECK(EVP_DigestInit_ex2(digest_context_.get(), sha256_.get(), nullptr) == 1);
  STATOR_CHECK(EVP_DigestUpdate(digest_context_.get(), bytes.data(), bytes.size()) == 1);
  STATOR_CHECK(EVP_DigestFinal_ex(digest_context_.get(), digest.data(), nullptr) == 1);
  return digest;
}

Digest Hasher::HmacSha256(std::string_view key, std::string_view bytes) {
  Digest digest;
  size_t size = 0;
  STATOR_CHECK(EVP_MAC_init(mac_context_.get(), Bytes(key), key.size(), nullptr) == 1);
  STATOR_CHECK(EVP_MAC_update(mac_context_.get(), Bytes(bytes), bytes.size()) == 1);
  STATOR_CHECK(EVP_MAC_final(mac_context_.get(), digest.data(), &size, digest.size()) == 1);
  STATOR_CHECK(size == digest.size());
  return digest;
}

Digest Hasher::HmacSha256(const Digest& key, std::string_view bytes) {
  return HmacSha256(std::string_view(reinterpret_cast<const char*>(key.data()), key.size()), bytes);
}

void AppendHex(const Digest& digest, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  for (const uint8_t byte : digest) {
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
}

}  // namespace stator::auth
