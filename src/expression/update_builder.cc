#include "expression/update_builder.h"

#include <memory>
#include <string>

#include "expression/path_overlap.h"

namespace stator::expression {

void UpdateBuilder::PushPath(Path path) {
  update_.steps.push_back({ValueStep::Op::kPath, std::move(path), nullptr});
}

void UpdateBuilder::PushValue(model::AttributeValue value) {
  value_steps_.emplace_back(update_.steps.size(), values_.size());
  values_.emplace_back(std::string(), std::move(value));
  update_.steps.push_back({ValueStep::Op::kValue, {}, nullptr});
}

void UpdateBuilder::PushOperator(ValueStep::Op op) { update_.steps.push_back({op, {}, nullptr}); }

void UpdateBuilder::PushIfNotExists(Path path) {
  update_.steps.push_back({ValueStep::Op::kIfNotExists, std::move(path), nullptr});
}

void UpdateBuilder::Append(UpdateAction::Kind kind, Path path) {
  UpdateAction action;
  action.kind = kind;
  if (kind == UpdateAction::Kind::kSet) {
    const auto end = static_cast<uint32_t>(update_.steps.size());
    action.first_step = first_step_;
    action.step_count = end - first_step_;
    first_step_ = end;
  }
  update_.actions.push_back(action);
  update_.paths.push_back(std::move(path));
}

void UpdateBuilder::AppendWithValue(UpdateAction::Kind kind, Path path,
                                    model::AttributeValue value) {
  value_actions_.emplace_back(update_.actions.size(), values_.size());
  values_.emplace_back(std::string(), std::move(value));
  Append(kind, std::move(path));
}

void UpdateBuilder::Set(Path path) { Append(UpdateAction::Kind::kSet, std::move(path)); }

void UpdateBuilder::Remove(Path path) { Append(UpdateAction::Kind::kRemove, std::move(path)); }

void UpdateBuilder::Add(Path path, model::AttributeValue value) {
  AppendWithValue(UpdateAction::Kind::kAdd, std::move(path), std::move(value));
}

void UpdateBuilder::Delete(Path path, model::AttributeValue value) {
  AppendWithValue(UpdateAction::Kind::kDelete, std::move(path), std::move(value));
}

base::Result<Update> UpdateBuilder::Build() {
  if (const auto clash = FindPathClash(update_.paths)) {
    return base::ValidationError(ClashText(*clash, update_.paths));
  }
  auto values = std::make_shared<const Placeholders::Values>(std::move(values_));
  for (const auto& [step, value] : value_steps_) {
    update_.steps[step].value = &(*values)[value].second;
  }
  for (const auto& [action, value] : value_actions_) {
    update_.actions[action].value = &(*values)[value].second;
  }
  update_.values = std::move(values);
  return Update(std::make_shared<const UpdateActions>(std::move(update_)));
}

}  // namespace stator::expression
