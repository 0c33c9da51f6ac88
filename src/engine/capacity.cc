#include "engine/capacity.h"

#include <utility>

namespace stator::engine {
namespace {

using Arms = std::vector<std::pair<std::string, CapacityUnits>>;

void Add(const CapacityUnits& part, CapacityUnits& total) {
  total.read += part.read;
  total.write += part.write;
}

CapacityUnits& ArmOf(Arms& arms, const std::string& index) {
  for (auto& [name, arm] : arms) {
    if (name == index) {
      return arm;
    }
  }
  return arms.emplace_back(index, CapacityUnits()).second;
}

void AddArms(const Arms& part, Arms& total) {
  for (const auto& [name, arm] : part) {
    Add(arm, ArmOf(total, name));
  }
}

}  // namespace

CapacityUnits ConsumedCapacity::Total() const {
  CapacityUnits total = table;
  for (const Arms* arms : {&local_indexes, &global_indexes}) {
    for (const auto& [name, arm] : *arms) {
      Add(arm, total);
    }
  }
  return total;
}

void AddCapacity(const ConsumedCapacity& part, ConsumedCapacity& total) {
  Add(part.table, total.table);
  AddArms(part.local_indexes, total.local_indexes);
  AddArms(part.global_indexes, total.global_indexes);
}

void AddTableCapacity(const std::string& table, const ConsumedCapacity& part,
                      std::vector<ConsumedCapacity>& list) {
  for (ConsumedCapacity& capacity : list) {
    if (capacity.table_name == table) {
      AddCapacity(part, capacity);
      return;
    }
  }
  ConsumedCapacity capacity;
  capacity.table_name = table;
  AddCapacity(part, capacity);
  list.push_back(std::move(capacity));
}

CapacityUnits& IndexArm(ConsumedCapacity& capacity, const std::string& index, bool global) {
  return ArmOf(global ? capacity.global_indexes : capacity.local_indexes, index);
}

}  // namespace stator::engine
