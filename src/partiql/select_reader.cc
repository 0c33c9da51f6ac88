#include "partiql/select_reader.h"

#include <algorithm>
#include <utility>

#include "engine/capacity.h"
#include "model/limits.h"
#include "partiql/lower.h"
#include "storage/record.h"

namespace stator::partiql {
namespace {

using base::Result;
using engine::PageResult;

// A page of listed partitions has no more rows; a partition without rows counts as one, so that
// the work is bounded, too.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
constexpr int64_t kListedRows = 10;

// Collects one page from as many lookups as it takes.
class PageCollector {
 public:
  PageCollector(engine::Engine& engine, const SelectPlan& plan, const SelectOptions& options,
                const engine::CallContext& context)
      : engine_(engine), plan_(plan), options_(options), context_(context) {}

  Result<SelectPage> Collect();

 private:
  Result<void> CollectLookups();
  // One request to the engine; `limit` rows at most.
  Result<PageResult> Scan();
  Result<PageResult> Look(const Lookup& lookup, std::optional<int64_t> limit,
                          const std::optional<model::Item>& start_key);
  Result<PageResult> Get(const model::Item& key);
  Result<PageResult> Query(const expression::KeyCondition& condition, std::optional<int64_t> limit,
                           const std::optional<model::Item>& start_key);
  // Adds the rows; notes where to go on when the lookup of that number has more.
  Result<void> Add(PageResult page, size_t lookup);

  engine::Engine& engine_;
  const SelectPlan& plan_;
  const SelectOptions& options_;
  const engine::CallContext& context_;
  SelectPage page_;
  uint64_t bytes_ = 0;
};

Result<SelectPage> PageCollector::Collect() {
  if (plan_.scans()) {
    STATOR_ASSIGN_OR_RETURN(PageResult result, Scan());
    STATOR_RETURN_IF_ERROR(Add(std::move(result), 0));
  } else {
    STATOR_RETURN_IF_ERROR(CollectLookups());
  }
  return std::move(page_);
}

Result<void> PageCollector::CollectLookups() {
  std::optional<int64_t> left = options_.limit;
  if (plan_.listed) {
    left = std::min(left.value_or(kListedRows), kListedRows);
  }
  if (options_.start.lookup >= plan_.lookups.size()) {
    return base::ValidationError("Invalid NextToken");
  }
  std::optional<model::Item> start_key = options_.start.start_key;
  for (size_t i = options_.start.lookup; i < plan_.lookups.size(); ++i) {
    STATOR_ASSIGN_OR_RETURN(PageResult result, Look(plan_.lookups[i], left, start_key));
    start_key.reset();
    if (left) {
      *left -= std::max<int64_t>(result.scanned_count, 1);
    }
    STATOR_RETURN_IF_ERROR(Add(std::move(result), i));
    const bool full = (left && *left <= 0) || bytes_ > model::limits::kPageBytes;
    if (full && !page_.next && i + 1 < plan_.lookups.size()) {
      page_.next = PageStart{.lookup = i + 1, .start_key = {}};
    }
    if (page_.next) {
      break;
    }
  }
  return {};
}

Result<PageResult> PageCollector::Look(const Lookup& lookup, std::optional<int64_t> limit,
                                       const std::optional<model::Item>& start_key) {
  if (const auto* key = std::get_if<model::Item>(&lookup)) {
    return Get(*key);
  }
  return Query(std::get<expression::KeyCondition>(lookup), limit, start_key);
}

Result<PageResult> PageCollector::Get(const model::Item& key) {
  const engine::GetItemRequest request{.table = plan_.table,
                                       .key = key,
                                       .projection = plan_.projection,
                                       .consistent = options_.consistent,
                                       .capacity = options_.capacity};
  Result<PageResult> page = PageResult();
  engine_.GetItem(request, context_, [&page](Result<engine::GetItemResult> result) {
    if (!result.ok()) {
      page = std::move(result).error();
      return;
    }
    page->capacity = std::move(result->capacity);
    page->scanned_count = 1;
    if (result->item) {
      page->items.push_back(*std::move(result->item));
    }
  });
  return page;
}

Result<PageResult> PageCollector::Query(const expression::KeyCondition& condition,
                                        std::optional<int64_t> limit,
                                        const std::optional<model::Item>& start_key) {
  engine::QueryRequest request = ToQuery(plan_, condition, options_);
  request.limit = limit;
  request.exclusive_start_key = start_key;
  Result<PageResult> page = PageResult();
  engine_.Query(request, context_,
                [&page](Result<PageResult> result) { page = std::move(result); });
  return page;
}

Result<PageResult> PageCollector::Scan() {
  const engine::ScanRequest request = ToScan(plan_, options_);
  Result<PageResult> page = PageResult();
  engine_.Scan(request, context_, [&page](Result<PageResult> result) { page = std::move(result); });
  return page;
}

Result<void> PageCollector::Add(PageResult page, size_t lookup) {
  for (engine::Record& record : page.items) {
    bytes_ += record.size();
    STATOR_ASSIGN_OR_RETURN(engine::Record row, ToRow(std::move(record), plan_.columns));
    page_.items.push_back(std::move(row));
  }
  if (page.last_evaluated_key) {
    STATOR_ASSIGN_OR_RETURN(model::Item start_key, storage::DecodeRecord(*page.last_evaluated_key));
    page_.next = PageStart{.lookup = lookup, .start_key = std::move(start_key)};
    page_.last_evaluated_key = std::move(page.last_evaluated_key);
  }
  if (page.capacity && page_.capacity) {
    engine::AddCapacity(*page.capacity, *page_.capacity);
  } else if (page.capacity) {
    page_.capacity = std::move(page.capacity);
  }
  return {};
}

}  // namespace

engine::QueryRequest ToQuery(const SelectPlan& plan, const expression::KeyCondition& condition,
                             const SelectOptions& options) {
  return {.table = plan.table,
          .index = plan.index,
          .key_condition = condition,
          .filter = plan.filter,
          .filter_keys = true,
          .projection = plan.projection,
          .select = std::nullopt,
          .forward = plan.forward,
          .limit = options.limit,
          .exclusive_start_key = options.start.start_key,
          .consistent = options.consistent,
          .capacity = options.capacity};
}

engine::ScanRequest ToScan(const SelectPlan& plan, const SelectOptions& options) {
  return {.table = plan.table,
          .index = plan.index,
          .filter = plan.filter,
          .projection = plan.projection,
          .select = std::nullopt,
          .limit = options.limit,
          .exclusive_start_key = options.start.start_key,
          .consistent = options.consistent,
          .capacity = options.capacity};
}

Result<SelectPage> ReadPage(engine::Engine& engine, const SelectPlan& plan,
                            const SelectOptions& options, const engine::CallContext& context) {
  return PageCollector(engine, plan, options, context).Collect();
}

}  // namespace stator::partiql
