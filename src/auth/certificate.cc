#include "auth/certificate.h"

#include <ctime>
#include <limits>
#include <memory>
#include <optional>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "auth/hasher.h"
#include "base/check.h"

namespace stator::auth {

namespace {

using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

constexpr std::string_view kBegin = "-----BEGIN ";

base::Error Unusable(std::string_view why) {
  ERR_clear_error();
  return base::ValidationError("The certificate cannot be used: " + std::string(why));
}

std::optional<int64_t> MicrosOf(const ASN1_TIME* time) {
  constexpr int64_t kMicros = 1'000'000;
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    return std::nullopt;
  }
  return static_cast<int64_t>(timegm(&parts)) * kMicros;
}

std::string SubjectOf(const X509* certificate) {
  const Memory text(BIO_new(BIO_s_mem()), &BIO_free);
  char* data = nullptr;
  if (text == nullptr ||
      X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) {
    return "";
  }
  const auto bytes = BIO_get_mem_data(text.get(), &data);
  return {data, static_cast<size_t>(bytes)};
}

}  // namespace

base::Result<CertificateSummary> Summarize(const X509* certificate) {
  Digest digest{};
  unsigned bytes = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &bytes) != 1) {
    return Unusable("it has no SHA-256 fingerprint");
  }
  STATOR_CHECK(bytes == digest.size());
  const std::optional<int64_t> from = MicrosOf(X509_get0_notBefore(certificate));
  const std::optional<int64_t> until = MicrosOf(X509_get0_notAfter(certificate));
  if (!from || !until) {
    return Unusable("its times are not sound");
  }
  CertificateSummary summary{.fingerprint = {},
                             .subject = SubjectOf(certificate),
                             .not_before_micros = *from,
                             .not_after_micros = *until};
  AppendHex(digest, summary.fingerprint);
  return summary;
}

base::Result<CertificateSummary> ReadCertificate(std::string_view pem) {
  const size_t begin = pem.find(kBegin);
  if (begin == std::string_view::npos || pem.size() > std::numeric_limits<int>::max()) {
    return Unusable("it is not in PEM");
  }
  if (pem.find(kBegin, begin + 1) != std::string_view::npos) {
    return Unusable("there is more than one thing in the text");
  }
  const Memory text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  STATOR_CHECK(text != nullptr);
  const Certificate certificate(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr),
                                &X509_free);
  if (certificate == nullptr) {
    return Unusable("it is no X.509 certificate in PEM");
  }
  return Summarize(certificate.get());
}

}  // namespace stator::auth
