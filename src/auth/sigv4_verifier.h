#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/hasher.h"
#include "auth/signature_claim.h"
#include "auth/signing_key_cache.h"
#include "base/result.h"

namespace stator::auth {

// Which signatures a server takes. A value type.
struct VerifierOptions {
  std::string region;
  int64_t clock_skew_micros = 15LL * 60 * 1'000'000;
  size_t cached_keys = 4096;
};

// Verifies signatures of Signature Version 4. All threads may call it.
class SigV4Verifier {
 public:
  explicit SigV4Verifier(VerifierOptions options);

  // Checks what needs neither the key nor the body: the times and the scope. `service` is the one
  // that the request is for, such as "dynamodb". Fails with kInvalidSignature.
  base::Result<void> CheckScope(const SignatureClaim& claim, std::string_view service,
                                int64_t now_micros) const;

  // Whether the claim was signed with that secret, over a request with that body (as it came over
  // the wire). Takes as long for a wrong signature as for a right one.
  bool Matches(const SignatureClaim& claim, const std::string& secret_access_key,
               std::string_view body);

  // Does the work of Matches for a key that is not known, in vain.
  void MatchUnknown(const SignatureClaim& claim, std::string_view body);

 private:
  static bool Compare(const SignatureClaim& claim, const Digest& signing_key, std::string_view body,
                      Hasher& hasher);

  const VerifierOptions options_;
  SigningKeyCache keys_;
  SigningKeyCache unknown_keys_;  // of its own, so that strangers push out nobody's key
};

}  // namespace stator::auth
