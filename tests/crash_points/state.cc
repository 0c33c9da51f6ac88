#include "state.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace stator::crash_points {
namespace {

using model::AttributeValue;
using model::Item;
using model::Number;

constexpr char kVersion[] = "v";
constexpr char kCount[] = "n";

AttributeValue Whole(int64_t number) { return AttributeValue(Number::FromInteger(number)); }

int64_t WholeOf(const Item& item, const char* name) {
  const AttributeValue* value = item.Find(name);
  return value != nullptr && value->is_number() ? *value->Get<Number>()->ToInteger() : 0;
}

bool Holds(const Change& change, const State& state) {
  return state.tables.contains(change.key.table) &&
         (change.kind != Change::Kind::kMove || state.items.contains(change.key));
}

void ApplyChange(const Change& change, State& state) {
  switch (change.kind) {
    case Change::Kind::kPut:
      state.items[change.key] = change.item;
      return;
    case Change::Kind::kErase:
      state.items.erase(change.key);
      return;
    case Change::Kind::kAdd: {
      Item& item = state.items.try_emplace(change.key, KeyItem(change.key)).first->second;
      item.Set(kCount, Whole(WholeOf(item, kCount) + 1));
      item.Set(kVersion, Whole(change.version));
      return;
    }
    case Change::Kind::kMove: {
      Item& item = state.items.find(change.key)->second;
      item.Set("g", AttributeValue(change.group));
      item.Set(kVersion, Whole(change.version));
      item.Erase("a");
      return;
    }
  }
}

std::vector<Place> DeleteTable(const std::string& table, State& state) {
  std::vector<Place> places = {{std::nullopt, table}};
  state.tables.erase(table);
  std::erase_if(state.items, [&](const auto& entry) {
    if (entry.first.table != table) {
      return false;
    }
    places.push_back({entry.first, table});
    return true;
  });
  return places;
}

std::vector<Place> ApplyTable(const TableChange& change, State& state) {
  const auto found = state.tables.find(change.table);
  if ((found == state.tables.end()) != (change.kind == TableChange::Kind::kCreate)) {
    return {};
  }
  switch (change.kind) {
    case TableChange::Kind::kNone:
      return {};
    case TableChange::Kind::kCreate:
      state.tables[change.table] = false;
      break;
    case TableChange::Kind::kDelete:
      return DeleteTable(change.table, state);
    case TableChange::Kind::kAddIndex:
      found->second = true;
      break;
    case TableChange::Kind::kRemoveIndex:
      found->second = false;
      break;
  }
  return {{std::nullopt, change.table}};
}

}  // namespace

std::vector<Place> Apply(const Request& request, State& state) {
  if (request.kind == Request::Kind::kTable) {
    return ApplyTable(request.table, state);
  }
  const bool holds = std::all_of(request.changes.begin(), request.changes.end(),
                                 [&](const Change& change) { return Holds(change, state); });
  if (!holds || (!request.token.empty() && !state.tokens.insert(request.token).second)) {
    return {};
  }
  std::vector<Place> places;
  for (const Change& change : request.changes) {
    if (change.kind != Change::Kind::kErase || state.items.contains(change.key)) {
      ApplyChange(change, state);
      places.push_back({change.key, change.key.table});
    }
  }
  return places;
}

bool SameAt(const Place& place, const State& left, const State& right) {
  if (!place.item) {
    const auto in_left = left.tables.find(place.table);
    const auto in_right = right.tables.find(place.table);
    const bool none_left = in_left == left.tables.end();
    const bool none_right = in_right == right.tables.end();
    return none_left || none_right ? none_left == none_right : in_left->second == in_right->second;
  }
  const auto in_left = left.items.find(*place.item);
  const auto in_right = right.items.find(*place.item);
  const bool none_left = in_left == left.items.end();
  const bool none_right = in_right == right.items.end();
  return none_left || none_right ? none_left == none_right : in_left->second == in_right->second;
}

std::vector<Place> Differences(const State& left, const State& right) {
  std::vector<Place> places;
  const auto add = [&](Place place) {
    if (!SameAt(place, left, right)) {
      places.push_back(std::move(place));
    }
  };
  for (const auto& [table, has_index] : left.tables) {
    add({std::nullopt, table});
  }
  for (const auto& [table, has_index] : right.tables) {
    if (!left.tables.contains(table)) {
      add({std::nullopt, table});
    }
  }
  for (const auto& [key, item] : left.items) {
    add({key, key.table});
  }
  for (const auto& [key, item] : right.items) {
    if (!left.items.contains(key)) {
      add({key, key.table});
    }
  }
  return places;
}

std::string Describe(const Place& place, const State& state) {
  if (!place.item) {
    const auto found = state.tables.find(place.table);
    return found == state.tables.end() ? "no table"
           : found->second             ? "a table with the extra index"
                                       : "a table";
  }
  const auto found = state.items.find(*place.item);
  if (found == state.items.end()) {
    return "nothing";
  }
  return "v" + std::to_string(WholeOf(found->second, kVersion)) + " n" +
         std::to_string(WholeOf(found->second, kCount));
}

}  // namespace stator::crash_points
