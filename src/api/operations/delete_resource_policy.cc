#include <optional>
#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteResourcePolicy.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kResourceArn, kExpectedRevisionId };

constexpr Field kFields[] = {
    {kResourceArn, "ResourceArn", &shapes::kResourceArn, kRequired},
    {kExpectedRevisionId, "ExpectedRevisionId", &shapes::kPolicyRevisionId},
};
constexpr Shape kInput = StructureShape("DeleteResourcePolicyInput", kFields);

// What the request asks for.
struct DeleteRequest {
  std::string arn;
  std::optional<std::string> expected;
};

base::Result<DeleteRequest> Decode(const Node& body) {
  return DeleteRequest{.arn = std::string(body.Text(kResourceArn)),
                       .expected = body.OptionalText(kExpectedRevisionId)};
}

void DescribeAccess(const DeleteRequest& request, AccessList& accesses) {
  accesses.AddArn("DeleteResourcePolicy", request.arn);
}

base::Result<std::optional<std::string>> Execute(engine::Tables& tables,
                                                 const DeleteRequest& request) {
  return tables.DeleteResourcePolicy(request.arn, request.expected);
}

// Without a policy there was nothing to delete, which is no error, and no revision to tell.
void Encode(const std::optional<std::string>& revision_id, std::string& out) {
  ObjectWriter body(out);
  if (revision_id) {
    body.String("RevisionId", *revision_id);
  }
  body.End();
}

}  // namespace

constinit const Operation kDeleteResourcePolicy{
    .name = "DeleteResourcePolicy",
    .input = &kInput,
    .pace = Pace::kLong,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
