#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "expression/path.h"
#include "expression/placeholders.h"
#include "model/attribute_value.h"

namespace stator::expression {

// Which request member an expression came from; its name stands in error messages
// ("Invalid ConditionExpression: ...").
enum class ExpressionKind : uint8_t {
  kCondition,
  kFilter,
  kKeyCondition,
  kUpdate,
  kProjection,
};
std::string_view ExpressionKindName(ExpressionKind kind);  // "ConditionExpression", ...

struct ConditionNode;  // the tree; condition_node.h, for this folder and for ConditionBuilder

// A compiled condition or filter. Immutable; copies share the tree; any thread may evaluate it.
class Condition {
 public:
  explicit Condition(std::shared_ptr<const ConditionNode> root) : root_(std::move(root)) {}

  // Whether the item satisfies it. A missing item is the empty item (E1). Never fails: operands
  // of unfit types compare as false.
  bool Matches(const model::Item& item) const;

  // Calls `visit` with each document path that it reads.
  void ForEachPath(base::FunctionRef<void(const Path&)> visit) const;

  // The distinct top-level attributes that it mentions, sorted.
  std::vector<std::string> TopLevelAttributes() const;

  const ConditionNode& root() const { return *root_; }

 private:
  std::shared_ptr<const ConditionNode> root_;
};

// Compiles a ConditionExpression or FilterExpression: syntax, reserved words, operators, limits,
// operand types; errors in the service's words (V9-V12, E2-E8, E22-E23). Marks the placeholders
// that it uses.
base::Result<Condition> ParseCondition(ExpressionKind kind, std::string_view text,
                                       Placeholders& placeholders);

}  // namespace stator::expression
