#pragma once

#include <string_view>

#include "api/shape.h"

// Shapes that several item operations share, named and constrained as in the service model.
namespace stator::api::shapes {

inline constexpr Shape kString = StringShape();
inline constexpr Shape kBoolean{.type = ShapeType::kBoolean};
inline constexpr Shape kAttributeValue{.type = ShapeType::kAttributeValue};
inline constexpr Shape kAttributeMap{.type = ShapeType::kAttributeMap};

// A table's name or ARN (W25). Names of one character pass here and are then not found (V5).
inline constexpr Shape kTableArn = StringShape(1, 1024, Pattern::kNameOrArn);
inline constexpr Shape kIndexName = StringShape(3, 255, Pattern::kName);
inline constexpr Shape kAttributeName = StringShape(Shape::kNoMin, 65535);
inline constexpr Shape kAttributeNameList = ListShape(kAttributeName, 1);
inline constexpr Shape kAttributeValueList = ListShape(kAttributeValue);
inline constexpr Shape kExpressionAttributeNameMap = MapShape(kString, kAttributeName);

// Enums are lists of their own where decoders need the positions.
inline constexpr std::string_view kReturnValueNames[] = {"NONE", "ALL_OLD", "UPDATED_OLD",
                                                         "ALL_NEW", "UPDATED_NEW"};
inline constexpr Shape kReturnValue = EnumShape(kReturnValueNames);

inline constexpr std::string_view kReturnConsumedCapacityNames[] = {"INDEXES", "TOTAL", "NONE"};
inline constexpr Shape kReturnConsumedCapacity = EnumShape(kReturnConsumedCapacityNames);

inline constexpr std::string_view kReturnItemCollectionMetricsNames[] = {"SIZE", "NONE"};
inline constexpr Shape kReturnItemCollectionMetrics = EnumShape(kReturnItemCollectionMetricsNames);

inline constexpr std::string_view kReturnValuesOnConditionCheckFailureNames[] = {"ALL_OLD", "NONE"};
inline constexpr Shape kReturnValuesOnConditionCheckFailure =
    EnumShape(kReturnValuesOnConditionCheckFailureNames);

inline constexpr std::string_view kConditionalOperatorNames[] = {"AND", "OR"};
inline constexpr Shape kConditionalOperator = EnumShape(kConditionalOperatorNames);

inline constexpr std::string_view kComparisonOperatorNames[] = {
    "EQ",      "NE",       "IN",   "LE",       "LT",           "GE",         "GT",
    "BETWEEN", "NOT_NULL", "NULL", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH"};
inline constexpr Shape kComparisonOperator = EnumShape(kComparisonOperatorNames);

inline constexpr std::string_view kSelectNames[] = {"ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES",
                                                    "SPECIFIC_ATTRIBUTES", "COUNT"};
inline constexpr Shape kSelect = EnumShape(kSelectNames);

}  // namespace stator::api::shapes
