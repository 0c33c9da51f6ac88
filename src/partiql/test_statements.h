#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "model/attribute_value.h"
#include "model/number.h"
#include "partiql/parser.h"
#include "partiql/statement.h"

// Short spellings for this folder's tests.
namespace stator::partiql {

inline model::AttributeValue S(std::string_view text) { return model::AttributeValue(text); }
inline model::AttributeValue N(std::string_view text) {
  return model::AttributeValue(model::Number::Parse(text).value());
}

// A statement of that kind. REQUIRES: it is well formed.
template <typename T>
T Parsed(std::string_view text, std::vector<model::AttributeValue> parameters = {}) {
  base::Result<Statement> statement = ParseStatement(text, std::move(parameters));
  EXPECT_TRUE(statement.ok()) << text << ": " << statement.error().message;
  return std::get<T>(std::move(statement).value());
}

// The message of a statement that is refused, or "".
inline std::string Refusal(std::string_view text,
                           std::vector<model::AttributeValue> parameters = {}) {
  const base::Result<Statement> statement = ParseStatement(text, std::move(parameters));
  EXPECT_FALSE(statement.ok()) << text;
  return statement.ok() ? std::string() : statement.error().message;
}

// A table with the keys `pk` (S) and `sk` (N), a local index `local` on `ls` (S), and a global one,
// `global`, on `g` (S) and `h` (S) with all attributes.
inline model::TableSchema TestSchema() {
  model::TableSchema schema;
  schema.name = "t";
  schema.space = 100;
  schema.key = {.partition = {{"pk", model::ScalarType::kString}},
                .sort = {{"sk", model::ScalarType::kNumber}}};
  model::IndexSchema local;
  local.name = "local";
  local.global = false;
  local.key = {.partition = schema.key.partition, .sort = {{"ls", model::ScalarType::kString}}};
  schema.local_indexes.push_back(std::move(local));
  model::IndexSchema global;
  global.name = "global";
  global.key = {.partition = {{"g", model::ScalarType::kString}},
                .sort = {{"h", model::ScalarType::kString}}};
  global.id = 101;
  schema.global_indexes.push_back(std::move(global));
  return schema;
}

}  // namespace stator::partiql
