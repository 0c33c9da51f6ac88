#include "reference_table.h"

#include <algorithm>

namespace stator::model_test {

using model::Item;

std::optional<int64_t> IntegerOf(const Item& item, const std::string& name) {
  const model::AttributeValue* value = item.Find(name);
  if (value == nullptr || !value->is_number()) {
    return std::nullopt;
  }
  return *value->Get<model::Number>()->ToInteger();
}

ReferenceKey ReferenceTable::KeyOf(const Item& item) {
  return {*item.Find("pk")->Get<std::string>(), *IntegerOf(item, "sk")};
}

const Item* ReferenceTable::Find(const ReferenceKey& key) const {
  const auto found = items_.find(key);
  return found != items_.end() ? &found->second : nullptr;
}

void ReferenceTable::Put(const Item& item) { items_[KeyOf(item)] = item; }

void ReferenceTable::Erase(const ReferenceKey& key) { items_.erase(key); }

std::vector<Item> ReferenceTable::Range(const std::string& pk, int64_t low, int64_t high) const {
  std::vector<Item> result;
  for (const auto& [key, item] : items_) {
    if (key.first == pk && key.second >= low && key.second <= high) {
      result.push_back(item);
    }
  }
  return result;
}

std::vector<Item> ReferenceTable::ByGroup(const std::string& g) const {
  std::vector<Item> result;
  for (const auto& [key, item] : items_) {
    const model::AttributeValue* group = item.Find("g");
    if (group != nullptr && *group == model::AttributeValue(g) && IntegerOf(item, "h")) {
      result.push_back(item);
    }
  }
  std::stable_sort(result.begin(), result.end(), [](const Item& left, const Item& right) {
    return *IntegerOf(left, "h") < *IntegerOf(right, "h");
  });
  return result;
}

std::vector<Item> ReferenceTable::ByLocal(const std::string& pk) const {
  std::vector<Item> result;
  for (const auto& [key, item] : items_) {
    if (key.first == pk && IntegerOf(item, "a")) {
      result.push_back(item);
    }
  }
  std::stable_sort(result.begin(), result.end(), [](const Item& left, const Item& right) {
    return *IntegerOf(left, "a") < *IntegerOf(right, "a");
  });
  return result;
}

}  // namespace stator::model_test
