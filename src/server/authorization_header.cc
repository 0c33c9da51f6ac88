#include "server/authorization_header.h"

#include "api/error_json.h"
#include "auth/signature_claim.h"

namespace stator::server {

std::optional<api::Response> RefuseUnsigned(const RequestHead& head) {
  const base::Result<void> checked =
      auth::CheckSignatureForm({.query = head.query,
                                .authorization = head.authorization,
                                .has_authorization = head.has_authorization,
                                .has_date = head.has_date});
  return checked.ok() ? std::nullopt : std::optional(api::ErrorResponse(checked.error()));
}

}  // namespace stator::server
