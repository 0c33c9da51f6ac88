#pragma once

#include <optional>
#include <string>

#include "base/completion.h"
#include "base/result.h"
#include "engine/engine.h"
#include "engine/requests.h"
#include "engine/table.h"
#include "expression/condition.h"
#include "expression/update.h"
#include "model/attribute_value.h"
#include "partiql/statement.h"
#include "storage/store.h"

namespace stator::partiql {

// What a statement other than SELECT writes, or checks, as an action of the engine.
struct WritePlan {
  engine::TransactAction type = engine::TransactAction::kPut;
  std::string table;
  model::Item item;  // the item of kPut, else the key
  std::optional<expression::Update> update;
  std::optional<expression::Condition> condition;
  engine::ReturnValues return_values = engine::ReturnValues::kNone;
  bool if_not_exists = false;  // of kPut: an item that is there already is no error (P1)
};

// The words of DuplicateItemException and of the reason with its name.
inline constexpr char kDuplicateItemMessage[] = "Duplicate primary key exists in table";

// Lowers INSERT, UPDATE, DELETE or EXISTS. An INSERT is a put on the condition that there is no
// item; an UPDATE is one on the condition that there is one (P1); what WHERE has beside the key is
// the condition (P2). Fails when WHERE does not give the whole key. REQUIRES: no SELECT.
base::Result<WritePlan> PlanWrite(Statement statement, const model::TableSchema& schema);

// Whether the key attributes are there, with their types. Else the write fails; in a transaction
// that is a reason for its cancellation.
base::Result<void> CheckKey(const WritePlan& plan, const model::TableSchema& schema);

// The item's row, when the plan has a key that fits the table.
std::optional<storage::Key> RowOf(const WritePlan& plan, const model::TableSchema& schema);

// What a write of one statement is run with.
struct WriteRunOptions {
  engine::CapacityDetail capacity = engine::CapacityDetail::kNone;
  bool return_item_on_condition_failure = false;
};

// Runs it as PutItem, UpdateItem or DeleteItem. Fails with kDuplicateItem when an item to insert is
// there already. REQUIRES: no kConditionCheck.
void RunWrite(engine::Engine& engine, WritePlan plan, const WriteRunOptions& options,
              const engine::CallContext& context, base::Completion<engine::WriteResult> done);

}  // namespace stator::partiql
