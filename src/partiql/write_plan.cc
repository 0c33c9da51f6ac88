#include "partiql/write_plan.h"

#include <utility>
#include <vector>

#include "engine/item_change.h"
#include "engine/item_key.h"
#include "model/item_size.h"
#include "partiql/lower.h"

namespace stator::partiql {
namespace {

using base::Result;
using engine::TransactAction;
using engine::WriteResult;

std::vector<model::KeyAttribute> KeyAttributes(const model::TableSchema& schema) {
  std::vector<model::KeyAttribute> attributes = schema.key.partition;
  attributes.insert(attributes.end(), schema.key.sort.begin(), schema.key.sort.end());
  return attributes;
}

// Takes the key out of WHERE and leaves the rest, in which nothing may compare a key attribute.
Result<model::Item> TakeWholeKey(const model::TableSchema& schema, std::vector<Where>& conjuncts) {
  std::optional<model::Item> key = TakeKey(schema.key, conjuncts);
  if (!key) {
    return base::ValidationError(
        "Where clause does not contain a mandatory equality on all key attributes");
  }
  for (const model::KeyAttribute& attribute : KeyAttributes(schema)) {
    for (const Where& rest : conjuncts) {
      if (EqualityOn(rest, attribute.name) != nullptr) {
        return base::ValidationError("Multiple conditions on same key " + attribute.name +
                                     ". Only single item Update/Insert/Delete are supported");
      }
    }
  }
  return *std::move(key);
}

const std::string& FirstKey(const model::TableSchema& schema) {
  return schema.key.partition[0].name;
}

// That the item is there, and all of the parts.
expression::Condition IfExists(const model::TableSchema& schema, std::vector<Where> conjuncts) {
  conjuncts.insert(conjuncts.begin(), AttributeExists(FirstKey(schema)));
  return *ToCondition(std::move(conjuncts));
}

Result<WritePlan> Plan(Insert insert, const model::TableSchema& schema) {
  WritePlan plan;
  plan.type = TransactAction::kPut;
  plan.item = std::move(insert.item);
  plan.if_not_exists = insert.if_not_exists;
  plan.condition = ToCondition({AttributeNotExists(FirstKey(schema))});
  return plan;
}

Result<WritePlan> Plan(Update update, const model::TableSchema& schema) {
  WritePlan plan;
  plan.type = TransactAction::kUpdate;
  std::vector<Where> conjuncts = Conjuncts(std::move(update.where));
  STATOR_ASSIGN_OR_RETURN(plan.item, TakeWholeKey(schema, conjuncts));
  STATOR_ASSIGN_OR_RETURN(plan.update, ToUpdate(std::move(update.assignments)));
  plan.condition = IfExists(schema, std::move(conjuncts));
  plan.return_values = update.returning;
  return plan;
}

Result<WritePlan> Plan(Delete remove, const model::TableSchema& schema) {
  WritePlan plan;
  plan.type = TransactAction::kDelete;
  std::vector<Where> conjuncts = Conjuncts(std::move(remove.where));
  STATOR_ASSIGN_OR_RETURN(plan.item, TakeWholeKey(schema, conjuncts));
  plan.condition = ToCondition(std::move(conjuncts));
  plan.return_values = remove.returning;
  return plan;
}

Result<WritePlan> Plan(Exists exists, const model::TableSchema& schema) {
  if (exists.select.index) {
    return base::ValidationError("Operations on indices are not supported in transactions");
  }
  WritePlan plan;
  plan.type = TransactAction::kConditionCheck;
  std::vector<Where> conjuncts = Conjuncts(std::move(exists.select.where));
  std::optional<model::Item> key = TakeKey(schema.key, conjuncts);
  if (!key || conjuncts.empty()) {
    return base::ValidationError(
        "EXISTS() must contain a single item read with additional condition");
  }
  plan.item = *std::move(key);
  plan.condition = IfExists(schema, std::move(conjuncts));
  return plan;
}

Result<WritePlan> Plan(const Select& /*select*/, const model::TableSchema& /*schema*/) {
  return base::Error{base::ErrorCode::kInternal, "SELECT does not write"};
}

// What a put that found an item answers: nothing happened, or an error.
Result<WriteResult> Duplicate(const std::string& table, uint64_t item_bytes, bool if_not_exists,
                              engine::CapacityDetail capacity) {
  if (!if_not_exists) {
    return base::Error{base::ErrorCode::kDuplicateItem, kDuplicateItemMessage};
  }
  WriteResult result;
  if (capacity != engine::CapacityDetail::kNone) {
    result.capacity.emplace();
    result.capacity->table_name = table;
    result.capacity->detail = capacity;
    result.capacity->table.write = engine::WriteUnits(item_bytes);  // a failed condition's (C1)
  }
  return result;
}

void RunPut(engine::Engine& engine, WritePlan plan, engine::PutItemRequest request,
            const engine::CallContext& context, base::Completion<WriteResult> done) {
  const uint64_t item_bytes = model::ItemSizeBytes(plan.item);
  request.item = std::move(plan.item);
  std::string table = request.table;
  const engine::CapacityDetail detail = request.options.capacity;
  engine.PutItem(
      std::move(request), context,
      [table = std::move(table), item_bytes, if_not_exists = plan.if_not_exists, detail,
       done = std::move(done)](Result<WriteResult> result) {
        if (!result.ok() && result.error().code == base::ErrorCode::kConditionalCheckFailed) {
          done(Duplicate(table, item_bytes, if_not_exists, detail));
        } else {
          done(std::move(result));
        }
      });
}

}  // namespace

Result<WritePlan> PlanWrite(Statement statement, const model::TableSchema& schema) {
  std::string table = TableOf(statement);
  STATOR_ASSIGN_OR_RETURN(
      WritePlan plan,
      std::visit([&schema](auto& kind) { return Plan(std::move(kind), schema); }, statement));
  plan.table = std::move(table);
  return plan;
}

Result<void> CheckKey(const WritePlan& plan, const model::TableSchema& schema) {
  for (const model::KeyAttribute& attribute : KeyAttributes(schema)) {
    const model::AttributeValue* value = plan.item.Find(attribute.name);
    if (value == nullptr) {
      return base::ValidationError("Key attribute should be present in the item: Key " +
                                   attribute.name);
    }
    STATOR_RETURN_IF_ERROR(CheckKeyType(attribute, *value));
  }
  return {};
}

std::optional<storage::Key> RowOf(const WritePlan& plan, const model::TableSchema& schema) {
  const base::Result<void> fits = plan.type == TransactAction::kPut
                                      ? engine::CheckItemKey(schema, plan.item)
                                      : engine::CheckKeyShape(schema, plan.item);
  return fits.ok() ? std::optional(engine::ItemRowKey(schema, plan.item)) : std::nullopt;
}

void RunWrite(engine::Engine& engine, WritePlan plan, const WriteRunOptions& options,
              const engine::CallContext& context, base::Completion<WriteResult> done) {
  const engine::WriteOptions write_options{
      .capacity = options.capacity,
      .item_collection_metrics = false,
      .return_item_on_condition_failure = options.return_item_on_condition_failure};
  if (plan.type == TransactAction::kPut) {
    engine::PutItemRequest request;
    request.table = std::move(plan.table);
    request.condition = std::move(plan.condition);
    request.options = write_options;
    RunPut(engine, std::move(plan), std::move(request), context, std::move(done));
    return;
  }
  if (plan.type == TransactAction::kDelete) {
    engine::DeleteItemRequest request;
    request.table = std::move(plan.table);
    request.key = std::move(plan.item);
    request.condition = std::move(plan.condition);
    request.return_values = plan.return_values;
    request.options = write_options;
    engine.DeleteItem(std::move(request), context, std::move(done));
    return;
  }
  engine::UpdateItemRequest request;
  request.table = std::move(plan.table);
  request.key = std::move(plan.item);
  request.update = std::move(plan.update);
  request.condition = std::move(plan.condition);
  request.return_values = plan.return_values;
  request.flat_size = true;
  request.options = write_options;
  engine.UpdateItem(std::move(request), context, std::move(done));
}

}  // namespace stator::partiql
