#include <optional>
#include <string>
#include <utility>

#include "api/expression_parameters.h"
#include "api/item_access.h"
#include "api/item_parameters.h"
#include "api/legacy_parameters.h"
#include "api/operations/operations.h"
#include "api/page_parameters.h"
#include "api/shapes_item.h"
#include "api/shapes_legacy.h"
#include "model/limits.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
namespace stator::api::operations {
namespace {

enum Member : size_t {
  kTableName,
  kIndexName,
  kAttributesToGet,
  kLimit,
  kSelect,
  kScanFilter,
  kConditionalOperator,
  kExclusiveStartKey,
  kReturnConsumedCapacity,
  kTotalSegments,
  kSegment,
  kProjectionExpression,
  kFilterExpression,
  kExpressionAttributeNames,
  kExpressionAttributeValues,
  kConsistentRead,
};

constexpr Shape kLimitShape = IntegerShape();  // checked below, in words of its own (V6)
constexpr Shape kTotalSegmentsShape = IntegerShape(1, model::limits::kScanSegments);
constexpr Shape kSegmentShape = IntegerShape(0, model::limits::kScanSegments - 1);

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kIndexName, "IndexName", &shapes::kIndexName},
    {kAttributesToGet, "AttributesToGet", &shapes::kAttributeNameList},
    {kLimit, "Limit", &kLimitShape},
    {kSelect, "Select", &shapes::kSelect},
    {kScanFilter, "ScanFilter", &shapes::kFilterConditionMap},
    {kConditionalOperator, "ConditionalOperator", &shapes::kConditionalOperator},
    {kExclusiveStartKey, "ExclusiveStartKey", &shapes::kAttributeMap},
    {kReturnConsumedCapacity, "ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {kTotalSegments, "TotalSegments", &kTotalSegmentsShape},
    {kSegment, "Segment", &kSegmentShape},
    {kProjectionExpression, "ProjectionExpression", &shapes::kString},
    {kFilterExpression, "FilterExpression", &shapes::kString},
    {kExpressionAttributeNames, "ExpressionAttributeNames", &shapes::kExpressionAttributeNameMap},
    {kExpressionAttributeValues, "ExpressionAttributeValues", &shapes::kAttributeMap},
    {kConsistentRead, "ConsistentRead", &shapes::kBoolean},
};
constexpr Shape kInput = StructureShape("ScanInput", kFields);

constexpr size_t kLegacy[] = {kAttributesToGet, kScanFilter, kConditionalOperator};
constexpr size_t kExpressions[] = {kProjectionExpression, kFilterExpression};
constexpr size_t kValueExpressions[] = {kFilterExpression};
constexpr ExpressionMembers kExpressionMembers{
    .legacy = kLegacy,
    .expressions = kExpressions,
    .value_expressions = kValueExpressions,
    .names = kExpressionAttributeNames,
    .values = kExpressionAttributeValues,
};
constexpr SelectMembers kSelectMembers{
    .select = kSelect,
    .index_name = kIndexName,
    .projection_expression = kProjectionExpression,
    .attributes_to_get = kAttributesToGet,
};

// Segment and TotalSegments come together, and one is less than the other (Q11).
base::Result<void> CheckSegments(const Node& body) {
  const std::optional<int64_t> segment = body.Integer(kSegment);
  const std::optional<int64_t> total = body.Integer(kTotalSegments);
  if (segment && !total) {
    return base::ValidationError(
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  }
  if (total && !segment) {
    return base::ValidationError(
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  }
  if (segment && *segment >= *total) {
    return base::ValidationError(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
        "Segment: " +
        std::to_string(*segment) + " is not less than TotalSegments: " + std::to_string(*total));
  }
  return {};
}

base::Result<void> CheckLimit(const Node& body) {
  if (body.Integer(kLimit).value_or(1) < 1) {
    return base::ValidationError("Limit must be greater than or equal to 1");
  }
  return {};
}

base::Result<engine::ScanRequest> Decode(Node& body) {
  Node* const structures[] = {&body};
  STATOR_RETURN_IF_ERROR(CheckLimit(body));
  STATOR_RETURN_IF_ERROR(CheckNotMixed(structures, kExpressionMembers));
  STATOR_RETURN_IF_ERROR(CheckSegments(body));
  engine::ScanRequest request;
  STATOR_ASSIGN_OR_RETURN(request.select, ReadSelect(body, kSelectMembers, PageOperation::kScan));
  STATOR_ASSIGN_OR_RETURN(expression::Placeholders placeholders,
                          ReadPlaceholders(body, kExpressionMembers));
  STATOR_ASSIGN_OR_RETURN(
      request.filter,
      ReadCondition(body, kFilterExpression, expression::ExpressionKind::kFilter, placeholders));
  STATOR_ASSIGN_OR_RETURN(request.projection,
                          ReadProjection(body, kProjectionExpression, placeholders));
  STATOR_RETURN_IF_ERROR(placeholders.CheckAllUsed());
  if (!request.filter) {
    STATOR_ASSIGN_OR_RETURN(request.filter,
                            ReadLegacyFilter(body, kScanFilter, kConditionalOperator));
  }
  if (!request.projection) {
    STATOR_ASSIGN_OR_RETURN(request.projection, ReadAttributesToGet(body, kAttributesToGet));
  }
  if (body.Has(kExclusiveStartKey)) {
    STATOR_ASSIGN_OR_RETURN(request.exclusive_start_key, body.TakeItem(kExclusiveStartKey));
  }
  request.table = body.Text(kTableName);
  request.index = body.OptionalText(kIndexName);
  request.limit = body.Integer(kLimit);
  request.segment = body.Integer(kSegment).value_or(0);
  request.total_segments = body.Integer(kTotalSegments).value_or(1);
  request.consistent = body.BooleanOr(kConsistentRead, false);
  request.capacity = ReadCapacityDetail(body, kReturnConsumedCapacity);
  return request;
}

void DescribeAccess(const engine::ScanRequest& request, AccessList& accesses) {
  AddScan(request, accesses);
}

void Execute(engine::Engine& engine, const engine::ScanRequest& request,
             const engine::CallContext& context, const base::Completion<engine::PageResult>& done) {
  engine.Scan(request, context, done);
}

}  // namespace

constinit const Operation kScan{.name = "Scan",
                                .input = &kInput,
                                .pace = Pace::kLong,
                                .run = &RunOperation<Decode, DescribeAccess, Execute, EncodePage>};

}  // namespace stator::api::operations
