#include "api/error_json.h"

#include <string>
#include <string_view>

#include "api/json_writer.h"
#include "engine/requests.h"

namespace stator::api {
namespace {

using base::ErrorCode;

constexpr std::string_view kDynamoDb = "com.amazonaws.dynamodb.v20120810#";
constexpr std::string_view kFramework = "com.amazon.coral.service#";
constexpr std::string_view kValidate = "com.amazon.coral.validate#";
constexpr std::string_view kAvailability = "com.amazon.coral.availability#";

constexpr int kClientError = 400;  // all of them, throttling included (W5)
constexpr int kServerError = 500;

// How an error looks on the wire.
struct WireError {
  std::string_view space;
  std::string_view name;
  int status = kClientError;
  std::string_view message_member = "message";  // "Message" for a few (W3)
};

WireError FrameworkError(ErrorCode code) {
  switch (code) {
    case ErrorCode::kValidation:
      return {kValidate, "ValidationException"};
    case ErrorCode::kSerialization:
      return {kFramework, "SerializationException"};
    case ErrorCode::kUnknownOperation:
      return {kFramework, "UnknownOperationException"};
    case ErrorCode::kMissingAuthenticationToken:
      return {kFramework, "MissingAuthenticationTokenException"};
    case ErrorCode::kIncompleteSignature:
      return {kFramework, "IncompleteSignatureException"};
    case ErrorCode::kInvalidSignature:
      return {kFramework, "InvalidSignatureException"};
    case ErrorCode::kUnrecognizedClient:
      return {kFramework, "UnrecognizedClientException"};
    case ErrorCode::kExpiredToken:
      return {kFramework, "ExpiredTokenException"};
    case ErrorCode::kAccessDenied:
      return {kFramework, "AccessDeniedException"};
    case ErrorCode::kThrottling:
      return {kAvailability, "ThrottlingException"};
    default:
      return {kDynamoDb, "InternalServerError", kServerError};
  }
}

WireError ToWireError(ErrorCode code) {
  switch (code) {
    case ErrorCode::kResourceNotFound:
      return {kDynamoDb, "ResourceNotFoundException"};
    case ErrorCode::kResourceInUse:
      return {kDynamoDb, "ResourceInUseException"};
    case ErrorCode::kTableNotFound:
      return {kDynamoDb, "TableNotFoundException"};
    case ErrorCode::kTableInUse:
      return {kDynamoDb, "TableInUseException"};
    case ErrorCode::kTableAlreadyExists:
      return {kDynamoDb, "TableAlreadyExistsException"};
    case ErrorCode::kIndexNotFound:
      return {kDynamoDb, "IndexNotFoundException"};
    case ErrorCode::kBackupNotFound:
      return {kDynamoDb, "BackupNotFoundException"};
    case ErrorCode::kExportNotFound:
      return {kDynamoDb, "ExportNotFoundException"};
    case ErrorCode::kImportNotFound:
      return {kDynamoDb, "ImportNotFoundException"};
    case ErrorCode::kGlobalTableNotFound:
      return {kDynamoDb, "GlobalTableNotFoundException"};
    case ErrorCode::kPolicyNotFound:
      return {kDynamoDb, "PolicyNotFoundException"};
    case ErrorCode::kLimitExceeded:
      return {kDynamoDb, "LimitExceededException"};
    case ErrorCode::kConditionalCheckFailed:
      return {kDynamoDb, "ConditionalCheckFailedException"};
    case ErrorCode::kTransactionCanceled:
      return {kDynamoDb, "TransactionCanceledException", kClientError, "Message"};
    case ErrorCode::kTransactionConflict:
      return {kDynamoDb, "TransactionConflictException"};
    case ErrorCode::kTransactionInProgress:
      return {kDynamoDb, "TransactionInProgressException", kClientError, "Message"};
    case ErrorCode::kIdempotentParameterMismatch:
      return {kDynamoDb, "IdempotentParameterMismatchException", kClientError, "Message"};
    case ErrorCode::kItemCollectionSizeLimitExceeded:
      return {kDynamoDb, "ItemCollectionSizeLimitExceededException"};
    case ErrorCode::kProvisionedThroughputExceeded:
      return {kDynamoDb, "ProvisionedThroughputExceededException"};
    case ErrorCode::kRequestLimitExceeded:
      return {kDynamoDb, "RequestLimitExceeded"};
    case ErrorCode::kDuplicateItem:
      return {kDynamoDb, "DuplicateItemException"};
    case ErrorCode::kTrimmedDataAccess:
      return {kDynamoDb, "TrimmedDataAccessException"};
    case ErrorCode::kExpiredIterator:
      return {kDynamoDb, "ExpiredIteratorException"};
    default:
      return FrameworkError(code);
  }
}

// "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ...]".
std::string CancellationMessage(const engine::TransactionCancellation& cancellation) {
  std::string message =
      "Transaction cancelled, please refer cancellation reasons for specific reasons [";
  for (size_t i = 0; i < cancellation.reasons.size(); ++i) {
    message += (i == 0 ? "" : ", ") + cancellation.reasons[i].code;
  }
  return message + "]";
}

base::Result<void> AppendReason(const engine::CancellationReason& reason, std::string& out) {
  ObjectWriter object(out);
  object.String("Code", reason.code);
  if (reason.item) {
    STATOR_RETURN_IF_ERROR(object.Record("Item", *reason.item));
  }
  if (reason.message) {
    object.String("Message", *reason.message);
  }
  object.End();
  return {};
}

base::Result<void> AppendReasons(const engine::TransactionCancellation& cancellation,
                                 std::string& out) {
  ArrayWriter array(out);
  for (const engine::CancellationReason& reason : cancellation.reasons) {
    STATOR_RETURN_IF_ERROR(AppendReason(reason, array.Next()));
  }
  array.End();
  return {};
}

base::Result<std::string> AppendCancellation(const base::Error& error, ObjectWriter& body) {
  const auto& cancellation = static_cast<const engine::TransactionCancellation&>(*error.detail);
  STATOR_RETURN_IF_ERROR(AppendReasons(cancellation, body.Member("CancellationReasons")));
  return CancellationMessage(cancellation);
}

base::Result<std::string> AppendConditionFailure(const base::Error& error, ObjectWriter& body) {
  const auto& failure = static_cast<const engine::ConditionFailure&>(*error.detail);
  if (failure.item) {
    STATOR_RETURN_IF_ERROR(body.Record("Item", *failure.item));
  }
  return error.message;
}

// Appends what the detail of the error adds, and returns the message.
base::Result<std::string> AppendDetail(const base::Error& error, ObjectWriter& body) {
  if (error.detail != nullptr && error.code == ErrorCode::kConditionalCheckFailed) {
    return AppendConditionFailure(error, body);
  }
  if (error.detail != nullptr && error.code == ErrorCode::kTransactionCanceled) {
    return AppendCancellation(error, body);
  }
  return error.message;
}

}  // namespace

std::string_view ErrorName(base::ErrorCode code) { return ToWireError(code).name; }

Response ErrorResponse(const base::Error& error) {
  if (error.code == ErrorCode::kWouldBlock) {
    Response retry;
    retry.retry_blocking = true;
    return retry;
  }
  const WireError wire = ToWireError(error.code);
  Response response;
  response.status = wire.status;
  response.error = error.code;
  ObjectWriter body(response.body);
  body.Member("__type") += '"' + std::string(wire.space) + std::string(wire.name) + '"';
  base::Result<std::string> message = AppendDetail(error, body);
  if (!message.ok()) {
    return ErrorResponse(base::Error{ErrorCode::kInternal, ""});
  }
  if (wire.status == kServerError) {
    response.failure = *std::move(message);
    message = std::string("Internal server error");
  }
  if (!message->empty()) {
    body.String(wire.message_member, *message);
  }
  body.End();
  return response;
}

}  // namespace stator::api
