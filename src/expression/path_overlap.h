#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "expression/path.h"

namespace stator::expression {

// Two paths of one expression that cannot stand together (E11).
struct PathClash {
  // kOverlap: one is the other or a part of it, `a` and `a.b`. kConflict: they take the same value
  // for a map and for a list, `a.b` and `a[1]`.
  enum class Kind : uint8_t { kOverlap, kConflict };
  Kind kind = Kind::kOverlap;
  size_t first = 0;  // positions in the paths given
  size_t second = 0;
};

// Finds a clash in n log n; the one whose later path comes first, when there are several.
std::optional<PathClash> FindPathClash(const std::vector<Path>& paths);

// What the service says of it.
std::string ClashText(const PathClash& clash, const std::vector<Path>& paths);

}  // namespace stator::expression
