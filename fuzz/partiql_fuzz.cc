// Any text is a PartiQL statement or is refused; what parses is planned, and its conditions and
// updates can be applied. No store is read. Text that begins with '#' is a NextToken.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "partiql/lexer.h"
#include "partiql/lower.h"
#include "partiql/next_token.h"
#include "partiql/parser.h"
#include "partiql/select_plan.h"
#include "partiql/write_plan.h"
#include "storage/record.h"

namespace {

namespace partiql = stator::partiql;
using stator::model::AttributeValue;
using stator::model::IndexSchema;
using stator::model::Item;
using stator::model::List;
using stator::model::Number;
using stator::model::ScalarType;

stator::model::TableSchema Schema() {
  stator::model::TableSchema schema;
  schema.name = "t";
  schema.space = 100;
  schema.key = {.partition = {{"pk", ScalarType::kString}}, .sort = {{"sk", ScalarType::kNumber}}};
  IndexSchema index;
  index.name = "i";
  index.key = {.partition = {{"g", ScalarType::kString}, {"h", ScalarType::kString}},
               .sort = {{"sk", ScalarType::kNumber}, {"n", ScalarType::kNumber}}};
  schema.global_indexes.push_back(std::move(index));
  return schema;
}

Item SampleItem() {
  return Item{{"a", AttributeValue(Item{{"b", AttributeValue(List{AttributeValue("x")})}})},
              {"n", AttributeValue(Number::FromInteger(1))},
              {"pk", AttributeValue("p")},
              {"s", AttributeValue(stator::model::StringSet{{"x", "y"}})},
              {"sk", AttributeValue(Number::FromInteger(7))}};
}

// One for each question mark, of all kinds.
std::vector<AttributeValue> Parameters(std::string_view text) {
  const std::array<AttributeValue, 5> samples = {
      AttributeValue("p"), AttributeValue(Number::FromInteger(7)),
      AttributeValue(stator::model::Binary{"\xFF"}), AttributeValue(List{AttributeValue()}),
      AttributeValue(SampleItem())};
  std::vector<AttributeValue> parameters;
  partiql::Lexer lexer(text);
  for (partiql::Token token = lexer.Next(); token.kind != partiql::TokenKind::kEnd;
       token = lexer.Next()) {
    if (token.kind == partiql::TokenKind::kParameter) {
      parameters.push_back(samples[parameters.size() % samples.size()]);
    }
  }
  return parameters;
}

void CheckSelect(partiql::Select select) {
  for (const bool consistent : {false, true}) {
    const auto plan = partiql::PlanSelect(select, Schema(), consistent);
    if (!plan.ok()) {
      continue;
    }
    STATOR_CHECK(plan->scans() || !plan->lookups.empty());
    if (plan->filter) {
      (void)plan->filter->Matches(SampleItem());
    }
    const Item selected = plan->projection ? plan->projection->Apply(SampleItem()) : SampleItem();
    const auto row = partiql::ToRow(stator::storage::EncodeRecord(selected), plan->columns);
    STATOR_CHECK(row.ok() && stator::storage::DecodeRecord(*row).ok());
  }
}

void CheckWrite(partiql::Statement statement) {
  const stator::model::TableSchema schema = Schema();
  const auto plan = partiql::PlanWrite(std::move(statement), schema);
  if (!plan.ok()) {
    return;
  }
  (void)partiql::RowOf(*plan, schema);
  if (plan->condition) {
    (void)plan->condition->Matches(SampleItem());
  }
  if (plan->update) {
    (void)plan->update->Apply(SampleItem());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kStatementBytes = 8192;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with('#')) {
    (void)partiql::DecodeNextToken(text.substr(1), "0123456789abcdef");
    return 0;
  }
  if (size > kStatementBytes) {
    return 0;  // the API refuses it unseen
  }
  auto statement = partiql::ParseStatement(text, Parameters(text));
  if (!statement.ok()) {
    return 0;
  }
  if (auto* select = std::get_if<partiql::Select>(&*statement)) {
    CheckSelect(std::move(*select));
  } else {
    CheckWrite(std::move(statement).value());
  }
  return 0;
}
