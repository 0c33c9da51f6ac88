#include "api/authorizer.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "auth/policy_evaluator.h"

namespace stator::api {
namespace {

constexpr size_t kPolicyCacheBytes = size_t{16} << 20;

auth::PolicySet PoliciesOf(const Caller& caller, auth::PolicyCache& cache) {
  auth::PolicySet set;
  set.administrator = caller.is_administrator;
  for (const std::string& document : caller.identity_policies) {
    set.identity.push_back(cache.Get(document, auth::PolicyKind::kIdentity));
  }
  if (caller.permission_boundary) {
    set.boundary = cache.Get(*caller.permission_boundary, auth::PolicyKind::kIdentity);
  }
  for (const std::string& document : caller.session_policies) {
    set.session.push_back(cache.Get(document, auth::PolicyKind::kIdentity));
  }
  return set;
}

// The document attached to the resource, or null.
const std::string* PolicyOf(const Access& access) {
  if (access.table == nullptr) {
    return nullptr;
  }
  const engine::Table& table = *access.table;
  if (access.about_stream &&
      !(table.stream_label && access.resource.ends_with("/stream/" + *table.stream_label))) {
    return nullptr;  // of a stream that is no more
  }
  const std::optional<engine::ResourcePolicy>& policy =
      access.about_stream ? table.stream_policy : table.policy;
  return policy ? &policy->document : nullptr;
}

auth::PolicyRequest ToRequest(const AccessList& accesses, const Access& access) {
  const std::string_view account = AccountOfArn(access.resource);
  return {.principal = accesses.principal(),
          .action = access.action,
          .resource = access.resource,
          .resource_account = account.empty() ? accesses.principal().account : account,
          .context = access.context};
}

}  // namespace

Authorizer::Authorizer(const engine::Catalog& catalog, const base::Clock& clock)
    : catalog_(catalog), clock_(clock), policies_(kPolicyCacheBytes) {}

base::Result<void> Authorizer::Check(const Request& request, Describe describe) const {
  if (request.caller == nullptr) {
    return {};
  }
  AccessList accesses(catalog_, request, clock_.NowMicros());
  describe(accesses);
  auth::PolicySet set = PoliciesOf(*request.caller, policies_);
  for (const Access& access : accesses.accesses()) {
    set.resource = std::nullopt;
    if (const std::string* document = PolicyOf(access)) {
      set.resource = policies_.Get(*document, auth::PolicyKind::kResource);
    }
    const auth::PolicyRequest asked = ToRequest(accesses, access);
    const auth::PolicyDecision decision = auth::EvaluatePolicies(set, asked);
    if (!decision.allowed()) {
      return base::Error{base::ErrorCode::kAccessDenied, auth::DenialMessage(asked, decision)};
    }
  }
  if (accesses.accesses().empty()) {
    return base::Error{base::ErrorCode::kAccessDenied,
                       "User: " + request.caller->arn + " is not authorized"};
  }
  return {};
}

base::Result<void> Authorizer::CheckAssumeRole(
    const Request& request, const std::string& role_arn, std::string_view trust_policy,
    const std::optional<std::string>& external_id) const {
  AccessList accesses(catalog_, request, clock_.NowMicros());
  Access& access = accesses.AddAccount("");
  access.action = "sts:AssumeRole";
  access.resource = role_arn;
  if (external_id) {
    access.context.Set(auth::PolicyKeyId::kExternalId, *external_id);
  }
  const auth::PolicyRequest asked = ToRequest(accesses, access);
  auth::PolicySet set = PoliciesOf(*request.caller, policies_);
  base::Result<auth::Policy> trust = auth::ParsePolicy(trust_policy, auth::PolicyKind::kTrust);
  bool trusted = false;
  if (trust.ok()) {
    for (const auth::PolicyStatement& statement : trust->statements) {
      trusted = trusted || (!statement.denies && auth::MatchStatement(statement, asked).match ==
                                                     auth::StatementMatch::kApplies);
    }
    set.resource = std::make_shared<const auth::Policy>(*std::move(trust));
  }
  const auth::PolicyDecision decision = auth::EvaluatePolicies(set, asked);
  if (trusted && decision.allowed()) {
    return {};
  }
  return base::Error{base::ErrorCode::kAccessDenied,
                     "User: " + request.caller->arn +
                         " is not authorized to perform: sts:AssumeRole on resource: " + role_arn};
}

bool Authorizer::KeepsControl(const Request& request, const std::string& arn,
                              const std::string& policy) const {
  if (request.caller == nullptr) {
    return true;
  }
  AccessList accesses(catalog_, request, clock_.NowMicros());
  const Access& access = accesses.AddArn("PutResourcePolicy", arn);
  auth::PolicySet set = PoliciesOf(*request.caller, policies_);
  set.resource = policies_.Get(policy, auth::PolicyKind::kResource);
  return auth::EvaluatePolicies(set, ToRequest(accesses, access)).allowed();
}

}  // namespace stator::api
