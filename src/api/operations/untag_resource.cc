#include <string>
#include <vector>

#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kResourceArn, kTagKeys };

constexpr Field kFields[] = {
    {kResourceArn, "ResourceArn", &shapes::kResourceArn, kRequired},
    {kTagKeys, "TagKeys", &shapes::kTagKeys, kRequired},
};
constexpr Shape kInput = StructureShape("UntagResourceInput", kFields);

// What the request asks for.
struct UntagRequest {
  std::string arn;
  std::vector<std::string> keys;
};

base::Result<UntagRequest> Decode(const Node& body) {
  return UntagRequest{.arn = std::string(body.Text(kResourceArn)),
                      .keys = body.OptionalTexts(kTagKeys).value_or(std::vector<std::string>{})};
}

void DescribeAccess(const UntagRequest& request, AccessList& accesses) {
  accesses.AddArn("UntagResource", request.arn)
      .context.Set({.id = auth::PolicyKeyId::kTagKeys}, {.values = request.keys});
}

base::Result<void> Execute(engine::Tables& tables, const UntagRequest& request) {
  return tables.UntagResource(request.arn, request.keys);
}

}  // namespace

constinit const Operation kUntagResource{
    .name = "UntagResource",
    .input = &kInput,
    .pace = Pace::kLong,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, EncodeNothing>};

}  // namespace stator::api::operations
