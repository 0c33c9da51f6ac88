#include "partiql/value_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "model/limits.h"

namespace stator::partiql {
namespace {

using base::Result;
using model::AttributeValue;

constexpr char kParameterMismatch[] = "Number of parameters in request and statement don't match.";
constexpr char kBagOfOthers[] =
    "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags";

// The words that this grammar has a place for. As names they need quotes.
constexpr std::array<std::string_view, 26> kKeywords = {
    "SELECT", "FROM",  "WHERE",   "ORDER", "BY",     "ASC",     "DESC",      "AND",   "OR",
    "NOT",    "IN",    "BETWEEN", "IS",    "NULL",   "MISSING", "TRUE",      "FALSE", "INSERT",
    "INTO",   "VALUE", "UPDATE",  "SET",   "REMOVE", "DELETE",  "RETURNING", "EXISTS"};

bool IsKeyword(const Token& token) {
  return std::any_of(kKeywords.begin(), kKeywords.end(),
                     [&token](std::string_view keyword) { return token.IsKeyword(keyword); });
}

// A set of the members; fails when a member has another type, or is there already (N9).
template <typename Set, typename Member>
Result<AttributeValue> MakeSet(std::vector<AttributeValue> values, Member member) {
  Set set;
  for (AttributeValue& value : values) {
    auto* one = member(value);
    if (one == nullptr) {
      return base::ValidationError(kBagOfOthers);
    }
    set.members.push_back(std::move(*one));
  }
  if (!model::SortSet(set.members)) {
    return base::ValidationError("Input collection contains duplicates");
  }
  return AttributeValue(std::move(set));
}

}  // namespace

base::Error WrongOperandType(std::string_view function, model::ValueType type) {
  return base::ValidationError(
      "Incorrect operand type for operator or function; operator or function: " +
      std::string(function) + ", operand type: " + std::string(model::ValueTypeName(type)));
}

base::Error WrongOperandCount(std::string_view function, size_t count) {
  return base::ValidationError(
      "Incorrect number of operands for operator or function; operator or function: " +
      std::string(function) + ", number of operands: " + std::to_string(count));
}

base::Error MisplacedMissing() {
  return base::ValidationError("MISSING must be compared using IS operator");
}

Result<std::string> ValueParser::ParseName() {
  if (At(TokenKind::kQuoted)) {
    std::string name = current().Unquoted();
    if (name.empty()) {
      return base::ValidationError("Path component cannot be an empty string");
    }
    Advance();
    return name;
  }
  if (!At(TokenKind::kWord) || IsKeyword(current())) {
    return Unexpected();
  }
  std::string name(current().text);
  Advance();
  return name;
}

Result<expression::Path> ValueParser::ParsePath() {
  expression::Path path;
  STATOR_ASSIGN_OR_RETURN(std::string head, ParseName());
  path.elements.emplace_back(std::move(head));
  while (At(TokenKind::kDot) || At(TokenKind::kLeftBracket)) {
    const bool member = At(TokenKind::kDot);
    Advance();
    STATOR_ASSIGN_OR_RETURN(expression::PathElement element, member ? ParseMember() : ParseIndex());
    path.elements.push_back(std::move(element));
  }
  if (path.elements.size() > model::limits::kNestingDepth + 1) {
    return base::ValidationError(
        "The document path has too many nesting elements; nesting levels: " +
        std::to_string(path.elements.size()));
  }
  return path;
}

Result<expression::PathElement> ValueParser::ParseMember() {
  if (At(TokenKind::kStar)) {
    return base::ValidationError("Changing item's hierarchy while reading isn't supported");
  }
  Result<std::string> name = ParseName();
  if (!name.ok()) {
    return NotWellFormed("Invalid path dot component");
  }
  return expression::PathElement(std::move(name).value());
}

Result<expression::PathElement> ValueParser::ParseIndex() {
  if (At(TokenKind::kString)) {
    std::string name = current().Unquoted();
    Advance();
    STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightBracket));
    return expression::PathElement(std::move(name));
  }
  if (At(TokenKind::kParameter)) {
    return base::ValidationError("Unexpected path component at " + Position());
  }
  if (At(TokenKind::kMinus) && next().kind == TokenKind::kNumber) {
    Advance();
    return base::ValidationError("List index is not within the allowable range; index: [-" +
                                 std::string(current().text) + "] at " + Position());
  }
  const std::string_view text = current().text;
  size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (!At(TokenKind::kNumber) || end != text.data() + text.size()) {
    return Unexpected();
  }
  if (error != std::errc() || index > expression::kMaxListIndex) {
    return base::ValidationError("List index is not within the allowable range; index: [" +
                                 std::string(text) + "]");
  }
  Advance();
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightBracket));
  return expression::PathElement(index);
}

bool ValueParser::AtValue() const {
  switch (current().kind) {
    case TokenKind::kString:
    case TokenKind::kNumber:
    case TokenKind::kParameter:
    case TokenKind::kLeftBracket:
    case TokenKind::kLeftBrace:
    case TokenKind::kBeginSet:
      return true;
    case TokenKind::kPlus:
    case TokenKind::kMinus:
      return next().kind == TokenKind::kNumber;
    default:
      return AtKeyword("TRUE") || AtKeyword("FALSE") || AtKeyword("NULL");
  }
}

Result<AttributeValue> ValueParser::ParseValue(int depth) {
  if (depth > model::limits::kNestingDepth) {
    return base::ValidationError(model::kNestedTooDeep);
  }
  switch (current().kind) {
    case TokenKind::kString: {
      AttributeValue value(current().Unquoted());
      Advance();
      return value;
    }
    case TokenKind::kParameter:
      return TakeParameter();
    case TokenKind::kLeftBracket:
      return ParseList(depth);
    case TokenKind::kLeftBrace:
      return ParseMap(depth);
    case TokenKind::kBeginSet:
      return ParseSet(depth);
    case TokenKind::kWord: {
      const bool null = AtKeyword("NULL");
      const bool truth = AtKeyword("TRUE");
      Advance();
      return null ? AttributeValue() : AttributeValue(truth);
    }
    default:
      return ParseNumber();
  }
}

Result<AttributeValue> ValueParser::ParseElement(int depth) {
  const bool is_name = At(TokenKind::kWord) || At(TokenKind::kQuoted);
  if (!AtValue()) {
    return is_name ? UnsupportedType() : Unexpected();
  }
  STATOR_ASSIGN_OR_RETURN(AttributeValue value, ParseValue(depth + 1));
  if (AtArithmetic()) {
    return UnsupportedType();
  }
  return value;
}

base::Error ValueParser::UnsupportedType() const {
  return base::ValidationError(
      "Unsupported data type: " +
      (At(TokenKind::kQuoted) ? current().Unquoted() : std::string(current().text)) +
      " under key root at " + Position());
}

Result<AttributeValue> ValueParser::ParseNumber() {
  std::string text;
  if (!At(TokenKind::kNumber)) {
    text = current().text;
    Advance();
  }
  text += current().text;
  Advance();
  STATOR_ASSIGN_OR_RETURN(const model::Number number, model::Number::Parse(text));
  return AttributeValue(number);
}

Result<AttributeValue> ValueParser::TakeParameter() {
  if (used_parameters_ == parameters_.size()) {
    return base::ValidationError(kParameterMismatch);
  }
  Advance();
  return std::move(parameters_[used_parameters_++]);
}

Result<void> ValueParser::CheckAllParametersUsed() const {
  return used_parameters_ == parameters_.size() ? Result<void>()
                                                : base::ValidationError(kParameterMismatch);
}

Result<AttributeValue> ValueParser::ParseList(int depth) {
  model::List list;
  Advance();
  while (!At(TokenKind::kRightBracket)) {
    STATOR_ASSIGN_OR_RETURN(AttributeValue element, ParseElement(depth));
    list.push_back(std::move(element));
    if (!Take(TokenKind::kComma)) {
      break;
    }
    if (At(TokenKind::kRightBracket)) {
      return Unexpected();
    }
  }
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightBracket));
  return AttributeValue(std::move(list));
}

Result<AttributeValue> ValueParser::ParseMap(int depth) {
  model::Item map;
  const std::string begin = Position();
  Advance();
  while (!At(TokenKind::kRightBrace)) {
    if (At(TokenKind::kWord) || At(TokenKind::kQuoted)) {
      return base::ValidationError(
          "Tuple keys must be of type String. Actual type: VariableReference under root at " +
          Position());
    }
    if (!At(TokenKind::kString)) {
      return Unexpected();
    }
    const std::string name = current().Unquoted();
    if (map.Find(name) != nullptr) {
      return base::ValidationError("Duplicate keys in tuple. Key: " + name + " under root at " +
                                   (depth == 0 ? Position() : begin));
    }
    Advance();
    STATOR_RETURN_IF_ERROR(Expect(TokenKind::kColon));
    STATOR_ASSIGN_OR_RETURN(AttributeValue value, ParseElement(depth));
    map.Set(name, std::move(value));
    if (!Take(TokenKind::kComma)) {
      break;
    }
    if (At(TokenKind::kRightBrace)) {
      return Unexpected();
    }
  }
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightBrace));
  return AttributeValue(std::move(map));
}

Result<AttributeValue> ValueParser::ParseSet(int depth) {
  std::vector<AttributeValue> values;
  const std::string begin = Position();
  Advance();
  if (At(TokenKind::kEndSet)) {
    return base::ValidationError("Empty bags are not supported at " + begin);
  }
  do {
    const std::string position = Position();
    STATOR_ASSIGN_OR_RETURN(AttributeValue value, ParseElement(depth));
    if (!value.is_string() && !value.is_binary() && value.type() != model::ValueType::kNumber) {
      return base::ValidationError(std::string(kBagOfOthers) + " at " + position);
    }
    values.push_back(std::move(value));
  } while (Take(TokenKind::kComma));
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kEndSet));
  switch (values.front().type()) {
    case model::ValueType::kNumber:
      return MakeSet<model::NumberSet>(
          std::move(values), [](AttributeValue& value) { return value.Get<model::Number>(); });
    case model::ValueType::kBinary:
      return MakeSet<model::BinarySet>(std::move(values), [](AttributeValue& value) {
        auto* binary = value.Get<model::Binary>();
        return binary != nullptr ? &binary->bytes : nullptr;
      });
    default:
      return MakeSet<model::StringSet>(
          std::move(values), [](AttributeValue& value) { return value.Get<std::string>(); });
  }
}

}  // namespace stator::partiql
