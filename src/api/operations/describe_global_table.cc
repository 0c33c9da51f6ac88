#include <string>
#include <utility>

#include "api/error_json.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeGlobalTable.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kGlobalTableName };

constexpr Field kFields[] = {
    {kGlobalTableName, "GlobalTableName", &shapes::kTableName, kRequired},
};
constexpr Shape kInput = StructureShape("DescribeGlobalTableInput", kFields);

// Global tables cannot be created, so there is none of any name.
void Run(Call& call, ResponseSink sink) {
  const base::Result<engine::Engine*> engine = call.Authorize([&call](AccessList& accesses) {
    accesses.AddGlobalTable("DescribeGlobalTable", call.body.Text(kGlobalTableName));
  });
  if (!engine.ok()) {
    sink(ErrorResponse(engine.error()));
    return;
  }
  sink(ErrorResponse({base::ErrorCode::kGlobalTableNotFound,
                      "Global table not found: Global table with name: '" +
                          std::string(call.body.Text(kGlobalTableName)) + "' does not exist."}));
}

}  // namespace

constinit const Operation kDescribeGlobalTable{
    .name = "DescribeGlobalTable", .input = &kInput, .run = &Run};

}  // namespace stator::api::operations
