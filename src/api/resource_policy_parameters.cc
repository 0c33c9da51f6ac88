#include "api/resource_policy_parameters.h"

#include "auth/policy.h"

namespace stator::api {

base::Result<std::optional<std::string>> ReadResourcePolicy(const Node& structure, size_t member) {
  const std::optional<std::string> document = structure.OptionalText(member);
  if (!document) {
    return document;
  }
  const base::Result<void> valid = auth::ValidatePolicy(*document, auth::PolicyKind::kResource);
  if (!valid.ok()) {
    return base::ValidationError(
        "One or more parameter values were invalid: Invalid policy document: " +
        valid.error().message);
  }
  return document;
}

}  // namespace stator::api
