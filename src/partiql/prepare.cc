#include "partiql/prepare.h"

#include <utility>

#include "model/item_size.h"
#include "model/limits.h"
#include "partiql/next_token.h"
#include "partiql/parser.h"

namespace stator::partiql {

StatementRequest PrepareStatement(std::string_view text,
                                  std::vector<model::AttributeValue> parameters,
                                  std::string_view account) {
  StatementRequest request;
  request.payload_bytes = text.size();
  for (const model::AttributeValue& parameter : parameters) {
    if (model::NestingDepth(parameter) > model::limits::kNestingDepth) {  // V13
      request.statement = base::ValidationError(model::kNestedTooDeep);
      return request;
    }
    request.payload_bytes += model::ValueSizeBytes(parameter);
  }
  request.digest = StatementDigest(text, parameters);
  request.statement = ParseStatement(text, std::move(parameters));
  if (request.statement.ok()) {
    if (const base::Result<void> named = QualifyTable(account, *request.statement); !named.ok()) {
      request.statement = named.error();
    }
  }
  return request;
}

base::Result<std::shared_ptr<const engine::Table>> FindTable(engine::Engine& engine,
                                                             const Statement& statement) {
  STATOR_ASSIGN_OR_RETURN(engine::Catalog::Snapshot snapshot,
                          engine.tables().catalog().FindForItems(TableOf(statement)));
  return std::move(snapshot.table);
}

}  // namespace stator::partiql
