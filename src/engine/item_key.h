#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "expression/condition.h"
#include "expression/path.h"
#include "expression/projection.h"
#include "model/attribute_value.h"
#include "model/table_schema.h"
#include "storage/store.h"

// Key attributes: their checks in the service's words, and the row keys that they become.
namespace stator::engine {

// Whether `key` has exactly the key attributes of the table, with their types. Fails with
// "The provided key element does not match the schema".
base::Result<void> CheckKeyShape(const model::TableSchema& schema, const model::Item& key);

// Whether a whole item has the table's key attributes with their types, in PutItem's words.
base::Result<void> CheckItemKey(const model::TableSchema& schema, const model::Item& item);

// Whether the key attributes that are there are not empty and not too long (N11, L4). Independent
// of the types, so that it may run before CheckKeyShape.
base::Result<void> CheckKeyValues(const model::KeySchema& key, const model::Item& item);

// Who changes an item: the words of an error about an index key depend on it.
enum class WriteKind : uint8_t { kPut, kUpdate };

// Whether the item may enter the table's indexes: an index key attribute that is there has the
// declared type and is neither empty nor too long (Q8, L5). With kUpdate, attributes that are as in
// `old_item` (null: none) pass: an index added later skips unfit items instead of refusing them
// (L6).
base::Result<void> CheckIndexKeys(const model::TableSchema& schema, WriteKind kind,
                                  const model::Item* old_item, const model::Item& item);

// Whether no path leads into a key attribute of the table or of an index: those are scalars.
// Refused wherever an expression has such a path, whatever is stored (L7).
base::Result<void> CheckScalarKeys(const model::TableSchema& schema, const expression::Path& path);
base::Result<void> CheckScalarKeys(const model::TableSchema& schema,
                                   const std::optional<expression::Condition>& condition);
base::Result<void> CheckScalarKeys(const model::TableSchema& schema,
                                   const std::optional<expression::Projection>& projection);

// The key attributes of the table, alone.
model::Item KeyOf(const model::TableSchema& schema, const model::Item& item);

// The row of an item, and the partition bytes of its group. REQUIRES: CheckKeyShape or
// CheckItemKey passed.
storage::Key ItemRowKey(const model::TableSchema& schema, const model::Item& item);

// Where the rows of one table or index stand: what Query and Scan run over.
struct KeySpace {
  storage::Space space = 0;
  storage::RowKind kind = storage::RowKind::kItem;
  std::string sort_prefix;  // of a local index: what tells its rows from the others'
};
KeySpace KeySpaceOf(const model::TableSchema& schema, const model::IndexSchema* index);

// The row of an index's entry for that item; nullopt when a key attribute is missing or unfit, so
// that the item is not in the index. `item` may also be a key with the index's and the table's key
// attributes, such as an ExclusiveStartKey.
std::optional<storage::Key> IndexRowKey(const model::TableSchema& schema,
                                        const model::IndexSchema& index, const model::Item& item);

// Whether a value may stand in a key attribute of that type: the type fits, and it is neither empty
// nor longer than `max_bytes`.
bool FitsKey(const model::AttributeValue& value, model::ScalarType type, size_t max_bytes);

}  // namespace stator::engine
