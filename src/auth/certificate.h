#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "base/result.h"

namespace stator::auth {

// What is told of an X.509 certificate. A value type; says nothing of who signed it.
struct CertificateSummary {
  std::string fingerprint;  // SHA-256 of its DER form, 64 lower-case hexadecimal characters
  std::string subject;      // as RFC 2253 writes it; for people, for it names nobody for sure
  int64_t not_before_micros = 0;
  int64_t not_after_micros = 0;  // the last moment that it is valid, to the second
};

// Borrows the certificate for the call. Fails with kValidation when it has no sound times.
base::Result<CertificateSummary> Summarize(const X509* certificate);

// Reads the one certificate in a PEM text; what else it has, such as a key, is refused, so that no
// key goes where it has no business. Fails with kValidation.
base::Result<CertificateSummary> ReadCertificate(std::string_view pem);

}  // namespace stator::auth
