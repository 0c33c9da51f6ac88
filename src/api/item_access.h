#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/access.h"
#include "engine/requests.h"

// What reads and writes of items access: their partition keys, every attribute that they touch or
// may return, and the parameters that policies can ask for. One description for each operation, in
// whatever batch or transaction it is done.
namespace stator::api {

// A read of one item. Borrows everything.
struct GetAccess {
  std::string_view action = "GetItem";  // or another that reads one item
  std::string_view enclosing = {};      // the transaction that it is part of
  std::string_view table;
  const model::Item& key;
  const std::optional<expression::Projection>& projection;
  engine::CapacityDetail capacity = engine::CapacityDetail::kNone;
};
void AddGet(const GetAccess& get, AccessList& accesses);

// A write of one item, or a check of one. Borrows everything.
struct WriteAccess {
  std::string_view action;
  std::string_view enclosing = {};
  std::string_view table;
  const model::Item& item;  // or the key
  const expression::Update* update = nullptr;
  const expression::Condition* condition = nullptr;
  // Absent where the request has no such parameter, and NONE is not meant either.
  std::optional<engine::ReturnValues> return_values = std::nullopt;
  bool return_item_on_condition_failure = false;
  engine::CapacityDetail capacity = engine::CapacityDetail::kNone;
};
void AddWrite(const WriteAccess& write, AccessList& accesses);

// A page of a table or an index, and what it is part of.
struct PageAccess {
  std::string_view action;
  std::string_view enclosing = {};
};
void AddQuery(const engine::QueryRequest& query, AccessList& accesses,
              const PageAccess& page = {.action = "Query"});
void AddScan(const engine::ScanRequest& scan, AccessList& accesses,
             const PageAccess& page = {.action = "Scan"});

// A statement that nobody can tell more of than its table: it may access everything there.
void AddAnything(const PageAccess& page, std::string_view table, AccessList& accesses);

}  // namespace stator::api
