#include "iam/identity_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "auth/key_file.h"
#include "auth/signature_claim.h"
#include "engine/blocking_update.h"
#include "iam/callers.h"
#include "iam/identity_codec.h"
#include "iam/identity_rows.h"
#include "model/json_text.h"

namespace stator::iam {

namespace {

using base::Error;
using base::ErrorCode;

constexpr size_t kOpenSessions = 4096;

Error Unrecognized() {
  return Error{ErrorCode::kUnrecognizedClient,
               "The security token included in the request is invalid."};
}

// The documents of a session's policies, which may be none.
std::vector<std::string> SessionPolicies(const Identities& identities, const SessionGrant& grant) {
  std::vector<std::string> documents;
  if (grant.policy) {
    documents.push_back(*grant.policy);
  }
  for (const std::string& arn : grant.policy_arns) {
    const auto found = identities.policies.find(arn);
    // One that was deleted since denies everything, as any policy does that is not understood.
    documents.push_back(found == identities.policies.end() ? "" : found->second->document);
  }
  return documents;
}

std::string RandomText(size_t count, std::string_view alphabet) {
  // The alphabet has 32 letters, so that each is as likely.
  std::string text = auth::RandomBytes(count);
  for (char& c : text) {
    c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  }
  return text;
}

constexpr std::string_view kIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr size_t kIdRandomBytes = 16;

}  // namespace

void IdentityDraft::Write(const std::string& row, std::optional<std::string> value) {
  const storage::Key key = IdentityKey(row);
  std::erase_if(writes_, [&key](const auto& write) { return write.key == key; });
  writes_.push_back({key, std::move(value)});
}

void IdentityDraft::Put(Account account) {
  Write(AccountRow(account.id), EncodeAccount(account));
  auto shared = std::make_shared<const Account>(std::move(account));
  identities_.accounts.insert_or_assign(shared->id, shared);
}

void IdentityDraft::Put(Principal principal) {
  const std::string row = PrincipalRow(principal.kind, principal.account, principal.name);
  Write(row, EncodePrincipal(principal));
  identities_.principals.insert_or_assign(row,
                                          std::make_shared<const Principal>(std::move(principal)));
}

void IdentityDraft::Put(ManagedPolicy policy) {
  const std::string arn = policy.Arn();
  Write(PolicyRow(arn), EncodePolicy(policy));
  identities_.policies.insert_or_assign(arn,
                                        std::make_shared<const ManagedPolicy>(std::move(policy)));
}

void IdentityDraft::Put(AccessKey key) {
  Write(KeyRow(key.id), EncodeKey(key, sealing_key_));
  auto shared = std::make_shared<const AccessKey>(std::move(key));
  identities_.keys.insert_or_assign(shared->id, shared);
}

void IdentityDraft::Put(ClientCertificate certificate) {
  Write(CertificateRow(certificate.fingerprint), EncodeCertificate(certificate));
  auto shared = std::make_shared<const ClientCertificate>(std::move(certificate));
  identities_.certificates.insert_or_assign(shared->fingerprint, shared);
}

void IdentityDraft::ErasePrincipal(PrincipalKind kind, const std::string& account,
                                   const std::string& name) {
  const std::string row = PrincipalRow(kind, account, name);
  Write(row, std::nullopt);
  identities_.principals.erase(row);
}

void IdentityDraft::ErasePolicy(const std::string& arn) {
  Write(PolicyRow(arn), std::nullopt);
  identities_.policies.erase(arn);
}

void IdentityDraft::EraseKey(const std::string& id) {
  Write(KeyRow(id), std::nullopt);
  identities_.keys.erase(id);
}

void IdentityDraft::EraseCertificate(const std::string& fingerprint) {
  Write(CertificateRow(fingerprint), std::nullopt);
  identities_.certificates.erase(fingerprint);
}

IdentityStore::IdentityStore(storage::Store& store, const auth::SealingKey& master_key,
                             const base::Clock& clock)
    : store_(store),
      sealing_key_(auth::DeriveKey(master_key, "access key secrets 1")),
      token_key_(auth::DeriveKey(master_key, "session tokens 1")),
      clock_(clock),
      state_(std::make_shared<const State>(State{std::make_shared<const Identities>(), {}, {}})) {}

base::Result<bool> IdentityStore::HasIdentities(storage::Store& store) {
  bool found = false;
  STATOR_RETURN_IF_ERROR(store.ScanSpace(IdentityRows(), {}, [&found](const storage::RowView&) {
    found = true;
    return false;
  }));
  return found;
}

base::Result<void> IdentityStore::Load() {
  const base::MutexLock lock(change_mutex_);
  Identities identities;
  base::Result<void> added;
  STATOR_RETURN_IF_ERROR(store_.ScanSpace(IdentityRows(), {}, [&](const storage::RowView& row) {
    added = AddRow(row, &sealing_key_, identities);
    return added.ok();
  }));
  STATOR_RETURN_IF_ERROR(std::move(added));
  Publish(std::move(identities));
  return {};
}

std::shared_ptr<const IdentityStore::State> IdentityStore::LoadState() const {
  const base::MutexLock lock(mutex_);
  return state_;
}

std::shared_ptr<const Identities> IdentityStore::Get() const { return LoadState()->identities; }

base::Result<void> IdentityStore::Update(
    base::FunctionRef<base::Result<void>(IdentityDraft& draft)> change) {
  const base::MutexLock lock(change_mutex_);
  IdentityDraft draft(*Get(), sealing_key_);
  STATOR_RETURN_IF_ERROR(change(draft));
  if (draft.writes_.empty()) {
    return {};
  }
  storage::UpdateRequest request;
  for (const storage::Mutations::Write& write : draft.writes_) {
    request.keys.push_back(write.key);
  }
  request.decide = [&draft](storage::CurrentValues /*current*/,
                            storage::Mutations& mutations) -> base::Result<void> {
    for (const storage::Mutations::Write& write : draft.writes_) {
      if (write.value) {
        mutations.Put(write.key, *write.value);
      } else {
        mutations.Erase(write.key);
      }
    }
    return {};
  };
  STATOR_RETURN_IF_ERROR(engine::UpdateOrError(store_, std::move(request)));
  Publish(std::move(draft.identities_));
  return {};
}

void IdentityStore::Publish(Identities identities) {
  auto state = std::make_shared<State>();
  for (const auto& [id, key] : identities.keys) {
    const auto user = identities.Find(PrincipalKind::kUser, key->account, key->user);
    const bool is_root = key->user.empty();
    if (!key->active || (!is_root && user == nullptr)) {
      continue;
    }
    state->credentials.emplace(
        id, std::make_shared<const Credential>(Credential{
                .secret = key->secret,
                .caller = is_root ? RootCaller(key->account) : UserCaller(identities, *user)}));
  }
  for (const auto& [fingerprint, certificate] : identities.certificates) {
    const auto user =
        identities.Find(PrincipalKind::kUser, certificate->account, certificate->user);
    if (user != nullptr) {
      state->certified.emplace(fingerprint, Certified{certificate, UserCaller(identities, *user)});
    }
  }
  state->identities = std::make_shared<const Identities>(std::move(identities));
  const base::MutexLock lock(mutex_);
  state_ = std::move(state);
}

base::Result<std::shared_ptr<const Credential>> IdentityStore::FindCredential(
    const std::string& access_key_id, const std::string& session_token) {
  if (!session_token.empty()) {
    return FindSession(access_key_id, session_token);
  }
  const std::shared_ptr<const State> state = LoadState();
  const auto found = state->credentials.find(access_key_id);
  if (found == state->credentials.end()) {
    return Unrecognized();
  }
  return found->second;
}

base::Result<std::shared_ptr<const api::Caller>> IdentityStore::FindCertified(
    const std::string& fingerprint) const {
  const std::shared_ptr<const State> state = LoadState();
  const auto found = state->certified.find(fingerprint);
  const int64_t now_micros = clock_.NowMicros();
  // The handshake has looked at the times, but a connection may be older than that.
  if (found == state->certified.end() ||
      now_micros < found->second.certificate->not_before_micros ||
      now_micros > found->second.certificate->not_after_micros) {
    return auth::MissingAuthenticationToken();
  }
  return found->second.caller;
}

base::Result<std::shared_ptr<const Credential>> IdentityStore::FindSession(
    const std::string& access_key_id, const std::string& session_token) {
  const Error expired{ErrorCode::kExpiredToken,
                      "The security token included in the request is expired"};
  const int64_t now_micros = clock_.NowMicros();
  std::shared_ptr<const State> state;
  {
    const base::MutexLock lock(mutex_);
    state = state_;
    const auto found = sessions_.find(session_token);
    if (found != sessions_.end() && found->second.state == state &&
        found->second.grant.access_key_id == access_key_id) {
      return found->second.grant.expires_micros <= now_micros
                 ? base::Result<std::shared_ptr<const Credential>>(expired)
                 : found->second.credential;
    }
  }
  std::optional<SessionGrant> grant = OpenGrant(session_token, token_key_);
  if (!grant || grant->access_key_id != access_key_id) {
    return Unrecognized();
  }
  if (grant->expires_micros <= now_micros) {
    return expired;
  }
  const Identities& identities = *state->identities;
  const auto role = identities.Find(PrincipalKind::kRole, grant->account, grant->role);
  if (role == nullptr || role->id != grant->role_id) {
    return Unrecognized();
  }
  auto credential = std::make_shared<const Credential>(
      Credential{.secret = grant->secret,
                 .caller = RoleCaller(identities, *role,
                                      {.name = grant->session,
                                       .policies = SessionPolicies(identities, *grant),
                                       .tags = grant->tags})});
  const base::MutexLock lock(mutex_);
  if (sessions_.size() >= kOpenSessions) {
    sessions_.clear();
  }
  sessions_.insert_or_assign(session_token,
                             OpenSession{*std::move(grant), std::move(state), credential});
  return credential;
}

std::string NewPrincipalId(PrincipalKind kind) {
  std::string_view prefix = "AIDA";
  if (kind != PrincipalKind::kUser) {
    prefix = kind == PrincipalKind::kGroup ? "AGPA" : "AROA";
  }
  return std::string(prefix) + RandomText(kIdRandomBytes + 1, kIdAlphabet);
}

std::string NewAccessKeyId(bool session) {
  return (session ? "ASIA" : "AKIA") + RandomText(kIdRandomBytes, kIdAlphabet);
}

std::string NewSecret() {
  constexpr size_t kSecretBytes = 30;  // 40 characters of base64, without padding
  std::string secret;
  model::AppendBase64(auth::RandomBytes(kSecretBytes), secret);
  return secret;
}

}  // namespace stator::iam
