#include "partiql/statement.h"

#include "engine/catalog.h"

namespace stator::partiql {
namespace {

// The table in a statement that is const or not.
template <typename AnyStatement>
auto& TableIn(AnyStatement& statement) {
  return std::visit(
      [](auto& kind) -> auto& {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(kind)>, Exists>) {
          return kind.select.table;
        } else {
          return kind.table;
        }
      },
      statement);
}

}  // namespace

const std::string* Operand::Attribute() const {
  return !value && !size && path.top_level() ? &path.attribute() : nullptr;
}

const std::string& TableOf(const Statement& statement) { return TableIn(statement); }

base::Result<void> QualifyTable(std::string_view account, Statement& statement) {
  std::string& table = TableIn(statement);
  if (table.starts_with("arn:")) {
    return {};
  }
  if (table.find(':') != std::string::npos) {
    return base::Error{base::ErrorCode::kResourceNotFound, "Requested resource not found"};
  }
  if (!account.empty()) {
    table = engine::QualifiedTableName(account, table);
  }
  return {};
}

}  // namespace stator::partiql
