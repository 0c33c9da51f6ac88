#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expression/placeholders.h"
#include "model/attribute_value.h"
#include "model/table_schema.h"

namespace stator::expression {

// A comparison that a key condition may hold.
enum class KeyOperator : uint8_t {
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,  // two operands, both ends inclusive
  kBeginsWith,
};

// One condition on one top-level attribute.
struct KeyPredicate {
  std::string attribute;
  KeyOperator op = KeyOperator::kEqual;
  std::vector<model::AttributeValue> operands;  // 1, or 2 for kBetween
};

// A compiled KeyConditionExpression or KeyConditions, not yet matched with a table: the attributes
// in textual order, each at most once.
struct KeyCondition {
  std::vector<KeyPredicate> predicates;
  bool legacy = false;  // from KeyConditions: other words in messages
};

// Compiles a KeyConditionExpression: only AND, one predicate for each attribute, no nested paths,
// no NOT, OR, IN, `<>`, BETWEEN with ordered bounds (E6, E24).
base::Result<KeyCondition> ParseKeyCondition(std::string_view text, Placeholders& placeholders);

// A key condition matched with the key it queries.
struct ResolvedKeyCondition {
  std::vector<model::AttributeValue> partition;  // one for each partition attribute, in key order
  // One for each leading sort attribute that has a predicate, in key order; all but the last are
  // kEqual.
  std::vector<KeyPredicate> sort;
};

// Matches it with a table's or index's key: every partition attribute equal, sort attributes from
// left to right without gaps, an inequality only last, operand types as declared, no empty or too
// long values (L4, E24, Q10); errors in the service's words.
base::Result<ResolvedKeyCondition> ResolveKeyCondition(const KeyCondition& condition,
                                                       const model::KeySchema& key);

}  // namespace stator::expression
