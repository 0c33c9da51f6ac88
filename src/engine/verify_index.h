#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "engine/item_change.h"
#include "engine/verify.h"
#include "model/attribute_value.h"
#include "model/table_schema.h"
#include "storage/store.h"

// Parts of VerifyStore: reading rows, and comparing an index's entries with its table's items.
namespace stator::engine {

// A number of rows, in any order: equal sums mean equal rows.
struct RowSum {
  uint64_t rows = 0;
  uint64_t bytes = 0;   // as billed
  uint64_t hashes = 0;  // sum of a hash of each key and record

  void Add(std::string_view partition, std::string_view sort, std::string_view record,
           uint64_t size_bytes);
  friend bool operator==(const RowSum&, const RowSum&) = default;
};

// Reads rows, tells the observer how far it is, and turns failures into problems. For one thread.
class RowVerifier {
 public:
  // The references must outlive the object.
  RowVerifier(storage::Store& store, const VerifyObserver& observer, uint64_t rows_expected)
      : store_(store), observer_(observer), progress_{.rows_expected = rows_expected} {}

  // Delivers all rows of a kind in a space; false, and a problem, when that fails on the way.
  bool ForEachRow(const std::string& place, storage::Space space, storage::RowKind kind,
                  base::FunctionRef<void(const storage::RowView& row)> visit);

  // The item or entry in the row; nullopt, and a problem, when its record does not decode. Other
  // problems with it are told, too.
  std::optional<model::Item> ReadRecord(const std::string& place, const storage::RowView& row);

  // A row's value; nullopt when there is none, or when reading it fails, which is a problem.
  std::optional<std::string> Get(const std::string& place, const storage::Key& key);

  void Problem(const std::string& place, const std::string& what) {
    ++problems_;
    observer_.problem(place + ": " + what);
  }
  void Note(const std::string& place, const std::string& what) {
    observer_.note(place + ": " + what);
  }
  uint64_t problems() const { return problems_; }

 private:
  storage::Store& store_;
  const VerifyObserver& observer_;
  VerifyProgress progress_;
  uint64_t problems_ = 0;
};

// A row's key for people: in JSON when the item has it, else in hexadecimal.
std::string KeyText(const model::TableSchema& schema, const model::Item& item);
std::string KeyText(const storage::RowView& row);

// Names each item whose entry is missing or differs.
void FindMissingEntries(RowVerifier& verifier, const std::string& place,
                        const model::TableSchema& schema, const model::IndexSchema& index);

// Names each entry that no item calls for.
void FindStrayEntries(RowVerifier& verifier, const std::string& place,
                      const model::TableSchema& schema, const model::IndexSchema& index);

// The number of a local index that the row's sort bytes begin with; nullopt when there is none.
std::optional<uint32_t> LocalIndexOf(const storage::RowView& row);

}  // namespace stator::engine
