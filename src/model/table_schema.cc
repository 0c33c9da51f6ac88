#include "model/table_schema.h"

namespace stator::model {
namespace {

const KeyAttribute* FindIn(const std::vector<KeyAttribute>& attributes, std::string_view name) {
  for (const KeyAttribute& attribute : attributes) {
    if (attribute.name == name) {
      return &attribute;
    }
  }
  return nullptr;
}

}  // namespace

const KeyAttribute* KeySchema::Find(std::string_view name) const {
  const KeyAttribute* found = FindIn(partition, name);
  return found != nullptr ? found : FindIn(sort, name);
}

const IndexSchema* TableSchema::FindIndex(std::string_view index_name) const {
  for (const auto* indexes : {&local_indexes, &global_indexes}) {
    for (const IndexSchema& index : *indexes) {
      if (index.name == index_name) {
        return &index;
      }
    }
  }
  return nullptr;
}

const IndexSchema* TableSchema::FindIndexOfSpace(uint32_t index_space) const {
  for (const IndexSchema& index : global_indexes) {
    if (index.id == index_space) {
      return &index;
    }
  }
  return expiry_index && expiry_index->id == index_space ? &*expiry_index : nullptr;
}

}  // namespace stator::model
