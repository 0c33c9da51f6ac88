#include "api/statement_access.h"

#include <memory>
#include <utility>
#include <variant>

#include "api/item_access.h"
#include "partiql/select_plan.h"
#include "partiql/select_reader.h"
#include "partiql/write_plan.h"

namespace stator::api {
namespace {

std::string_view ActionOf(const partiql::Statement& statement) {
  if (std::holds_alternative<partiql::Insert>(statement)) {
    return "PartiQLInsert";
  }
  if (std::holds_alternative<partiql::Update>(statement)) {
    return "PartiQLUpdate";
  }
  return std::holds_alternative<partiql::Delete>(statement) ? "PartiQLDelete" : "PartiQLSelect";
}

void AddSelect(const partiql::SelectPlan& plan, const StatementAccess& statement,
               const PageAccess& page, AccessList& accesses) {
  const partiql::SelectOptions options{.start = {}, .limit = {}, .capacity = statement.capacity};
  if (plan.scans()) {
    AddScan(partiql::ToScan(plan, options), accesses, page);
  }
  for (const partiql::Lookup& lookup : plan.lookups) {
    if (const auto* key = std::get_if<model::Item>(&lookup)) {
      AddGet({.action = page.action,
              .enclosing = page.enclosing,
              .table = plan.table,
              .key = *key,
              .projection = plan.projection,
              .capacity = statement.capacity},
             accesses);
    } else {
      AddQuery(partiql::ToQuery(plan, std::get<expression::KeyCondition>(lookup), options),
               accesses, page);
    }
  }
}

void AddPlannedWrite(const partiql::WritePlan& plan, const partiql::StatementRequest& request,
                     const StatementAccess& statement, const PageAccess& page,
                     AccessList& accesses) {
  const bool returns =
      plan.type == engine::TransactAction::kUpdate || plan.type == engine::TransactAction::kDelete;
  AddWrite({.action = page.action,
            .enclosing = page.enclosing,
            .table = plan.table,
            .item = plan.item,
            .update = plan.update ? &*plan.update : nullptr,
            .condition = plan.condition ? &*plan.condition : nullptr,
            .return_values = returns ? std::optional(plan.return_values) : std::nullopt,
            .return_item_on_condition_failure = request.return_item_on_condition_failure,
            .capacity = statement.capacity},
           accesses);
}

}  // namespace

void AddStatement(const partiql::StatementRequest& request, const StatementAccess& access,
                  AccessList& accesses) {
  const partiql::Statement& statement = *request.statement;
  const PageAccess page{.action = ActionOf(statement), .enclosing = access.enclosing};
  const std::string& table_name = partiql::TableOf(statement);
  // What cannot be planned now cannot be run either, unless the table changes before.
  const std::shared_ptr<const engine::Table> table = accesses.FindTable(table_name);
  if (table == nullptr) {
    AddAnything(page, table_name, accesses);
    return;
  }
  if (const auto* select = std::get_if<partiql::Select>(&statement)) {
    const base::Result<partiql::SelectPlan> plan =
        partiql::PlanSelect(*select, table->schema, request.consistent);
    if (plan.ok()) {
      return AddSelect(*plan, access, page, accesses);
    }
  } else {
    const base::Result<partiql::WritePlan> plan = partiql::PlanWrite(statement, table->schema);
    if (plan.ok()) {
      return AddPlannedWrite(*plan, request, access, page, accesses);
    }
  }
  AddAnything(page, table_name, accesses);
}

}  // namespace stator::api
