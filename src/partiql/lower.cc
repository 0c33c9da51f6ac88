#include "partiql/lower.h"

#include <algorithm>
#include <string>
#include <utility>

#include "expression/condition_builder.h"
#include "expression/projection.h"
#include "expression/update_builder.h"
#include "storage/record.h"

namespace stator::partiql {
namespace {

using expression::ConditionBuilder;
using expression::ConditionOp;
using expression::KeyOperator;
using expression::KeyPredicate;
using expression::Path;
using expression::UpdateAction;
using model::AttributeValue;

void AppendConjuncts(Where where, std::vector<Where>& conjuncts) {
  if (where.kind != Where::Kind::kAnd) {
    conjuncts.push_back(std::move(where));
    return;
  }
  for (Where& child : where.children) {
    AppendConjuncts(std::move(child), conjuncts);
  }
}

void Emit(Where where, ConditionBuilder& builder);

void EmitJoined(ConditionOp jump, std::vector<Where> parts, ConditionBuilder& builder) {
  std::vector<size_t> jumps;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) {
      jumps.push_back(builder.BeginJump(jump));
    }
    Emit(std::move(parts[i]), builder);
  }
  for (const size_t position : jumps) {
    builder.EndJump(position);
  }
}

void Emit(Where where, ConditionBuilder& builder) {
  switch (where.kind) {
    case Where::Kind::kTest:
      for (Operand& operand : where.operands) {
        if (operand.value) {
          builder.AddValue(*std::move(operand.value));
        } else {
          builder.AddPath(std::move(operand.path), operand.size);
        }
      }
      return builder.AddTest(where.op);
    case Where::Kind::kNot:
      Emit(std::move(where.children.front()), builder);
      return builder.Negate();
    case Where::Kind::kAnd:
      return EmitJoined(ConditionOp::kJumpIfFalse, std::move(where.children), builder);
    case Where::Kind::kOr:
      return EmitJoined(ConditionOp::kJumpIfTrue, std::move(where.children), builder);
  }
}

Where TestAttribute(ConditionOp op, std::string_view attribute) {
  Where test;
  test.op = op;
  test.operands.emplace_back().path.elements.emplace_back(std::string(attribute));
  return test;
}

bool IsAttribute(const Operand& operand, std::string_view attribute) {
  const std::string* name = operand.Attribute();
  return name != nullptr && *name == attribute;
}

// The operator of a key condition with the attribute on the left, or, `mirrored`, on the right.
std::optional<KeyOperator> KeyOperatorOf(ConditionOp op, bool mirrored) {
  switch (op) {
    case ConditionOp::kEqual:
      return KeyOperator::kEqual;
    case ConditionOp::kLess:
      return mirrored ? KeyOperator::kGreater : KeyOperator::kLess;
    case ConditionOp::kLessOrEqual:
      return mirrored ? KeyOperator::kGreaterOrEqual : KeyOperator::kLessOrEqual;
    case ConditionOp::kGreater:
      return mirrored ? KeyOperator::kLess : KeyOperator::kGreater;
    case ConditionOp::kGreaterOrEqual:
      return mirrored ? KeyOperator::kLessOrEqual : KeyOperator::kGreaterOrEqual;
    case ConditionOp::kBetween:
      return mirrored ? std::nullopt : std::optional(KeyOperator::kBetween);
    case ConditionOp::kBeginsWith:
      return mirrored ? std::nullopt : std::optional(KeyOperator::kBeginsWith);
    default:
      return std::nullopt;
  }
}

void PushStep(SetStep step, expression::UpdateBuilder& builder) {
  if (step.op == expression::ValueStep::Op::kIfNotExists) {
    builder.PushIfNotExists(std::move(step.operand.path));
  } else if (step.op) {
    builder.PushOperator(*step.op);
  } else if (step.operand.value) {
    builder.PushValue(*std::move(step.operand.value));
  } else {
    builder.PushPath(std::move(step.operand.path));
  }
}

}  // namespace

std::vector<Where> Conjuncts(std::optional<Where> where) {
  std::vector<Where> conjuncts;
  if (where) {
    AppendConjuncts(*std::move(where), conjuncts);
  }
  return conjuncts;
}

std::optional<expression::Condition> ToCondition(std::vector<Where> conjuncts) {
  if (conjuncts.empty()) {
    return std::nullopt;
  }
  ConditionBuilder builder;
  EmitJoined(ConditionOp::kJumpIfFalse, std::move(conjuncts), builder);
  return builder.Build();
}

Where AttributeExists(std::string_view attribute) {
  return TestAttribute(ConditionOp::kAttributeExists, attribute);
}

Where AttributeNotExists(std::string_view attribute) {
  return TestAttribute(ConditionOp::kAttributeNotExists, attribute);
}

std::optional<KeyPredicate> ToKeyPredicate(const Where& part, std::string_view attribute) {
  if (part.kind != Where::Kind::kTest || part.operands.size() < 2) {
    return std::nullopt;
  }
  const bool mirrored = !IsAttribute(part.operands[0], attribute);
  if (mirrored && !IsAttribute(part.operands[1], attribute)) {
    return std::nullopt;
  }
  const std::optional<KeyOperator> op = KeyOperatorOf(part.op, mirrored);
  if (!op) {
    return std::nullopt;
  }
  KeyPredicate predicate{.attribute = std::string(attribute), .op = *op, .operands = {}};
  for (size_t i = 0; i < part.operands.size(); ++i) {
    if (i == (mirrored ? 1U : 0U)) {
      continue;
    }
    if (!part.operands[i].value) {
      return std::nullopt;
    }
    predicate.operands.push_back(*part.operands[i].value);
  }
  return predicate;
}

const AttributeValue* EqualityOn(const Where& part, std::string_view attribute) {
  if (part.kind != Where::Kind::kTest || part.op != ConditionOp::kEqual) {
    return nullptr;
  }
  for (const size_t side : {0U, 1U}) {
    const Operand& other = part.operands[1 - side];
    if (IsAttribute(part.operands[side], attribute) && other.value) {
      return &*other.value;
    }
  }
  return nullptr;
}

base::Result<void> CheckKeyType(const model::KeyAttribute& attribute, const AttributeValue& value) {
  if (value.type() == model::ToValueType(attribute.type)) {
    return {};
  }
  return base::ValidationError(
      "Key attribute's data type should match its data type in table's schema: Key " +
      attribute.name);
}

std::optional<model::Item> TakeKey(const model::KeySchema& key, std::vector<Where>& conjuncts) {
  model::Item item;
  std::vector<size_t> taken;
  for (const auto* attributes : {&key.partition, &key.sort}) {
    for (const model::KeyAttribute& attribute : *attributes) {
      const auto found = std::find_if(conjuncts.begin(), conjuncts.end(), [&](const Where& part) {
        return EqualityOn(part, attribute.name) != nullptr;
      });
      if (found == conjuncts.end()) {
        return std::nullopt;
      }
      item.Set(attribute.name, *EqualityOn(*found, attribute.name));
      taken.push_back(static_cast<size_t>(found - conjuncts.begin()));
    }
  }
  std::sort(taken.rbegin(), taken.rend());
  for (const size_t position : taken) {
    conjuncts.erase(conjuncts.begin() + static_cast<std::ptrdiff_t>(position));
  }
  return item;
}

base::Result<expression::Update> ToUpdate(std::vector<Assignment> assignments) {
  expression::UpdateBuilder builder;
  for (Assignment& assignment : assignments) {
    switch (assignment.kind) {
      case UpdateAction::Kind::kSet:
        for (SetStep& step : assignment.steps) {
          PushStep(std::move(step), builder);
        }
        builder.Set(std::move(assignment.path));
        break;
      case UpdateAction::Kind::kRemove:
        builder.Remove(std::move(assignment.path));
        break;
      case UpdateAction::Kind::kAdd:
        builder.Add(std::move(assignment.path), std::move(assignment.set));
        break;
      case UpdateAction::Kind::kDelete:
        builder.Delete(std::move(assignment.path), std::move(assignment.set));
        break;
    }
  }
  return builder.Build();
}

std::optional<expression::Projection> ToProjection(const std::vector<Path>& columns) {
  if (columns.empty()) {
    return std::nullopt;
  }
  std::vector<Path> attributes;
  for (const Path& column : columns) {
    Path attribute{{column.attribute()}};
    if (std::find(attributes.begin(), attributes.end(), attribute) == attributes.end()) {
      attributes.push_back(std::move(attribute));
    }
  }
  return expression::Projection(std::move(attributes));
}

std::string ColumnName(const Path& path) {
  size_t last = path.elements.size() - 1;
  while (last > 0 && std::holds_alternative<size_t>(path.elements[last])) {
    --last;
  }
  std::string name = std::get<std::string>(path.elements[last]);
  for (size_t i = last + 1; i < path.elements.size(); ++i) {
    name += '[' + std::to_string(std::get<size_t>(path.elements[i])) + ']';
  }
  return name;
}

base::Result<engine::Record> ToRow(engine::Record record, const std::vector<Path>& columns) {
  if (std::all_of(columns.begin(), columns.end(),
                  [](const Path& column) { return column.top_level(); })) {
    return record;
  }
  STATOR_ASSIGN_OR_RETURN(const model::Item item, storage::DecodeRecord(record));
  model::Item row;
  for (const Path& column : columns) {
    if (const AttributeValue* value = expression::FindPath(item, column)) {
      row.Set(ColumnName(column), *value);
    }
  }
  return storage::EncodeRecord(row);
}

}  // namespace stator::partiql
