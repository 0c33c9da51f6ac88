#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/attribute_value.h"
#include "partiql/statement.h"

namespace stator::partiql {

// Reads a statement and puts the parameters in the places of its question marks. Fails with
// ValidationException, and looks at no table (V1). Time and memory are linear in the statement,
// whose length the caller bounds; recursion stops at kMaxDepth.
base::Result<Statement> ParseStatement(std::string_view text,
                                       std::vector<model::AttributeValue> parameters);

// The name or ARN of the table that a statement is about, whose parameters need not be known;
// nullopt for what is no statement.
std::optional<std::string> TableOfStatement(std::string_view text);

}  // namespace stator::partiql
