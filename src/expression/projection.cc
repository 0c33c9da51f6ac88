#include "expression/projection.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "expression/expression_parser.h"

namespace stator::expression {

using base::Result;
using model::AttributeValue;
using model::Item;

Projection::Projection(std::vector<Path> paths) : paths_(std::move(paths)) {
  // In sorted order every insertion appends.
  std::vector<const Path*> sorted;
  sorted.reserve(paths_.size());
  for (const Path& path : paths_) {
    sorted.push_back(&path);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Path* left, const Path* right) { return left->elements < right->elements; });
  for (const Path* path : sorted) {
    Insert(roots_, *path);
  }
}

// REQUIRES: no path that was inserted before is greater.
void Projection::Insert(std::vector<Node>& nodes, const Path& path) {
  std::vector<Node>* level = &nodes;
  for (const PathElement& element : path.elements) {
    if (level->empty() || level->back().element != element) {
      level->push_back(Node{element, {}});
    }
    level = &level->back().children;
  }
}

Item Projection::Apply(const Item& item) const {
  Item selected;
  Select(roots_, item, selected);
  return selected;
}

// The recursion is as deep as the longest path, which the parser bounds.
bool Projection::Select(const std::vector<Node>& nodes, const Item& map, Item& selected) {
  for (const Node& node : nodes) {
    const auto* name = std::get_if<std::string>(&node.element);
    const AttributeValue* value = name != nullptr ? map.Find(*name) : nullptr;
    if (value == nullptr) {
      continue;
    }
    AttributeValue part;
    if (Select(node, *value, part)) {
      selected.Set(*name, std::move(part));
    }
  }
  return !selected.empty();
}

bool Projection::Select(const Node& node, const AttributeValue& value, AttributeValue& selected) {
  if (node.children.empty()) {
    selected = value;
    return true;
  }
  if (const auto* map = value.Get<Item>()) {
    Item parts;
    if (!Select(node.children, *map, parts)) {
      return false;
    }
    selected = AttributeValue(std::move(parts));
    return true;
  }
  const auto* list = value.Get<model::List>();
  if (list == nullptr) {
    return false;
  }
  model::List parts;
  for (const Node& child : node.children) {
    const auto* index = std::get_if<size_t>(&child.element);
    AttributeValue part;
    if (index != nullptr && *index < list->size() && Select(child, (*list)[*index], part)) {
      parts.push_back(std::move(part));
    }
  }
  if (parts.empty()) {
    return false;
  }
  selected = AttributeValue(std::move(parts));
  return true;
}

namespace {

// Paths, separated by commas.
class ProjectionParser : private ExpressionParser {
 public:
  ProjectionParser(std::string_view text, Placeholders& placeholders)
      : ExpressionParser(ExpressionKind::kProjection, text, placeholders) {}

  Result<Projection> Parse() {
    STATOR_RETURN_IF_ERROR(CheckText());
    std::vector<Path> paths;
    STATOR_ASSIGN_OR_RETURN(Path first, ParsePath());
    paths.push_back(std::move(first));
    while (current().kind == TokenKind::kComma) {
      Advance();
      STATOR_ASSIGN_OR_RETURN(Path path, ParsePath());
      paths.push_back(std::move(path));
    }
    if (current().kind != TokenKind::kEnd) {
      return SyntaxError();
    }
    NoteClash(paths);
    STATOR_RETURN_IF_ERROR(CheckFaults());
    return Projection(std::move(paths));
  }
};

}  // namespace

Result<Projection> ParseProjection(std::string_view text, Placeholders& placeholders) {
  return ProjectionParser(text, placeholders).Parse();
}

Result<Projection> LowerAttributesToGet(const std::vector<std::string>& names) {
  std::unordered_set<std::string_view> seen;
  std::vector<Path> paths;
  paths.reserve(names.size());
  for (const std::string& name : names) {
    if (!seen.insert(name).second) {
      return base::ValidationError(
          "One or more parameter values were invalid: Duplicate value in attribute name: " + name);
    }
    paths.push_back(Path{{name}});
  }
  return Projection(std::move(paths));
}

}  // namespace stator::expression
