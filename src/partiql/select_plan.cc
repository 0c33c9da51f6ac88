#include "partiql/select_plan.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "expression/comparison.h"
#include "partiql/lower.h"

namespace stator::partiql {
namespace {

using base::Result;
using expression::ConditionOp;
using expression::KeyCondition;
using expression::KeyOperator;
using expression::KeyPredicate;
using model::AttributeValue;
using model::KeyAttribute;
using model::KeySchema;

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
constexpr size_t kListedPartitions = 50;

// The values that a part lets the attribute have: those of `=`, of IN, or of an OR of such parts.
// Nothing when it says something else, or more.
std::optional<std::vector<AttributeValue>> ListedValues(const Where& part,
                                                        std::string_view attribute) {
  std::vector<AttributeValue> values;
  if (const AttributeValue* value = EqualityOn(part, attribute)) {
    values.push_back(*value);
    return values;
  }
  if (part.kind == Where::Kind::kOr) {
    for (const Where& child : part.children) {
      std::optional<std::vector<AttributeValue>> more = ListedValues(child, attribute);
      if (!more) {
        return std::nullopt;
      }
      values.insert(values.end(), more->begin(), more->end());
    }
    return values;
  }
  const bool in = part.kind == Where::Kind::kTest && part.op == ConditionOp::kIn;
  const std::string* name = in ? part.operands[0].Attribute() : nullptr;
  if (name == nullptr || *name != attribute) {
    return std::nullopt;
  }
  for (size_t i = 1; i < part.operands.size(); ++i) {
    if (!part.operands[i].value) {
      return std::nullopt;
    }
    values.push_back(*part.operands[i].value);
  }
  return values;
}

// A value once, where it stood first.
std::vector<AttributeValue> Distinct(std::vector<AttributeValue> values) {
  std::vector<AttributeValue> distinct;
  for (AttributeValue& value : values) {
    if (std::find(distinct.begin(), distinct.end(), value) == distinct.end()) {
      distinct.push_back(std::move(value));
    }
  }
  return distinct;
}

// Partition keys to look at, each with a value for each attribute.
struct Partitions {
  std::vector<std::vector<AttributeValue>> keys;
  bool listed = false;
};

// Takes the equalities on all partition attributes out of the parts.
std::optional<Partitions> TakeEqualPartition(const KeySchema& key, std::vector<Where>& conjuncts) {
  const KeySchema partition_only{.partition = key.partition, .sort = {}};
  const std::optional<model::Item> item = TakeKey(partition_only, conjuncts);
  if (!item) {
    return std::nullopt;
  }
  std::vector<AttributeValue> values;
  for (const KeyAttribute& attribute : key.partition) {
    values.push_back(*item->Find(attribute.name));
  }
  return Partitions{.keys = {std::move(values)}, .listed = false};
}

Result<std::optional<Partitions>> TakePartitions(const KeySchema& key,
                                                 std::vector<Where>& conjuncts) {
  std::optional<Partitions> partitions = TakeEqualPartition(key, conjuncts);
  if (partitions || key.partition.size() > 1) {
    return partitions;
  }
  for (auto part = conjuncts.begin(); part != conjuncts.end(); ++part) {
    std::optional<std::vector<AttributeValue>> values = ListedValues(*part, key.partition[0].name);
    if (!values) {
      continue;
    }
    if (values->size() > kListedPartitions) {
      return base::ValidationError(
          "The IN operator is provided with too many hash key values; number of values: " +
          std::to_string(values->size()));
    }
    partitions.emplace().listed = true;
    for (AttributeValue& value : Distinct(*std::move(values))) {
      partitions->keys.push_back({std::move(value)});
    }
    conjuncts.erase(part);
    return partitions;
  }
  return partitions;
}

// The first part that is such a predicate on the attribute; the end when there is none.
std::vector<Where>::iterator FindPredicate(std::vector<Where>& conjuncts,
                                           std::string_view attribute,
                                           std::initializer_list<KeyOperator> wanted) {
  return std::find_if(conjuncts.begin(), conjuncts.end(), [&](const Where& part) {
    const std::optional<KeyPredicate> predicate = ToKeyPredicate(part, attribute);
    return predicate && std::find(wanted.begin(), wanted.end(), predicate->op) != wanted.end();
  });
}

// Two open ends as one BETWEEN; nothing when no value can lie between them. Exclusive ends stay
// among the parts: they become a filter.
std::optional<KeyPredicate> TakeRange(std::vector<Where>& conjuncts, std::string_view attribute) {
  auto lower =
      FindPredicate(conjuncts, attribute, {KeyOperator::kGreater, KeyOperator::kGreaterOrEqual});
  auto upper = FindPredicate(conjuncts, attribute, {KeyOperator::kLess, KeyOperator::kLessOrEqual});
  if (lower == conjuncts.end() || upper == conjuncts.end()) {
    return std::nullopt;
  }
  KeyPredicate range = *ToKeyPredicate(*lower, attribute);
  const KeyPredicate end = *ToKeyPredicate(*upper, attribute);
  const std::optional<int> order = expression::Order(range.operands[0], end.operands[0]);
  if (!order || *order > 0) {
    return std::nullopt;
  }
  const bool lower_inclusive = range.op == KeyOperator::kGreaterOrEqual;
  const bool upper_inclusive = end.op == KeyOperator::kLessOrEqual;
  range.op = KeyOperator::kBetween;
  range.operands.push_back(end.operands[0]);
  // The later one first, so that the other stays where it is.
  auto& first = lower < upper ? lower : upper;
  auto& last = lower < upper ? upper : lower;
  if (&last == &lower ? lower_inclusive : upper_inclusive) {
    conjuncts.erase(last);
  }
  if (&first == &lower ? lower_inclusive : upper_inclusive) {
    conjuncts.erase(first);
  }
  return range;
}

std::optional<KeyPredicate> TakePredicate(std::vector<Where>& conjuncts,
                                          std::string_view attribute) {
  auto found = FindPredicate(conjuncts, attribute, {KeyOperator::kEqual});
  if (found == conjuncts.end()) {
    found = FindPredicate(conjuncts, attribute, {KeyOperator::kBetween, KeyOperator::kBeginsWith});
  }
  if (found == conjuncts.end()) {
    if (std::optional<KeyPredicate> range = TakeRange(conjuncts, attribute)) {
      return range;
    }
    found = FindPredicate(conjuncts, attribute,
                          {KeyOperator::kLess, KeyOperator::kLessOrEqual, KeyOperator::kGreater,
                           KeyOperator::kGreaterOrEqual});
  }
  if (found == conjuncts.end()) {
    return std::nullopt;
  }
  std::optional<KeyPredicate> predicate = ToKeyPredicate(*found, attribute);
  conjuncts.erase(found);
  return predicate;
}

// Sort attributes from left to right, up to the first inequality (Q10).
std::vector<KeyPredicate> TakeSort(const KeySchema& key, std::vector<Where>& conjuncts) {
  std::vector<KeyPredicate> predicates;
  for (const KeyAttribute& attribute : key.sort) {
    std::optional<KeyPredicate> predicate = TakePredicate(conjuncts, attribute.name);
    if (!predicate) {
      break;
    }
    predicates.push_back(*std::move(predicate));
    if (predicates.back().op != KeyOperator::kEqual) {
      break;
    }
  }
  return predicates;
}

bool IsWholeKey(const KeySchema& key, const std::vector<KeyPredicate>& sort) {
  return sort.size() == key.sort.size() &&
         std::all_of(sort.begin(), sort.end(), [](const KeyPredicate& predicate) {
           return predicate.op == KeyOperator::kEqual;
         });
}

Result<void> CheckKeyTypes(const KeySchema& key, const Partitions& partitions,
                           const std::vector<KeyPredicate>& sort) {
  for (const std::vector<AttributeValue>& values : partitions.keys) {
    for (size_t i = 0; i < values.size(); ++i) {
      STATOR_RETURN_IF_ERROR(CheckKeyType(key.partition[i], values[i]));
    }
  }
  for (size_t i = 0; i < sort.size(); ++i) {
    for (const AttributeValue& value : sort[i].operands) {
      STATOR_RETURN_IF_ERROR(CheckKeyType(key.sort[i], value));
    }
  }
  return {};
}

model::Item KeyOf(const KeySchema& key, const std::vector<AttributeValue>& partition,
                  const std::vector<KeyPredicate>& sort) {
  model::Item item;
  for (size_t i = 0; i < partition.size(); ++i) {
    item.Set(key.partition[i].name, partition[i]);
  }
  for (const KeyPredicate& predicate : sort) {
    item.Set(predicate.attribute, predicate.operands[0]);
  }
  return item;
}

KeyCondition KeyConditionOf(const KeySchema& key, const std::vector<AttributeValue>& partition,
                            const std::vector<KeyPredicate>& sort) {
  KeyCondition condition;
  for (size_t i = 0; i < partition.size(); ++i) {
    condition.predicates.push_back({key.partition[i].name, KeyOperator::kEqual, {partition[i]}});
  }
  condition.predicates.insert(condition.predicates.end(), sort.begin(), sort.end());
  return condition;
}

bool IsSortAttribute(const KeySchema& key, std::string_view attribute) {
  return std::any_of(key.sort.begin(), key.sort.end(),
                     [&](const KeyAttribute& sort) { return sort.name == attribute; });
}

void SortPartitions(bool descending, Partitions& partitions) {
  std::stable_sort(partitions.keys.begin(), partitions.keys.end(),
                   [descending](const auto& left, const auto& right) {
                     const int order = expression::Order(left[0], right[0]).value_or(0);
                     return descending ? order > 0 : order < 0;
                   });
}

// The direction that ORDER BY gives, and the order of listed partitions.
Result<void> ApplyOrder(const std::vector<SortKey>& order_by, const KeySchema& key,
                        std::optional<Partitions>& partitions, bool& forward) {
  std::optional<bool> descending;
  for (const SortKey& sort_key : order_by) {
    if (key.Find(sort_key.attribute) == nullptr) {
      return base::ValidationError("Variable reference " + sort_key.attribute +
                                   " in ORDER BY clause must be part of the primary key");
    }
    if (IsSortAttribute(key, sort_key.attribute)) {
      if (descending.value_or(sort_key.descending) != sort_key.descending) {
        return base::ValidationError("ORDER BY must give all sort key attributes one direction");
      }
      descending = sort_key.descending;
    } else if (!descending && partitions && partitions->listed) {
      SortPartitions(sort_key.descending, *partitions);
    }
  }
  if (!partitions) {
    return base::ValidationError(
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER "
        "BY clause.");
  }
  forward = !descending.value_or(false);
  return {};
}

Result<const model::IndexSchema*> FindIndex(const Select& select, const model::TableSchema& schema,
                                            bool consistent) {
  if (!select.index) {
    return static_cast<const model::IndexSchema*>(nullptr);
  }
  const model::IndexSchema* index = schema.FindIndex(*select.index);
  if (index == nullptr) {
    return base::ValidationError("The table does not have the specified index: " + *select.index);
  }
  if (index->global && consistent) {
    return base::ValidationError("Consistent reads are not supported on global secondary indexes");
  }
  return index;
}

}  // namespace

Result<SelectPlan> PlanSelect(Select select, const model::TableSchema& schema, bool consistent) {
  STATOR_ASSIGN_OR_RETURN(const model::IndexSchema* index, FindIndex(select, schema, consistent));
  if (!select.order_by.empty() && !select.where) {
    return base::ValidationError(
        "Must have WHERE clause in the statement when using ORDER BY clause.");
  }
  const KeySchema& key = index != nullptr ? index->key : schema.key;
  SelectPlan plan;
  std::vector<Where> conjuncts = Conjuncts(std::move(select.where));
  STATOR_ASSIGN_OR_RETURN(std::optional<Partitions> partitions, TakePartitions(key, conjuncts));
  if (!select.order_by.empty()) {
    STATOR_RETURN_IF_ERROR(ApplyOrder(select.order_by, key, partitions, plan.forward));
  }
  if (partitions) {
    const std::vector<KeyPredicate> sort = TakeSort(key, conjuncts);
    STATOR_RETURN_IF_ERROR(CheckKeyTypes(key, *partitions, sort));
    const bool whole_key = index == nullptr && IsWholeKey(key, sort);
    const bool get = whole_key && conjuncts.empty();
    for (const std::vector<AttributeValue>& partition : partitions->keys) {
      plan.lookups.push_back(get ? Lookup(KeyOf(key, partition, sort))
                                 : Lookup(KeyConditionOf(key, partition, sort)));
    }
    plan.listed = partitions->listed;
    if (whole_key && !plan.listed) {
      plan.key = KeyOf(key, partitions->keys[0], sort);
    }
  }
  plan.filter = ToCondition(std::move(conjuncts));
  plan.projection = ToProjection(select.columns);
  plan.table = std::move(select.table);
  plan.index = std::move(select.index);
  plan.columns = std::move(select.columns);
  return plan;
}

}  // namespace stator::partiql
