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

}  // namespace stator::model
