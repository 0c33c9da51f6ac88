#include "iam/authenticator.h"

#include <utility>

namespace stator::iam {

Authenticator::Authenticator(IdentityStore& identities, std::string region)
    : identities_(identities), verifier_({.region = std::move(region)}) {}

base::Result<auth::SignatureClaim> Authenticator::Begin(const auth::SignedHead& head,
                                                        std::string_view service) const {
  STATOR_ASSIGN_OR_RETURN(auth::SignatureClaim claim, auth::ReadSignature(head));
  STATOR_RETURN_IF_ERROR(verifier_.CheckScope(claim, service, identities_.clock().NowMicros()));
  return claim;
}

base::Result<std::shared_ptr<const api::Caller>> Authenticator::Finish(
    const auth::SignatureClaim& claim, std::string_view body) {
  base::Result<std::shared_ptr<const Credential>> found =
      identities_.FindCredential(claim.access_key_id, claim.session_token);
  if (!found.ok()) {
    verifier_.MatchUnknown(claim, body);
    return std::move(found).error();
  }
  if (!verifier_.Matches(claim, (*found)->secret, body)) {
    return base::Error{base::ErrorCode::kInvalidSignature,
                       "The request signature we calculated does not match the signature you "
                       "provided. Check your AWS Secret Access Key and signing method. Consult the "
                       "service documentation for details."};
  }
  return (*found)->caller;
}

}  // namespace stator::iam
