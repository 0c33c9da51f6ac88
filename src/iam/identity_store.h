#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/caller.h"
#include "auth/sealed_box.h"
#include "base/clock.h"
#include "base/function_ref.h"
#include "base/mutex.h"
#include "base/result.h"
#include "iam/identities.h"
#include "iam/session_token.h"
#include "storage/store.h"

namespace stator::iam {

// What an access key stands for. Immutable, shared.
struct Credential {
  std::string secret;
  std::shared_ptr<const api::Caller> caller;
};

// A change of the identities while it is made: a copy of them, and what differs. For one thread.
class IdentityDraft {
 public:
  IdentityDraft(Identities identities, const auth::SealingKey& sealing_key)
      : identities_(std::move(identities)), sealing_key_(sealing_key) {}

  const Identities& identities() const { return identities_; }

  // Each adds or replaces.
  void Put(Account account);
  void Put(Principal principal);
  void Put(ManagedPolicy policy);
  void Put(AccessKey key);
  void Put(ClientCertificate certificate);
  void ErasePrincipal(PrincipalKind kind, const std::string& account, const std::string& name);
  void ErasePolicy(const std::string& arn);
  void EraseKey(const std::string& id);
  void EraseCertificate(const std::string& fingerprint);

 private:
  friend class IdentityStore;

  void Write(const std::string& row, std::optional<std::string> value);

  Identities identities_;
  const auth::SealingKey& sealing_key_;
  std::vector<storage::Mutations::Write> writes_;
};

// The identities of a server: kept in rows of the store, and all of them in memory. All methods may
// be called from any thread; Load and Update wait for the store.
//
// Invariants. (1) Changes run one at a time, so that what a draft was made of is what it replaces.
// (2) What is published is immutable and replaced as a whole, with the credentials made of it.
class IdentityStore {
 public:
  // `master_key` is the key file's. Everything outlives the store.
  IdentityStore(storage::Store& store, const auth::SealingKey& master_key,
                const base::Clock& clock);

  // Whether the store holds identities already. Does not need the key.
  static base::Result<bool> HasIdentities(storage::Store& store);

  // Reads all rows; call once before use. Fails with a text for people when they do not decode, or
  // were written with another key.
  base::Result<void> Load() EXCLUDES(change_mutex_);

  // The identities as they are now.
  std::shared_ptr<const Identities> Get() const EXCLUDES(mutex_);

  // Changes them atomically and durably: `change` says no, or fills the draft. What it has done is
  // visible to all when this returns.
  base::Result<void> Update(base::FunctionRef<base::Result<void>(IdentityDraft& draft)> change)
      EXCLUDES(change_mutex_);

  // What an access key stands for. `session_token` is empty for a long-term key. Fails with
  // kUnrecognizedClient or kExpiredToken. Does not wait.
  base::Result<std::shared_ptr<const Credential>> FindCredential(const std::string& access_key_id,
                                                                 const std::string& session_token);

  // The user that a client's certificate stands for now. Fails with kMissingAuthenticationToken for
  // one that stands for nobody, or not at this time. Does not wait. REQUIRES: the client has shown
  // that the certificate is its own.
  base::Result<std::shared_ptr<const api::Caller>> FindCertified(
      const std::string& fingerprint) const EXCLUDES(mutex_);

  const auth::SealingKey& token_key() const { return token_key_; }
  const base::Clock& clock() const { return clock_; }

 private:
  // A certificate and whom it stands for.
  struct Certified {
    std::shared_ptr<const ClientCertificate> certificate;
    std::shared_ptr<const api::Caller> caller;
  };
  // One immutable state of everything.
  struct State {
    std::shared_ptr<const Identities> identities;
    std::unordered_map<std::string, std::shared_ptr<const Credential>> credentials;
    std::unordered_map<std::string, Certified> certified;  // by fingerprint
  };
  // A session whose token has been opened, and what its caller was made of.
  struct OpenSession {
    SessionGrant grant;
    std::shared_ptr<const State> state;
    std::shared_ptr<const Credential> credential;
  };

  std::shared_ptr<const State> LoadState() const EXCLUDES(mutex_);
  void Publish(Identities identities) EXCLUDES(mutex_);
  base::Result<std::shared_ptr<const Credential>> FindSession(const std::string& access_key_id,
                                                              const std::string& session_token)
      EXCLUDES(mutex_);

  storage::Store& store_;
  const auth::SealingKey sealing_key_;
  const auth::SealingKey token_key_;
  const base::Clock& clock_;
  base::Mutex change_mutex_;   // held for a whole change; taken before mutex_
  mutable base::Mutex mutex_;  // held to look up or replace only
  std::shared_ptr<const State> state_ GUARDED_BY(mutex_);
  std::unordered_map<std::string, OpenSession> sessions_ GUARDED_BY(mutex_);  // by token
};

// New random ids and secrets, as long as the service's.
std::string NewPrincipalId(PrincipalKind kind);
std::string NewAccessKeyId(bool session);
std::string NewSecret();

}  // namespace stator::iam
