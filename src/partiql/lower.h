#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/requests.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/path.h"
#include "expression/update.h"
#include "model/attribute_value.h"
#include "model/table_schema.h"
#include "partiql/statement.h"

// Parts of statements as the trees of src/expression, which evaluate them.
namespace stator::partiql {

// The parts of WHERE that all have to hold: what stands between its outermost ANDs.
std::vector<Where> Conjuncts(std::optional<Where> where);

// All of them as one condition; nullopt when there are none.
std::optional<expression::Condition> ToCondition(std::vector<Where> conjuncts);

// A test that attribute is there.
Where AttributeExists(std::string_view attribute);
Where AttributeNotExists(std::string_view attribute);

// The value that the part demands the attribute to be equal to, or null.
const model::AttributeValue* EqualityOn(const Where& part, std::string_view attribute);

// The part as a predicate on a key attribute, when it is one that a Query can search by.
std::optional<expression::KeyPredicate> ToKeyPredicate(const Where& part,
                                                       std::string_view attribute);

// Whether a value has the type of the key attribute that it stands for, in the words of statements.
base::Result<void> CheckKeyType(const model::KeyAttribute& attribute,
                                const model::AttributeValue& value);

// The key that the parts demand by equalities, which are removed from them; nullopt, and nothing
// removed, when an attribute has none.
std::optional<model::Item> TakeKey(const model::KeySchema& key, std::vector<Where>& conjuncts);

// The actions of an UPDATE. Fails when two paths clash (E11).
base::Result<expression::Update> ToUpdate(std::vector<Assignment> assignments);

// A projection on whole attributes that has all that the columns need; nullopt for all.
std::optional<expression::Projection> ToProjection(const std::vector<expression::Path>& columns);

// `b[0]` for `a.b[0]`: the last name of the path, and the indices after it.
std::string ColumnName(const expression::Path& path);

// A row of the result: each column under the last name of its path, with the indices that follow
// it, `b[0]` for `a.b[0]`. The record as it is when all columns are whole attributes, or there are
// none.
base::Result<engine::Record> ToRow(engine::Record record,
                                   const std::vector<expression::Path>& columns);

}  // namespace stator::partiql
