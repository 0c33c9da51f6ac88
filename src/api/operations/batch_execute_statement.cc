#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/item_parameters.h"
#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_item.h"
#include "api/shapes_partiql.h"
#include "api/statement_access.h"
#include "api/statement_parameters.h"
#include "model/limits.h"
#include "partiql/execute.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
namespace stator::api::operations {
namespace {

using base::ErrorCode;

enum StatementMember : size_t {
  kStatement,
  kParameters,
  kConsistentRead,
  kReturnValuesOnConditionCheckFailure,
};
constexpr Field kStatementFields[] = {
    {kStatement, "Statement", &shapes::kPartiQLStatement, kRequired},
    {kParameters, "Parameters", &shapes::kPreparedStatementParameters},
    {kConsistentRead, "ConsistentRead", &shapes::kBoolean},
    {kReturnValuesOnConditionCheckFailure, "ReturnValuesOnConditionCheckFailure",
     &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Shape kBatchStatementRequest = StructureShape("BatchStatementRequest", kStatementFields);
constexpr StatementMembers kStatementMembers{
    .statement = kStatement,
    .parameters = kParameters,
    .consistent_read = kConsistentRead,
    .on_condition_failure = kReturnValuesOnConditionCheckFailure,
};

enum Member : size_t { kStatements, kReturnConsumedCapacity };
constexpr Shape kBatchRequest =
    ListShape(kBatchStatementRequest, 1, model::limits::kBatchStatements);
constexpr Field kFields[] = {
    {kStatements, "Statements", &kBatchRequest, kRequired},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
};
constexpr Shape kInput = StructureShape("BatchExecuteStatementInput", kFields);

base::Result<partiql::BatchExecuteStatementRequest> Decode(Node& body, std::string_view account) {
  partiql::BatchExecuteStatementRequest request;
  for (Node* element : body.List(kStatements)) {
    STATOR_ASSIGN_OR_RETURN(partiql::StatementRequest statement,
                            ReadStatement(*element, kStatementMembers, account));
    // The service takes it and does nothing with it (P5).
    statement.return_item_on_condition_failure = false;
    request.statements.push_back(std::move(statement));
  }
  request.capacity = ReadCapacityDetail(body, kReturnConsumedCapacity);
  return request;
}

constexpr std::string_view kInternal = "InternalServerError";

// The codes of BatchStatementError are shorter than the names of the exceptions (P5).
std::string_view ShortCode(ErrorCode code) {
  switch (code) {
    case ErrorCode::kConditionalCheckFailed:
      return "ConditionalCheckFailed";
    case ErrorCode::kItemCollectionSizeLimitExceeded:
      return "ItemCollectionSizeLimitExceeded";
    case ErrorCode::kRequestLimitExceeded:
      return "RequestLimitExceeded";
    case ErrorCode::kValidation:
      return "ValidationError";
    case ErrorCode::kProvisionedThroughputExceeded:
      return "ProvisionedThroughputExceeded";
    case ErrorCode::kTransactionConflict:
      return "TransactionConflict";
    case ErrorCode::kThrottling:
      return "ThrottlingError";
    case ErrorCode::kResourceNotFound:
      return "ResourceNotFound";
    case ErrorCode::kAccessDenied:
      return "AccessDenied";
    case ErrorCode::kDuplicateItem:
      return "DuplicateItem";
    default:
      return kInternal;
  }
}

void AppendError(const base::Error& error, std::string& out) {
  const std::string_view code = ShortCode(error.code);
  ObjectWriter object(out);
  object.String("Code", code);
  // What went wrong inside is not told to the client.
  object.String("Message", code == kInternal ? "Internal server error" : error.message);
  object.End();
}

base::Result<void> AppendMember(const partiql::BatchExecuteStatementResult::Member& member,
                                std::string& out) {
  ObjectWriter object(out);
  if (member.error) {
    AppendError(*member.error, object.Member("Error"));
  }
  if (member.item) {
    STATOR_RETURN_IF_ERROR(object.Record("Item", *member.item));
  }
  if (member.table) {
    object.String("TableName", engine::BareTableName(*member.table));
  }
  object.End();
  return {};
}

base::Result<void> Encode(const partiql::BatchExecuteStatementResult& result, std::string& out) {
  ObjectWriter body(out);
  WriteConsumedCapacities(result.capacity, body);
  ArrayWriter responses(body.Member("Responses"));
  for (const partiql::BatchExecuteStatementResult::Member& member : result.members) {
    STATOR_RETURN_IF_ERROR(AppendMember(member, responses.Next()));
  }
  responses.End();
  body.End();
  return {};
}

// The first failure of the server's own among the members, for the operator.
std::string FailureOf(const partiql::BatchExecuteStatementResult& result) {
  for (const partiql::BatchExecuteStatementResult::Member& member : result.members) {
    if (member.error && ShortCode(member.error->code) == kInternal) {
      return member.error->message;
    }
  }
  return {};
}

void DescribeAccess(const partiql::BatchExecuteStatementRequest& request, AccessList& accesses) {
  for (const partiql::StatementRequest& statement : request.statements) {
    if (statement.statement.ok()) {
      AddStatement(statement, {.capacity = request.capacity}, accesses);
    }
  }
}

// The answer to a batch without a statement that could be read: it accesses nothing.
std::optional<partiql::BatchExecuteStatementResult> ErrorsOnly(
    const partiql::BatchExecuteStatementRequest& request) {
  partiql::BatchExecuteStatementResult result;
  for (const partiql::StatementRequest& statement : request.statements) {
    if (statement.statement.ok()) {
      return std::nullopt;
    }
    result.members.emplace_back().error = statement.statement.error();
  }
  return result;
}

Response Answer(const base::Result<partiql::BatchExecuteStatementResult>& result) {
  Response response = MakeResponse(result, Encode);
  if (result.ok()) {
    response.failure = FailureOf(*result);
  }
  return response;
}

void Run(Call& call, ResponseSink sink) {
  base::Result<partiql::BatchExecuteStatementRequest> request = Decode(call.body, call.account);
  if (!request.ok()) {
    sink(ErrorResponse(request.error()));
    return;
  }
  if (std::optional<partiql::BatchExecuteStatementResult> errors = ErrorsOnly(*request)) {
    sink(Answer(*std::move(errors)));
    return;
  }
  const base::Result<engine::Engine*> engine =
      call.Authorize([&request](AccessList& accesses) { DescribeAccess(*request, accesses); });
  if (!engine.ok()) {
    sink(ErrorResponse(engine.error()));
    return;
  }
  partiql::BatchExecuteStatement(
      **engine, std::move(request).value(), call.context,
      [sink = std::move(sink)](const base::Result<partiql::BatchExecuteStatementResult>& result) {
        sink(Answer(result));
      });
}

}  // namespace

constinit const Operation kBatchExecuteStatement{
    .name = "BatchExecuteStatement", .input = &kInput, .pace = Pace::kLong, .run = &Run};

}  // namespace stator::api::operations
