#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/caller.h"
#include "auth/signature_claim.h"
#include "auth/sigv4_verifier.h"
#include "base/clock.h"
#include "base/result.h"
#include "iam/identity_store.h"

namespace stator::iam {

// Finds out who makes a request. For those that are signed in two steps: what can be refused by the
// head alone is, and the rest waits for the body. All threads may call it.
class Authenticator {
 public:
  // `identities` outlives the Authenticator.
  Authenticator(IdentityStore& identities, std::string region);

  // Reads a head's signature and checks times and scope; `service` is "dynamodb" or "sts". Fails
  // with the errors of ReadSignature and CheckScope. REQUIRES: the signature is complete in form.
  base::Result<auth::SignatureClaim> Begin(const auth::SignedHead& head,
                                           std::string_view service) const;

  // Who signed the request, whose body is as it came over the wire. Fails with kUnrecognizedClient,
  // kExpiredToken or kInvalidSignature, and takes as long for a key that nobody has. Computes in
  // proportion to the body.
  base::Result<std::shared_ptr<const api::Caller>> Finish(const auth::SignatureClaim& claim,
                                                          std::string_view body);

  // The user that the certificate of a request without a signature stands for.
  base::Result<std::shared_ptr<const api::Caller>> FindCertified(
      const std::string& fingerprint) const {
    return identities_.FindCertified(fingerprint);
  }

 private:
  IdentityStore& identities_;
  auth::SigV4Verifier verifier_;
};

}  // namespace stator::iam
