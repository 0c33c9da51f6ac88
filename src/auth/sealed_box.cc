#include "auth/sealed_box.h"

#include <memory>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/check.h"

namespace stator::auth {

namespace {

constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text, size_t at) {
  return reinterpret_cast<unsigned char*>(text.data()) + at;
}

}  // namespace

// OpenSSL's calls fail only when memory is out or its installation is broken; but for the last one
// of Unseal, which compares the tag.
std::string Seal(const SealingKey& key, std::string_view plain, std::string_view context) {
  std::string sealed = RandomBytes(kNonceBytes);
  sealed.resize(kNonceBytes + plain.size() + kTagBytes);
  const Context cipher(EVP_CIPHER_CTX_new());
  STATOR_CHECK(cipher != nullptr);
  int bytes = 0;
  STATOR_CHECK(
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), Bytes(sealed)) == 1);
  STATOR_CHECK(EVP_EncryptUpdate(cipher.get(), nullptr, &bytes, Bytes(context),
                                 static_cast<int>(context.size())) == 1);
  STATOR_CHECK(EVP_EncryptUpdate(cipher.get(), Bytes(sealed, kNonceBytes), &bytes, Bytes(plain),
                                 static_cast<int>(plain.size())) == 1);
  STATOR_CHECK(
      EVP_EncryptFinal_ex(cipher.get(), Bytes(sealed, kNonceBytes + plain.size()), &bytes) == 1);
  STATOR_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                                   Bytes(sealed, kNonceBytes + plain.size())) == 1);
  return sealed;
}

std::optional<std::string> Unseal(const SealingKey& key, std::string_view sealed,
                                  std::string_view context) {
  if (sealed.size() < kNonceBytes + kTagBytes) {
    return std::nullopt;
  }
  const std::string_view text = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string plain(text.size() + 1, '\0');  // never empty, for its address
  const Context cipher(EVP_CIPHER_CTX_new());
  STATOR_CHECK(cipher != nullptr);
  int bytes = 0;
  STATOR_CHECK(
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), Bytes(sealed)) == 1);
  STATOR_CHECK(EVP_DecryptUpdate(cipher.get(), nullptr, &bytes, Bytes(context),
                                 static_cast<int>(context.size())) == 1);
  STATOR_CHECK(EVP_DecryptUpdate(cipher.get(), Bytes(plain, 0), &bytes, Bytes(text),
                                 static_cast<int>(text.size())) == 1);
  STATOR_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(cipher.get(), Bytes(plain, text.size()), &bytes) != 1) {
    return std::nullopt;
  }
  plain.resize(text.size());
  return plain;
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  STATOR_CHECK(RAND_bytes(Bytes(bytes, 0), static_cast<int>(count)) == 1);
  return bytes;
}

}  // namespace stator::auth
