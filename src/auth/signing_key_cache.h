#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "auth/hasher.h"
#include "auth/sigv4_signer.h"
#include "base/mutex.h"

namespace stator::auth {

// Signing keys of access keys, by day, region and service: deriving one takes four HMACs, as long
// as all else that verifying takes. Bounded: when it is full, it starts anew. All threads may call
// it.
class SigningKeyCache {
 public:
  explicit SigningKeyCache(size_t max_keys) : max_keys_(max_keys) {}

  // The key, from the cache or derived of the secret. REQUIRES: an access key never changes its
  // secret.
  Digest Get(const std::string& access_key_id, const std::string& secret_access_key,
             const CredentialScope& scope, Hasher& hasher) EXCLUDES(mutex_);

 private:
  const size_t max_keys_;
  base::Mutex mutex_;
  std::unordered_map<std::string, Digest> keys_ GUARDED_BY(mutex_);
};

}  // namespace stator::auth
