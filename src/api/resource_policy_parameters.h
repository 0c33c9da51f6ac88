#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "api/node.h"
#include "base/result.h"

// What the operations on policies of resources share.
namespace stator::api {

// A policy document, or nullopt when the member is absent. Refuses what is no policy of a resource.
base::Result<std::optional<std::string>> ReadResourcePolicy(const Node& structure, size_t member);

}  // namespace stator::api
