#include "auth/policy_evaluator.h"

#include <algorithm>
#include <span>

namespace stator::auth {
namespace {

using Kind = PolicyDecision::Kind;

// A request with its action in lower case, as statements have theirs.
struct PreparedRequest {
  const PolicyRequest& request;
  std::string action;
};

bool MatchesAction(const PolicyStatement& statement, const PreparedRequest& prepared) {
  const bool listed = std::any_of(
      statement.actions.begin(), statement.actions.end(), [&](const PolicyText& action) {
        return action.Matches(prepared.action, prepared.request.context);
      });
  return listed != statement.not_actions;
}

bool MatchesResource(const PolicyStatement& statement, const PolicyRequest& request) {
  bool unresolved = false;
  for (const PolicyText& resource : statement.resources) {
    const std::optional<std::string> pattern = resource.Resolve(request.context);
    if (pattern && MatchesPattern(*pattern, request.resource)) {
      return !statement.not_resources;
    }
    unresolved = unresolved || !pattern;
  }
  // An exception that nobody knows exempts from refusals nobody, and from allowances everybody.
  return statement.not_resources && (statement.denies || !unresolved);
}

bool MatchesPrincipal(const PolicyStatement& statement, const PrincipalNames& principal) {
  if (!statement.principals) {
    return true;
  }
  return statement.not_principals ? !statement.principals->ListsAll(principal)
                                  : statement.principals->Match(principal) != PrincipalMatch::kNone;
}

StatementResult Match(const PolicyStatement& statement, const PreparedRequest& prepared) {
  const PolicyRequest& request = prepared.request;
  if (!MatchesPrincipal(statement, request.principal)) {
    return {.match = StatementMatch::kPrincipal};
  }
  if (!MatchesAction(statement, prepared)) {
    return {.match = StatementMatch::kAction};
  }
  if (!MatchesResource(statement, request)) {
    return {.match = StatementMatch::kResource};
  }
  const Verdict fails = statement.denies ? Verdict::kYes : Verdict::kUnknown;
  for (size_t i = 0; i < statement.conditions.size(); ++i) {
    const Verdict holds = statement.conditions[i].Holds(request.context, statement.denies);
    if (holds == Verdict::kNo || (holds == Verdict::kUnknown && fails == Verdict::kUnknown)) {
      return {.match = StatementMatch::kCondition, .condition = i};
    }
  }
  return {};
}

bool Applies(const PolicyStatement& statement, const PreparedRequest& prepared) {
  return Match(statement, prepared).match == StatementMatch::kApplies;
}

// The first refusal among policies of one type.
std::optional<PolicyDecision> FindRefusal(std::span<const SharedPolicy> policies, PolicyType type,
                                          const PreparedRequest& prepared) {
  for (size_t i = 0; i < policies.size(); ++i) {
    if (policies[i] == nullptr) {
      return PolicyDecision{.kind = Kind::kUnreadable, .type = type, .policy = i};
    }
    const std::vector<PolicyStatement>& statements = policies[i]->statements;
    for (size_t j = 0; j < statements.size(); ++j) {
      if (statements[j].denies && Applies(statements[j], prepared)) {
        return PolicyDecision{.kind = Kind::kDenied,
                              .type = type,
                              .policy = i,
                              .position = j,
                              .statement = &statements[j]};
      }
    }
  }
  return std::nullopt;
}

// The first allowance among policies of one type.
std::optional<PolicyDecision> FindAllowance(std::span<const SharedPolicy> policies, PolicyType type,
                                            const PreparedRequest& prepared) {
  for (size_t i = 0; i < policies.size(); ++i) {
    const std::vector<PolicyStatement>& statements = policies[i]->statements;
    for (size_t j = 0; j < statements.size(); ++j) {
      if (!statements[j].denies && Applies(statements[j], prepared)) {
        return PolicyDecision{.kind = Kind::kAllowed,
                              .type = type,
                              .policy = i,
                              .position = j,
                              .statement = &statements[j]};
      }
    }
  }
  return std::nullopt;
}

template <typename T>
std::span<const T> AsSpan(const std::optional<T>& value) {
  return value ? std::span<const T>(&*value, 1) : std::span<const T>();
}

// What a resource's policy grants: its allowance that names the principal most directly.
struct ResourceGrant {
  PrincipalMatch match = PrincipalMatch::kNone;
  PolicyDecision decision;
};

ResourceGrant FindGrant(const PolicySet& policies, const PreparedRequest& prepared) {
  ResourceGrant grant;
  if (!policies.resource || *policies.resource == nullptr) {
    return grant;
  }
  const std::vector<PolicyStatement>& statements = (*policies.resource)->statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    const PolicyStatement& statement = statements[i];
    if (statement.denies || !statement.principals || !Applies(statement, prepared)) {
      continue;
    }
    const PrincipalMatch match = statement.principals->Match(prepared.request.principal);
    if (match > grant.match) {
      grant = {.match = match,
               .decision = {.kind = Kind::kAllowed,
                            .type = PolicyType::kResource,
                            .policy = 0,
                            .position = i,
                            .statement = &statement}};
    }
  }
  return grant;
}

std::optional<PolicyDecision> FindAnyRefusal(const PolicySet& policies,
                                             const PreparedRequest& prepared) {
  if (auto refusal = FindRefusal(policies.identity, PolicyType::kIdentity, prepared)) {
    return refusal;
  }
  if (auto refusal = FindRefusal(AsSpan(policies.boundary), PolicyType::kBoundary, prepared)) {
    return refusal;
  }
  if (auto refusal = FindRefusal(policies.session, PolicyType::kSession, prepared)) {
    return refusal;
  }
  // So that nobody locks everybody out of a resource.
  const bool unlocks = policies.administrator &&
                       prepared.request.principal.account == prepared.request.resource_account &&
                       prepared.action == "dynamodb:deleteresourcepolicy";
  if (unlocks) {
    return std::nullopt;
  }
  return FindRefusal(AsSpan(policies.resource), PolicyType::kResource, prepared);
}

}  // namespace

StatementResult MatchStatement(const PolicyStatement& statement, const PolicyRequest& request) {
  return Match(statement, {.request = request, .action = ToLower(request.action)});
}

PolicyDecision EvaluatePolicies(const PolicySet& policies, const PolicyRequest& request) {
  const PreparedRequest prepared{.request = request, .action = ToLower(request.action)};
  if (const auto refusal = FindAnyRefusal(policies, prepared)) {
    return *refusal;
  }
  const bool same_account = request.principal.account == request.resource_account;
  const ResourceGrant grant = FindGrant(policies, prepared);
  if (same_account && grant.match == PrincipalMatch::kDirectly) {
    return grant.decision;
  }
  PolicyDecision allowance{.kind = Kind::kAllowed, .type = PolicyType::kIdentity};
  if (same_account && grant.match > PrincipalMatch::kAccount) {
    allowance = grant.decision;
  } else if (!policies.administrator) {
    const auto found = FindAllowance(policies.identity, PolicyType::kIdentity, prepared);
    if (!found) {
      return {.kind = Kind::kNotAllowed, .type = PolicyType::kIdentity};
    }
    allowance = *found;
  }
  if (policies.boundary &&
      !FindAllowance(AsSpan(policies.boundary), PolicyType::kBoundary, prepared)) {
    return {.kind = Kind::kNotAllowed, .type = PolicyType::kBoundary};
  }
  if (!policies.session.empty() &&
      !FindAllowance(policies.session, PolicyType::kSession, prepared)) {
    return {.kind = Kind::kNotAllowed, .type = PolicyType::kSession};
  }
  if (!same_account && grant.match == PrincipalMatch::kNone) {
    return {.kind = Kind::kNotAllowed, .type = PolicyType::kResource};
  }
  return allowance;
}

std::string_view PolicyTypeName(PolicyType type) {
  switch (type) {
    case PolicyType::kIdentity:
      return "identity-based policy";
    case PolicyType::kBoundary:
      return "permissions boundary";
    case PolicyType::kSession:
      return "session policy";
    case PolicyType::kResource:
      return "resource-based policy";
  }
  return "";
}

std::string DenialMessage(const PolicyRequest& request, const PolicyDecision& decision) {
  const std::string action(request.action);
  std::string message = "User: " + request.principal.arn +
                        " is not authorized to perform: " + action +
                        " on resource: " + std::string(request.resource);
  const std::string type(PolicyTypeName(decision.type));
  if (decision.kind == Kind::kNotAllowed) {
    return message + " because no " + type + " allows the " + action + " action";
  }
  return message + " with an explicit deny in " +
         (decision.type == PolicyType::kIdentity ? "an " : "a ") + type;
}

}  // namespace stator::auth
