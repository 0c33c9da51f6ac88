#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/attribute_value.h"

namespace stator::model {

// The type of a key attribute: the first three of ValueType. Stored on disk.
enum class ScalarType : uint8_t { kString = 1, kNumber = 2, kBinary = 3 };

inline ValueType ToValueType(ScalarType type) { return static_cast<ValueType>(type); }

// A key attribute and its declared type.
struct KeyAttribute {
  std::string name;
  ScalarType type = ScalarType::kString;
  friend bool operator==(const KeyAttribute&, const KeyAttribute&) = default;
};

// The key of a table or an index: 1 HASH attribute and at most 1 RANGE attribute, or up to 4 and 4
// for a global secondary index (Q10).
struct KeySchema {
  std::vector<KeyAttribute> partition;
  std::vector<KeyAttribute> sort;

  // The key attribute of that name, or null.
  const KeyAttribute* Find(std::string_view name) const;

  friend bool operator==(const KeySchema&, const KeySchema&) = default;
};

// Stored on disk.
enum class ProjectionType : uint8_t { kAll = 1, kKeysOnly = 2, kInclude = 3 };

// Stored on disk.
enum class IndexStatus : uint8_t { kCreating = 1, kActive = 2, kUpdating = 3, kDeleting = 4 };

// A secondary index as reads and writes need it.
struct IndexSchema {
  std::string name;
  bool global = true;
  KeySchema key;
  ProjectionType projection = ProjectionType::kAll;
  std::vector<std::string> non_key_attributes;  // of kInclude, as given
  // The space of a global index's rows; for a local index, the number that tells its rows from the
  // other local indexes' in the item's group. Never used again after the index is dropped.
  uint32_t id = 0;
  IndexStatus status = IndexStatus::kActive;
  bool backfilling = false;

  // Whether reads may use it.
  bool Readable() const { return status != IndexStatus::kCreating && !backfilling; }
};

// A table as reads and writes need it: an immutable snapshot.
struct TableSchema {
  std::string name;
  uint32_t space = 0;  // of the table's own rows
  KeySchema key;
  std::vector<IndexSchema> local_indexes;
  std::vector<IndexSchema> global_indexes;
  // Of a table with time to live: a global index that no request can name or see. Its key has no
  // partition attribute, since its entries are spread evenly, and one sort attribute, a number: the
  // second at which the item expires (engine/expiry_index.h).
  std::optional<IndexSchema> expiry_index;

  // The index of that name, local or global, or null.
  const IndexSchema* FindIndex(std::string_view index_name) const;
  // The global index or the expiry index with that space, or null.
  const IndexSchema* FindIndexOfSpace(uint32_t index_space) const;
};

}  // namespace stator::model
