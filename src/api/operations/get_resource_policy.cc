#include <string>
#include <utility>

#include "api/error_json.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kResourceArn };

constexpr Field kFields[] = {
    {kResourceArn, "ResourceArn", &shapes::kResourceArn, kRequired},
};
constexpr Shape kInput = StructureShape("GetResourcePolicyInput", kFields);

// Policies cannot be attached, so no resource has one.
void Run(Call& call, ResponseSink sink) {
  const std::string arn(call.body.Text(kResourceArn));
  const base::Result<void> resource = call.engine.tables().CheckResource(arn);
  sink(ErrorResponse(
      resource.ok()
          ? base::Error{base::ErrorCode::kPolicyNotFound,
                        "Resource-based policy not found for the provided ResourceArn: " + arn}
          : resource.error()));
}

}  // namespace

constinit const Operation kGetResourcePolicy{
    .name = "GetResourcePolicy", .input = &kInput, .run = &Run};

}  // namespace stator::api::operations
