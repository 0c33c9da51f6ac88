#include <array>
#include <utility>

#include "api/json_writer.h"
#include "iam/admin_operations.h"
#include "iam/admin_values.h"

// Accounts and access keys.
namespace stator::iam {

namespace {

void AppendKey(const AccessKey& key, bool with_secret, std::string& out) {
  api::ObjectWriter object(out);
  object.String("AccountId", key.account);
  if (!key.user.empty()) {
    object.String("UserName", key.user);
  }
  object.String("AccessKeyId", key.id);
  object.String("Status", key.active ? "Active" : "Inactive");
  object.String("CreateDate", IsoTime(key.created_micros));
  if (with_secret) {
    object.String("SecretAccessKey", key.secret);
  }
  object.End();
}

void AppendNewKey(const AccessKey& key, std::string& out) {
  api::ObjectWriter body(out);
  AppendKey(key, true, body.Member("AccessKey"));
  body.End();
}

size_t KeysOf(const Identities& identities, const std::string& account, const std::string& user) {
  size_t count = 0;
  for (const auto& [id, key] : identities.keys) {
    count += key->account == account && key->user == user ? 1 : 0;
  }
  return count;
}

base::Result<AccessKey> FindKey(const AdminCall& call, const Identities& identities) {
  const std::string_view id = call.input.Text(kAccessKeyId);
  const auto found = identities.keys.find(id);
  if (found == identities.keys.end() || found->second->account != call.account) {
    return NotThere("access key", id);
  }
  return *found->second;
}

base::Result<void> CreateAccount(const AdminCall& call, std::string& out) {
  constexpr std::string_view kDigits = "0123456789";
  if (call.account.find_first_not_of(kDigits) != std::string::npos) {
    return base::ValidationError("AccountId must have twelve digits.");
  }
  AccessKey key;
  const auto change = [&](IdentityDraft& draft) -> base::Result<void> {
    if (draft.identities().accounts.contains(call.account)) {
      return AlreadyThere("account", call.account);
    }
    if (draft.identities().accounts.size() >= limits::kAccounts) {
      return TooMany("accounts", limits::kAccounts);
    }
    key = NewRootKey(call.account, call.store.clock().NowMicros());
    draft.Put(Account{.id = call.account, .created_micros = key.created_micros});
    draft.Put(key);
    return {};
  };
  STATOR_RETURN_IF_ERROR(call.store.Update(change));
  AppendNewKey(key, out);
  return {};
}

base::Result<void> ListAccounts(const AdminCall& call, std::string& out) {
  api::ObjectWriter body(out);
  api::ArrayWriter accounts(body.Member("Accounts"));
  for (const auto& [id, account] : call.store.Get()->accounts) {
    api::ObjectWriter object(accounts.Next());
    object.String("AccountId", id);
    object.String("CreateDate", IsoTime(account->created_micros));
    object.End();
  }
  accounts.End();
  body.End();
  return {};
}

base::Result<void> CreateAccessKey(const AdminCall& call, std::string& out) {
  const std::string user(call.input.Text(kUserName));
  AccessKey key = NewRootKey(call.account, call.store.clock().NowMicros());
  key.user = user;
  const auto change = [&](IdentityDraft& draft) -> base::Result<void> {
    const Identities& identities = draft.identities();
    STATOR_RETURN_IF_ERROR(CheckAccount(identities, call.account));
    if (!user.empty() && !identities.Find(PrincipalKind::kUser, call.account, user)) {
      return NotThere("user", user);
    }
    if (KeysOf(identities, call.account, user) >= limits::kKeysPerUser) {
      return TooMany("access keys of a user", limits::kKeysPerUser);
    }
    draft.Put(key);
    return {};
  };
  STATOR_RETURN_IF_ERROR(call.store.Update(change));
  AppendNewKey(key, out);
  return {};
}

base::Result<void> DeleteAccessKey(const AdminCall& call, std::string& out) {
  const auto change = [&](IdentityDraft& draft) -> base::Result<void> {
    STATOR_ASSIGN_OR_RETURN(const AccessKey key, FindKey(call, draft.identities()));
    draft.EraseKey(key.id);
    return {};
  };
  STATOR_RETURN_IF_ERROR(call.store.Update(change));
  out += "{}";
  return {};
}

base::Result<void> UpdateAccessKey(const AdminCall& call, std::string& out) {
  const auto change = [&](IdentityDraft& draft) -> base::Result<void> {
    STATOR_ASSIGN_OR_RETURN(AccessKey key, FindKey(call, draft.identities()));
    key.active = call.input.Text(kStatus) == "Active";
    draft.Put(std::move(key));
    return {};
  };
  STATOR_RETURN_IF_ERROR(call.store.Update(change));
  out += "{}";
  return {};
}

base::Result<void> ListAccessKeys(const AdminCall& call, std::string& out) {
  const std::string_view user = call.input.Text(kUserName);
  api::ObjectWriter body(out);
  api::ArrayWriter keys(body.Member("AccessKeyMetadata"));
  for (const auto& [id, key] : call.store.Get()->keys) {
    if (key->account == call.account && (user.empty() || key->user == user)) {
      AppendKey(*key, false, keys.Next());
    }
  }
  keys.End();
  body.End();
  return {};
}

}  // namespace

AccessKey NewRootKey(const std::string& account, int64_t now_micros) {
  return {.id = NewAccessKeyId(false),
          .account = account,
          .user = {},
          .secret = NewSecret(),
          .created_micros = now_micros};
}

std::span<const AdminOperation> operations::Accounts() {
  static const std::array list = {
      AdminOperation{
          "CreateAccount", "An account, and a key of its root", {kAccountId}, {}, CreateAccount},
      AdminOperation{"ListAccounts", "The accounts", {}, {}, ListAccounts},
      AdminOperation{"CreateAccessKey",
                     "An access key of a user, or of the account's root",
                     {},
                     {kUserName, kAccountId},
                     CreateAccessKey},
      AdminOperation{
          "DeleteAccessKey", "Take a key away", {kAccessKeyId}, {kAccountId}, DeleteAccessKey},
      AdminOperation{"UpdateAccessKey",
                     "Make a key Active or Inactive",
                     {kAccessKeyId, kStatus},
                     {kAccountId},
                     UpdateAccessKey},
      AdminOperation{"ListAccessKeys",
                     "The keys of a user, or all of the account",
                     {},
                     {kUserName, kAccountId},
                     ListAccessKeys},
  };
  return list;
}

}  // namespace stator::iam
