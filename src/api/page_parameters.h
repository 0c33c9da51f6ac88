#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "api/node.h"
#include "base/result.h"
#include "engine/requests.h"

// What Query and Scan share.
namespace stator::api {

// The two differ in the words of some messages.
enum class PageOperation : uint8_t { kQuery, kScan };

// Where a request has what decides which attributes it gets. Constant data.
struct SelectMembers {
  size_t select;
  size_t index_name;
  size_t projection_expression;
  size_t attributes_to_get;
};

// Select, with the combinations that are legal whatever the table is (Q5).
base::Result<std::optional<engine::Select>> ReadSelect(const Node& body,
                                                       const SelectMembers& members,
                                                       PageOperation operation);

// The whole answer.
base::Result<void> EncodePage(const engine::PageResult& result, std::string& out);

}  // namespace stator::api
