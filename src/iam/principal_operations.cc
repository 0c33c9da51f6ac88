#include <array>
#include <utility>

#include "api/json_writer.h"
#include "iam/admin_operations.h"
#include "iam/admin_values.h"

// Users, groups and roles.
namespace stator::iam {

namespace {

using enum PrincipalKind;

// "User", "UserName" and so on: what the answers call a principal and its parts.
std::string Title(PrincipalKind kind) {
  std::string title(KindName(kind));
  title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

void AppendPrincipal(const Principal& principal, std::string& out) {
  const std::string title = Title(principal.kind);
  api::ObjectWriter object(out);
  object.String(title + "Name", principal.name);
  object.String(title + "Id", principal.id);
  object.String("Arn", principal.Arn());
  object.String("CreateDate", IsoTime(principal.created_micros));
  if (!principal.tags.empty()) {
    api::ArrayWriter tags(object.Member("Tags"));
    for (const auto& [key, value] : principal.tags) {
      api::ObjectWriter tag(tags.Next());
      tag.String("Key", key);
      tag.String("Value", value);
      tag.End();
    }
    tags.End();
  }
  if (!principal.groups.empty()) {
    api::ArrayWriter groups(object.Member("Groups"));
    for (const std::string& group : principal.groups) {
      groups.String(group);
    }
    groups.End();
  }
  if (principal.boundary) {
    object.String("PermissionsBoundary", *principal.boundary);
  }
  if (principal.kind == kRole) {
    object.String("AssumeRolePolicyDocument", principal.trust_policy);
    object.Integer("MaxSessionDuration", principal.max_session_seconds);
  }
  object.End();
}

void AppendAnswer(const Principal& principal, std::string& out) {
  api::ObjectWriter body(out);
  AppendPrincipal(principal, body.Member(Title(principal.kind)));
  body.End();
}

template <PrincipalKind kKind>
base::Result<void> Create(const AdminCall& call, std::string& out) {
  Principal principal{.kind = kKind,
                      .account = call.account,
                      .name = {},
                      .id = NewPrincipalId(kKind),
                      .created_micros = call.store.clock().NowMicros()};
  STATOR_ASSIGN_OR_RETURN(principal.name, NameOf(call, NameMember(kKind)));
  STATOR_ASSIGN_OR_RETURN(principal.tags, TagsOf(call));
  if (kKind == kRole) {
    STATOR_ASSIGN_OR_RETURN(principal.trust_policy,
                            DocumentOf(call, kAssumeRolePolicyDocument, auth::PolicyKind::kTrust));
    principal.max_session_seconds =
        call.input.Integer(kMaxSessionDuration).value_or(principal.max_session_seconds);
  }
  const auto change = [&](IdentityDraft& draft) -> base::Result<void> {
    const Identities& identities = draft.identities();
    STATOR_RETURN_IF_ERROR(CheckAccount(identities, call.account));
    if (identities.Find(kKind, call.account, principal.name) != nullptr) {
      return AlreadyThere(KindName(kKind), principal.name);
    }
    if (identities.principals.size() >= limits::kPrincipals) {
      return TooMany("users, groups and roles", limits::kPrincipals);
    }
    draft.Put(principal);
    return {};
  };
  STATOR_RETURN_IF_ERROR(call.store.Update(change));
  AppendAnswer(principal, out);
  return {};
}

// With its access keys, certificates and memberships.
template <PrincipalKind kKind>
base::Result<void> Delete(const AdminCall& call, std::string& out) {
  const std::string name(call.input.Text(NameMember(kKind)));
  const auto change = [&](IdentityDraft& draft) -> base::Result<void> {
    const Identities before = draft.identities();
    STATOR_RETURN_IF_ERROR(FindPrincipal(before, kKind, call.account, name));
    draft.ErasePrincipal(kKind, call.account, name);
    for (const auto& [id, key] : before.keys) {
      if (kKind == kUser && key->account == call.account && key->user == name) {
        draft.EraseKey(id);
      }
    }
    for (const auto& [fingerprint, certificate] : before.certificates) {
      if (kKind == kUser && certificate->account == call.account && certificate->user == name) {
        draft.EraseCertificate(fingerprint);
      }
    }
    for (const auto& [row, principal] : before.principals) {
      if (kKind == kGroup && principal->account == call.account &&
          principal->groups.contains(name)) {
        Principal member = *principal;
        member.groups.erase(name);
        draft.Put(std::move(member));
      }
    }
    return {};
  };
  STATOR_RETURN_IF_ERROR(call.store.Update(change));
  out += "{}";
  return {};
}

template <PrincipalKind kKind>
base::Result<void> Get(const AdminCall& call, std::string& out) {
  STATOR_ASSIGN_OR_RETURN(const Principal principal,
                          FindPrincipal(*call.store.Get(), kKind, call.account,
                                        std::string(call.input.Text(NameMember(kKind)))));
  AppendAnswer(principal, out);
  return {};
}

template <PrincipalKind kKind>
base::Result<void> List(const AdminCall& call, std::string& out) {
  api::ObjectWriter body(out);
  api::ArrayWriter list(body.Member(Title(kKind) + "s"));
  for (const auto& [row, principal] : call.store.Get()->principals) {
    if (principal->kind == kKind && principal->account == call.account) {
      AppendPrincipal(*principal, list.Next());
    }
  }
  list.End();
  body.End();
  return {};
}

template <PrincipalKind kKind>
base::Result<void> Tag(const AdminCall& call, std::string& out) {
  STATOR_ASSIGN_OR_RETURN(const auto tags, TagsOf(call));
  return ChangePrincipal(call, kKind, out,
                         [&tags](const Identities&, Principal& principal) -> base::Result<void> {
                           for (const auto& [key, value] : tags) {
                             principal.tags.insert_or_assign(key, value);
                           }
                           return principal.tags.size() > limits::kTags
                                      ? base::Result<void>(TooMany("tags", limits::kTags))
                                      : base::Result<void>();
                         });
}

template <PrincipalKind kKind>
base::Result<void> Untag(const AdminCall& call, std::string& out) {
  return ChangePrincipal(call, kKind, out,
                         [&call](const Identities&, Principal& principal) -> base::Result<void> {
                           for (const api::Node* key : call.input.List(kTagKeys)) {
                             principal.tags.erase(std::string(key->text()));
                           }
                           return {};
                         });
}

base::Result<void> AddUserToGroup(const AdminCall& call, std::string& out) {
  const std::string group(call.input.Text(kGroupName));
  return ChangePrincipal(
      call, kUser, out, [&](const Identities& identities, Principal& user) -> base::Result<void> {
        STATOR_RETURN_IF_ERROR(FindPrincipal(identities, kGroup, call.account, group));
        user.groups.insert(group);
        return user.groups.size() > limits::kGroupsPerUser
                   ? base::Result<void>(TooMany("groups of a user", limits::kGroupsPerUser))
                   : base::Result<void>();
      });
}

base::Result<void> RemoveUserFromGroup(const AdminCall& call, std::string& out) {
  const std::string group(call.input.Text(kGroupName));
  return ChangePrincipal(call, kUser, out, [&](const Identities&, Principal& user) {
    return user.groups.erase(group) > 0 ? base::Result<void>()
                                        : base::Result<void>(NotThere("group", group));
  });
}

base::Result<void> UpdateAssumeRolePolicy(const AdminCall& call, std::string& out) {
  STATOR_ASSIGN_OR_RETURN(const std::string document,
                          DocumentOf(call, kPolicyDocument, auth::PolicyKind::kTrust));
  return ChangePrincipal(call, kRole, out, [&](const Identities&, Principal& role) {
    role.trust_policy = document;
    return base::Result<void>();
  });
}

}  // namespace

std::span<const AdminOperation> operations::Principals() {
  static const std::array list = {
      AdminOperation{"CreateUser", "A user", {kUserName}, {kTags, kAccountId}, Create<kUser>},
      AdminOperation{
          "DeleteUser", "Remove a user, with its keys", {kUserName}, {kAccountId}, Delete<kUser>},
      AdminOperation{"GetUser", "One user", {kUserName}, {kAccountId}, Get<kUser>},
      AdminOperation{"ListUsers", "The users", {}, {kAccountId}, List<kUser>},
      AdminOperation{"TagUser",
                     "Set tags, for aws:PrincipalTag in policies",
                     {kUserName, kTags},
                     {kAccountId},
                     Tag<kUser>},
      AdminOperation{"UntagUser", "Remove tags", {kUserName, kTagKeys}, {kAccountId}, Untag<kUser>},
      AdminOperation{"CreateGroup", "A group of users", {kGroupName}, {kAccountId}, Create<kGroup>},
      AdminOperation{"DeleteGroup", "Remove a group", {kGroupName}, {kAccountId}, Delete<kGroup>},
      AdminOperation{"ListGroups", "The groups", {}, {kAccountId}, List<kGroup>},
      AdminOperation{"AddUserToGroup",
                     "Give a user what the group may",
                     {kGroupName, kUserName},
                     {kAccountId},
                     AddUserToGroup},
      AdminOperation{"RemoveUserFromGroup",
                     "The reverse",
                     {kGroupName, kUserName},
                     {kAccountId},
                     RemoveUserFromGroup},
      AdminOperation{"CreateRole",
                     "A role, and who may assume it",
                     {kRoleName, kAssumeRolePolicyDocument},
                     {kMaxSessionDuration, kTags, kAccountId},
                     Create<kRole>},
      AdminOperation{"DeleteRole",
                     "Remove a role and end its sessions",
                     {kRoleName},
                     {kAccountId},
                     Delete<kRole>},
      AdminOperation{"GetRole", "One role", {kRoleName}, {kAccountId}, Get<kRole>},
      AdminOperation{"ListRoles", "The roles", {}, {kAccountId}, List<kRole>},
      AdminOperation{"TagRole", "Set tags", {kRoleName, kTags}, {kAccountId}, Tag<kRole>},
      AdminOperation{"UntagRole", "Remove tags", {kRoleName, kTagKeys}, {kAccountId}, Untag<kRole>},
      AdminOperation{"UpdateAssumeRolePolicy",
                     "Say anew who may assume a role",
                     {kRoleName, kPolicyDocument},
                     {kAccountId},
                     UpdateAssumeRolePolicy},
  };
  return list;
}

}  // namespace stator::iam
