#include "iam/callers.h"

namespace stator::iam {

namespace {

// The document of a managed policy. One that is not there denies everything, as any policy does
// that is not understood.
std::string DocumentOf(const Identities& identities, const std::string& arn) {
  const auto found = identities.policies.find(arn);
  return found == identities.policies.end() ? "" : found->second->document;
}

void AddPolicies(const Identities& identities, const Principal& principal, api::Caller& caller) {
  for (const auto& [name, document] : principal.policies) {
    caller.identity_policies.push_back(document);
  }
  for (const std::string& arn : principal.attached) {
    caller.identity_policies.push_back(DocumentOf(identities, arn));
  }
  if (principal.boundary) {
    caller.permission_boundary = DocumentOf(identities, *principal.boundary);
  }
}

}  // namespace

std::shared_ptr<const api::Caller> RootCaller(std::string_view account) {
  auto caller = std::make_shared<api::Caller>();
  caller->account = account;
  caller->arn = "arn:aws:iam::" + caller->account + ":root";
  caller->user_id = account;
  caller->is_administrator = true;
  return caller;
}

std::shared_ptr<const api::Caller> UserCaller(const Identities& identities, const Principal& user) {
  auto caller = std::make_shared<api::Caller>();
  caller->account = user.account;
  caller->arn = user.Arn();
  caller->user_id = user.id;
  caller->user_name = user.name;
  caller->tags = user.tags;
  AddPolicies(identities, user, *caller);
  for (const std::string& name : user.groups) {
    const auto group = identities.Find(PrincipalKind::kGroup, user.account, name);
    if (group != nullptr) {
      AddPolicies(identities, *group, *caller);
    }
  }
  return caller;
}

std::shared_ptr<const api::Caller> RoleCaller(const Identities& identities, const Principal& role,
                                              const Session& session) {
  auto caller = std::make_shared<api::Caller>();
  caller->account = role.account;
  caller->arn = "arn:aws:sts::" + role.account + ":assumed-role/" + role.name + "/" + session.name;
  caller->user_id = role.id + ":" + session.name;
  caller->tags = role.tags;
  for (const auto& [name, value] : session.tags) {
    caller->tags.insert_or_assign(name, value);
  }
  AddPolicies(identities, role, *caller);
  caller->session_policies = session.policies;
  return caller;
}

}  // namespace stator::iam
