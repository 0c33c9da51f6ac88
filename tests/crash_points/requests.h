#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/table_requests.h"
#include "model/attribute_value.h"

// What the load asks of the engine, in a form that both the engine and the oracle can carry out.
namespace stator::crash_points {

// An item's place: a table, the string `pk`, and the whole number `sk`.
struct ItemKey {
  std::string table;
  std::string partition;
  int64_t sort = 0;
  friend auto operator<=>(const ItemKey&, const ItemKey&) = default;
};

std::string ToText(const ItemKey& key);
model::Item KeyItem(const ItemKey& key);

// A change of one item.
struct Change {
  // What is done to the item.
  enum class Kind : uint8_t {
    kPut,    // becomes `item`
    kErase,  // goes
    kAdd,    // `version` is set, and 1 added to `n`; made when it is not there
    kMove,   // g and `version` are set, `a` goes; refused when it is not there
  };
  Kind kind = Kind::kPut;
  ItemKey key;
  model::Item item;   // of kPut
  std::string group;  // of kMove
  int64_t version = 0;
};

// A change of a table.
struct TableChange {
  // What is done to the table.
  enum class Kind : uint8_t { kNone, kCreate, kDelete, kAddIndex, kRemoveIndex };
  Kind kind = Kind::kNone;
  std::string table;
};

// One request: one or more changes of items, all or none of which happen, or one of a table.
struct Request {
  // Which call it is. Only a transaction has a token.
  enum class Kind : uint8_t { kSingle, kBatch, kTransaction, kTable };
  Kind kind = Kind::kSingle;
  std::vector<Change> changes;
  std::string token;
  TableChange table;
};

std::string ToText(const Request& request);

// How a request ended, as far as the caller knows.
enum class Outcome : uint8_t {
  kInFlight,  // no answer yet
  kDone,      // acknowledged
  kRefused,   // certainly nothing happened
  kUnknown,   // may or may not have happened
};

// The names of every table's indexes. The last one comes and goes.
inline constexpr char kLocalIndex[] = "local";
inline constexpr char kGroupIndex[] = "group";
inline constexpr char kExtraIndex[] = "extra";

engine::PutItemRequest MakePut(const Change& change);
engine::DeleteItemRequest MakeDelete(const Change& change);
engine::UpdateItemRequest MakeUpdate(const Change& change);
engine::BatchWriteItemRequest MakeBatch(const Request& request);
engine::TransactWriteItemsRequest MakeTransaction(const Request& request);
engine::CreateTableRequest MakeCreateTable(const std::string& table);
engine::UpdateTableRequest MakeAddIndex(const std::string& table);
engine::UpdateTableRequest MakeRemoveIndex(const std::string& table);

}  // namespace stator::crash_points
