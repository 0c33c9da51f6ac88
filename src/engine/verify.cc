#include "engine/verify.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/catalog.h"
#include "engine/idempotency.h"
#include "engine/item_change.h"
#include "engine/item_key.h"
#include "engine/stream_record.h"
#include "engine/verify_index.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::IndexSchema;
using model::Item;
using model::TableSchema;
using storage::RowKind;
using storage::RowView;

// An index and the entries that its items call for and that it has.
struct IndexCheck {
  const IndexSchema* index;
  std::string place;
  RowSum expected = {};
  RowSum found = {};
  bool all_found = false;
};

uint64_t BilledSize(const RowView& row) {
  const base::Result<uint64_t> size_bytes = storage::RecordSizeBytes(row.value);
  return size_bytes.ok() ? *size_bytes : 0;
}

std::string TablePlace(const std::string& table) { return "table " + table; }

uint64_t CountExpectedRows(storage::Store& store, const StoredCatalog& catalog) {
  int64_t rows = 0;
  for (const auto& entry : catalog.tables) {
    const TableSchema& schema = entry.second->schema;
    rows += store.Counter(ItemCounterOf(schema, nullptr));
    for (const auto* indexes : {&schema.local_indexes, &schema.global_indexes}) {
      for (const IndexSchema& index : *indexes) {
        rows += store.Counter(ItemCounterOf(schema, &index));
      }
    }
    if (schema.expiry_index) {
      rows += store.Counter(ItemCounterOf(schema, &*schema.expiry_index));
    }
  }
  return static_cast<uint64_t>(std::max<int64_t>(rows, 0));
}

// One run of VerifyStore.
class StoreVerifier {
 public:
  StoreVerifier(storage::Store& store, const StoredCatalog& catalog, const VerifyObserver& observer)
      : store_(store),
        catalog_(catalog),
        verifier_(store, observer, CountExpectedRows(store, catalog)) {}

  VerifyReport Run(std::span<const storage::Space> spaces) {
    for (const base::Error& damage : catalog_.damage) {
      verifier_.Problem("catalog", damage.message);
    }
    for (const auto& entry : catalog_.tables) {
      Own(*entry.second);
      VerifyTable(entry.second->schema);
      ++report_.tables;
    }
    for (const std::shared_ptr<const Stream>& stream : catalog_.ended_streams) {
      VerifyStream(*stream);
    }
    VerifyTokens();
    for (const storage::Space space : spaces) {
      if (space >= storage::kFirstUserSpace && !owners_.contains(space)) {
        TellLeftover(space);
      }
    }
    return report_;
  }

 private:
  // Each space has one owner, and was given out.
  void Own(const Table& table) {
    const std::string place = TablePlace(table.schema.name);
    OwnSpace(table.schema.space, place);
    for (const IndexSchema& index : table.schema.global_indexes) {
      OwnSpace(index.id, place + ", index " + index.name);
    }
    if (const auto& expiry = table.schema.expiry_index) {
      OwnSpace(expiry->id, place + ", " + expiry->name);
    }
    if (table.stream != nullptr) {
      VerifyStream(*table.stream);
    }
    for (const KinesisDestination& destination : table.destinations) {
      if (destination.HasLog()) {
        VerifyDestination(place + ", destination " + destination.stream_arn, destination,
                          table.schema.key);
      }
    }
  }
  void OwnSpace(storage::Space space, const std::string& place) {
    const auto [owner, is_new] = owners_.emplace(space, place);
    if (!is_new) {
      verifier_.Problem(place,
                        fmt::format("its space {} is also that of {}", space, owner->second));
    }
    if (space < storage::kFirstUserSpace || space >= catalog_.next_space) {
      verifier_.Problem(place, fmt::format("its space {} was never given out", space));
    }
  }

  void VerifyTable(const TableSchema& schema) {
    const std::string place = TablePlace(schema.name);
    std::vector<IndexCheck> checks;
    for (const auto* indexes : {&schema.local_indexes, &schema.global_indexes}) {
      for (const IndexSchema& index : *indexes) {
        checks.push_back({.index = &index, .place = place + ", index " + index.name});
      }
    }
    report_.indexes += checks.size();
    if (const auto& expiry = schema.expiry_index) {
      checks.push_back({.index = &*expiry, .place = place + ", " + expiry->name});
    }
    RowSum items;
    const bool all_items =
        verifier_.ForEachRow(place, schema.space, RowKind::kItem, [&](const RowView& row) {
          items.Add("", "", "", BilledSize(row));
          VerifyItem(place, schema, row, checks);
        });
    if (all_items) {
      CompareCounters(place, schema, nullptr, items);
    }
    report_.items += items.rows;
    report_.bytes += items.bytes;
    ReadLocalEntries(place, schema, checks);
    ReadGlobalEntries(checks);
    for (const IndexCheck& check : checks) {
      VerifyIndex(schema, check, all_items);
      report_.entries += check.found.rows;
      report_.bytes += check.found.bytes;
    }
    ExpectNoRows(place, schema.space, {RowKind::kGlobalIndex, RowKind::kSystem});
  }

  void VerifyItem(const std::string& place, const TableSchema& schema, const RowView& row,
                  std::vector<IndexCheck>& checks) {
    const std::optional<Item> item = verifier_.ReadRecord(place, row);
    if (!item) {
      return;
    }
    if (!CheckItemKey(schema, *item).ok() || !CheckKeyValues(schema.key, *item).ok()) {
      verifier_.Problem(place, "the item in the row " + KeyText(row) + " lacks its key");
      return;
    }
    const storage::Key key = ItemRowKey(schema, *item);
    if (key.partition != row.partition || key.sort != row.sort) {
      verifier_.Problem(place, "the item " + KeyText(schema, *item) + " stands in the row " +
                                   KeyText(row) + ", which is another's");
    }
    for (IndexCheck& check : checks) {
      if (const auto entry = IndexEntryOf(schema, *check.index, *item)) {
        check.expected.Add(entry->key.partition, entry->key.sort, entry->record, entry->size_bytes);
      }
    }
  }

  void ReadEntry(const RowView& row, IndexCheck& check) {
    // Problems with it are told; the sums say whether it is the right one.
    (void)verifier_.ReadRecord(check.place, row);
    check.found.Add(row.partition, row.sort, row.value, BilledSize(row));
  }

  void ReadLocalEntries(const std::string& place, const TableSchema& schema,
                        std::vector<IndexCheck>& checks) {
    const auto read_row = [&](const RowView& row) {
      const std::optional<uint32_t> id = LocalIndexOf(row);
      const auto check = std::find_if(checks.begin(), checks.end(), [id](const IndexCheck& one) {
        return !one.index->global && one.index->id == id;
      });
      if (check == checks.end()) {
        verifier_.Problem(place, "the row " + KeyText(row) + " is of no local index");
      } else {
        ReadEntry(row, *check);
      }
    };
    const bool all = verifier_.ForEachRow(place, schema.space, RowKind::kLocalIndex, read_row);
    for (IndexCheck& check : checks) {
      check.all_found = check.all_found || (all && !check.index->global);
    }
  }

  void ReadGlobalEntries(std::vector<IndexCheck>& checks) {
    for (IndexCheck& check : checks) {
      if (check.index->global) {
        check.all_found = verifier_.ForEachRow(check.place, check.index->id, RowKind::kGlobalIndex,
                                               [&](const RowView& row) { ReadEntry(row, check); });
        ExpectNoRows(check.place, check.index->id,
                     {RowKind::kItem, RowKind::kLocalIndex, RowKind::kSystem});
      }
    }
  }

  void VerifyIndex(const TableSchema& schema, const IndexCheck& check, bool all_items) {
    // Nobody writes to an index that is being deleted. What could not be read has been told.
    if (check.index->status == model::IndexStatus::kDeleting || !check.all_found || !all_items) {
      return;
    }
    CompareCounters(check.place, schema, check.index, check.found);
    if (check.expected == check.found) {
      return;
    }
    const uint64_t problems = verifier_.problems();
    if (!check.index->backfilling) {
      FindMissingEntries(verifier_, check.place, schema, *check.index);
    }
    FindStrayEntries(verifier_, check.place, schema, *check.index);
    if (!check.index->backfilling && problems == verifier_.problems()) {
      verifier_.Problem(check.place, "its entries are not those that its items call for");
    }
  }

  void CompareCounters(const std::string& place, const TableSchema& schema,
                       const IndexSchema* index, const RowSum& sum) {
    const auto compare = [&](storage::CounterId counter, uint64_t found, std::string_view what) {
      if (const int64_t counted = store_.Counter(counter); counted != static_cast<int64_t>(found)) {
        verifier_.Problem(place,
                          fmt::format("{} {} by the counter, {} found", counted, what, found));
      }
    };
    compare(ItemCounterOf(schema, index), sum.rows, "items");
    compare(BytesCounterOf(schema, index), sum.bytes, "bytes");
  }

  void ExpectNoRows(const std::string& place, storage::Space space,
                    std::initializer_list<RowKind> kinds) {
    for (const RowKind kind : kinds) {
      uint64_t rows = 0;
      (void)verifier_.ForEachRow(place, space, kind, [&rows](const RowView&) { ++rows; });
      if (rows > 0) {
        verifier_.Problem(place, fmt::format("{} rows of a kind that does not belong there", rows));
      }
    }
  }

  void VerifyStream(const Stream& stream) {
    const std::string place = TablePlace(stream.table) + ", stream " + stream.label;
    OwnSpace(stream.space, place);
    ++report_.streams;
    for (const StreamShard& shard : stream.shards) {
      VerifyLog(place, stream.LogOf(shard), stream.key);
    }
  }
  void VerifyDestination(const std::string& place, const KinesisDestination& destination,
                         const model::KeySchema& key) {
    OwnSpace(destination.space, place);
    VerifyLog(place, destination.Log(), key);
  }
  void VerifyLog(const std::string& place, storage::LogId log, const model::KeySchema& key) {
    const base::Result<void> read =
        store_.ReadLog(log, 0, {}, [&](const storage::LogRecordView& row) {
          VerifyStreamRecord(place, log, key, row);
          ++report_.stream_records;
          return true;
        });
    if (!read.ok()) {
      verifier_.Problem(place, read.error().message);
    }
  }

  void VerifyStreamRecord(const std::string& place, storage::LogId log, const model::KeySchema& key,
                          const storage::LogRecordView& row) {
    const auto at = [&] { return fmt::format("shard {}, position {}", log.which, row.position); };
    const base::Result<StreamRecordView> record = DecodeStreamRecord(row.record);
    const base::Result<std::string> keys =
        record.ok() ? KeysOf(*record, key) : base::Result<std::string>(record.error());
    if (!keys.ok()) {
      verifier_.Problem(place, at() + ": " + keys.error().message);
    } else if (row.position < store_.LogBoundsOf(log).begin) {
      verifier_.Problem(place, at() + ": was trimmed, but is there");
    }
    for (const auto& image : {record.ok() ? record->old_image : std::nullopt,
                              record.ok() ? record->new_image : std::nullopt}) {
      if (image && !storage::DecodeRecord(*image).ok()) {
        verifier_.Problem(place, at() + ": an image does not decode");
      }
    }
  }

  void VerifyTokens() {
    const std::string place = "request tokens";
    (void)verifier_.ForEachRow(place, kTokenSpace, RowKind::kSystem, [&](const RowView& row) {
      if (!DecodeToken(row.value).ok()) {
        verifier_.Problem(place, "the row " + KeyText(row) + " does not decode");
      }
    });
  }

  void TellLeftover(storage::Space space) {
    const auto drop = std::find_if(catalog_.drops.begin(), catalog_.drops.end(),
                                   [space](const auto& one) { return one.second == space; });
    const std::string place = fmt::format("space {}", space);
    if (drop != catalog_.drops.end()) {
      verifier_.Note(place, "was of the table " + drop->first + ", is dropped at the next start");
    } else {
      verifier_.Problem(place, "has rows or counters, but no table, index or stream owns it");
    }
  }

  storage::Store& store_;
  const StoredCatalog& catalog_;
  RowVerifier verifier_;
  std::map<storage::Space, std::string> owners_;
  VerifyReport report_;
};

}  // namespace

base::Result<VerifyReport> VerifyStore(storage::Store& store,
                                       std::span<const storage::Space> spaces,
                                       const VerifyObserver& observer) {
  STATOR_ASSIGN_OR_RETURN(const StoredCatalog catalog, ReadCatalog(store));
  return StoreVerifier(store, catalog, observer).Run(spaces);
}

}  // namespace stator::engine
