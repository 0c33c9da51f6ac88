#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/table_requests.h"
#include "model/table_schema.h"

// From what requests say of keys and indexes to schemas, with the checks and the words of the
// service. Everything here is pure.
namespace stator::engine {

// Whose KeySchema it is: a table and a local index have one HASH and at most one RANGE attribute, a
// global index up to four of each (Q10).
enum class KeyOwner : uint8_t { kTable, kGlobalIndex };

// The order and number of a KeySchema's elements.
base::Result<void> CheckKeyElements(const std::vector<KeyElement>& key, KeyOwner owner);

// The key with the types of its attributes. REQUIRES: each attribute has a definition.
model::KeySchema BuildKey(const std::vector<KeyElement>& key,
                          const std::vector<model::KeyAttribute>& definitions);

// Whether there is a definition of that name.
bool HasDefinition(const std::vector<model::KeyAttribute>& definitions, std::string_view name);

// No two definitions of one name.
base::Result<void> CheckDefinitions(const std::vector<model::KeyAttribute>& definitions);

// The projection of an index (Q9).
base::Result<void> CheckProjection(const ProjectionSpec& projection);

// The schema of a global index, without its space. REQUIRES: CheckKeyElements passed and each
// attribute has a definition.
base::Result<model::IndexSchema> BuildGlobalIndex(
    const IndexSpec& spec, const std::vector<model::KeyAttribute>& definitions);

// The schema of a CreateTable request, without spaces; local indexes are numbered from 1. Checks
// keys, indexes, projections, and that the definitions are exactly the key attributes (K1).
base::Result<model::TableSchema> BuildSchema(const CreateTableRequest& request);

// The limit on NonKeyAttributes over all indexes of a table.
base::Result<void> CheckProjectedAttributes(const model::TableSchema& schema);

// "One or more parameter values were invalid: " + what.
base::Error InvalidParameter(std::string_view what);

}  // namespace stator::engine
