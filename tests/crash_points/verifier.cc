#include "verifier.h"

#include <algorithm>
#include <cstdint>
#include <future>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/record.h"
#include "stream_check.h"

namespace stator::crash_points {
namespace {

using model::AttributeValue;
using model::Item;

constexpr int kMaxPages = 10'000;
constexpr storage::Space kSpacesBeyond = 8;  // that were perhaps numbered but never used

// Rows of a table or an index, and their billed bytes.
struct Rows {
  std::vector<Item> items;
  int64_t bytes = 0;
};

base::Result<Rows> ScanAll(engine::Engine& engine, engine::ScanRequest request) {
  Rows rows;
  for (int page_number = 0; page_number < kMaxPages; ++page_number) {
    std::promise<base::Result<engine::PageResult>> promise;
    engine.Scan(request, {}, [&promise](base::Result<engine::PageResult> result) {
      promise.set_value(std::move(result));
    });
    STATOR_ASSIGN_OR_RETURN(const engine::PageResult page, promise.get_future().get());
    for (const std::string& record : page.items) {
      STATOR_ASSIGN_OR_RETURN(Item item, storage::DecodeRecord(record));
      STATOR_ASSIGN_OR_RETURN(const uint64_t bytes, storage::RecordSizeBytes(record));
      rows.items.push_back(std::move(item));
      rows.bytes += static_cast<int64_t>(bytes);
    }
    if (!page.last_evaluated_key) {
      return rows;
    }
    STATOR_ASSIGN_OR_RETURN(request.exclusive_start_key,
                            storage::DecodeRecord(*page.last_evaluated_key));
  }
  return base::Error{base::ErrorCode::kInternal, "the pages do not end"};
}

base::Result<Rows> ScanIndex(engine::Engine& engine, const std::string& table,
                             const std::string& index) {
  engine::ScanRequest request;
  request.table = table;
  request.index = index;
  return ScanAll(engine, std::move(request));
}

ItemKey KeyOf(const std::string& table, const Item& item) {
  return {table, *item.Find("pk")->Get<std::string>(),
          *item.Find("sk")->Get<model::Number>()->ToInteger()};
}

// What the index must hold, by the items' keys.
std::map<ItemKey, Item> ExpectedEntries(const model::IndexSchema& index, const std::string& table,
                                        const State& state) {
  std::map<ItemKey, Item> entries;
  for (const auto& [key, item] : state.items) {
    const auto has = [&item_ref = item](const char* name) {
      return item_ref.Find(name) != nullptr;
    };
    if (key.table != table) {
      continue;
    }
    if (index.name == kLocalIndex && has("a")) {
      entries[key] = KeyItem(key);
      entries[key].Set("a", *item.Find("a"));
    } else if ((index.name == kGroupIndex && has("g") && has("h")) ||
               (index.name == kExtraIndex && has("e"))) {
      entries[key] = item;
    }
  }
  return entries;
}

std::optional<Violation> Wrong(const std::string& what, const std::string& detail) {
  return Violation{Violation::Kind::kIndex, what + ": " + detail};
}

std::optional<Violation> CheckCounts(const std::string& what, const engine::RowCounts& counts,
                                     const Rows& rows) {
  const auto items = static_cast<int64_t>(rows.items.size());
  if (counts.items != items || counts.bytes != rows.bytes) {
    return Wrong(what, "described as " + std::to_string(counts.items) + " items of " +
                           std::to_string(counts.bytes) + " bytes, has " + std::to_string(items) +
                           " of " + std::to_string(rows.bytes));
  }
  return std::nullopt;
}

std::optional<Violation> CheckIndex(engine::Engine& engine, const State& state,
                                    const std::string& table, const model::IndexSchema& index,
                                    const engine::RowCounts& counts) {
  const std::string what = "index " + index.name + " of " + table;
  const base::Result<Rows> rows = ScanIndex(engine, table, index.name);
  if (!rows.ok()) {
    return Wrong(what, rows.error().message);
  }
  std::map<ItemKey, Item> expected = ExpectedEntries(index, table, state);
  for (const Item& entry : rows->items) {
    const ItemKey key = KeyOf(table, entry);
    const auto found = expected.find(key);
    if (found == expected.end() || !(found->second == entry)) {
      return Wrong(what, "the entry of " + ToText(key) + " is stale, or is there twice");
    }
    expected.erase(found);
  }
  if (!expected.empty()) {
    return Wrong(what, "there is no entry of " + ToText(expected.begin()->first));
  }
  return CheckCounts(what, counts, *rows);
}

std::optional<Violation> CheckTable(engine::Engine& engine, const State& state,
                                    const engine::TableDescription& description) {
  const model::TableSchema& schema = description.table->schema;
  engine::ScanRequest request;
  request.table = schema.name;
  const base::Result<Rows> rows = ScanAll(engine, std::move(request));
  if (!rows.ok()) {
    return Wrong("table " + schema.name, rows.error().message);
  }
  if (auto wrong = CheckCounts("table " + schema.name, description.counts, *rows)) {
    return wrong;
  }
  for (size_t i = 0; i < schema.local_indexes.size(); ++i) {
    if (auto wrong = CheckIndex(engine, state, schema.name, schema.local_indexes[i],
                                description.local_indexes[i])) {
      return wrong;
    }
  }
  for (size_t i = 0; i < schema.global_indexes.size(); ++i) {
    const model::IndexSchema& index = schema.global_indexes[i];
    if (!index.Readable()) {
      continue;
    }
    if (auto wrong = CheckIndex(engine, state, schema.name, index, description.global_indexes[i])) {
      return wrong;
    }
  }
  return std::nullopt;
}

// Whether nothing counts in a space. Rows may be left for compactions.
bool IsEmpty(const storage::Store& store, storage::Space space) {
  return store.Counter({space, engine::kItemCounter}) == 0 &&
         store.Counter({space, engine::kBytesCounter}) == 0 && store.NextLogPosition(space) == 0;
}

}  // namespace

base::Result<State> ReadState(engine::Engine& engine) {
  State state;
  for (const std::string& name : engine.tables().ListTables({}).names) {
    STATOR_ASSIGN_OR_RETURN(const engine::TableDescription description,
                            engine.tables().DescribeTable(name));
    state.tables[name] = description.table->schema.FindIndex(kExtraIndex) != nullptr;
    engine::ScanRequest request;
    request.table = name;
    STATOR_ASSIGN_OR_RETURN(Rows rows, ScanAll(engine, std::move(request)));
    for (Item& item : rows.items) {
      const ItemKey key = KeyOf(name, item);
      if (!state.items.emplace(key, std::move(item)).second) {
        return base::Error{base::ErrorCode::kCorruption, ToText(key) + " is there twice"};
      }
    }
  }
  return state;
}

bool IsBackfilled(engine::Engine& engine) {
  for (const std::string& name : engine.tables().ListTables({}).names) {
    const auto description = engine.tables().DescribeTable(name);
    if (!description.ok()) {
      continue;
    }
    const auto& indexes = description->table->schema.global_indexes;
    if (!std::all_of(indexes.begin(), indexes.end(),
                     [](const model::IndexSchema& index) { return index.Readable(); })) {
      return false;
    }
  }
  return true;
}

std::optional<Violation> CheckTables(engine::Engine& engine, const State& state) {
  for (const auto& [name, has_extra] : state.tables) {
    const base::Result<engine::TableDescription> description = engine.tables().DescribeTable(name);
    if (!description.ok()) {
      return Wrong("table " + name, description.error().message);
    }
    if (auto wrong = CheckTable(engine, state, *description)) {
      return wrong;
    }
  }
  return CheckStreams(engine, state);
}

std::optional<Violation> CheckSpaces(engine::Engine& engine, storage::Store& store) {
  std::set<storage::Space> used = StreamSpaces(engine);
  for (const std::string& name : engine.tables().ListTables({}).names) {
    const auto description = engine.tables().DescribeTable(name);
    if (!description.ok()) {
      return Wrong("table " + name, description.error().message);
    }
    used.insert(description->table->schema.space);
    for (const model::IndexSchema& index : description->table->schema.global_indexes) {
      used.insert(index.id);
    }
  }
  const storage::Space last =
      (used.empty() ? storage::kFirstUserSpace : *used.rbegin()) + kSpacesBeyond;
  for (storage::Space space = storage::kFirstUserSpace; space <= last; ++space) {
    if (used.contains(space)) {
      continue;
    }
    if (!IsEmpty(store, space)) {
      return Wrong("space " + std::to_string(space), "dropped, but counts are left");
    }
  }
  return std::nullopt;
}

}  // namespace stator::crash_points
