#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/attribute_value.h"

namespace stator::partiql {

// Where the next page of a SELECT begins.
struct PageStart {
  size_t lookup = 0;                     // of SelectPlan::lookups
  std::optional<model::Item> start_key;  // behind that key; absent: at the lookup's beginning
};

// 16 bytes that tell a statement and its parameters from others.
std::string StatementDigest(std::string_view statement,
                            const std::vector<model::AttributeValue>& parameters);

// NextToken: text that says nothing to clients, and belongs to the statement of that digest (P7).
std::string EncodeNextToken(const PageStart& start, std::string_view digest);

// Fails with ValidationException when it is no token, or another statement's.
base::Result<PageStart> DecodeNextToken(std::string_view token, std::string_view digest);

}  // namespace stator::partiql
