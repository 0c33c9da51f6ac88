#include <array>
#include <utility>

#include "api/json_writer.h"
#include "iam/admin_operations.h"
#include "iam/admin_values.h"

// Policies: inline, managed, and permission boundaries.
namespace stator::iam {

namespace {

using enum PrincipalKind;

// The ARN of a managed policy of this account.
base::Result<std::string> FindPolicy(const Identities& identities, const AdminCall& call,
                                     AdminMember member) {
  std::string arn(call.input.Text(member));
  const auto found = identities.policies.find(arn);
  if (found == identities.policies.end() || found->second->account != call.account) {
    return NotThere("policy", arn);
  }
  return arn;
}

template <PrincipalKind kKind>
base::Result<void> PutInline(const AdminCall& call, std::string& out) {
  STATOR_ASSIGN_OR_RETURN(const std::string name, NameOf(call, kPolicyName));
  STATOR_ASSIGN_OR_RETURN(const std::string document, DocumentOf(call, kPolicyDocument));
  return ChangePrincipal(call, kKind, out, [&](const Identities&, Principal& principal) {
    principal.policies.insert_or_assign(name, document);
    return principal.policies.size() > limits::kInlinePolicies
               ? base::Result<void>(TooMany("inline policies", limits::kInlinePolicies))
               : base::Result<void>();
  });
}

template <PrincipalKind kKind>
base::Result<void> DeleteInline(const AdminCall& call, std::string& out) {
  const std::string name(call.input.Text(kPolicyName));
  return ChangePrincipal(call, kKind, out, [&](const Identities&, Principal& principal) {
    return principal.policies.erase(name) > 0 ? base::Result<void>()
                                              : base::Result<void>(NotThere("policy", name));
  });
}

template <PrincipalKind kKind>
base::Result<void> GetInline(const AdminCall& call, std::string& out) {
  STATOR_ASSIGN_OR_RETURN(const Principal principal,
                          FindPrincipal(*call.store.Get(), kKind, call.account,
                                        std::string(call.input.Text(NameMember(kKind)))));
  const std::string name(call.input.Text(kPolicyName));
  const auto found = principal.policies.find(name);
  if (found == principal.policies.end()) {
    return NotThere("policy", name);
  }
  api::ObjectWriter body(out);
  body.String("PolicyName", name);
  body.String("PolicyDocument", found->second);
  body.End();
  return {};
}

// Inline and attached ones.
template <PrincipalKind kKind>
base::Result<void> ListOf(const AdminCall& call, std::string& out) {
  STATOR_ASSIGN_OR_RETURN(const Principal principal,
                          FindPrincipal(*call.store.Get(), kKind, call.account,
                                        std::string(call.input.Text(NameMember(kKind)))));
  api::ObjectWriter body(out);
  api::ArrayWriter names(body.Member("PolicyNames"));
  for (const auto& [name, document] : principal.policies) {
    names.String(name);
  }
  names.End();
  api::ArrayWriter arns(body.Member("AttachedPolicies"));
  for (const std::string& arn : principal.attached) {
    arns.String(arn);
  }
  arns.End();
  body.End();
  return {};
}

template <PrincipalKind kKind>
base::Result<void> Attach(const AdminCall& call, std::string& out) {
  return ChangePrincipal(
      call, kKind, out,
      [&](const Identities& identities, Principal& principal) -> base::Result<void> {
        STATOR_ASSIGN_OR_RETURN(std::string arn, FindPolicy(identities, call, kPolicyArn));
        principal.attached.insert(std::move(arn));
        return principal.attached.size() > limits::kAttachedPolicies
                   ? base::Result<void>(TooMany("attached policies", limits::kAttachedPolicies))
                   : base::Result<void>();
      });
}

template <PrincipalKind kKind>
base::Result<void> Detach(const AdminCall& call, std::string& out) {
  const std::string arn(call.input.Text(kPolicyArn));
  return ChangePrincipal(call, kKind, out, [&](const Identities&, Principal& principal) {
    return principal.attached.erase(arn) > 0 ? base::Result<void>()
                                             : base::Result<void>(NotThere("policy", arn));
  });
}

template <PrincipalKind kKind>
base::Result<void> PutBoundary(const AdminCall& call, std::string& out) {
  return ChangePrincipal(
      call, kKind, out,
      [&](const Identities& identities, Principal& principal) -> base::Result<void> {
        STATOR_ASSIGN_OR_RETURN(principal.boundary,
                                FindPolicy(identities, call, kPermissionsBoundary));
        return {};
      });
}

template <PrincipalKind kKind>
base::Result<void> DeleteBoundary(const AdminCall& call, std::string& out) {
  return ChangePrincipal(call, kKind, out, [&](const Identities&, Principal& principal) {
    const bool had = principal.boundary.has_value();
    principal.boundary.reset();
    return had ? base::Result<void>()
               : base::Result<void>(NotThere("permissions boundary of", principal.name));
  });
}

void AppendPolicy(const ManagedPolicy& policy, bool with_document, std::string& out) {
  api::ObjectWriter object(out);
  object.String("PolicyName", policy.name);
  object.String("Arn", policy.Arn());
  object.String("CreateDate", IsoTime(policy.created_micros));
  if (with_document) {
    object.String("PolicyDocument", policy.document);
  }
  object.End();
}

base::Result<void> CreatePolicy(const AdminCall& call, std::string& out) {
  ManagedPolicy policy{.account = call.account,
                       .name = {},
                       .document = {},
                       .created_micros = call.store.clock().NowMicros()};
  STATOR_ASSIGN_OR_RETURN(policy.name, NameOf(call, kPolicyName));
  STATOR_ASSIGN_OR_RETURN(policy.document, DocumentOf(call, kPolicyDocument));
  const auto change = [&](IdentityDraft& draft) -> base::Result<void> {
    const Identities& identities = draft.identities();
    STATOR_RETURN_IF_ERROR(CheckAccount(identities, call.account));
    if (identities.policies.contains(policy.Arn())) {
      return AlreadyThere("policy", policy.name);
    }
    if (identities.policies.size() >= limits::kManagedPolicies) {
      return TooMany("managed policies", limits::kManagedPolicies);
    }
    draft.Put(policy);
    return {};
  };
  STATOR_RETURN_IF_ERROR(call.store.Update(change));
  api::ObjectWriter body(out);
  AppendPolicy(policy, false, body.Member("Policy"));
  body.End();
  return {};
}

// Refused while something refers to it.
base::Result<void> DeletePolicy(const AdminCall& call, std::string& out) {
  out += "{}";
  return call.store.Update([&](IdentityDraft& draft) -> base::Result<void> {
    STATOR_ASSIGN_OR_RETURN(const std::string arn,
                            FindPolicy(draft.identities(), call, kPolicyArn));
    for (const auto& [row, principal] : draft.identities().principals) {
      if (principal->attached.contains(arn) || principal->boundary == arn) {
        return base::Error{base::ErrorCode::kResourceInUse,
                           "Cannot delete a policy attached to entities: " + principal->Arn()};
      }
    }
    draft.ErasePolicy(arn);
    return {};
  });
}

base::Result<void> GetPolicy(const AdminCall& call, std::string& out) {
  const std::shared_ptr<const Identities> identities = call.store.Get();
  STATOR_ASSIGN_OR_RETURN(const std::string arn, FindPolicy(*identities, call, kPolicyArn));
  api::ObjectWriter body(out);
  AppendPolicy(*identities->policies.find(arn)->second, true, body.Member("Policy"));
  body.End();
  return {};
}

base::Result<void> ListPolicies(const AdminCall& call, std::string& out) {
  api::ObjectWriter body(out);
  api::ArrayWriter list(body.Member("Policies"));
  for (const auto& [arn, policy] : call.store.Get()->policies) {
    if (policy->account == call.account) {
      AppendPolicy(*policy, false, list.Next());
    }
  }
  list.End();
  body.End();
  return {};
}

// The operations that users, groups and roles have alike.
template <PrincipalKind kKind>
void AddOperations(std::string_view title, std::vector<AdminOperation>& list,
                   std::vector<std::string>& names) {
  const AdminMember name = NameMember(kKind);
  const auto add = [&](std::string_view before, std::string_view after, std::string_view help,
                       std::vector<AdminMember> more, auto run) {
    names.push_back(std::string(before) + std::string(title) + std::string(after));
    more.insert(more.begin(), name);
    list.push_back({names.back(), help, std::move(more), {kAccountId}, run});
  };
  add("Put", "Policy", "Set an inline policy", {kPolicyName, kPolicyDocument}, PutInline<kKind>);
  add("Delete", "Policy", "Remove an inline policy", {kPolicyName}, DeleteInline<kKind>);
  add("Get", "Policy", "Show an inline policy", {kPolicyName}, GetInline<kKind>);
  add("List", "Policies", "Inline and attached policies", {}, ListOf<kKind>);
  add("Attach", "Policy", "Attach a managed policy", {kPolicyArn}, Attach<kKind>);
  add("Detach", "Policy", "The reverse", {kPolicyArn}, Detach<kKind>);
  if (kKind != kGroup) {
    add("Put", "PermissionsBoundary", "Bound what policies can allow", {kPermissionsBoundary},
        PutBoundary<kKind>);
    add("Delete", "PermissionsBoundary", "Remove the bound", {}, DeleteBoundary<kKind>);
  }
}

std::vector<AdminOperation> MakeOperations(std::vector<std::string>& names) {
  constexpr size_t kMostNames = 64;
  names.reserve(kMostNames);  // so that views of them stay valid
  std::vector<AdminOperation> list = {
      {"CreatePolicy",
       "A managed policy, to be attached",
       {kPolicyName, kPolicyDocument},
       {kAccountId},
       CreatePolicy},
      {"DeletePolicy", "Remove a managed policy", {kPolicyArn}, {kAccountId}, DeletePolicy},
      {"GetPolicy", "Show a managed policy", {kPolicyArn}, {kAccountId}, GetPolicy},
      {"ListPolicies", "The managed policies", {}, {kAccountId}, ListPolicies},
  };
  AddOperations<kUser>("User", list, names);
  AddOperations<kGroup>("Group", list, names);
  AddOperations<kRole>("Role", list, names);
  return list;
}

}  // namespace

std::span<const AdminOperation> operations::Policies() {
  static std::vector<std::string> names;
  static const std::vector<AdminOperation> list = MakeOperations(names);
  return list;
}

}  // namespace stator::iam
