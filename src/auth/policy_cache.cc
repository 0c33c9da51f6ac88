#include "auth/policy_cache.h"

#include <utility>

#include <xxhash.h>

namespace stator::auth {
namespace {

// What a parsed policy takes, as a multiple of its text: generously, measured with statements of
// one short action and resource each.
constexpr size_t kParsedFactor = 16;

}  // namespace

size_t PolicyCache::Hash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

PolicyCache::PolicyCache(size_t max_bytes) : max_bytes_(max_bytes) {}

SharedPolicy PolicyCache::Get(std::string_view document, PolicyKind kind) {
  {
    base::ReaderLock lock(mutex_);
    const Policies& policies = kind == PolicyKind::kIdentity ? identity_ : resource_;
    if (const auto found = policies.find(document); found != policies.end()) {
      return found->second;
    }
  }
  base::Result<Policy> parsed = ParsePolicy(document, kind);
  SharedPolicy policy;
  if (parsed.ok()) {
    policy = std::make_shared<const Policy>(std::move(parsed).value());
  }
  base::WriterLock lock(mutex_);
  const size_t bytes = document.size() * kParsedFactor;
  if (bytes_ + bytes > max_bytes_) {
    identity_.clear();
    resource_.clear();
    bytes_ = 0;
  }
  if (bytes > max_bytes_) {
    return policy;
  }
  Policies& policies = kind == PolicyKind::kIdentity ? identity_ : resource_;
  if (policies.emplace(document, policy).second) {
    bytes_ += bytes;
  }
  return policy;
}

}  // namespace stator::auth
