#include "expression/path_overlap.h"

#include <algorithm>
#include <numeric>

namespace stator::expression {
namespace {

std::optional<PathClash::Kind> Clash(const Path& left, const Path& right) {
  const size_t common = std::min(left.elements.size(), right.elements.size());
  for (size_t i = 0; i < common; ++i) {
    if (left.elements[i].index() != right.elements[i].index()) {
      return PathClash::Kind::kConflict;
    }
    if (left.elements[i] != right.elements[i]) {
      return std::nullopt;
    }
  }
  return PathClash::Kind::kOverlap;
}

}  // namespace

// In sorted order everything between a path and its part is its part, too, and the names under a
// path stand before its indices. So whenever two paths clash, two neighbours do.
std::optional<PathClash> FindPathClash(const std::vector<Path>& paths) {
  if (paths.size() < 2) {
    return std::nullopt;
  }
  std::vector<size_t> order(paths.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&paths](size_t left, size_t right) {
    return paths[left].elements < paths[right].elements;
  });
  std::optional<PathClash> best;
  for (size_t i = 1; i < order.size(); ++i) {
    const auto [first, second] = std::minmax(order[i - 1], order[i]);
    if (best && best->second <= second) {
      continue;
    }
    if (const auto kind = Clash(paths[first], paths[second])) {
      best = PathClash{*kind, first, second};
    }
  }
  return best;
}

std::string ClashText(const PathClash& clash, const std::vector<Path>& paths) {
  const bool overlap = clash.kind == PathClash::Kind::kOverlap;
  return std::string("Two document paths ") + (overlap ? "overlap" : "conflict") +
         " with each other; must remove or rewrite one of these paths; path one: " +
         PathToString(paths[clash.first]) + ", path two: " + PathToString(paths[clash.second]);
}

}  // namespace stator::expression
