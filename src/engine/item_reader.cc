#include "engine/item_reader.h"

#include <set>
#include <tuple>
#include <utility>

#include "engine/cancellation.h"
#include "engine/capacity.h"
#include "engine/item_change.h"
#include "engine/item_key.h"
#include "model/limits.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::Item;

base::Result<storage::Key> CheckedRow(const Table& table, const Item& key) {
  STATOR_RETURN_IF_ERROR(CheckKeyShape(table.schema, key));
  STATOR_RETURN_IF_ERROR(CheckKeyValues(table.schema.key, key));
  return ItemRowKey(table.schema, key);
}

base::Result<std::optional<Record>> GetRecord(storage::Store& store, const storage::Key& row,
                                              const storage::ReadOptions& options) {
  std::optional<Record> record;
  STATOR_RETURN_IF_ERROR(
      store.Get(row, options, [&record](std::string_view value) { record.emplace(value); }));
  return record;
}

base::Result<uint64_t> SizeOf(const std::optional<Record>& record) {
  return record ? storage::RecordSizeBytes(*record) : base::Result<uint64_t>(uint64_t{0});
}

// One table's part of a BatchGetItem, and the bytes that the whole call has read so far.
base::Result<BatchGetItemResult::Table> ReadTable(storage::Store& store, const Catalog& catalog,
                                                  const BatchGetItemRequest::Table& request,
                                                  const storage::ReadOptions& options,
                                                  uint64_t& bytes_read,
                                                  ConsumedCapacity& capacity) {
  BatchGetItemResult::Table result;
  STATOR_ASSIGN_OR_RETURN(const Catalog::Snapshot snapshot, catalog.FindForItems(request.table));
  for (size_t i = 0; i < request.keys.size(); ++i) {
    STATOR_ASSIGN_OR_RETURN(const storage::Key row, CheckedRow(*snapshot.table, request.keys[i]));
    if (bytes_read > model::limits::kBatchGetBytes) {
      result.unprocessed.push_back(i);
      continue;
    }
    STATOR_ASSIGN_OR_RETURN(const std::optional<Record> record, GetRecord(store, row, options));
    STATOR_ASSIGN_OR_RETURN(const uint64_t size, SizeOf(record));
    // One item is always returned (L9).
    if (bytes_read > 0 && bytes_read + size > model::limits::kBatchGetBytes) {
      result.unprocessed.push_back(i);
      bytes_read = model::limits::kBatchGetBytes + 1;
      continue;
    }
    bytes_read += size;
    capacity.table.read += ReadUnits(size, request.consistent);
    if (record) {
      STATOR_ASSIGN_OR_RETURN(Record projected, ProjectRecord(*record, request.projection));
      result.items.push_back(std::move(projected));
    }
  }
  return result;
}

// All of a BatchGetItem's keys are checked before any is read.
base::Result<void> CheckBatchKeys(const Catalog& catalog, const BatchGetItemRequest& request) {
  for (const BatchGetItemRequest::Table& table : request.tables) {
    STATOR_ASSIGN_OR_RETURN(const Catalog::Snapshot snapshot, catalog.FindForItems(table.table));
    std::set<std::pair<std::string, std::string>> rows;
    for (const Item& key : table.keys) {
      STATOR_ASSIGN_OR_RETURN(storage::Key row, CheckedRow(*snapshot.table, key));
      if (!rows.emplace(std::move(row.partition), std::move(row.sort)).second) {
        return base::ValidationError("Provided list of item keys contains duplicates");
      }
    }
    STATOR_RETURN_IF_ERROR(CheckScalarKeys(snapshot.table->schema, table.projection));
  }
  return {};
}

// TransactGetItems omits an item of which nothing was selected (E21).
base::Result<std::optional<Record>> ProjectOrOmit(
    const std::optional<Record>& record, const std::optional<expression::Projection>& projection) {
  if (!record || !projection) {
    return record;
  }
  STATOR_ASSIGN_OR_RETURN(const Item item, storage::DecodeRecord(*record));
  const Item selected = projection->Apply(item);
  return selected.empty() ? std::nullopt : std::optional<Record>(storage::EncodeRecord(selected));
}

// The rows that a TransactGetItems reads.
struct TogetherReads {
  std::vector<storage::Key> rows;
  std::vector<std::optional<Record>> records;
};

base::Result<TogetherReads> ReadRows(storage::Store& store, const Catalog& catalog,
                                     const TransactGetItemsRequest& request,
                                     const CallContext& context) {
  TogetherReads reads;
  std::vector<Catalog::Snapshot> snapshots;
  for (const TransactGetItemsRequest::Get& get : request.gets) {
    STATOR_ASSIGN_OR_RETURN(Catalog::Snapshot snapshot, catalog.FindForItems(get.table));
    STATOR_RETURN_IF_ERROR(CheckKeyValues(snapshot.table->schema.key, get.key));
    STATOR_RETURN_IF_ERROR(CheckScalarKeys(snapshot.table->schema, get.projection));
    snapshots.push_back(std::move(snapshot));
  }
  std::set<std::tuple<storage::Space, std::string, std::string>> seen;
  for (size_t i = 0; i < request.gets.size(); ++i) {
    base::Result<storage::Key> row = CheckedRow(*snapshots[i].table, request.gets[i].key);
    if (!row.ok()) {
      return CancelledByValidation(request.gets.size(), i, row.error().message);
    }
    if (!seen.emplace(row->space, row->partition, row->sort).second) {
      return base::ValidationError(
          "Transaction request cannot include multiple operations on one item");
    }
    reads.rows.push_back(std::move(row).value());
  }
  reads.records.resize(reads.rows.size());
  STATOR_RETURN_IF_ERROR(
      store.GetTogether(reads.rows, {.cache_only = context.cache_only},
                        [&reads](size_t index, std::optional<std::string_view> value) {
                          if (value) {
                            reads.records[index].emplace(*value);
                          }
                        }));
  return reads;
}

}  // namespace

base::Result<Record> ProjectRecord(std::string_view record,
                                   const std::optional<expression::Projection>& projection) {
  if (!projection) {
    return Record(record);
  }
  STATOR_ASSIGN_OR_RETURN(const Item item, storage::DecodeRecord(record));
  return storage::EncodeRecord(projection->Apply(item));
}

base::Result<GetItemResult> ReadItem(storage::Store& store, const Catalog& catalog,
                                     const GetItemRequest& request, const CallContext& context) {
  STATOR_ASSIGN_OR_RETURN(const Catalog::Snapshot snapshot, catalog.FindForItems(request.table));
  STATOR_ASSIGN_OR_RETURN(const storage::Key row, CheckedRow(*snapshot.table, request.key));
  STATOR_RETURN_IF_ERROR(CheckScalarKeys(snapshot.table->schema, request.projection));
  GetItemResult result;
  STATOR_ASSIGN_OR_RETURN(result.item, GetRecord(store, row, {.cache_only = context.cache_only}));
  if (request.capacity != CapacityDetail::kNone) {
    STATOR_ASSIGN_OR_RETURN(const uint64_t size, SizeOf(result.item));
    ConsumedCapacity capacity;
    capacity.table_name = request.table;
    capacity.detail = request.capacity;
    capacity.table.read = ReadUnits(size, request.consistent);
    result.capacity = std::move(capacity);
  }
  if (result.item && request.projection) {
    STATOR_ASSIGN_OR_RETURN(result.item, ProjectRecord(*result.item, request.projection));
  }
  return result;
}

base::Result<BatchGetItemResult> ReadItems(storage::Store& store, const Catalog& catalog,
                                           const BatchGetItemRequest& request,
                                           const CallContext& context) {
  STATOR_RETURN_IF_ERROR(CheckBatchKeys(catalog, request));
  BatchGetItemResult result;
  uint64_t bytes_read = 0;
  for (const BatchGetItemRequest::Table& table : request.tables) {
    ConsumedCapacity capacity;
    STATOR_ASSIGN_OR_RETURN(
        BatchGetItemResult::Table part,
        ReadTable(store, catalog, table, {.cache_only = context.cache_only}, bytes_read, capacity));
    result.tables.push_back(std::move(part));
    if (request.capacity != CapacityDetail::kNone) {
      AddTableCapacity(table.table, capacity, result.capacity);
      result.capacity.back().detail = request.capacity;
    }
  }
  return result;
}

base::Result<TransactGetItemsResult> ReadItemsTogether(storage::Store& store,
                                                       const Catalog& catalog,
                                                       const TransactGetItemsRequest& request,
                                                       const CallContext& context) {
  STATOR_ASSIGN_OR_RETURN(const TogetherReads reads, ReadRows(store, catalog, request, context));
  TransactGetItemsResult result;
  for (size_t i = 0; i < reads.records.size(); ++i) {
    const std::optional<Record>& record = reads.records[i];
    STATOR_ASSIGN_OR_RETURN(const uint64_t size, SizeOf(record));
    if (request.capacity != CapacityDetail::kNone) {
      ConsumedCapacity part;
      part.table.read = 2 * ReadUnits(size, true);  // C3
      AddTableCapacity(request.gets[i].table, part, result.capacity);
    }
    STATOR_ASSIGN_OR_RETURN(std::optional<Record> item,
                            ProjectOrOmit(record, request.gets[i].projection));
    result.items.push_back(std::move(item));
  }
  for (ConsumedCapacity& capacity : result.capacity) {
    capacity.detail = request.capacity;
    capacity.split = true;
  }
  return result;
}

}  // namespace stator::engine
