#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kResourceArn };

constexpr Field kFields[] = {
    {kResourceArn, "ResourceArn", &shapes::kResourceArn, kRequired},
};
constexpr Shape kInput = StructureShape("GetResourcePolicyInput", kFields);

base::Result<std::string> Decode(const Node& body) { return std::string(body.Text(kResourceArn)); }

void DescribeAccess(const std::string& arn, AccessList& accesses) {
  accesses.AddArn("GetResourcePolicy", arn);
}

base::Result<engine::ResourcePolicy> Execute(engine::Tables& tables, const std::string& arn) {
  return tables.GetResourcePolicy(arn);
}

void Encode(const engine::ResourcePolicy& policy, std::string& out) {
  ObjectWriter body(out);
  body.String("Policy", policy.document);
  body.String("RevisionId", policy.revision_id);
  body.End();
}

}  // namespace

constinit const Operation kGetResourcePolicy{
    .name = "GetResourcePolicy",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
