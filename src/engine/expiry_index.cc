#include "engine/expiry_index.h"

#include <utility>

#include "storage/key_encoding.h"

namespace stator::engine {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kFiveYearsSeconds = int64_t{5} * 365 * 24 * 60 * 60;

std::string SortBytesOf(int64_t second) {
  std::string bytes;
  storage::AppendSortKey(bytes, model::AttributeValue(model::Number::FromInteger(second)), false);
  return bytes;
}

}  // namespace

model::IndexSchema MakeExpiryIndex(std::string attribute, storage::Space space) {
  model::IndexSchema index;
  index.name = "time to live";  // for people: because of its spaces, no request can name it
  index.key.sort = {{.name = std::move(attribute), .type = model::ScalarType::kNumber}};
  index.projection = model::ProjectionType::kKeysOnly;
  index.id = space;
  index.status = model::IndexStatus::kCreating;
  index.backfilling = true;
  return index;
}

std::string ExpiryPartition(size_t bucket) { return std::string(1, static_cast<char>(bucket)); }

size_t ExpiryBucketOf(const storage::Key& item_row) {
  return storage::GroupHash(item_row.partition) % kExpiryBuckets;
}

storage::GroupRange ExpiredRange(const model::IndexSchema& index, size_t bucket,
                                 int64_t now_micros) {
  const int64_t now = now_micros / kMicrosPerSecond;
  return {.space = index.id,
          .kind = storage::RowKind::kGlobalIndex,
          .partition = ExpiryPartition(bucket),
          .lower = SortBytesOf(now - kFiveYearsSeconds),
          .upper = SortBytesOf(now)};
}

}  // namespace stator::engine
