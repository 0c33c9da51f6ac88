#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "engine/requests.h"
#include "expression/condition_node.h"
#include "expression/path.h"
#include "expression/update_node.h"
#include "model/attribute_value.h"

// Statements as they are written, with their parameters in place; nothing here knows a table. The
// depth of the trees is bounded by the parser (kMaxDepth), so that recursion over them is, too.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
namespace stator::partiql {

// A side of a comparison: a literal or parameter when there is a value, else a path or its size.
struct Operand {
  std::optional<model::AttributeValue> value;
  expression::Path path;
  bool size = false;

  // The attribute's name, when the operand is a whole attribute and nothing else.
  const std::string* Attribute() const;
};

// A part of WHERE: one test, or what joins the parts below. AND and OR have two children or more,
// NOT has one.
struct Where {
  enum class Kind : uint8_t { kTest, kAnd, kOr, kNot };
  Kind kind = Kind::kTest;
  expression::ConditionOp op = expression::ConditionOp::kEqual;  // of kTest
  std::vector<Operand> operands;                                 // of kTest
  std::vector<Where> children;
};

// A part of ORDER BY.
struct SortKey {
  std::string attribute;
  bool descending = false;
};

struct Select {  // SELECT
  std::string table;
  std::optional<std::string> index;
  std::vector<expression::Path> columns;  // none: all
  std::optional<Where> where;
  std::vector<SortKey> order_by;
};

struct Insert {  // INSERT
  std::string table;
  model::Item item;
  bool if_not_exists = false;
};

// One step of the right side of SET, in postfix order.
struct SetStep {
  std::optional<expression::ValueStep::Op> op;  // else an operand
  Operand operand;                              // the path of kIfNotExists
};

// One action of UPDATE: `path = steps`, REMOVE path, set_add(path, set), set_delete(path, set).
struct Assignment {
  expression::UpdateAction::Kind kind = expression::UpdateAction::Kind::kSet;
  expression::Path path;
  std::vector<SetStep> steps;  // of kSet
  model::AttributeValue set;   // of kAdd and kDelete
};

struct Update {  // UPDATE
  std::string table;
  std::vector<Assignment> assignments;
  std::optional<Where> where;
  engine::ReturnValues returning = engine::ReturnValues::kNone;
};

struct Delete {  // DELETE
  std::string table;
  std::optional<Where> where;
  engine::ReturnValues returning = engine::ReturnValues::kNone;
};

struct Exists {  // EXISTS(SELECT ...), a statement of transactions
  Select select;
};

using Statement = std::variant<Select, Insert, Update, Delete, Exists>;

// The table that it is about, as the statement names it: a name or an ARN.
const std::string& TableOf(const Statement& statement);

// Makes the table's name one of an account, whose tables have qualified names (engine/catalog.h);
// empty is the server's own. An ARN says its account itself. A name with a colon is no user's to
// say: kResourceNotFound.
base::Result<void> QualifyTable(std::string_view account, Statement& statement);

// Whether it reads and writes nothing.
inline bool IsRead(const Statement& statement) { return std::holds_alternative<Select>(statement); }

}  // namespace stator::partiql
