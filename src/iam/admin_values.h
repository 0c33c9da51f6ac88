#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "api/node.h"
#include "auth/policy.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "iam/admin_operations.h"

// What several administrative operations read and write.
namespace stator::iam {

// The time as the answers have it: 2026-11-25T13:00:00Z.
std::string IsoTime(int64_t micros);

// A name of a user, group, role or policy: letters, digits and +=,.@_-, of a bounded length.
base::Result<std::string> NameOf(const AdminCall& call, AdminMember member);

// A policy as text. Fails when anything in it is not understood, or it is longer than
// limits::kPolicyBytes.
base::Result<std::string> DocumentOf(const AdminCall& call, AdminMember member,
                                     auth::PolicyKind kind = auth::PolicyKind::kIdentity);
base::Result<void> CheckDocument(std::string_view document, auth::PolicyKind kind);

// Tags by key. Fails when there are too many, or two of one key.
base::Result<std::map<std::string, std::string>> TagsOf(const AdminCall& call);

// Whether the account is known. Fails with kResourceNotFound.
base::Result<void> CheckAccount(const Identities& identities, const std::string& account);

// The principal of that name. Fails with kResourceNotFound.
base::Result<Principal> FindPrincipal(const Identities& identities, PrincipalKind kind,
                                      const std::string& account, const std::string& name);

// The member that names a principal of that kind.
AdminMember NameMember(PrincipalKind kind);

// Changes the principal that the call names, and appends the empty answer. `change` gets all
// identities and the principal, and alters it or says no.
base::Result<void> ChangePrincipal(
    const AdminCall& call, PrincipalKind kind, std::string& out,
    base::FunctionRef<base::Result<void>(const Identities& identities, Principal& principal)>
        change);

// "user", "group", "role", "policy": an error for what is not there, or is there already.
base::Error NotThere(std::string_view what, std::string_view name);
base::Error AlreadyThere(std::string_view what, std::string_view name);
base::Error TooMany(std::string_view what, size_t most);

}  // namespace stator::iam
