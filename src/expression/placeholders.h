#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/attribute_value.h"

namespace stator::expression {

// The ExpressionAttributeNames and ExpressionAttributeValues of one request (or of one action of a
// transaction), and which of them the request's expressions used. One object serves all
// expressions of a request, so that "unused" is judged over all of them. Not synchronized.
class Placeholders {
 public:
  using Names = std::vector<std::pair<std::string, std::string>>;
  using Values = std::vector<std::pair<std::string, model::AttributeValue>>;

  // Checks the placeholders themselves, before any expression is looked at: a name begins with `#`
  // and a value with `:`, neither map is empty when present, sizes, nesting (V8, V13), in the
  // service's words. Absent maps are nullopt.
  static base::Result<Placeholders> Create(std::optional<Names> names,
                                           std::optional<Values> values);
  Placeholders() = default;

  // The attribute name behind `#n`, or null; marks it used. `token` includes the `#`.
  const std::string* UseName(std::string_view token);
  // The value behind `:v`, or null; marks it used. `token` includes the `:`.
  const model::AttributeValue* UseValue(std::string_view token);

  // Fails when a name or value was given that no expression used:
  // "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}".
  base::Result<void> CheckAllUsed() const;

  bool has_names() const { return has_names_; }
  bool has_values() const { return has_values_; }

  // What UseValue points into; compiled expressions share it instead of copying values.
  std::shared_ptr<const Values> values() const { return values_; }

 private:
  Names names_;                           // sorted by placeholder
  std::shared_ptr<const Values> values_;  // sorted by placeholder; null when there are none
  std::vector<bool> name_used_;
  std::vector<bool> value_used_;
  bool has_names_ = false;
  bool has_values_ = false;
};

}  // namespace stator::expression
