#include <memory>
#include <string>
#include <utility>

#include "expression/legacy.h"
#include "expression/update_node.h"

namespace stator::expression {
namespace {

using base::Result;
using model::ValueType;
using Kind = UpdateAction::Kind;

Result<void> CheckAction(const LegacyUpdate& update) {
  const std::string prefix = "One or more parameter values were invalid: ";
  if (!update.value) {
    if (update.action == AttributeAction::kDelete) {
      return {};
    }
    return base::ValidationError(
        prefix + "Only DELETE action is allowed when no attribute value is specified");
  }
  const ValueType type = update.value->type();
  const std::string name(model::ValueTypeName(type));
  const bool set = type == ValueType::kStringSet || type == ValueType::kNumberSet ||
                   type == ValueType::kBinarySet;
  if (update.action == AttributeAction::kDelete && !set) {
    return base::ValidationError(prefix +
                                 "DELETE action with value is not supported for the type " + name);
  }
  const bool addable = set || type == ValueType::kNumber || type == ValueType::kList;
  if (update.action == AttributeAction::kAdd && !addable) {
    return base::ValidationError(prefix + "ADD action is not supported for the type " + name);
  }
  return {};
}

Kind KindOf(const LegacyUpdate& update) {
  switch (update.action) {
    case AttributeAction::kPut:
      return Kind::kSet;
    case AttributeAction::kAdd:
      return Kind::kAdd;
    case AttributeAction::kDelete:
      return update.value ? Kind::kDelete : Kind::kRemove;
  }
  return Kind::kSet;
}

}  // namespace

Result<Update> LowerAttributeUpdates(const LegacyUpdates& updates) {
  UpdateActions lowered;
  lowered.legacy = true;
  auto values = std::make_shared<Placeholders::Values>();
  values->reserve(updates.size());  // the actions point into it
  for (const auto& [attribute, update] : updates) {
    STATOR_RETURN_IF_ERROR(CheckAction(update));
    UpdateAction action;
    action.kind = KindOf(update);
    if (update.value) {
      values->emplace_back(attribute, *update.value);
      action.value = &values->back().second;
    }
    if (action.kind == Kind::kSet) {
      action.first_step = static_cast<uint32_t>(lowered.steps.size());
      action.step_count = 1;
      lowered.steps.push_back({ValueStep::Op::kValue, {}, action.value});
    }
    lowered.paths.push_back(Path{{attribute}});
    lowered.actions.push_back(action);
  }
  lowered.values = std::move(values);
  return Update(std::make_shared<const UpdateActions>(std::move(lowered)));
}

}  // namespace stator::expression
