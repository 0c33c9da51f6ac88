#include "expression/update_value.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace stator::expression {
namespace {

using base::Error;
using base::Result;
using base::ValidationError;
using model::AttributeValue;
using model::List;
using model::Number;

constexpr char kMissingAttribute[] =
    "The provided expression refers to an attribute that does not exist in the item";

// A value on the stack: borrowed from the item or the request, or made here. An error stays with
// the value until something uses it, so that what if_not_exists passes over does no harm.
struct Slot {
  const AttributeValue* borrowed = nullptr;
  std::optional<AttributeValue> made;
  std::optional<Error> error;

  const AttributeValue& get() const { return made ? *made : *borrowed; }
};

Slot Borrow(const AttributeValue* value) {
  Slot slot;
  slot.borrowed = value;
  if (value == nullptr) {
    slot.error = ValidationError(kMissingAttribute);
  }
  return slot;
}

Result<AttributeValue> Calculate(ValueStep::Op op, const AttributeValue& left,
                                 const AttributeValue& right) {
  if (op == ValueStep::Op::kListAppend) {
    const auto* head = left.Get<List>();
    const auto* tail = right.Get<List>();
    if (head == nullptr || tail == nullptr) {
      return ValidationError(kWrongOperandType);
    }
    List joined;
    joined.reserve(head->size() + tail->size());
    joined.insert(joined.end(), head->begin(), head->end());
    joined.insert(joined.end(), tail->begin(), tail->end());
    return AttributeValue(std::move(joined));
  }
  const auto* first = left.Get<Number>();
  const auto* second = right.Get<Number>();
  if (first == nullptr || second == nullptr) {
    return ValidationError(kWrongOperandType);
  }
  STATOR_ASSIGN_OR_RETURN(const Number number, op == ValueStep::Op::kAdd
                                                   ? Number::Add(*first, *second)
                                                   : Number::Subtract(*first, *second));
  return AttributeValue(number);
}

Slot Combine(ValueStep::Op op, Slot left, Slot right) {
  if (left.error) {
    return left;
  }
  if (right.error) {
    return right;
  }
  Slot slot;
  auto value = Calculate(op, left.get(), right.get());
  if (value.ok()) {
    slot.made = std::move(value).value();
  } else {
    slot.error = std::move(value).error();
  }
  return slot;
}

template <typename Set>
bool Unite(AttributeValue& present, const AttributeValue& operand) {
  auto* set = present.Get<Set>();
  const auto* added = operand.Get<Set>();
  if (set == nullptr || added == nullptr) {
    return false;
  }
  decltype(set->members) all;
  all.reserve(set->members.size() + added->members.size());
  std::set_union(set->members.begin(), set->members.end(), added->members.begin(),
                 added->members.end(), std::back_inserter(all));
  set->members = std::move(all);
  return true;
}

template <typename Set>
bool Subtract(AttributeValue& present, const AttributeValue& operand) {
  auto* set = present.Get<Set>();
  const auto* removed = operand.Get<Set>();
  if (set == nullptr || removed == nullptr) {
    return false;
  }
  decltype(set->members) left;
  left.reserve(set->members.size());
  std::set_difference(set->members.begin(), set->members.end(), removed->members.begin(),
                      removed->members.end(), std::back_inserter(left));
  set->members = std::move(left);
  return true;
}

}  // namespace

Result<AttributeValue> EvaluateUpdateValue(std::span<const ValueStep> steps,
                                           const model::Item& item) {
  std::vector<Slot> stack;
  for (const ValueStep& step : steps) {
    switch (step.op) {
      case ValueStep::Op::kPath:
        stack.push_back(Borrow(FindPath(item, step.path)));
        break;
      case ValueStep::Op::kValue:
        stack.push_back(Borrow(step.value));
        break;
      case ValueStep::Op::kIfNotExists:
        if (const AttributeValue* present = FindPath(item, step.path)) {
          stack.back() = Borrow(present);
        }
        break;
      default: {
        Slot right = std::move(stack.back());
        stack.pop_back();
        stack.back() = Combine(step.op, std::move(stack.back()), std::move(right));
      }
    }
  }
  Slot& result = stack.back();
  if (result.error) {
    return *std::move(result.error);
  }
  return result.made ? *std::move(result.made) : *result.borrowed;
}

Result<std::optional<AttributeValue>> AddToValue(const AttributeValue& present,
                                                 const AttributeValue& operand, bool append_lists) {
  if (present.type() != operand.type()) {
    return std::optional<AttributeValue>();
  }
  if (present.is_number() || (append_lists && present.is_list())) {
    const auto op = present.is_number() ? ValueStep::Op::kAdd : ValueStep::Op::kListAppend;
    STATOR_ASSIGN_OR_RETURN(AttributeValue sum, Calculate(op, present, operand));
    return std::optional<AttributeValue>(std::move(sum));
  }
  AttributeValue united = present;
  if (Unite<model::StringSet>(united, operand) || Unite<model::NumberSet>(united, operand) ||
      Unite<model::BinarySet>(united, operand)) {
    return std::optional<AttributeValue>(std::move(united));
  }
  return std::optional<AttributeValue>();
}

bool RemoveMembers(AttributeValue& set, const AttributeValue& members) {
  return Subtract<model::StringSet>(set, members) || Subtract<model::NumberSet>(set, members) ||
         Subtract<model::BinarySet>(set, members);
}

bool IsEmptySet(const AttributeValue& value) {
  if (const auto* strings = value.Get<model::StringSet>()) {
    return strings->members.empty();
  }
  if (const auto* numbers = value.Get<model::NumberSet>()) {
    return numbers->members.empty();
  }
  const auto* binaries = value.Get<model::BinarySet>();
  return binaries != nullptr && binaries->members.empty();
}

}  // namespace stator::expression
