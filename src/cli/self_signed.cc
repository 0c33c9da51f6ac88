#include "cli/self_signed.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stator::cli {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kAllRead = 0644;
constexpr int kSerialBits = 159;      // positive in 20 bytes
constexpr int kSecondsAgo = 60 * 60;  // for clocks that are late
constexpr size_t kMostCommonNameBytes = 64;

base::Error Failed(std::string message) {
  return base::Error{base::ErrorCode::kValidation, std::move(message)};
}

bool IsAddress(const std::string& name) {
  in6_addr address{};
  return inet_pton(AF_INET, name.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

// What OpenSSL reads as the value of the extension.
base::Result<std::string> AlternativeNames(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    const bool is_address = IsAddress(name);
    constexpr std::string_view kOfNames =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*";
    if (name.empty() || (!is_address && name.find_first_not_of(kOfNames) != std::string::npos)) {
      return Failed("'" + name + "' is neither a host name nor an IP address");
    }
    text.append(text.empty() ? "" : ",").append(is_address ? "IP:" : "DNS:").append(name);
  }
  if (text.empty()) {
    return Failed("a certificate needs a name");
  }
  return text;
}

bool AddExtension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), &X509_EXTENSION_free);
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool SetSerial(X509* certificate) {
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> serial(BN_new(), &BN_free);
  return serial != nullptr &&
         BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool SetSubject(X509* certificate, std::string_view name) {
  X509_NAME* const subject = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(name.data());
  const size_t bytes = std::min(name.size(), kMostCommonNameBytes);
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, static_cast<int>(bytes), -1,
                                    0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1;
}

// A certificate for servers. It is no CA: its key can vouch for nobody else.
base::Result<Certificate> MakeCertificate(const SelfSignedOptions& options, EVP_PKEY* key) {
  STATOR_ASSIGN_OR_RETURN(const std::string names, AlternativeNames(options.names));
  Certificate made(X509_new(), &X509_free);
  X509* const certificate = made.get();
  constexpr int kVersion3 = 2;
  if (certificate == nullptr || X509_set_version(certificate, kVersion3) != 1 ||
      !SetSerial(certificate) || !SetSubject(certificate, options.names.front()) ||
      X509_gmtime_adj(X509_getm_notBefore(certificate), -kSecondsAgo) == nullptr ||
      X509_time_adj_ex(X509_getm_notAfter(certificate), options.days, 0, nullptr) == nullptr ||
      X509_set_pubkey(certificate, key) != 1 ||
      !AddExtension(certificate, NID_subject_alt_name, names) ||
      !AddExtension(certificate, NID_basic_constraints, "critical,CA:FALSE") ||
      !AddExtension(certificate, NID_key_usage, "critical,digitalSignature") ||
      !AddExtension(certificate, NID_ext_key_usage, "serverAuth") ||
      !AddExtension(certificate, NID_subject_key_identifier, "hash") ||
      X509_sign(certificate, key, EVP_sha256()) == 0) {
    return Failed("the certificate cannot be made");
  }
  return made;
}

base::Result<void> WriteNewFile(const std::string& path, mode_t mode, BIO* text) {
  const auto failed = [&path] {
    return Failed(path + ": " + std::error_code(errno, std::generic_category()).message());
  };
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) {
    return failed();
  }
  char* data = nullptr;
  const auto bytes = BIO_get_mem_data(text, &data);
  const bool written = write(descriptor, data, static_cast<size_t>(bytes)) == bytes;
  const bool closed = close(descriptor) == 0;
  if (!written || !closed) {
    return failed();
  }
  return {};
}

}  // namespace

base::Result<void> WriteSelfSigned(const SelfSignedOptions& options) {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Memory key_text(BIO_new(BIO_s_mem()), &BIO_free);
  const Memory certificate_text(BIO_new(BIO_s_mem()), &BIO_free);
  if (key == nullptr || key_text == nullptr || certificate_text == nullptr) {
    return Failed("a key cannot be made");
  }
  STATOR_ASSIGN_OR_RETURN(const Certificate certificate, MakeCertificate(options, key.get()));
  if (PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1) {
    return Failed("the key and the certificate cannot be written");
  }
  STATOR_RETURN_IF_ERROR(WriteNewFile(options.key_path, kOwnerOnly, key_text.get()));
  base::Result<void> written =
      WriteNewFile(options.certificate_path, kAllRead, certificate_text.get());
  if (!written.ok()) {
    (void)unlink(options.key_path.c_str());  // a key alone would be in the way of the next try
  }
  return written;
}

}  // namespace stator::cli
