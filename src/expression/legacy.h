#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/update.h"
#include "model/attribute_value.h"

// The request parameters that expressions replaced. They lower to the same trees.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
namespace stator::expression {

// How an attribute is compared with the operands.
enum class ComparisonOperator : uint8_t {
  kEq,
  kNe,
  kLe,
  kLt,
  kGe,
  kGt,
  kNotNull,
  kNull,
  kContains,
  kNotContains,
  kBeginsWith,
  kIn,
  kBetween,
};

// What joins the conditions of one parameter.
enum class ConditionalOperator : uint8_t { kAnd, kOr };

// One entry of QueryFilter, ScanFilter or KeyConditions.
struct LegacyCondition {
  ComparisonOperator op = ComparisonOperator::kEq;
  std::vector<model::AttributeValue> operands;  // AttributeValueList
};
using LegacyConditions = std::vector<std::pair<std::string, LegacyCondition>>;

// One entry of Expected, as given.
struct LegacyExpectation {
  std::optional<model::AttributeValue> value = std::nullopt;
  std::optional<bool> exists = std::nullopt;
  std::optional<ComparisonOperator> op = std::nullopt;
  std::optional<std::vector<model::AttributeValue>> operands = std::nullopt;
};
using LegacyExpectations = std::vector<std::pair<std::string, LegacyExpectation>>;

// What an entry of AttributeUpdates does; kDelete without a value removes the attribute.
enum class AttributeAction : uint8_t { kPut, kAdd, kDelete };

// One entry of AttributeUpdates.
struct LegacyUpdate {
  std::optional<model::AttributeValue> value;
  AttributeAction action = AttributeAction::kPut;
};
using LegacyUpdates = std::vector<std::pair<std::string, LegacyUpdate>>;

// Each checks operand counts and types in the service's words (E26).
base::Result<Condition> LowerExpected(const LegacyExpectations& expected, ConditionalOperator op);
base::Result<Condition> LowerFilter(const LegacyConditions& filter, ConditionalOperator op);
base::Result<KeyCondition> LowerKeyConditions(const LegacyConditions& conditions);
base::Result<Update> LowerAttributeUpdates(const LegacyUpdates& updates);

}  // namespace stator::expression
