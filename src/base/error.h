#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace stator::base {

// The one vocabulary of failures, from storage to the wire. `api/error_json` gives each its name
// and status on the wire; nothing ever decides by the text of a message.
enum class ErrorCode : uint8_t {
  // Refused requests; each is one exception of the DynamoDB API.
  kValidation,
  kSerialization,
  kUnknownOperation,
  kMissingAuthenticationToken,
  kIncompleteSignature,
  kInvalidSignature,
  kUnrecognizedClient,
  kExpiredToken,
  kAccessDenied,
  kResourceNotFound,
  kResourceInUse,
  kTableNotFound,
  kTableInUse,
  kTableAlreadyExists,
  kIndexNotFound,
  kBackupNotFound,
  kExportNotFound,
  kImportNotFound,
  kGlobalTableNotFound,
  kPolicyNotFound,
  kLimitExceeded,
  kConditionalCheckFailed,
  kTransactionCanceled,
  kTransactionConflict,
  kTransactionInProgress,
  kIdempotentParameterMismatch,
  kItemCollectionSizeLimitExceeded,
  kProvisionedThroughputExceeded,
  kRequestLimitExceeded,
  kThrottling,
  kDuplicateItem,
  kTrimmedDataAccess,
  kExpiredIterator,
  kMalformedPolicyDocument,  // of STS; DynamoDB refuses such policies as kValidation

  // Failures of the server; all but the first stay below the wire.
  kInternal,
  kIo,            // a read, write or sync of a file failed
  kNoSpace,       // the disk is full; writes are refused until space is back
  kCorruption,    // stored bytes fail their checksum or do not decode
  kUnavailable,   // the store is stopping, or has stopped accepting writes
  kStaleCatalog,  // the caller's catalog epoch is not the store's; take a new snapshot and retry
  kWouldBlock,    // the answer is not in the cache and the caller must not wait for a device
};

// What an error carries beside its text, such as the item that failed a condition. The layer that
// makes an error and the one that prints it agree on the concrete type by the code.
struct ErrorDetail {
  virtual ~ErrorDetail() = default;
};

// A failure: a code to decide by and a text for people. A value type; copies share the detail.
struct Error {
  ErrorCode code;
  std::string message;
  std::shared_ptr<const ErrorDetail> detail = nullptr;
};

// A ValidationException, the most common refusal.
inline Error ValidationError(std::string message) {
  return Error{ErrorCode::kValidation, std::move(message)};
}

}  // namespace stator::base
