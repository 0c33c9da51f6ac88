#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/access.h"
#include "api/call.h"
#include "auth/policy_cache.h"
#include "base/clock.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "engine/catalog.h"

namespace stator::api {

// Decides whether a caller may do what a call does. Any thread may call it; it does not wait.
class Authorizer {
 public:
  // Both must outlive it.
  Authorizer(const engine::Catalog& catalog, const base::Clock& clock);

  // Checks everything that `describe` adds; the first that is not allowed refuses the call, with
  // kAccessDenied in the service's words. Without a caller nothing is checked, nor described.
  using Describe = base::FunctionRef<void(AccessList& accesses)>;
  base::Result<void> Check(const Request& request, Describe describe) const;

  // Whether the caller may assume a role, which takes two: the role's trust policy has to name the
  // caller, and all policies together have to allow it. `external_id` is what the caller says in
  // whose name it asks, for conditions on sts:ExternalId. kAccessDenied in the service's words.
  base::Result<void> CheckAssumeRole(const Request& request, const std::string& role_arn,
                                     std::string_view trust_policy,
                                     const std::optional<std::string>& external_id) const;

  // Whether the caller could still change the policy of a resource if it were `policy`; yes when
  // nothing is checked. REQUIRES: the policy is valid.
  bool KeepsControl(const Request& request, const std::string& arn,
                    const std::string& policy) const;

 private:
  const engine::Catalog& catalog_;
  const base::Clock& clock_;
  mutable auth::PolicyCache policies_;
};

}  // namespace stator::api
