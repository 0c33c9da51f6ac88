#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/audit.h"
#include "api/call.h"
#include "base/result.h"
#include "iam/form.h"
#include "iam/identity_store.h"

namespace stator::iam {

// Decides whether the caller of a request may assume a role, with what it gives as ExternalId.
// Fails with kAccessDenied.
using AssumeRoleCheck =
    std::function<base::Result<void>(const api::Request& request, const Principal& role,
                                     const std::optional<std::string>& external_id)>;

// The part of AWS STS that the credential providers of the SDKs call: GetCallerIdentity and
// AssumeRole, in the query protocol. All threads may call it.
// https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
class TokenService {
 public:
  // `identities` outlives the service.
  TokenService(IdentityStore& identities, AssumeRoleCheck may_assume, api::AuditLog audit);

  // Answers a call, whose caller is verified. Computes only.
  api::Response Handle(const api::Request& request) const;

  // The answer to a call that was refused before it reached the service.
  static api::Response Refuse(const base::Error& error);

 private:
  base::Result<std::string> Run(const std::string& action, const api::Request& request,
                                const Form& form) const;
  base::Result<std::string> AssumeRole(const api::Request& request, const Form& form) const;

  IdentityStore& identities_;
  const AssumeRoleCheck may_assume_;
  const api::AuditLog audit_;
};

}  // namespace stator::iam
