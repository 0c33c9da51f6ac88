#include <optional>
#include <string>
#include <utility>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/resource_policy_parameters.h"
#include "api/shapes_tables.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html
namespace stator::api::operations {
namespace {

enum Member : size_t {
  kResourceArn,
  kPolicy,
  kExpectedRevisionId,
  kConfirmRemoveSelfResourceAccess,
};

constexpr Field kFields[] = {
    {kResourceArn, "ResourceArn", &shapes::kResourceArn, kRequired},
    {kPolicy, "Policy", &shapes::kString, kRequired},
    {kExpectedRevisionId, "ExpectedRevisionId", &shapes::kPolicyRevisionId},
    {kConfirmRemoveSelfResourceAccess, "ConfirmRemoveSelfResourceAccess", &shapes::kBoolean},
};
constexpr Shape kInput = StructureShape("PutResourcePolicyInput", kFields);

// What the request asks for.
struct PutRequest {
  std::string arn;
  std::string policy;
  std::optional<std::string> expected;
  bool may_lose_control = false;
};

base::Result<PutRequest> Decode(const Node& body) {
  STATOR_ASSIGN_OR_RETURN(std::optional<std::string> policy, ReadResourcePolicy(body, kPolicy));
  return PutRequest{.arn = std::string(body.Text(kResourceArn)),
                    .policy = *std::move(policy),
                    .expected = body.OptionalText(kExpectedRevisionId),
                    .may_lose_control = body.BooleanOr(kConfirmRemoveSelfResourceAccess, false)};
}

void Encode(const std::string& revision_id, std::string& out) {
  ObjectWriter body(out);
  body.String("RevisionId", revision_id);
  body.End();
}

base::Result<std::string> Execute(const Call& call, const PutRequest& request) {
  STATOR_ASSIGN_OR_RETURN(engine::Engine* const engine,
                          call.Authorize([&request](AccessList& accesses) {
                            accesses.AddArn("PutResourcePolicy", request.arn);
                          }));
  if (!request.may_lose_control &&
      !call.authorizer().KeepsControl(call.request, request.arn, request.policy)) {
    return base::ValidationError(
        "One or more parameter values were invalid: Invalid policy document: The policy would not "
        "allow you to change it again. ConfirmRemoveSelfResourceAccess confirms that this is "
        "intended");
  }
  return engine->tables().PutResourcePolicy(request.arn, request.policy, request.expected);
}

void Run(Call& call, ResponseSink sink) {
  const base::Result<PutRequest> request = Decode(call.body);
  if (!request.ok()) {
    sink(ErrorResponse(request.error()));
    return;
  }
  sink(MakeResponse(Execute(call, *request), Encode));
}

}  // namespace

constinit const Operation kPutResourcePolicy{
    .name = "PutResourcePolicy", .input = &kInput, .pace = Pace::kLong, .run = &Run};

}  // namespace stator::api::operations
