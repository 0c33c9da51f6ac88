#include <string>
#include <vector>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_json.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kResourceArn, kNextToken };

constexpr Field kFields[] = {
    {kResourceArn, "ResourceArn", &shapes::kResourceArn, kRequired},
    {kNextToken, "NextToken", &shapes::kString},
};
constexpr Shape kInput = StructureShape("ListTagsOfResourceInput", kFields);

base::Result<std::string> Decode(const Node& body) {
  if (body.Has(kNextToken)) {
    // All tags fit one page, so no token was ever given out.
    return base::ValidationError("Invalid NextToken");
  }
  return std::string(body.Text(kResourceArn));
}

void DescribeAccess(const std::string& arn, AccessList& accesses) {
  accesses.AddArn("ListTagsOfResource", arn);
}

base::Result<std::vector<engine::Tag>> Execute(engine::Tables& tables, const std::string& arn) {
  return tables.ListTagsOfResource(arn);
}

void Encode(const std::vector<engine::Tag>& tags, std::string& out) {
  ObjectWriter body(out);
  AppendTags(tags, body.Member("Tags"));
  body.End();
}

}  // namespace

constinit const Operation kListTagsOfResource{
    .name = "ListTagsOfResource",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
