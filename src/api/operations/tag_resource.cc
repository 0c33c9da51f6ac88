#include <string>
#include <vector>

#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kResourceArn, kTags };

constexpr Field kFields[] = {
    {kResourceArn, "ResourceArn", &shapes::kResourceArn, kRequired},
    {kTags, "Tags", &shapes::kTags, kRequired},
};
constexpr Shape kInput = StructureShape("TagResourceInput", kFields);

// What the request asks for.
struct TagRequest {
  std::string arn;
  std::vector<engine::Tag> tags;
};

base::Result<TagRequest> Decode(const Node& body) {
  return TagRequest{.arn = std::string(body.Text(kResourceArn)), .tags = ReadTags(body, kTags)};
}

void DescribeAccess(const TagRequest& request, AccessList& accesses) {
  DescribeTags(request.tags, accesses.AddArn("TagResource", request.arn));
}

base::Result<void> Execute(engine::Tables& tables, const TagRequest& request) {
  return tables.TagResource(request.arn, request.tags);
}

}  // namespace

constinit const Operation kTagResource{
    .name = "TagResource",
    .input = &kInput,
    .pace = Pace::kLong,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, EncodeNothing>};

}  // namespace stator::api::operations
