#include "auth/signing_key_cache.h"

namespace stator::auth {

Digest SigningKeyCache::Get(const std::string& access_key_id, const std::string& secret_access_key,
                            const CredentialScope& scope, Hasher& hasher) {
  // No part holds a slash: the parts of a credential were cut at them.
  const std::string name =
      access_key_id + "/" + scope.date + "/" + scope.region + "/" + scope.service;
  {
    const base::MutexLock lock(mutex_);
    const auto found = keys_.find(name);
    if (found != keys_.end()) {
      return found->second;
    }
  }
  const Digest key = DeriveSigningKey(secret_access_key, scope, hasher);
  constexpr size_t kMostNameBytes = 256;
  if (name.size() > kMostNameBytes) {
    return key;  // no key of ours has such a name
  }
  const base::MutexLock lock(mutex_);
  if (keys_.size() >= max_keys_) {
    keys_.clear();
  }
  keys_.insert_or_assign(name, key);
  return key;
}

}  // namespace stator::auth
