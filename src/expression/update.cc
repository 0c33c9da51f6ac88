#include "expression/update.h"

#include <algorithm>
#include <span>
#include <utility>

#include "expression/projection.h"
#include "expression/update_node.h"
#include "expression/update_value.h"
#include "model/limits.h"

namespace stator::expression {
namespace {

using base::Result;
using base::ValidationError;
using model::AttributeValue;
using model::Item;
using model::List;
using Kind = UpdateAction::Kind;

constexpr char kInvalidPath[] =
    "The document path provided in the update expression is invalid for update";
constexpr char kLegacyTypeMismatch[] = "Type mismatch for attribute to update";

// Where the last element of a path is looked up: a map, or a list.
struct Parent {
  Item* map = nullptr;
  List* list = nullptr;
};

// The place that holds the path's last element. Fails when it is missing or of the wrong kind
// (E12).
Result<Parent> FindParent(Item& root, const Path& path) {
  Parent parent{.map = &root};
  for (size_t i = 0; i + 1 < path.elements.size(); ++i) {
    AttributeValue* value = nullptr;
    if (const auto* name = std::get_if<std::string>(&path.elements[i])) {
      value = parent.map->Find(*name);
    } else if (const size_t index = std::get<size_t>(path.elements[i]);
               index < parent.list->size()) {
      value = &(*parent.list)[index];
    }
    if (value == nullptr) {
      return ValidationError(kInvalidPath);
    }
    const bool wants_map = std::holds_alternative<std::string>(path.elements[i + 1]);
    parent = wants_map ? Parent{value->Get<Item>(), nullptr} : Parent{nullptr, value->Get<List>()};
    if (parent.map == nullptr && parent.list == nullptr) {
      return ValidationError(kInvalidPath);
    }
  }
  return parent;
}

AttributeValue* FindChild(const Parent& parent, const PathElement& element) {
  if (parent.map != nullptr) {
    return parent.map->Find(std::get<std::string>(element));
  }
  const size_t index = std::get<size_t>(element);
  return index < parent.list->size() ? &(*parent.list)[index] : nullptr;
}

// One application of an update to a copy of an item. Values are read from the item as it was;
// what would shift list indices (values past the end, removals) waits until all else is done, so
// that every index means the list as it was (E9, E10).
class Application {
 public:
  Application(const UpdateActions& update, const Item& before)
      : update_(update), before_(before), after_(before) {}

  Result<Item> Run();

 private:
  Result<void> Set(size_t number);
  Result<void> Remove(size_t number);
  Result<void> Add(size_t number);
  Result<void> Delete(size_t number);
  Result<void> Store(size_t number, AttributeValue value);
  Result<void> AppendValues();
  Result<void> RemoveParts();
  Result<void> RemoveGroup(std::span<const size_t> numbers);

  // Sorts actions by their paths; actions of one parent become neighbours.
  void SortByPath(std::vector<size_t>& numbers) const;
  const Path& path(size_t number) const { return update_.paths[number]; }
  base::Error TypeError() const {
    return ValidationError(update_.legacy ? kLegacyTypeMismatch : kWrongOperandType);
  }

  const UpdateActions& update_;
  const Item& before_;
  Item after_;
  std::vector<std::pair<size_t, AttributeValue>> appended_;  // action and value
  std::vector<size_t> removed_;                              // actions
};

Result<Item> Application::Run() {
  for (size_t i = 0; i < update_.actions.size(); ++i) {
    switch (update_.actions[i].kind) {
      case Kind::kSet:
        STATOR_RETURN_IF_ERROR(Set(i));
        break;
      case Kind::kRemove:
        STATOR_RETURN_IF_ERROR(Remove(i));
        break;
      case Kind::kAdd:
        STATOR_RETURN_IF_ERROR(Add(i));
        break;
      case Kind::kDelete:
        STATOR_RETURN_IF_ERROR(Delete(i));
        break;
    }
  }
  STATOR_RETURN_IF_ERROR(AppendValues());
  STATOR_RETURN_IF_ERROR(RemoveParts());
  return std::move(after_);
}

Result<void> Application::Set(size_t number) {
  const UpdateAction& action = update_.actions[number];
  STATOR_ASSIGN_OR_RETURN(
      AttributeValue value,
      EvaluateUpdateValue({&update_.steps[action.first_step], action.step_count}, before_));
  return Store(number, std::move(value));
}

Result<void> Application::Store(size_t number, AttributeValue value) {
  const Path& place = path(number);
  if (place.elements.size() - 1 + static_cast<size_t>(model::NestingDepth(value)) >
      model::limits::kNestingDepth) {
    return ValidationError(model::kNestedTooDeep);
  }
  STATOR_ASSIGN_OR_RETURN(const Parent parent, FindParent(after_, place));
  if (parent.map != nullptr) {
    parent.map->Set(std::get<std::string>(place.elements.back()), std::move(value));
  } else if (AttributeValue* present = FindChild(parent, place.elements.back())) {
    *present = std::move(value);
  } else {
    appended_.emplace_back(number, std::move(value));
  }
  return {};
}

Result<void> Application::Remove(size_t number) {
  STATOR_ASSIGN_OR_RETURN(const Parent parent, FindParent(after_, path(number)));
  if (FindChild(parent, path(number).elements.back()) != nullptr) {
    removed_.push_back(number);
  }
  return {};
}

Result<void> Application::Add(size_t number) {
  const AttributeValue& operand = *update_.actions[number].value;
  const AttributeValue* present = FindPath(before_, path(number));
  if (present == nullptr) {
    return Store(number, operand);
  }
  STATOR_ASSIGN_OR_RETURN(auto sum, AddToValue(*present, operand, update_.legacy));
  if (!sum) {
    return TypeError();
  }
  return Store(number, *std::move(sum));
}

Result<void> Application::Delete(size_t number) {
  STATOR_ASSIGN_OR_RETURN(const Parent parent, FindParent(after_, path(number)));
  AttributeValue* present = FindChild(parent, path(number).elements.back());
  if (present == nullptr) {
    return {};
  }
  if (!RemoveMembers(*present, *update_.actions[number].value)) {
    return TypeError();
  }
  if (IsEmptySet(*present)) {
    removed_.push_back(number);
  }
  return {};
}

void Application::SortByPath(std::vector<size_t>& numbers) const {
  std::sort(numbers.begin(), numbers.end(), [this](size_t left, size_t right) {
    return path(left).elements < path(right).elements;
  });
}

Result<void> Application::AppendValues() {
  std::sort(appended_.begin(), appended_.end(), [this](const auto& left, const auto& right) {
    return path(left.first).elements < path(right.first).elements;
  });
  for (auto& [number, value] : appended_) {
    STATOR_ASSIGN_OR_RETURN(const Parent parent, FindParent(after_, path(number)));
    parent.list->push_back(std::move(value));
  }
  return {};
}

// Groups go from the last to the first, so that none shifts the place of another.
Result<void> Application::RemoveParts() {
  SortByPath(removed_);
  const auto same_parent = [this](size_t left, size_t right) {
    const auto& first = path(left).elements;
    const auto& second = path(right).elements;
    return first.size() == second.size() &&
           std::equal(first.begin(), first.end() - 1, second.begin());
  };
  size_t end = removed_.size();
  while (end > 0) {
    size_t begin = end - 1;
    while (begin > 0 && same_parent(removed_[begin - 1], removed_[begin])) {
      --begin;
    }
    STATOR_RETURN_IF_ERROR(RemoveGroup(std::span(removed_).subspan(begin, end - begin)));
    end = begin;
  }
  return {};
}

// Removes children of one parent, given in ascending order, in one pass.
Result<void> Application::RemoveGroup(std::span<const size_t> numbers) {
  STATOR_ASSIGN_OR_RETURN(const Parent parent, FindParent(after_, path(numbers[0])));
  const auto child = [this, numbers](size_t i) -> const PathElement& {
    return path(numbers[i]).elements.back();
  };
  if (parent.map != nullptr && numbers.size() == 1) {
    parent.map->Erase(std::get<std::string>(child(0)));
    return {};
  }
  size_t next = 0;
  if (parent.map != nullptr) {
    Item kept;
    kept.Reserve(parent.map->size() - numbers.size());
    for (model::Attribute& attribute : *parent.map) {
      if (next < numbers.size() && attribute.name == std::get<std::string>(child(next))) {
        ++next;
      } else {
        kept.Set(attribute.name, std::move(attribute.value));
      }
    }
    *parent.map = std::move(kept);
    return {};
  }
  List kept;
  kept.reserve(parent.list->size() - numbers.size());
  for (size_t i = 0; i < parent.list->size(); ++i) {
    if (next < numbers.size() && i == std::get<size_t>(child(next))) {
      ++next;
    } else {
      kept.push_back(std::move((*parent.list)[i]));
    }
  }
  *parent.list = std::move(kept);
  return {};
}

bool HasListIndex(const Path& path) {
  return std::any_of(path.elements.begin(), path.elements.end(), [](const PathElement& element) {
    return std::holds_alternative<size_t>(element);
  });
}

}  // namespace

Result<Item> Update::Apply(const Item& item) const { return Application(*actions_, item).Run(); }

Item Update::TouchedParts(const Item& item) const {
  return Projection(actions_->paths).Apply(item);
}

const std::vector<Path>& Update::paths() const { return actions_->paths; }

void Update::ForEachReadPath(base::FunctionRef<void(const Path&)> visit) const {
  for (const ValueStep& step : actions_->steps) {
    if (step.op == ValueStep::Op::kPath || step.op == ValueStep::Op::kIfNotExists) {
      visit(step.path);
    }
  }
}

bool Update::CreatesItem() const {
  return !actions_->legacy || std::any_of(actions_->actions.begin(), actions_->actions.end(),
                                          [](const UpdateAction& action) {
                                            return action.kind == Kind::kSet ||
                                                   action.kind == Kind::kAdd;
                                          });
}

size_t Update::OverheadBytes() const {
  constexpr size_t kBase = 3;
  constexpr size_t kWrite = 19;
  constexpr size_t kClear = 2;
  constexpr size_t kListIndex = 1;
  constexpr size_t kArithmetic = 50;
  size_t total = kBase;
  for (size_t i = 0; i < actions_->actions.size(); ++i) {
    const UpdateAction& action = actions_->actions[i];
    total += action.kind == Kind::kRemove ? kClear : kWrite;
    total += HasListIndex(actions_->paths[i]) ? kListIndex : 0;
    const std::span steps(actions_->steps.data() + action.first_step, action.step_count);
    const bool arithmetic = std::any_of(steps.begin(), steps.end(), [](const ValueStep& step) {
      return step.op == ValueStep::Op::kAdd || step.op == ValueStep::Op::kSubtract;
    });
    total += arithmetic ? kArithmetic : 0;
  }
  return total;
}

}  // namespace stator::expression
