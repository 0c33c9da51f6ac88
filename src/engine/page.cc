#include "engine/page.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/capacity.h"
#include "engine/item_change.h"
#include "engine/item_reader.h"
#include "model/limits.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::IndexSchema;
using model::Item;
using model::KeyAttribute;
using model::TableSchema;

// How much a call that must not wait may read before it makes way for others.
constexpr uint64_t kInlineBytes = 64 * 1024;

// Whether the index's entries hold that attribute.
bool Projects(const TableSchema& schema, const IndexSchema& index, const std::string& attribute) {
  const auto& names = index.non_key_attributes;
  return index.projection == model::ProjectionType::kAll || schema.key.Find(attribute) != nullptr ||
         index.key.Find(attribute) != nullptr ||
         std::find(names.begin(), names.end(), attribute) != names.end();
}

std::vector<std::string> AttributesOf(const expression::Projection& projection) {
  std::vector<std::string> names;
  for (const expression::Path& path : projection.paths()) {
    names.push_back(path.attribute());
  }
  return names;
}

base::Result<void> CheckGlobalIndex(const TableSchema& schema, const IndexSchema& index,
                                    const PageRequest& request) {
  if (request.consistent) {
    return base::ValidationError("Consistent reads are not supported on global secondary indexes");
  }
  if (request.select == Select::kAllAttributes && index.projection != model::ProjectionType::kAll) {
    return base::ValidationError(fmt::format(
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported "
        "for global secondary index {} because its projection type is not ALL",
        index.name));
  }
  if (request.projection) {
    const std::vector<std::string> missing =
        NotProjected(schema, index, AttributesOf(*request.projection));
    if (!missing.empty()) {
      return base::ValidationError(fmt::format(
          "One or more parameter values were invalid: Global secondary index {} does not project "
          "[{}]",
          index.name, fmt::join(missing, ", ")));
    }
  }
  return {};
}

// Whether the answer needs attributes that only the items hold. A filter alone does not: for a
// Scan's, what the index does not hold is absent, and a Query refuses one that asks for it.
bool NeedsItems(const TableSchema& schema, const IndexSchema& index, const PageRequest& request) {
  if (index.projection == model::ProjectionType::kAll) {
    return false;
  }
  const bool lacks_projected =
      request.projection && !NotProjected(schema, index, AttributesOf(*request.projection)).empty();
  return request.select == Select::kAllAttributes || lacks_projected;
}

// Calls `visit` for the distinct key attributes of the table and the index.
template <typename Visit>
void ForEachKeyAttribute(const PageSource& source, Visit visit) {
  const model::KeySchema& table_key = source.schema().key;
  for (const auto* attributes : {&table_key.partition, &table_key.sort}) {
    for (const KeyAttribute& attribute : *attributes) {
      visit(attribute);
    }
  }
  if (source.index == nullptr) {
    return;
  }
  for (const auto* attributes : {&source.index->key.partition, &source.index->key.sort}) {
    for (const KeyAttribute& attribute : *attributes) {
      if (table_key.Find(attribute.name) == nullptr) {
        visit(attribute);
      }
    }
  }
}

}  // namespace

std::vector<std::string> NotProjected(const TableSchema& schema, const IndexSchema& index,
                                      const std::vector<std::string>& wanted) {
  std::vector<std::string> missing;
  for (const std::string& attribute : wanted) {
    if (!Projects(schema, index, attribute)) {
      missing.push_back(attribute);
    }
  }
  return missing;
}

base::Result<PageSource> OpenPage(const Catalog& catalog, const PageRequest& request) {
  STATOR_ASSIGN_OR_RETURN(Catalog::Snapshot snapshot, catalog.FindForItems(request.table));
  PageSource source;
  source.table = std::move(snapshot.table);
  source.count_only = request.select == Select::kCount;
  if (request.index) {
    source.index = source.schema().FindIndex(*request.index);
    if (source.index == nullptr || source.index->status == model::IndexStatus::kDeleting) {
      return base::ValidationError("The table does not have the specified index: " +
                                   *request.index);
    }
    if (!source.index->Readable()) {
      return base::ValidationError("Cannot read from backfilling global secondary index: " +
                                   source.index->name);
    }
    if (source.index->global) {
      STATOR_RETURN_IF_ERROR(CheckGlobalIndex(source.schema(), *source.index, request));
    } else {
      source.fetch_items = NeedsItems(source.schema(), *source.index, request);
    }
  }
  STATOR_RETURN_IF_ERROR(CheckScalarKeys(source.schema(), request.filter));
  STATOR_RETURN_IF_ERROR(CheckScalarKeys(source.schema(), request.projection));
  source.key_space = KeySpaceOf(source.schema(), source.index);
  return source;
}

base::Result<storage::Key> StartRow(const PageSource& source, const Item& start_key) {
  size_t expected = 0;
  bool fits = true;
  ForEachKeyAttribute(source, [&](const KeyAttribute& attribute) {
    ++expected;
    const model::AttributeValue* value = start_key.Find(attribute.name);
    fits = fits && value != nullptr &&
           FitsKey(*value, attribute.type, model::limits::kPartitionKeyBytes);
  });
  if (start_key.size() != expected) {
    return base::ValidationError("The provided starting key is invalid");
  }
  const base::Error mismatch = base::ValidationError(
      "The provided starting key is invalid: The provided key element does not match the schema");
  if (!fits) {
    return mismatch;
  }
  if (source.index == nullptr) {
    return ItemRowKey(source.schema(), start_key);
  }
  std::optional<storage::Key> row = IndexRowKey(source.schema(), *source.index, start_key);
  if (!row) {
    return mismatch;
  }
  return std::move(*row);
}

PageReader::PageReader(storage::Store& store, const PageSource& source, const PageRequest& request,
                       const CallContext& context)
    : store_(store), source_(source), request_(request), context_(context) {
  constexpr size_t kUsualItems = 32;
  result_.count_only = source.count_only;
  result_.items.reserve(source.count_only ? 0 : kUsualItems);
}

size_t PageReader::PartitionOf(uint64_t hash) const {
  return static_cast<size_t>(static_cast<unsigned __int128>(hash) * partition_bytes_.size() >> 64);
}

void PageReader::ChargeByPartition(size_t partitions, const storage::SpaceRange& range) {
  partition_bytes_.assign(partitions, 0);
  first_partition_ =
      PartitionOf(range.after ? storage::GroupHash(range.after->partition) : range.first_hash);
  last_partition_ = PartitionOf(range.last_hash);
}

bool PageReader::Add(const storage::RowView& row) {
  const base::Result<uint64_t> size = storage::RecordSizeBytes(row.value);
  if (!size.ok()) {
    error_ = size.error();
    return false;
  }
  bytes_ += *size;
  if (!partition_bytes_.empty()) {
    partition_bytes_[PartitionOf(row.hash)] += *size;
  }
  ++result_.scanned_count;
  if (source_.fetch_items) {
    entries_.emplace_back(row.value);
  } else if (base::Result<void> processed = Process(row.value); !processed.ok()) {
    error_ = std::move(processed).error();
    return false;
  }
  if (context_.cache_only && bytes_ > kInlineBytes) {
    error_ = base::Error{base::ErrorCode::kWouldBlock, "the page is long"};
    return false;
  }
  const bool full = bytes_ > model::limits::kPageBytes ||
                    (request_.limit && result_.scanned_count >= *request_.limit);
  if (full) {
    last_row_.emplace(row.value);
    if (!partition_bytes_.empty()) {
      last_partition_ = PartitionOf(row.hash);
    }
  }
  return !full;
}

base::Result<void> PageReader::Process(std::string_view record) {
  if (!request_.filter && (source_.count_only || !request_.projection)) {
    ++result_.count;
    if (!source_.count_only) {
      result_.items.emplace_back(record);
    }
    return {};
  }
  STATOR_ASSIGN_OR_RETURN(const Item item, storage::DecodeRecord(record));
  if (request_.filter && !request_.filter->Matches(item)) {
    return {};
  }
  ++result_.count;
  if (source_.count_only) {
    return {};
  }
  result_.items.push_back(request_.projection
                              ? storage::EncodeRecord(request_.projection->Apply(item))
                              : Record(record));
  return {};
}

base::Result<void> PageReader::FetchItems() {
  for (const Record& entry : entries_) {
    STATOR_ASSIGN_OR_RETURN(const Item keys, storage::DecodeRecord(entry));
    std::optional<Record> record;
    STATOR_RETURN_IF_ERROR(
        store_.Get(ItemRowKey(source_.schema(), keys), {.cache_only = context_.cache_only},
                   [&record](std::string_view value) { record.emplace(value); }));
    if (!record) {
      continue;  // deleted since the entry was read
    }
    STATOR_ASSIGN_OR_RETURN(const uint64_t size, storage::RecordSizeBytes(*record));
    item_units_ += ReadUnits(size, request_.consistent);
    STATOR_RETURN_IF_ERROR(Process(*record));
  }
  return {};
}

base::Result<Record> PageReader::LastEvaluatedKey() const {
  STATOR_ASSIGN_OR_RETURN(const Item item, storage::DecodeRecord(*last_row_));
  Item key;
  ForEachKeyAttribute(source_, [&](const KeyAttribute& attribute) {
    if (const model::AttributeValue* value = item.Find(attribute.name)) {
      key.Set(attribute.name, *value);
    }
  });
  return storage::EncodeRecord(key);
}

// What the rows of the table or index cost, without items that were read beside them.
double PageReader::SourceUnits() const {
  if (partition_bytes_.empty()) {
    return ReadUnits(bytes_, request_.consistent);
  }
  double units = 0;
  for (size_t i = first_partition_; i <= last_partition_; ++i) {
    units += ReadUnits(partition_bytes_[i], request_.consistent);
  }
  return units;
}

ConsumedCapacity PageReader::Capacity() const {
  ConsumedCapacity capacity;
  capacity.table_name = request_.table;
  capacity.detail = request_.capacity;
  const double units = SourceUnits();
  if (source_.index == nullptr) {
    capacity.table.read = units;
  } else {
    IndexArm(capacity, source_.index->name, source_.index->global).read = units;
    capacity.table.read = item_units_;  // C6
  }
  return capacity;
}

base::Result<PageResult> PageReader::Finish() {
  if (error_) {
    return std::move(*error_);
  }
  STATOR_RETURN_IF_ERROR(FetchItems());
  if (last_row_) {
    STATOR_ASSIGN_OR_RETURN(result_.last_evaluated_key, LastEvaluatedKey());
  }
  if (request_.capacity != CapacityDetail::kNone) {
    result_.capacity = Capacity();
  }
  return std::move(result_);
}

}  // namespace stator::engine
