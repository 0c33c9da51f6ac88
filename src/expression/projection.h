#pragma once

#include <cstddef>
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
  // A selected part: what is below it, all of it when nothing is. The paths as a tree, so that one
  // walk over it finds everything.
  struct Node {
    PathElement element;
    std::vector<Node> children;  // sorted by element; all names, or all indices
  };
  static void Insert(std::vector<Node>& nodes, const Path& path);
  static bool Select(const std::vector<Node>& nodes, const model::Item& map, model::Item& selected);
  static bool Select(const Node& node, const model::AttributeValue& value,
                     model::AttributeValue& selected);

  std::vector<Path> paths_;
  std::vector<Node> roots_;
};

// Compiles a ProjectionExpression (E11, E20, E22).
base::Result<Projection> ParseProjection(std::string_view text, Placeholders& placeholders);

// Lowers AttributesToGet: top-level names, no duplicates.
base::Result<Projection> LowerAttributesToGet(const std::vector<std::string>& names);

}  // namespace stator::expression
