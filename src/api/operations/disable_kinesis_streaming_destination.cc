#include <string>

#include "api/destination_parameters.h"
#include "api/operations/operations.h"
#include "api/shapes_kinesis.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DisableKinesisStreamingDestination.html
namespace stator::api::operations {
namespace {

void DescribeAccess(const engine::DestinationRequest& request, AccessList& accesses) {
  accesses.AddTable("DisableKinesisStreamingDestination", request.table);
}

base::Result<engine::DestinationResult> Execute(engine::Tables& tables,
                                                const engine::DestinationRequest& request) {
  return tables.DisableDestination(request);
}

void Encode(const engine::DestinationResult& result, std::string& out) {
  AppendDestinationResult(result, "EnableKinesisStreamingConfiguration", out);
}

}  // namespace

constinit const Operation kDisableKinesisStreamingDestination{
    .name = "DisableKinesisStreamingDestination",
    .input = &shapes::kKinesisDestinationInput,
    .pace = Pace::kLong,
    .run = &RunTableOperation<ReadDestination, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
