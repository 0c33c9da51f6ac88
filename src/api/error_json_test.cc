#include "api/error_json.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "engine/requests.h"
#include "storage/record.h"

namespace stator::api {
namespace {

using base::Error;
using base::ErrorCode;

// W2, W3, W5.
TEST(ErrorJson, NamesTheExceptionInItsSpace) {
  const Response validation = ErrorResponse(Error{ErrorCode::kValidation, "say \"no\""});
  EXPECT_EQ(validation.status, 400);
  EXPECT_EQ(validation.body,  // W24
            R"({"__type":"com.amazon.coral.validate#ValidationException",)"
            R"("message":"say \"no\""})");
  EXPECT_EQ(ErrorResponse(Error{ErrorCode::kResourceNotFound, "m"}).body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",)"
            R"("message":"m"})");
  EXPECT_EQ(ErrorResponse(Error{ErrorCode::kUnknownOperation, ""}).body,
            R"({"__type":"com.amazon.coral.service#UnknownOperationException"})");
  EXPECT_EQ(ErrorResponse(Error{ErrorCode::kIdempotentParameterMismatch, "m"}).body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",)"
            R"("Message":"m"})");
  EXPECT_EQ(ErrorResponse(Error{ErrorCode::kProvisionedThroughputExceeded, "m"}).status, 400);
}

TEST(ErrorJson, TellsNothingOfTheInside) {
  for (const ErrorCode code :
       {ErrorCode::kInternal, ErrorCode::kIo, ErrorCode::kCorruption, ErrorCode::kNoSpace,
        ErrorCode::kUnavailable, ErrorCode::kStaleCatalog}) {
    const Response response = ErrorResponse(Error{code, "/var/lib/secret"});
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.failure, "/var/lib/secret");
    EXPECT_EQ(response.body, R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError",)"
                             R"("message":"Internal server error"})");
  }
}

TEST(ErrorJson, AsksForAnotherThreadWhenItWouldBlock) {
  EXPECT_TRUE(ErrorResponse(Error{ErrorCode::kWouldBlock, ""}).retry_blocking);
}

TEST(ErrorJson, ShowsTheItemThatFailedTheCondition) {
  auto failure = std::make_shared<engine::ConditionFailure>();
  failure->item = storage::EncodeRecord({{"pk", model::AttributeValue("a")}});
  EXPECT_EQ(ErrorResponse(Error{ErrorCode::kConditionalCheckFailed,
                                "The conditional request failed", failure})
                .body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
            R"("Item":{"pk":{"S":"a"}},"message":"The conditional request failed"})");
}

// T1, T6.
TEST(ErrorJson, ListsCancellationReasonsByPosition) {
  auto cancellation = std::make_shared<engine::TransactionCancellation>();
  cancellation->reasons.resize(2);
  cancellation->reasons[0].code = "ConditionalCheckFailed";
  cancellation->reasons[0].message = "The conditional request failed";
  cancellation->reasons[0].item = storage::EncodeRecord({{"pk", model::AttributeValue("a")}});
  EXPECT_EQ(ErrorResponse(Error{ErrorCode::kTransactionCanceled, "", cancellation}).body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
            R"("CancellationReasons":[{"Code":"ConditionalCheckFailed","Item":{"pk":{"S":"a"}},)"
            R"("Message":"The conditional request failed"},{"Code":"None"}],)"
            R"("Message":"Transaction cancelled, please refer cancellation reasons for specific )"
            R"(reasons [ConditionalCheckFailed, None]"})");
}

TEST(ErrorJson, SurvivesADamagedDetail) {
  auto failure = std::make_shared<engine::ConditionFailure>();
  failure->item = "\x07";
  EXPECT_EQ(ErrorResponse(Error{ErrorCode::kConditionalCheckFailed, "m", failure}).status, 500);
}

}  // namespace
}  // namespace stator::api
