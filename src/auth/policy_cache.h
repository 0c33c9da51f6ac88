#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/policy.h"
#include "auth/policy_evaluator.h"
#include "base/mutex.h"

namespace stator::auth {

// Parsed policies by the text of their documents, so that a request does not parse any. Holds a
// bounded number of bytes; when they are full it starts anew, which costs each policy in use one
// parsing. Any thread may call it.
class PolicyCache {
 public:
  explicit PolicyCache(size_t max_bytes);

  // The policy of that document, or null when it cannot be read.
  SharedPolicy Get(std::string_view document, PolicyKind kind) EXCLUDES(mutex_);

 private:
  // The hash of a document.
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's
    size_t operator()(std::string_view text) const;
  };
  using Policies = std::unordered_map<std::string, SharedPolicy, Hash, std::equal_to<>>;

  const size_t max_bytes_;
  base::SharedMutex mutex_;
  Policies identity_ GUARDED_BY(mutex_);
  Policies resource_ GUARDED_BY(mutex_);
  size_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace stator::auth
