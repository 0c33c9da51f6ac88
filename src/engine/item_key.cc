#include "engine/item_key.h"

#include <fmt/format.h>

#include "engine/expiry_index.h"
#include "model/item_size.h"
#include "model/limits.h"
#include "storage/key_encoding.h"

namespace stator::engine {
namespace {

using model::AttributeValue;
using model::IndexSchema;
using model::Item;
using model::KeyAttribute;
using model::KeySchema;
using model::TableSchema;

constexpr char kShapeMismatch[] = "The provided key element does not match the schema";

bool HasType(const AttributeValue& value, model::ScalarType type) {
  return value.type() == model::ToValueType(type);
}

bool IsEmpty(const AttributeValue& value) {
  const auto* string = value.Get<std::string>();
  const auto* binary = value.Get<model::Binary>();
  return (string != nullptr && string->empty()) || (binary != nullptr && binary->bytes.empty());
}

std::string_view EmptyTypeWord(const AttributeValue& value) {
  return value.is_string() ? "string" : "binary";
}

// Calls `check(attribute, max_bytes)` for each key attribute until one fails.
template <typename Check>
base::Result<void> ForEachKeyAttribute(const KeySchema& key, Check check) {
  for (const KeyAttribute& attribute : key.partition) {
    STATOR_RETURN_IF_ERROR(check(attribute, model::limits::kPartitionKeyBytes));
  }
  for (const KeyAttribute& attribute : key.sort) {
    STATOR_RETURN_IF_ERROR(check(attribute, model::limits::kSortKeyBytes));
  }
  return {};
}

base::Result<void> CheckKeySize(const AttributeValue& value, size_t max_bytes) {
  if (model::ValueSizeBytes(value) <= max_bytes) {
    return {};
  }
  // The missing space is the service's.
  return base::ValidationError(
      max_bytes == model::limits::kPartitionKeyBytes
          ? "One or more parameter values were invalid: Size of hashkey has exceeded the maximum "
            "size limit of2048 bytes"
          : "One or more parameter values were invalid: Aggregated size of all range keys has "
            "exceeded the size limit of 1024 bytes");
}

base::Error IndexTypeMismatch(WriteKind kind, const IndexSchema& index,
                              const KeyAttribute& attribute, const AttributeValue& value) {
  if (kind == WriteKind::kUpdate) {
    return base::ValidationError(
        "The update expression attempted to update the secondary index key to unsupported type");
  }
  return base::ValidationError(fmt::format(
      "One or more parameter values were invalid: Type mismatch for Index Key {} Expected: {} "
      "Actual: {} IndexName: {}",
      attribute.name, model::ValueTypeName(model::ToValueType(attribute.type)),
      model::ValueTypeName(value.type()), index.name));
}

base::Error IndexKeyEmpty(WriteKind kind, const IndexSchema& index, const KeyAttribute& attribute,
                          const AttributeValue& value) {
  const std::string_view type = EmptyTypeWord(value);
  if (kind == WriteKind::kUpdate) {
    return base::ValidationError(fmt::format(
        "One or more parameter values are not valid. The update expression attempted to update a "
        "secondary index key to a value that is not "
        "supported. The AttributeValue for a key attribute cannot contain an empty {} value.",
        type));
  }
  return base::ValidationError(fmt::format(
      "One or more parameter values are not valid. A value specified for a secondary index key is "
      "not supported. The AttributeValue for a key attribute cannot contain an empty {} value. "
      "IndexName: {}, IndexKey: {}",
      type, index.name, attribute.name));
}

base::Result<void> CheckIndexKey(const IndexSchema& index, WriteKind kind, const Item* old_item,
                                 const Item& item) {
  if (index.status == model::IndexStatus::kDeleting) {
    return {};
  }
  return ForEachKeyAttribute(
      index.key, [&](const KeyAttribute& attribute, size_t max_bytes) -> base::Result<void> {
        const AttributeValue* value = item.Find(attribute.name);
        if (value == nullptr) {
          return {};
        }
        if (kind == WriteKind::kUpdate && old_item != nullptr) {
          const AttributeValue* old_value = old_item->Find(attribute.name);
          if (old_value != nullptr && *old_value == *value) {
            return {};
          }
        }
        if (!HasType(*value, attribute.type)) {
          return IndexTypeMismatch(kind, index, attribute, *value);
        }
        if (IsEmpty(*value)) {
          return IndexKeyEmpty(kind, index, attribute, *value);
        }
        return CheckKeySize(*value, max_bytes);
      });
}

// Appends the sort bytes that order an index's entries: its sort attributes, then the item's key.
// A local index has its partition attribute in common with the table.
bool AppendIndexSort(const TableSchema& schema, const IndexSchema& index, const Item& item,
                     std::string& out) {
  for (const KeyAttribute& attribute : index.key.sort) {
    const AttributeValue* value = item.Find(attribute.name);
    if (value == nullptr || !FitsKey(*value, attribute.type, model::limits::kSortKeyBytes)) {
      return false;
    }
    storage::AppendSortKey(out, *value, false);
  }
  const bool has_sort = !schema.key.sort.empty();
  if (index.global) {
    const AttributeValue* partition = item.Find(schema.key.partition[0].name);
    if (partition == nullptr) {
      return false;
    }
    storage::AppendSortKey(out, *partition, !has_sort);
  }
  if (has_sort) {
    const AttributeValue* sort = item.Find(schema.key.sort[0].name);
    if (sort == nullptr) {
      return false;
    }
    storage::AppendSortKey(out, *sort, true);
  }
  return true;
}

}  // namespace

bool FitsKey(const AttributeValue& value, model::ScalarType type, size_t max_bytes) {
  return HasType(value, type) && !IsEmpty(value) && model::ValueSizeBytes(value) <= max_bytes;
}

base::Result<void> CheckKeyShape(const TableSchema& schema, const Item& key) {
  const size_t expected = schema.key.partition.size() + schema.key.sort.size();
  if (key.size() != expected) {
    return base::ValidationError(kShapeMismatch);
  }
  return ForEachKeyAttribute(schema.key,
                             [&](const KeyAttribute& attribute, size_t) -> base::Result<void> {
                               const AttributeValue* value = key.Find(attribute.name);
                               if (value == nullptr || !HasType(*value, attribute.type)) {
                                 return base::ValidationError(kShapeMismatch);
                               }
                               return {};
                             });
}

base::Result<void> CheckItemKey(const TableSchema& schema, const Item& item) {
  return ForEachKeyAttribute(
      schema.key, [&](const KeyAttribute& attribute, size_t) -> base::Result<void> {
        const AttributeValue* value = item.Find(attribute.name);
        if (value == nullptr) {
          return base::ValidationError(
              "One or more parameter values were invalid: Missing the key " + attribute.name +
              " in the item");
        }
        if (!HasType(*value, attribute.type)) {
          return base::ValidationError(fmt::format(
              "One or more parameter values were invalid: Type mismatch for key {} expected: {} "
              "actual: {}",
              attribute.name, model::ValueTypeName(model::ToValueType(attribute.type)),
              model::ValueTypeName(value->type())));
        }
        return {};
      });
}

base::Result<void> CheckKeyValues(const KeySchema& key, const Item& item) {
  return ForEachKeyAttribute(
      key, [&](const KeyAttribute& attribute, size_t max_bytes) -> base::Result<void> {
        const AttributeValue* value = item.Find(attribute.name);
        if (value == nullptr) {
          return {};
        }
        if (IsEmpty(*value)) {
          return base::ValidationError(fmt::format(
              "One or more parameter values are not valid. The AttributeValue for a key attribute "
              "cannot contain an empty {} value. Key: {}",
              EmptyTypeWord(*value), attribute.name));
        }
        return CheckKeySize(*value, max_bytes);
      });
}

base::Result<void> CheckIndexKeys(const TableSchema& schema, WriteKind kind, const Item* old_item,
                                  const Item& item) {
  for (const auto* indexes : {&schema.local_indexes, &schema.global_indexes}) {
    for (const IndexSchema& index : *indexes) {
      STATOR_RETURN_IF_ERROR(CheckIndexKey(index, kind, old_item, item));
    }
  }
  return {};
}

base::Result<void> CheckScalarKeys(const TableSchema& schema, const expression::Path& path) {
  if (path.top_level()) {
    return {};
  }
  const std::string& name = path.attribute();
  const auto refused = [&name](std::string_view role) {
    return base::ValidationError(fmt::format(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: {}: {}",
        role, name));
  };
  if (schema.key.Find(name) != nullptr) {
    return refused("Key");
  }
  for (const auto* indexes : {&schema.local_indexes, &schema.global_indexes}) {
    for (const IndexSchema& index : *indexes) {
      if (index.key.Find(name) != nullptr) {
        return refused("IndexKey");
      }
    }
  }
  return {};
}

base::Result<void> CheckScalarKeys(const TableSchema& schema,
                                   const std::optional<expression::Condition>& condition) {
  base::Result<void> result;
  if (condition) {
    condition->ForEachPath([&](const expression::Path& path) {
      if (result.ok()) {
        result = CheckScalarKeys(schema, path);
      }
    });
  }
  return result;
}

base::Result<void> CheckScalarKeys(const TableSchema& schema,
                                   const std::optional<expression::Projection>& projection) {
  if (projection) {
    for (const expression::Path& path : projection->paths()) {
      STATOR_RETURN_IF_ERROR(CheckScalarKeys(schema, path));
    }
  }
  return {};
}

Item KeyOf(const TableSchema& schema, const Item& item) {
  Item key;
  for (const auto* attributes : {&schema.key.partition, &schema.key.sort}) {
    for (const KeyAttribute& attribute : *attributes) {
      if (const AttributeValue* value = item.Find(attribute.name)) {
        key.Set(attribute.name, *value);
      }
    }
  }
  return key;
}

storage::Key ItemRowKey(const TableSchema& schema, const Item& item) {
  storage::Key key{
      .space = schema.space, .kind = storage::RowKind::kItem, .partition = {}, .sort = {}};
  storage::AppendPartitionKey(key.partition, *item.Find(schema.key.partition[0].name));
  if (!schema.key.sort.empty()) {
    storage::AppendSortKey(key.sort, *item.Find(schema.key.sort[0].name), true);
  }
  return key;
}

KeySpace KeySpaceOf(const TableSchema& schema, const IndexSchema* index) {
  if (index == nullptr) {
    return {.space = schema.space, .kind = storage::RowKind::kItem, .sort_prefix = {}};
  }
  if (index->global) {
    return {.space = index->id, .kind = storage::RowKind::kGlobalIndex, .sort_prefix = {}};
  }
  std::string prefix;
  for (int shift = 24; shift >= 0; shift -= 8) {
    prefix.push_back(static_cast<char>(index->id >> shift));
  }
  return {.space = schema.space,
          .kind = storage::RowKind::kLocalIndex,
          .sort_prefix = std::move(prefix)};
}

std::optional<storage::Key> IndexRowKey(const TableSchema& schema, const IndexSchema& index,
                                        const Item& item) {
  KeySpace key_space = KeySpaceOf(schema, &index);
  storage::Key key{.space = key_space.space,
                   .kind = key_space.kind,
                   .partition = {},
                   .sort = std::move(key_space.sort_prefix)};
  for (const KeyAttribute& attribute : index.key.partition) {
    const AttributeValue* value = item.Find(attribute.name);
    if (value == nullptr || !FitsKey(*value, attribute.type, model::limits::kPartitionKeyBytes)) {
      return std::nullopt;
    }
    storage::AppendPartitionKey(key.partition, *value);
  }
  if (!AppendIndexSort(schema, index, item, key.sort)) {
    return std::nullopt;
  }
  if (IsExpiryIndex(index)) {
    key.partition = ExpiryPartition(ExpiryBucketOf(ItemRowKey(schema, item)));
  }
  return key;
}

}  // namespace stator::engine
