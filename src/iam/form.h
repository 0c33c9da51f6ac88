#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stator::iam {

// The parameters of an application/x-www-form-urlencoded body: how the query protocol sends a call.
// A value type.
class Form {
 public:
  // Fails with kSerialization when there are unreasonably many parameters.
  static base::Result<Form> Parse(std::string_view body);

  // The value, or nullopt.
  std::optional<std::string> Get(const std::string& name) const;
  std::string GetOr(const std::string& name, std::string_view otherwise) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace stator::iam
