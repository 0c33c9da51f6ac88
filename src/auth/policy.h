#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy_condition.h"
#include "auth/policy_principal.h"
#include "auth/policy_text.h"
#include "base/result.h"

// The policy language of IAM, as far as it can be about DynamoDB:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
namespace stator::auth {

// What a policy is attached to. Only those of resources name principals.
enum class PolicyKind : uint8_t {
  kIdentity,
  kResource,
  kTrust,  // of a role: who may assume it. As a resource's, but for the one role that has it.
};

// Sizes of documents, in bytes.
inline constexpr size_t kIdentityPolicyBytes = 6144;
inline constexpr size_t kResourcePolicyBytes = 20 * 1024;

// One statement of a policy.
struct PolicyStatement {
  std::string sid;
  bool denies = false;
  bool not_actions = false;
  std::vector<std::string> action_names;  // as given
  std::vector<PolicyText> actions;        // the same in lower case
  bool not_resources = false;
  std::vector<PolicyText> resources;
  bool not_principals = false;
  std::optional<PolicyPrincipals> principals;  // of resources' policies
  std::vector<PolicyCondition> conditions;     // all must hold
};

// A policy. Immutable, shared.
struct Policy {
  std::string id;
  std::vector<PolicyStatement> statements;
};

// Reads a document. Fails with ValidationException, and says why, when anything in it is not
// understood; never because of a size.
base::Result<Policy> ParsePolicy(std::string_view document, PolicyKind kind);

// What a document has to be to be taken in: readable, and not too long. A resource's policy may
// only have actions that there are, and that are about a resource.
base::Result<void> ValidatePolicy(std::string_view document, PolicyKind kind);

}  // namespace stator::auth
