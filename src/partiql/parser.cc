#include "partiql/parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "expression/path_overlap.h"
#include "model/limits.h"
#include "partiql/lexer.h"
#include "partiql/lower.h"
#include "partiql/where_parser.h"

namespace stator::partiql {
namespace {

using base::Result;
using engine::ReturnValues;
using expression::UpdateAction;
using expression::ValueStep;
using model::AttributeValue;
using model::ValueType;

bool IsSet(ValueType type) {
  return type == ValueType::kStringSet || type == ValueType::kNumberSet ||
         type == ValueType::kBinarySet;
}

constexpr char kNoAliases[] = "Aliasing is not supported";
constexpr char kNoIndex[] = "This operation is not supported on an index";

// What SQL has in a FROM clause, but not this.
constexpr std::array<std::string_view, 7> kJoins = {"JOIN",  "INNER", "LEFT", "RIGHT",
                                                    "OUTER", "FULL",  "CROSS"};
// The words that end a FROM clause; any other would be an alias.
constexpr std::array<std::string_view, 7> kClauses = {"WHERE", "ORDER",  "GROUP",    "HAVING",
                                                      "LIMIT", "OFFSET", "RETURNING"};

// Whether the operand that ends the steps may be one of an operator that takes that type.
Result<void> CheckStep(std::string_view function, const SetStep& step, ValueType type) {
  if (!step.op && step.operand.value && step.operand.value->type() != type) {
    return WrongOperandType(function, step.operand.value->type());
  }
  return {};
}

bool IsPath(const SetStep& step) { return !step.op && !step.operand.value; }

// Columns that would have one name, or of which one is a part of another, are refused.
Result<void> CheckColumns(const std::vector<expression::Path>& columns) {
  std::vector<std::string> names;
  for (const expression::Path& column : columns) {
    std::string name = ColumnName(column);
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return base::ValidationError("Duplicate identifiers in select clause: " + name);
    }
    names.push_back(std::move(name));
  }
  const std::optional<expression::PathClash> clash = expression::FindPathClash(columns);
  return clash ? base::ValidationError(expression::ClashText(*clash, columns)) : Result<void>();
}

std::string_view ReturningWords(ReturnValues returning) {
  switch (returning) {
    case ReturnValues::kNone:
      return "";
    case ReturnValues::kAllOld:
      return "ALL OLD *";
    case ReturnValues::kUpdatedOld:
      return "MODIFIED OLD *";
    case ReturnValues::kAllNew:
      return "ALL NEW *";
    case ReturnValues::kUpdatedNew:
      return "MODIFIED NEW *";
  }
  return "";
}

// Recursive descent over whole statements.
class StatementParser : private WhereParser {
 public:
  StatementParser(std::string_view text, std::vector<AttributeValue> parameters)
      : WhereParser(text, std::move(parameters)) {}

  Result<Statement> Parse();

 private:
  Result<Statement> ParseKind();
  Result<Select> ParseSelect();
  Result<void> ParseColumns(Select& select);
  Result<void> ParseSource(Select& select);
  Result<void> CheckColumnEnds();
  Result<void> CheckSourceEnds();
  Result<void> ParseOrderBy(Select& select);
  Result<void> RefuseOtherClauses();
  Result<Insert> ParseInsert();
  Result<Update> ParseUpdate();
  Result<void> ParseAssignments(Update& update);
  Result<Assignment> ParseSetAssignment();
  Result<Assignment> ParseSetFunction(Assignment assignment);
  Result<void> ParseSum(int depth, std::vector<SetStep>& steps);
  Result<void> ParseSumOperand(int depth, std::vector<SetStep>& steps);
  Result<void> ParseSetCall(int depth, std::vector<SetStep>& steps);
  Result<SetStep> ParseSetOperand();
  Result<Delete> ParseDelete();
  Result<Exists> ParseExists();
  Result<std::string> ParseTable(std::string_view refusal);
  Result<std::optional<Where>> ParseOptionalWhere();
  Result<ReturnValues> ParseReturning();
};

Result<Statement> StatementParser::Parse() {
  STATOR_ASSIGN_OR_RETURN(Statement statement, ParseKind());
  (void)Take(TokenKind::kSemicolon);
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kEnd));
  STATOR_RETURN_IF_ERROR(CheckAllParametersUsed());
  return statement;
}

// The statement as the variant.
template <typename T>
Result<Statement> AsStatement(Result<T> parsed) {
  if (!parsed.ok()) {
    return std::move(parsed).error();
  }
  return Statement(std::move(parsed).value());
}

Result<Statement> StatementParser::ParseKind() {
  if (AtKeyword("SELECT")) {
    return AsStatement(ParseSelect());
  }
  if (AtKeyword("INSERT")) {
    return AsStatement(ParseInsert());
  }
  if (AtKeyword("UPDATE")) {
    return AsStatement(ParseUpdate());
  }
  if (AtKeyword("DELETE")) {
    return AsStatement(ParseDelete());
  }
  if (AtKeyword("EXISTS")) {
    return AsStatement(ParseExists());
  }
  if (AtKeyword("DROP") && next().IsKeyword("INDEX")) {
    return base::ValidationError("Unsupported operation: DropIndex");
  }
  if ((AtKeyword("DROP") || AtKeyword("CREATE")) && next().IsKeyword("TABLE")) {
    return base::ValidationError(std::string("Unsupported operation: ") +
                                 (AtKeyword("DROP") ? "DropTable" : "CreateTable"));
  }
  return NotWellFormed("Expected data manipulation");
}

Result<Select> StatementParser::ParseSelect() {
  Select select;
  STATOR_RETURN_IF_ERROR(ExpectKeyword("SELECT"));
  STATOR_RETURN_IF_ERROR(ParseColumns(select));
  STATOR_RETURN_IF_ERROR(ExpectKeyword("FROM"));
  STATOR_RETURN_IF_ERROR(ParseSource(select));
  STATOR_ASSIGN_OR_RETURN(select.where, ParseOptionalWhere());
  STATOR_RETURN_IF_ERROR(ParseOrderBy(select));
  STATOR_RETURN_IF_ERROR(RefuseOtherClauses());
  return select;
}

Result<void> StatementParser::ParseColumns(Select& select) {
  if (Take(TokenKind::kStar)) {
    return {};
  }
  if (AtKeyword("DISTINCT")) {
    return base::ValidationError("Unsupported token in expression: DISTINCT");
  }
  if (AtKeyword("VALUE") || AtKeyword("PIVOT")) {
    return base::ValidationError("Select projection doesn't support value or pivot keywords");
  }
  do {
    if (AtCall() || AtValue()) {  // no functions here, COUNT(*) among them (P6)
      return base::ValidationError("Unexpected path component at " + Position());
    }
    STATOR_ASSIGN_OR_RETURN(expression::Path path, ParsePath());
    select.columns.push_back(std::move(path));
    STATOR_RETURN_IF_ERROR(CheckColumnEnds());
  } while (Take(TokenKind::kComma));
  return CheckColumns(select.columns);
}

// No alias, and no arithmetic.
Result<void> StatementParser::CheckColumnEnds() {
  if (AtArithmetic()) {
    return base::ValidationError("Unexpected path component at " + Position());
  }
  if ((At(TokenKind::kWord) && !AtKeyword("FROM")) || At(TokenKind::kQuoted)) {
    return base::ValidationError(kNoAliases);
  }
  return {};
}

// "table" or "table"."index" (P4).
Result<void> StatementParser::ParseSource(Select& select) {
  STATOR_ASSIGN_OR_RETURN(select.table, ParseName());
  if (Take(TokenKind::kDot)) {
    STATOR_ASSIGN_OR_RETURN(select.index, ParseName());
  }
  if (At(TokenKind::kDot)) {
    return base::ValidationError("A path may contain at most 2 components in the FROM clause");
  }
  return CheckSourceEnds();
}

// No other table, and no alias.
Result<void> StatementParser::CheckSourceEnds() {
  const auto at_one_of = [this](const auto& keywords) {
    return std::any_of(keywords.begin(), keywords.end(),
                       [this](std::string_view keyword) { return AtKeyword(keyword); });
  };
  if (At(TokenKind::kComma) || at_one_of(kJoins)) {
    return base::ValidationError("Only select from a single table or index is supported.");
  }
  if (At(TokenKind::kQuoted) || (At(TokenKind::kWord) && !at_one_of(kClauses))) {
    return base::ValidationError(kNoAliases);
  }
  return {};
}

// Those of SQL that this SELECT does not have.
Result<void> StatementParser::RefuseOtherClauses() {
  constexpr std::string_view kWords = "Unsupported clause: ";
  if (AtKeyword("GROUP")) {
    return base::ValidationError(std::string(kWords) + "GROUP BY");
  }
  for (const std::string_view clause : {"HAVING", "LIMIT"}) {
    if (TakeKeyword(clause)) {
      return base::ValidationError(std::string(kWords) + std::string(clause) + " at " + Position());
    }
  }
  return {};
}

Result<void> StatementParser::ParseOrderBy(Select& select) {
  if (!TakeKeyword("ORDER")) {
    return {};
  }
  STATOR_RETURN_IF_ERROR(ExpectKeyword("BY"));
  do {
    SortKey key;
    STATOR_ASSIGN_OR_RETURN(key.attribute, ParseName());
    key.descending = TakeKeyword("DESC");
    (void)(key.descending || TakeKeyword("ASC"));
    select.order_by.push_back(std::move(key));
  } while (Take(TokenKind::kComma));
  return {};
}

Result<std::optional<Where>> StatementParser::ParseOptionalWhere() {
  if (!TakeKeyword("WHERE")) {
    return std::optional<Where>();
  }
  STATOR_ASSIGN_OR_RETURN(Where where, ParseWhere());
  return std::optional<Where>(std::move(where));
}

// A table alone: an index is refused with those words (P4).
Result<std::string> StatementParser::ParseTable(std::string_view refusal) {
  STATOR_ASSIGN_OR_RETURN(std::string table, ParseName());
  if (At(TokenKind::kDot)) {
    return base::ValidationError(std::string(refusal));
  }
  return table;
}

Result<Insert> StatementParser::ParseInsert() {
  Insert insert;
  Advance();
  STATOR_RETURN_IF_ERROR(ExpectKeyword("INTO"));
  STATOR_ASSIGN_OR_RETURN(
      insert.table,
      ParseTable("FROM clause may only contain a single table name in data manipulation "
                 "statements"));
  STATOR_RETURN_IF_ERROR(ExpectKeyword("VALUE"));
  if (!AtValue()) {
    return Unexpected();
  }
  if (!At(TokenKind::kLeftBrace)) {
    return base::ValidationError(
        "Unsupported format in item expression. Please use struct format {...} to express item "
        "values for insert statement. at " +
        Position());
  }
  STATOR_ASSIGN_OR_RETURN(AttributeValue value, ParseValue());
  auto* item = value.Get<model::Item>();
  if (model::NestingDepth(value) > model::limits::kNestingDepth + 1) {
    return base::ValidationError(model::kNestedTooDeep);
  }
  insert.item = std::move(*item);
  if (TakeKeyword("IF")) {
    STATOR_RETURN_IF_ERROR(ExpectKeyword("NOT"));
    STATOR_RETURN_IF_ERROR(ExpectKeyword("EXISTS"));
    insert.if_not_exists = true;
  }
  return insert;
}

Result<Update> StatementParser::ParseUpdate() {
  Update update;
  Advance();
  STATOR_ASSIGN_OR_RETURN(update.table, ParseTable(kNoIndex));
  if (!AtKeyword("SET") && !AtKeyword("REMOVE")) {
    return NotWellFormed("Expected data manipulation");
  }
  while (AtKeyword("SET") || AtKeyword("REMOVE")) {
    STATOR_RETURN_IF_ERROR(ParseAssignments(update));
  }
  STATOR_ASSIGN_OR_RETURN(update.where, ParseOptionalWhere());
  STATOR_ASSIGN_OR_RETURN(update.returning, ParseReturning());
  return update;
}

// One clause: SET a = 1, b = 2 or REMOVE a, b.
Result<void> StatementParser::ParseAssignments(Update& update) {
  const bool set = AtKeyword("SET");
  do {
    Advance();  // the keyword or comma
    if (set) {
      STATOR_ASSIGN_OR_RETURN(Assignment assignment, ParseSetAssignment());
      update.assignments.push_back(std::move(assignment));
    } else {
      Assignment removal;
      removal.kind = UpdateAction::Kind::kRemove;
      STATOR_ASSIGN_OR_RETURN(removal.path, ParsePath());
      update.assignments.push_back(std::move(removal));
    }
  } while (At(TokenKind::kComma));
  return {};
}

Result<Assignment> StatementParser::ParseSetAssignment() {
  Assignment assignment;
  STATOR_ASSIGN_OR_RETURN(assignment.path, ParsePath());
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kEqual));
  if (AtCall() && (AtKeyword("SET_ADD") || AtKeyword("SET_DELETE"))) {
    return ParseSetFunction(std::move(assignment));
  }
  STATOR_RETURN_IF_ERROR(ParseSum(0, assignment.steps));
  return assignment;
}

// These do what ADD and DELETE do, so they can only change the attribute that they read.
Result<Assignment> StatementParser::ParseSetFunction(Assignment assignment) {
  const bool add = AtKeyword("SET_ADD");
  const std::string name = add ? "SET_ADD" : "SET_DELETE";
  assignment.kind = add ? UpdateAction::Kind::kAdd : UpdateAction::Kind::kDelete;
  const std::string function_position = Position();
  Advance();
  Advance();
  const std::string position = Position();
  STATOR_ASSIGN_OR_RETURN(const expression::Path source, ParsePath());
  if (!Take(TokenKind::kComma)) {
    return base::ValidationError(name + " must have exactly two arguments at " + function_position);
  }
  const base::Error no_set = base::ValidationError("The second argument to " + name +
                                                   " must be a value with type SET at " + position);
  if (!AtValue()) {
    return no_set;
  }
  STATOR_ASSIGN_OR_RETURN(assignment.set, ParseValue());
  if (!Take(TokenKind::kRightParenthesis)) {
    return base::ValidationError(name + " must have exactly two arguments at " + function_position);
  }
  if (source != assignment.path) {
    return base::ValidationError("The first argument to " + name +
                                 " must equal the assignment value");
  }
  return IsSet(assignment.set.type()) ? Result<Assignment>(std::move(assignment)) : no_set;
}

Result<void> StatementParser::ParseSum(int depth, std::vector<SetStep>& steps) {
  STATOR_RETURN_IF_ERROR(ParseSumOperand(depth, steps));
  while (At(TokenKind::kPlus) || At(TokenKind::kMinus)) {
    const bool plus = At(TokenKind::kPlus);
    const std::string_view name = plus ? "+" : "-";
    STATOR_RETURN_IF_ERROR(CountOperator());
    STATOR_RETURN_IF_ERROR(CheckStep(name, steps.back(), ValueType::kNumber));
    Advance();
    STATOR_RETURN_IF_ERROR(ParseSumOperand(depth, steps));
    STATOR_RETURN_IF_ERROR(CheckStep(name, steps.back(), ValueType::kNumber));
    steps.push_back({.op = plus ? ValueStep::Op::kAdd : ValueStep::Op::kSubtract, .operand = {}});
  }
  if (AtArithmetic()) {
    return base::ValidationError("Unsupported operator in Update Expression. Operator: " +
                                 std::string(current().text));
  }
  return {};
}

Result<void> StatementParser::ParseSumOperand(int depth, std::vector<SetStep>& steps) {
  if (depth == kMaxDepth) {
    return NotWellFormed("Parentheses are nested too deep");
  }
  if (Take(TokenKind::kLeftParenthesis)) {
    STATOR_RETURN_IF_ERROR(ParseSum(depth + 1, steps));
    return Expect(TokenKind::kRightParenthesis);
  }
  if (AtCall()) {
    return ParseSetCall(depth + 1, steps);
  }
  STATOR_ASSIGN_OR_RETURN(SetStep step, ParseSetOperand());
  steps.push_back(std::move(step));
  return {};
}

// A literal, a parameter, or a path.
Result<SetStep> StatementParser::ParseSetOperand() {
  SetStep step;
  if (AtValue()) {
    STATOR_ASSIGN_OR_RETURN(step.operand.value, ParseValue());
  } else if (AtKeyword("MISSING")) {
    return MisplacedMissing();
  } else {
    STATOR_ASSIGN_OR_RETURN(step.operand.path, ParsePath());
  }
  return step;
}

Result<void> StatementParser::ParseSetCall(int depth, std::vector<SetStep>& steps) {
  const bool append = AtKeyword("LIST_APPEND");
  if (AtKeyword("SIZE")) {
    return base::ValidationError(
        "The function is not allowed in an update expression; function: size");
  }
  if (!append && !AtKeyword("IF_NOT_EXISTS")) {
    return UnrecognizedFunction();
  }
  const std::string_view name = append ? "list_append" : "if_not_exists";
  const size_t first = steps.size();
  size_t operands = 0;
  Advance();
  do {
    Advance();  // the parenthesis or comma
    if (operands == 0 && At(TokenKind::kRightParenthesis)) {
      break;
    }
    STATOR_RETURN_IF_ERROR(ParseSum(depth, steps));
    STATOR_RETURN_IF_ERROR(append ? CheckStep(name, steps.back(), ValueType::kList)
                                  : Result<void>());
    if (operands++ == 0 && !append && (steps.size() != first + 1 || !IsPath(steps[first]))) {
      return base::ValidationError(
          "Operator or function requires a document path; operator or function: if_not_exists");
    }
  } while (At(TokenKind::kComma));
  if (operands != 2) {
    return WrongOperandCount(name, operands);
  }
  SetStep step;
  step.op = ValueStep::Op::kListAppend;
  if (!append) {
    step.op = ValueStep::Op::kIfNotExists;
    step.operand = std::move(steps[first].operand);
    steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(first));
  }
  steps.push_back(std::move(step));
  return Expect(TokenKind::kRightParenthesis);
}

Result<Delete> StatementParser::ParseDelete() {
  Delete remove;
  Advance();
  STATOR_RETURN_IF_ERROR(ExpectKeyword("FROM"));
  STATOR_ASSIGN_OR_RETURN(remove.table, ParseTable(kNoIndex));
  STATOR_ASSIGN_OR_RETURN(remove.where, ParseOptionalWhere());
  STATOR_ASSIGN_OR_RETURN(remove.returning, ParseReturning());
  if (remove.returning != ReturnValues::kNone && remove.returning != ReturnValues::kAllOld) {
    return base::ValidationError("Invalid returning clause: RETURNING " +
                                 std::string(ReturningWords(remove.returning)) +
                                 ". Only RETURNING ALL OLD * is allowed in DELETE statements.");
  }
  return remove;  // P3
}

Result<ReturnValues> StatementParser::ParseReturning() {
  if (!TakeKeyword("RETURNING")) {
    return ReturnValues::kNone;
  }
  const bool modified = TakeKeyword("MODIFIED");
  if (!modified) {
    STATOR_RETURN_IF_ERROR(ExpectKeyword("ALL"));
  }
  const bool old = TakeKeyword("OLD");
  if (!old) {
    STATOR_RETURN_IF_ERROR(ExpectKeyword("NEW"));
  }
  if (!Take(TokenKind::kStar)) {
    return base::ValidationError(
        "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
  }
  if (old) {
    return modified ? ReturnValues::kUpdatedOld : ReturnValues::kAllOld;
  }
  return modified ? ReturnValues::kUpdatedNew : ReturnValues::kAllNew;
}

Result<Exists> StatementParser::ParseExists() {
  Exists exists;
  Advance();
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kLeftParenthesis));
  STATOR_ASSIGN_OR_RETURN(exists.select, ParseSelect());
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis));
  return exists;
}

}  // namespace

Result<Statement> ParseStatement(std::string_view text, std::vector<AttributeValue> parameters) {
  return StatementParser(text, std::move(parameters)).Parse();
}

std::optional<std::string> TableOfStatement(std::string_view text) {
  Lexer lexer(text);
  Token token = lexer.Next();
  while (token.kind != TokenKind::kEnd && !token.IsKeyword("FROM") && !token.IsKeyword("INTO") &&
         !token.IsKeyword("UPDATE")) {
    token = lexer.Next();
  }
  token = lexer.Next();
  if (token.kind == TokenKind::kQuoted) {
    return token.Unquoted();
  }
  return token.kind == TokenKind::kWord ? std::optional(std::string(token.text)) : std::nullopt;
}

}  // namespace stator::partiql
