#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/catalog.h"
#include "engine/item_key.h"
#include "engine/requests.h"
#include "storage/store.h"

// What Query and Scan have in common: the table or index they read, what they return of a row, and
// when a page is full.
namespace stator::engine {

// The members that QueryRequest and ScanRequest share. Borrows them: the request must outlive it.
struct PageRequest {
  const std::string& table;
  const std::optional<std::string>& index;
  const std::optional<expression::Condition>& filter;
  const std::optional<expression::Projection>& projection;
  std::optional<Select> select;
  std::optional<int64_t> limit;
  bool consistent = false;
  CapacityDetail capacity = CapacityDetail::kNone;
};

// What a page is read from, after all checks that need no stored item.
struct PageSource {
  std::shared_ptr<const Table> table;
  const model::IndexSchema* index = nullptr;  // null: the table itself; points into `table`
  KeySpace key_space;
  bool count_only = false;
  // A local index lacks attributes that the answer needs: each entry's item is read, too (Q6).
  bool fetch_items = false;

  const model::TableSchema& schema() const { return table->schema; }
  // The key whose order the rows have.
  const model::KeySchema& key() const { return index != nullptr ? index->key : schema().key; }
};

// Those of the top-level attributes `wanted` that the index's entries do not hold.
std::vector<std::string> NotProjected(const model::TableSchema& schema,
                                      const model::IndexSchema& index,
                                      const std::vector<std::string>& wanted);

// Finds the table and index and checks what may be asked of them (Q5-Q7, V14).
base::Result<PageSource> OpenPage(const Catalog& catalog, const PageRequest& request);

// The row of an ExclusiveStartKey. Fails in the service's words when it does not have exactly the
// key attributes of the table and the index, with their types (Q3).
base::Result<storage::Key> StartRow(const PageSource& source, const model::Item& start_key);

// Collects the rows of one page.
class PageReader {
 public:
  // All must outlive the reader.
  PageReader(storage::Store& store, const PageSource& source, const PageRequest& request,
             const CallContext& context);

  // Charges each of so many equal parts of the hash space by itself, as far as the page reaches
  // into `range`. Call before the first row.
  void ChargeByPartition(size_t partitions, const storage::SpaceRange& range);

  // Takes the next row; false when the page is full. The views need to live for the call only.
  bool Add(const storage::RowView& row);

  // The page, after the last row. Fails with what the rows' bytes or the reads of items failed
  // with, and with kWouldBlock when the page is too large for a caller that must not wait.
  base::Result<PageResult> Finish();

 private:
  base::Result<void> Process(std::string_view record);
  base::Result<void> FetchItems();
  base::Result<Record> LastEvaluatedKey() const;
  ConsumedCapacity Capacity() const;
  double SourceUnits() const;
  size_t PartitionOf(uint64_t hash) const;

  storage::Store& store_;
  const PageSource& source_;
  const PageRequest& request_;
  const CallContext& context_;
  PageResult result_;
  std::optional<base::Error> error_;
  uint64_t bytes_ = 0;  // billed, of all rows
  // With ChargeByPartition: the same for each partition, and which of them the page may reach.
  std::vector<uint64_t> partition_bytes_;
  size_t first_partition_ = 0;
  size_t last_partition_ = 0;
  double item_units_ = 0;           // of the items that were read beside the index
  std::vector<Record> entries_;     // index entries whose items are still to be read
  std::optional<Record> last_row_;  // set when the page is full
};

}  // namespace stator::engine
