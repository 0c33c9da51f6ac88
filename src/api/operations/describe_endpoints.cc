#include <string>
#include <utility>

#include "api/json_writer.h"
#include "api/operations/operations.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html
namespace stator::api::operations {
namespace {

constexpr Shape kInput = StructureShape("DescribeEndpointsRequest", {});

constexpr int64_t kCachePeriodMinutes = 1440;

// The one endpoint is the one that the client has reached (W26).
void Run(Call& call, ResponseSink sink) {
  const base::Result<engine::Engine*> engine =
      call.Authorize([](AccessList& accesses) { accesses.AddAccount("DescribeEndpoints"); });
  if (!engine.ok()) {
    sink(ErrorResponse(engine.error()));
    return;
  }
  Response response;
  ObjectWriter body(response.body);
  ArrayWriter endpoints(body.Member("Endpoints"));
  ObjectWriter endpoint(endpoints.Next());
  endpoint.String("Address", call.request.host);
  endpoint.Integer("CachePeriodInMinutes", kCachePeriodMinutes);
  endpoint.End();
  endpoints.End();
  body.End();
  sink(std::move(response));
}

}  // namespace

constinit const Operation kDescribeEndpoints{
    .name = "DescribeEndpoints", .input = &kInput, .run = &Run};

}  // namespace stator::api::operations
