#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/table_requests.h"

// Requests that the tests of the control plane start from.
namespace stator::engine {

// An on-demand table with the key pk (S), sk (S).
inline CreateTableRequest PlainTable(const std::string& name) {
  CreateTableRequest request;
  request.table = name;
  request.attributes = {{"pk", model::ScalarType::kString}, {"sk", model::ScalarType::kString}};
  request.key = {{"pk", true}, {"sk", false}};
  request.billing_mode = BillingMode::kPayPerRequest;
  return request;
}

// An index that projects everything.
inline IndexSpec PlainIndex(const std::string& name, std::vector<KeyElement> key) {
  return {.name = name,
          .key = std::move(key),
          .projection = {.type = model::ProjectionType::kAll, .non_key_attributes = {}},
          .settings = {}};
}

// The request to add a global index with the key g (S).
inline UpdateTableRequest AddIndexRequest(const std::string& table, const std::string& index) {
  UpdateTableRequest request;
  request.table = table;
  request.attributes = {{"g", model::ScalarType::kString}};
  request.index_updates.emplace().emplace_back().create = PlainIndex(index, {{"g", true}});
  return request;
}

inline UpdateTableRequest RemoveIndexRequest(const std::string& table, const std::string& index) {
  UpdateTableRequest request;
  request.table = table;
  request.index_updates.emplace().emplace_back().remove = index;
  return request;
}

}  // namespace stator::engine
