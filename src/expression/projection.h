#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expression/path.h"
#include "expression/placeholders.h"

namespace stator::expression {

// A compiled ProjectionExpression or AttributesToGet: which parts of an item to return.
class Projection {
 public:
  // REQUIRES: no two paths overlap or conflict.
  explicit Projection(std::vector<Path> paths);

  // The selected parts. Several indices of one list are compacted in ascending order; sub-paths of
  // one element merge (E20).
  model::Item Apply(const model::Item& item) const;

  const std::vector<Path>& paths() const { return paths_; }

 private:
  std::vector<Path> paths_;
};

// Compiles a ProjectionExpression (E11, E20, E22).
base::Result<Projection> ParseProjection(std::string_view text, Placeholders& placeholders);

// Lowers AttributesToGet: top-level names, no duplicates.
base::Result<Projection> LowerAttributesToGet(const std::vector<std::string>& names);

}  // namespace stator::expression
