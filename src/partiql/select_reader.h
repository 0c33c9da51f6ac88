#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "engine/engine.h"
#include "partiql/next_token.h"
#include "partiql/requests.h"
#include "partiql/select_plan.h"

namespace stator::partiql {

// How a page of a SELECT is to be read.
struct SelectOptions {
  PageStart start;
  std::optional<int64_t> limit;  // rows to look at
  bool consistent = false;
  engine::CapacityDetail capacity = engine::CapacityDetail::kNone;
};

// A page of a SELECT, and where the next one begins.
struct SelectPage {
  std::vector<engine::Record> items;
  std::optional<PageStart> next;
  std::optional<engine::Record> last_evaluated_key;
  std::optional<engine::ConsumedCapacity> capacity;
};

// The requests that a plan consists of.
engine::QueryRequest ToQuery(const SelectPlan& plan, const expression::KeyCondition& condition,
                             const SelectOptions& options);
engine::ScanRequest ToScan(const SelectPlan& plan, const SelectOptions& options);

// Reads one page. Synchronous: reads complete inline. With context.cache_only it answers
// kWouldBlock instead of waiting.
base::Result<SelectPage> ReadPage(engine::Engine& engine, const SelectPlan& plan,
                                  const SelectOptions& options, const engine::CallContext& context);

}  // namespace stator::partiql
