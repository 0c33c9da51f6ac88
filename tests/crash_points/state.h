#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/attribute_value.h"
#include "requests.h"

namespace stator::crash_points {

// All tables and items as the plainest program would keep them, or as they were found. A value
// type.
struct State {
  std::map<std::string, bool> tables;  // by name: whether it has the index that comes and goes
  std::map<ItemKey, model::Item> items;
  std::set<std::string> tokens;  // of the transactions that happened; not compared
};

// A place in which two states may differ: an item, or a table as such.
struct Place {
  std::optional<ItemKey> item;
  std::string table;
};

// Carries the request out, or not when a condition of it does not hold. Returns the places that it
// changed: none when there was nothing to do.
std::vector<Place> Apply(const Request& request, State& state);

bool SameAt(const Place& place, const State& left, const State& right);

// All places in which the two differ.
std::vector<Place> Differences(const State& left, const State& right);

// What stands there, for people.
std::string Describe(const Place& place, const State& state);

}  // namespace stator::crash_points
