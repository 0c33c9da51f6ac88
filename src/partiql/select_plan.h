#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/path.h"
#include "expression/projection.h"
#include "model/attribute_value.h"
#include "model/table_schema.h"
#include "partiql/statement.h"

namespace stator::partiql {

// A place to look at: the item of a whole key, or what a key condition finds.
using Lookup = std::variant<model::Item, expression::KeyCondition>;

// How a SELECT is read: as GetItem, Query, several of them one after the other, or Scan.
struct SelectPlan {
  std::string table;
  std::optional<std::string> index;
  // In the order in which they are made. None: a Scan. All are of one kind.
  std::vector<Lookup> lookups;
  // Whether the partition key was given by a list of values, IN or OR: pages are short then.
  bool listed = false;
  // The key of the one item that it can find, when WHERE gives the table's whole key.
  std::optional<model::Item> key;
  std::optional<expression::Condition> filter;
  std::optional<expression::Projection> projection;
  std::vector<expression::Path> columns;
  bool forward = true;

  bool scans() const { return lookups.empty(); }
};

// Chooses the plan: a GetItem when the table's whole key is given by equalities and nothing else is
// asked, a Query when the partition key is, one for each value of a list, and else a Scan (P11).
// What the key does not take becomes the filter. Fails when the index is unknown, or read strongly
// though it is global (P4), or when the order cannot be given.
base::Result<SelectPlan> PlanSelect(Select select, const model::TableSchema& schema,
                                    bool consistent);

}  // namespace stator::partiql
