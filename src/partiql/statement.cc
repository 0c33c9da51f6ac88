#include "partiql/statement.h"

namespace stator::partiql {

const std::string* Operand::Attribute() const {
  return !value && !size && path.top_level() ? &path.attribute() : nullptr;
}

const std::string& TableOf(const Statement& statement) {
  return std::visit(
      [](const auto& kind) -> const std::string& {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(kind)>, Exists>) {
          return kind.select.table;
        } else {
          return kind.table;
        }
      },
      statement);
}

}  // namespace stator::partiql
