#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/policy_key.h"

namespace stator::auth {

// The values that a request has of one condition key.
struct PolicyValues {
  std::vector<std::string> values;
  // Nobody can list the values: a Scan reaches every partition key, and a read without a projection
  // returns whatever attributes there are. No allowance that asks for certain values holds then,
  // and every refusal does.
  bool any = false;
};

// What policies can ask about a request. What is common to several requests, such as who makes
// them, stands in an outer context, which must outlive this one. Not synchronized.
class PolicyContext {
 public:
  explicit PolicyContext(const PolicyContext* outer = nullptr) : outer_(outer) {}

  void Set(PolicyKeyId id, std::string value) { Add({.id = id}, {.values = {std::move(value)}}); }
  void Set(PolicyKey key, PolicyValues values) { Add(std::move(key), std::move(values)); }

  // The values of that key, or null when the request has none.
  const PolicyValues* Find(const PolicyKey& key) const {
    for (const PolicyContext* context = this; context != nullptr; context = context->outer_) {
      for (const auto& [own, values] : context->entries_) {
        if (own == key) {
          return &values;
        }
      }
    }
    return nullptr;
  }

 private:
  void Add(PolicyKey key, PolicyValues values) {
    entries_.emplace_back(std::move(key), std::move(values));
  }

  const PolicyContext* outer_;
  std::vector<std::pair<PolicyKey, PolicyValues>> entries_;
};

}  // namespace stator::auth
