#include "expression/key_condition.h"

#include <algorithm>
#include <utility>

#include "expression/condition_node.h"
#include "expression/condition_parser.h"
#include "model/limits.h"

namespace stator::expression {
namespace {

using base::Error;
using base::Result;
using base::ValidationError;
using model::AttributeValue;
using model::KeyAttribute;

Error InvalidCondition(std::string_view message) {
  return ValidationError("Invalid condition in KeyConditionExpression: " + std::string(message));
}

std::optional<KeyOperator> KeyOperatorOf(ConditionOp op) {
  switch (op) {
    case ConditionOp::kEqual:
      return KeyOperator::kEqual;
    case ConditionOp::kLess:
      return KeyOperator::kLess;
    case ConditionOp::kLessOrEqual:
      return KeyOperator::kLessOrEqual;
    case ConditionOp::kGreater:
      return KeyOperator::kGreater;
    case ConditionOp::kGreaterOrEqual:
      return KeyOperator::kGreaterOrEqual;
    case ConditionOp::kBetween:
      return KeyOperator::kBetween;
    case ConditionOp::kBeginsWith:
      return KeyOperator::kBeginsWith;
    default:
      return std::nullopt;
  }
}

// The operator that says the same with its sides exchanged.
KeyOperator Mirrored(KeyOperator op) {
  switch (op) {
    case KeyOperator::kLess:
      return KeyOperator::kGreater;
    case KeyOperator::kLessOrEqual:
      return KeyOperator::kGreaterOrEqual;
    case KeyOperator::kGreater:
      return KeyOperator::kLess;
    case KeyOperator::kGreaterOrEqual:
      return KeyOperator::kLessOrEqual;
    default:
      return op;
  }
}

// One test as a predicate: exactly one operand is a path, and it is the first where order matters.
Result<KeyPredicate> ToPredicate(const ConditionNode& node, const ConditionStep& step) {
  KeyPredicate predicate;
  predicate.op = *KeyOperatorOf(step.op);
  const Path* path = nullptr;
  size_t path_position = 0;
  for (uint32_t i = 0; i < step.operand_count; ++i) {
    const Operand& operand = node.operands[step.first_operand + i];
    if (operand.size) {
      return ValidationError("KeyConditionExpressions cannot contain nested operations");
    }
    if (operand.value != nullptr) {
      predicate.operands.push_back(*operand.value);
      continue;
    }
    if (path != nullptr) {
      return InvalidCondition("Multiple attribute names used in one condition");
    }
    path = &operand.path;
    path_position = i;
  }
  if (path == nullptr) {
    return InvalidCondition("No key attribute specified");
  }
  if (!path->top_level()) {
    return ValidationError("KeyConditionExpressions cannot have conditions on nested attributes");
  }
  if (path_position > 0) {
    if (step.op == ConditionOp::kBetween || step.op == ConditionOp::kBeginsWith) {
      return InvalidCondition(std::string(ConditionOpName(step.op)) +
                              " operator must have the key attribute as its first operand");
    }
    predicate.op = Mirrored(predicate.op);
  }
  predicate.attribute = path->attribute();
  return predicate;
}

const KeyPredicate* FindPredicate(const KeyCondition& condition, std::string_view attribute) {
  for (const KeyPredicate& predicate : condition.predicates) {
    if (predicate.attribute == attribute) {
      return &predicate;
    }
  }
  return nullptr;
}

Error MissedKey(const KeyAttribute& attribute) {
  return ValidationError("Query condition missed key schema element: " + attribute.name);
}

// A key of more than a HASH and a RANGE attribute has messages of its own (Q10).
bool IsComposite(const model::KeySchema& key) {
  return key.partition.size() > 1 || key.sort.size() > 1;
}

Error HashNeedsEquality(const KeyAttribute& attribute) {
  return ValidationError("HASH key attributes " + attribute.name +
                         " must have equality conditions specified in the query");
}

Error RangeNeedsEquality(const KeyAttribute& attribute, const KeyAttribute& later) {
  return ValidationError("RANGE key attributes " + attribute.name +
                         " must have equality conditions specified in the query because a "
                         "condition is present on key attribute " +
                         later.name);
}

Error NotSupported() { return ValidationError("Query key condition not supported"); }

// The bytes of a string or binary operand; 0 for a number, whose size has its own bound.
size_t KeySizeBytes(const AttributeValue& value) {
  if (const auto* string = value.Get<std::string>()) {
    return string->size();
  }
  const auto* binary = value.Get<model::Binary>();
  return binary != nullptr ? binary->bytes.size() : 0;
}

Result<void> CheckOperands(const KeyPredicate& predicate, const KeyAttribute& attribute) {
  for (const AttributeValue& operand : predicate.operands) {
    if (operand.type() != model::ToValueType(attribute.type)) {
      return ValidationError(
          "One or more parameter values were invalid: Condition parameter type does not match "
          "schema type");
    }
    if (!operand.is_number() && KeySizeBytes(operand) == 0) {
      return ValidationError(
          "One or more parameter values are not valid. The AttributeValue for a key attribute "
          "cannot contain an empty " +
          std::string(operand.is_string() ? "string" : "binary") +
          " value. Key: " + attribute.name);
    }
  }
  return {};
}

size_t LongestOperandBytes(const KeyPredicate& predicate) {
  size_t longest = 0;
  for (const AttributeValue& operand : predicate.operands) {
    longest = std::max(longest, KeySizeBytes(operand));
  }
  return longest;
}

Result<std::vector<AttributeValue>> ResolvePartition(const KeyCondition& condition,
                                                     const model::KeySchema& key) {
  std::vector<AttributeValue> values;
  for (const KeyAttribute& attribute : key.partition) {
    const KeyPredicate* predicate = FindPredicate(condition, attribute.name);
    if (predicate == nullptr) {
      return IsComposite(key) ? HashNeedsEquality(attribute) : MissedKey(attribute);
    }
    if (predicate->op != KeyOperator::kEqual) {
      return IsComposite(key) ? HashNeedsEquality(attribute) : NotSupported();
    }
    STATOR_RETURN_IF_ERROR(CheckOperands(*predicate, attribute));
    if (LongestOperandBytes(*predicate) > model::limits::kPartitionKeyBytes) {
      // The missing space is the service's.
      return ValidationError(
          "One or more parameter values were invalid: Size of hashkey has exceeded the maximum "
          "size limit of2048 bytes");
    }
    values.push_back(predicate->operands[0]);
  }
  return values;
}

// Whether every sort attribute before one with a predicate has an equality.
Result<void> CheckSortOrder(const KeyCondition& condition, const model::KeySchema& key) {
  for (size_t i = 1; i < key.sort.size(); ++i) {
    if (FindPredicate(condition, key.sort[i].name) == nullptr) {
      continue;
    }
    for (size_t before = 0; before < i; ++before) {
      const KeyPredicate* predicate = FindPredicate(condition, key.sort[before].name);
      if (predicate == nullptr || predicate->op != KeyOperator::kEqual) {
        return RangeNeedsEquality(key.sort[before], key.sort[i]);
      }
    }
  }
  return {};
}

// From left to right, up to the first attribute without predicate; only the last may be an
// inequality (Q10).
Result<std::vector<KeyPredicate>> ResolveSort(const KeyCondition& condition,
                                              const model::KeySchema& key) {
  STATOR_RETURN_IF_ERROR(CheckSortOrder(condition, key));
  std::vector<KeyPredicate> predicates;
  size_t size_bytes = 0;
  for (const KeyAttribute& attribute : key.sort) {
    const KeyPredicate* predicate = FindPredicate(condition, attribute.name);
    if (predicate == nullptr) {
      if (key.partition.size() + predicates.size() < condition.predicates.size()) {
        return MissedKey(attribute);
      }
      break;
    }
    STATOR_RETURN_IF_ERROR(CheckOperands(*predicate, attribute));
    size_bytes += LongestOperandBytes(*predicate);
    predicates.push_back(*predicate);
  }
  if (key.partition.size() + predicates.size() < condition.predicates.size()) {
    return NotSupported();
  }
  if (size_bytes > model::limits::kSortKeyBytes) {
    return ValidationError(
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded "
        "the size limit of 1024 bytes");
  }
  return predicates;
}

}  // namespace

Result<KeyCondition> ParseKeyCondition(std::string_view text, Placeholders& placeholders) {
  STATOR_ASSIGN_OR_RETURN(const ConditionNode node,
                          ParseConditionNode(ExpressionKind::kKeyCondition, text, placeholders));
  KeyCondition condition;
  for (const ConditionStep& step : node.steps) {
    if (step.op == ConditionOp::kJumpIfFalse) {
      continue;
    }
    if (!KeyOperatorOf(step.op)) {
      return ValidationError("Invalid operator used in KeyConditionExpression: " +
                             std::string(ConditionOpName(step.op)));
    }
    STATOR_ASSIGN_OR_RETURN(KeyPredicate predicate, ToPredicate(node, step));
    if (FindPredicate(condition, predicate.attribute) != nullptr) {
      return ValidationError("KeyConditionExpressions must only contain one condition per key");
    }
    condition.predicates.push_back(std::move(predicate));
  }
  return condition;
}

Result<ResolvedKeyCondition> ResolveKeyCondition(const KeyCondition& condition,
                                                 const model::KeySchema& key) {
  constexpr size_t kSimpleKey = 2;
  if (key.partition.size() + key.sort.size() <= kSimpleKey &&
      condition.predicates.size() > kSimpleKey) {
    return ValidationError("Conditions can be of length 1 or 2 only");
  }
  ResolvedKeyCondition resolved;
  STATOR_ASSIGN_OR_RETURN(resolved.partition, ResolvePartition(condition, key));
  STATOR_ASSIGN_OR_RETURN(resolved.sort, ResolveSort(condition, key));
  return resolved;
}

}  // namespace stator::expression
