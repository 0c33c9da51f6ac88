#include "partiql/prepare.h"

#include <utility>

#include "model/limits.h"
#include "partiql/parser.h"

namespace stator::partiql {

base::Result<void> CheckParameters(const StatementRequest& request) {
  for (const model::AttributeValue& parameter : request.parameters) {
    if (model::NestingDepth(parameter) > model::limits::kNestingDepth) {
      return base::ValidationError(model::kNestedTooDeep);
    }
  }
  return {};
}

base::Result<Statement> Prepare(StatementRequest& request) {
  STATOR_RETURN_IF_ERROR(CheckParameters(request));
  return ParseStatement(request.statement, std::move(request.parameters));
}

base::Result<std::shared_ptr<const engine::Table>> FindTable(engine::Engine& engine,
                                                             const Statement& statement) {
  STATOR_ASSIGN_OR_RETURN(engine::Catalog::Snapshot snapshot,
                          engine.tables().catalog().FindForItems(TableOf(statement)));
  return std::move(snapshot.table);
}

}  // namespace stator::partiql
