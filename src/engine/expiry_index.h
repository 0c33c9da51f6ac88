#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "model/attribute_value.h"
#include "model/table_schema.h"
#include "storage/store.h"

// The expiry index of a table with time to live: one entry for each item whose TTL attribute is a
// number, in the order of that number, so that what has expired is one range of rows and finding it
// costs nothing for the items that live on. It is a global index with a space of its own that
// projects the keys only; AppendItemChange keeps it, a Backfill fills it and VerifyStore checks it
// like every other. The entries are spread by the hash of their items' partitions over a fixed
// number of groups: all that expires at the same time would otherwise be one group.
namespace stator::engine {

// How many groups; stored on disk.
inline constexpr size_t kExpiryBuckets = 16;

// An index for items that expire by that attribute, in the state CREATING and without entries.
model::IndexSchema MakeExpiryIndex(std::string attribute, storage::Space space);

// The partition bytes of a group. REQUIRES: bucket < kExpiryBuckets.
std::string ExpiryPartition(size_t bucket);
// The group of the item in that row.
size_t ExpiryBucketOf(const storage::Key& item_row);

// Whether that is an expiry index.
inline bool IsExpiryIndex(const model::IndexSchema& index) { return index.key.partition.empty(); }
// The TTL attribute of an expiry index.
inline const std::string& ExpiryAttribute(const model::IndexSchema& index) {
  return index.key.sort[0].name;
}

// The entries of a group whose items have expired by `now_micros` and are to be deleted: their time
// lies before that second, but not more than five years before it, which guards those who count in
// another unit than seconds (R11).
storage::GroupRange ExpiredRange(const model::IndexSchema& index, size_t bucket,
                                 int64_t now_micros);

}  // namespace stator::engine
