#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/attribute_value.h"

// A table as the plainest program would keep it: a sorted map, and indexes computed by looking at
// every item. What the engine answers is compared with this.
namespace stator::model_test {

// The key of an item: a string `pk` and a whole number `sk`.
using ReferenceKey = std::pair<std::string, int64_t>;

// The items by key, and the views of them that queries see. A value type.
class ReferenceTable {
 public:
  const model::Item* Find(const ReferenceKey& key) const;
  void Put(const model::Item& item);
  void Erase(const ReferenceKey& key);

  size_t size() const { return items_.size(); }
  const std::map<ReferenceKey, model::Item>& items() const { return items_; }

  // Items of one partition with `low` <= sk <= `high`, ascending.
  std::vector<model::Item> Range(const std::string& pk, int64_t low, int64_t high) const;
  // Items with g = `g` and a number `h`, ascending by h; ties in no particular order.
  std::vector<model::Item> ByGroup(const std::string& g) const;
  // Items of one partition with a number `a`, ascending by a.
  std::vector<model::Item> ByLocal(const std::string& pk) const;

  static ReferenceKey KeyOf(const model::Item& item);

 private:
  std::map<ReferenceKey, model::Item> items_;
};

// The whole number in that attribute; nullopt when there is none.
std::optional<int64_t> IntegerOf(const model::Item& item, const std::string& name);

}  // namespace stator::model_test
