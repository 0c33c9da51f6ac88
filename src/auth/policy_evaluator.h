#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy.h"
#include "auth/policy_context.h"
#include "auth/policy_principal.h"

namespace stator::auth {

// Where a policy stands.
enum class PolicyType : uint8_t { kIdentity, kBoundary, kSession, kResource };

// A policy that could be read, or null: then nothing is known of what it forbids, and it forbids
// everything.
using SharedPolicy = std::shared_ptr<const Policy>;

// All policies that a request falls under.
struct PolicySet {
  // The principal may do everything, as if an identity-based policy said so.
  bool administrator = false;
  std::vector<SharedPolicy> identity = {};
  std::optional<SharedPolicy> boundary = {};
  std::vector<SharedPolicy> session = {};  // one of them has to allow, when there is one
  std::optional<SharedPolicy> resource = {};
};

// What is asked of the policies. Borrows everything.
struct PolicyRequest {
  const PrincipalNames& principal;
  std::string_view action;            // dynamodb:GetItem
  std::string_view resource;          // an ARN, or `*`
  std::string_view resource_account;  // whose the resource is
  const PolicyContext& context;
};

// Which part of a statement a request falls outside of.
enum class StatementMatch : uint8_t { kApplies, kPrincipal, kAction, kResource, kCondition };

// Whether a statement applies to a request, or the first part that does not.
struct StatementResult {
  StatementMatch match = StatementMatch::kApplies;
  size_t condition = 0;  // of kCondition: its position
};
StatementResult MatchStatement(const PolicyStatement& statement, const PolicyRequest& request);

// A decision and what it rests on.
struct PolicyDecision {
  enum class Kind : uint8_t {
    kAllowed,
    kDenied,      // by a statement
    kNotAllowed,  // by no statement of `type`
    kUnreadable,  // a policy of `type` is not understood
  };

  bool allowed() const { return kind == Kind::kAllowed; }

  Kind kind = Kind::kNotAllowed;
  PolicyType type = PolicyType::kIdentity;
  // Which policy of that type, and which of its statements; null for an administrator's allowance
  // and where none decided. Borrowed from the set.
  size_t policy = 0;
  size_t position = 0;
  const PolicyStatement* statement = nullptr;
};

// Decides as IAM does: a refusal anywhere wins. Within an account, an allowance by the identity's
// or the resource's policies is enough; across accounts both are needed. Boundaries and session
// policies limit what an identity's policies allow, and what the resource's do unless they name the
// user or the session itself. Pure.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
PolicyDecision EvaluatePolicies(const PolicySet& policies, const PolicyRequest& request);

// Why a request was refused, in the service's words. REQUIRES: the decision is no allowance.
std::string DenialMessage(const PolicyRequest& request, const PolicyDecision& decision);

// "identity-based policy", "permissions boundary", ...
std::string_view PolicyTypeName(PolicyType type);

}  // namespace stator::auth
