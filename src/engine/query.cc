#include "engine/query.h"

#include <utility>

#include <fmt/format.h>

#include "engine/page.h"
#include "storage/key_encoding.h"

namespace stator::engine {
namespace {

using expression::KeyOperator;
using expression::KeyPredicate;
using expression::ResolvedKeyCondition;

// A range of sort bytes: [lower, upper), to the end of the group without `upper`.
struct SortRange {
  std::string lower;
  std::optional<std::string> upper;
};

std::string With(const std::string& prefix, const model::AttributeValue& value, bool last) {
  std::string bytes = prefix;
  storage::AppendSortKey(bytes, value, last);
  return bytes;
}

std::string After(const std::string& prefix, const model::AttributeValue& value, bool last) {
  std::string bytes = prefix;
  storage::AppendSortKeyAfter(bytes, value, last);
  return bytes;
}

// The rows behind `prefix` that satisfy the predicate; storage/key_encoding.h has the table.
SortRange RangeOf(const std::string& prefix, const KeyPredicate& predicate, bool last) {
  const model::AttributeValue& value = predicate.operands[0];
  switch (predicate.op) {
    case KeyOperator::kEqual:
      return {With(prefix, value, last), After(prefix, value, last)};
    case KeyOperator::kLess:
      return {prefix, With(prefix, value, last)};
    case KeyOperator::kLessOrEqual:
      return {prefix, After(prefix, value, last)};
    case KeyOperator::kGreater:
      return {After(prefix, value, last), storage::PrefixSuccessor(prefix)};
    case KeyOperator::kGreaterOrEqual:
      return {With(prefix, value, last), storage::PrefixSuccessor(prefix)};
    case KeyOperator::kBetween:
      return {With(prefix, value, last), After(prefix, predicate.operands[1], last)};
    case KeyOperator::kBeginsWith:
      break;
  }
  std::string begin = prefix;
  storage::AppendSortKeyPrefix(begin, value, last);
  return {begin, storage::PrefixSuccessor(begin)};
}

storage::GroupRange GroupRangeOf(const PageSource& source, const ResolvedKeyCondition& condition,
                                 bool reverse) {
  storage::GroupRange range{.space = source.key_space.space,
                            .kind = source.key_space.kind,
                            .partition = {},
                            .lower = {},
                            .upper = {},
                            .reverse = reverse};
  for (const model::AttributeValue& value : condition.partition) {
    storage::AppendPartitionKey(range.partition, value);
  }
  // In an index the item's own key follows the index's.
  const bool last = source.index == nullptr;
  std::string prefix = source.key_space.sort_prefix;
  SortRange sort{prefix, storage::PrefixSuccessor(prefix)};
  for (size_t i = 0; i < condition.sort.size(); ++i) {
    sort = RangeOf(prefix, condition.sort[i], last);
    if (i + 1 < condition.sort.size()) {
      storage::AppendSortKey(prefix, condition.sort[i].operands[0], last);
    }
  }
  range.lower = std::move(sort.lower);
  range.upper = std::move(sort.upper);
  return range;
}

// Whether a partition holds one row at most.
bool SingleRow(const PageSource& source) {
  return source.index == nullptr && source.schema().key.sort.empty();
}

// Moves the range's beginning behind the ExclusiveStartKey (Q3).
base::Result<void> StartAfter(const PageSource& source, const model::Item& start_key,
                              storage::GroupRange& range) {
  if (SingleRow(source)) {
    return base::ValidationError("The query can return at most one row and cannot be restarted");
  }
  STATOR_ASSIGN_OR_RETURN(storage::Key row, StartRow(source, start_key));
  if (row.partition != range.partition) {
    return base::ValidationError(
        "The provided starting key is outside query boundaries based on provided conditions");
  }
  if (row.sort < range.lower || (range.upper && row.sort >= *range.upper)) {
    return base::ValidationError(
        "The provided starting key does not match the range key predicate");
  }
  if (range.reverse) {
    range.upper = std::move(row.sort);
  } else {
    range.lower = std::move(row.sort);
    range.lower.push_back('\0');
  }
  return {};
}

// A Query's filter may not look at the key that it queries by (E25), nor at what the index does not
// hold, though a Scan's may.
base::Result<void> CheckFilter(const PageSource& source, const QueryRequest& request) {
  if (!request.filter) {
    return {};
  }
  const std::vector<std::string> names = request.filter->TopLevelAttributes();
  for (const std::string& name : names) {
    if (!request.filter_keys && source.key().Find(name) != nullptr) {
      const char* parameter = request.key_condition.legacy ? "QueryFilter" : "Filter Expression";
      return base::ValidationError(
          std::string(parameter) +
          " can only contain non-primary key attributes: Primary key attribute: " + name);
    }
  }
  if (source.index != nullptr) {
    const std::vector<std::string> missing = NotProjected(source.schema(), *source.index, names);
    if (!missing.empty()) {
      return base::ValidationError(
          fmt::format("One or more parameter values were invalid: Secondary index {} does not "
                      "project one or more filter attributes: [{}]",
                      source.index->name, fmt::join(missing, ", ")));
    }
  }
  return {};
}

// The part of the hash space that a segment reads: the segments divide it evenly (Q11).
storage::SpaceRange SegmentRange(const PageSource& source, const ScanRequest& request) {
  const auto first_of = [&request](int64_t segment) {
    const auto whole = static_cast<unsigned __int128>(1) << 64;
    return whole * static_cast<uint64_t>(segment) / static_cast<uint64_t>(request.total_segments);
  };
  return {.space = source.key_space.space,
          .kind = source.key_space.kind,
          .first_hash = static_cast<uint64_t>(first_of(request.segment)),
          .last_hash = static_cast<uint64_t>(first_of(request.segment + 1) - 1),
          .after = {}};
}

base::Result<void> StartAfter(const PageSource& source, const ScanRequest& request,
                              storage::SpaceRange& range) {
  STATOR_ASSIGN_OR_RETURN(storage::Key row, StartRow(source, *request.exclusive_start_key));
  const uint64_t hash = storage::GroupHash(row.partition);
  if (hash < range.first_hash || hash > range.last_hash) {
    return base::ValidationError(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
        "ExclusiveStartKey with correct Segment. TotalSegments: " +
        std::to_string(request.total_segments) + " Segment: " + std::to_string(request.segment));
  }
  range.after = std::move(row);
  return {};
}

template <typename Request>
PageRequest CommonPart(const Request& request) {
  return {.table = request.table,
          .index = request.index,
          .filter = request.filter,
          .projection = request.projection,
          .select = request.select,
          .limit = request.limit,
          .consistent = request.consistent,
          .capacity = request.capacity};
}

}  // namespace

base::Result<PageResult> RunQuery(storage::Store& store, const Catalog& catalog,
                                  const QueryRequest& request, const CallContext& context) {
  const PageRequest page = CommonPart(request);
  STATOR_ASSIGN_OR_RETURN(const PageSource source, OpenPage(catalog, page));
  STATOR_ASSIGN_OR_RETURN(const ResolvedKeyCondition condition,
                          expression::ResolveKeyCondition(request.key_condition, source.key()));
  STATOR_RETURN_IF_ERROR(CheckFilter(source, request));
  storage::GroupRange range = GroupRangeOf(source, condition, !request.forward);
  if (request.exclusive_start_key) {
    STATOR_RETURN_IF_ERROR(StartAfter(source, *request.exclusive_start_key, range));
  }
  PageReader reader(store, source, page, context);
  STATOR_RETURN_IF_ERROR(
      store.Scan(range, {.cache_only = context.cache_only},
                 [&reader](const storage::RowView& row) { return reader.Add(row); }));
  STATOR_ASSIGN_OR_RETURN(PageResult result, reader.Finish());
  if (SingleRow(source)) {
    result.last_evaluated_key.reset();  // the end is known (Q2)
  }
  return result;
}

base::Result<PageResult> RunScan(storage::Store& store, const Catalog& catalog,
                                 const ScanRequest& request, const CallContext& context,
                                 size_t partitions) {
  const PageRequest page = CommonPart(request);
  STATOR_ASSIGN_OR_RETURN(const PageSource source, OpenPage(catalog, page));
  storage::SpaceRange range = SegmentRange(source, request);
  if (request.exclusive_start_key) {
    STATOR_RETURN_IF_ERROR(StartAfter(source, request, range));
  }
  PageReader reader(store, source, page, context);
  if (partitions > 1 && source.table->billing_mode == BillingMode::kPayPerRequest) {
    reader.ChargeByPartition(partitions, range);
  }
  const std::string& prefix = source.key_space.sort_prefix;
  STATOR_RETURN_IF_ERROR(
      store.ScanSpace(range, {.cache_only = context.cache_only}, [&](const storage::RowView& row) {
        // All local indexes' entries stand side by side; the others' are passed over.
        return !row.sort.starts_with(prefix) || reader.Add(row);
      }));
  return reader.Finish();
}

}  // namespace stator::engine
