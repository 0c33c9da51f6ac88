#pragma once

#include <cstddef>
#include <string_view>

#include "api/shape.h"
#include "api/shapes_item.h"

// Shapes of the parameters that expressions replaced.
namespace stator::api::shapes {

// Members of an entry of KeyConditions, QueryFilter or ScanFilter.
enum ConditionMember : size_t { kConditionValues, kConditionOperator };
inline constexpr Field kConditionFields[] = {
    {kConditionValues, "AttributeValueList", &kAttributeValueList},
    {kConditionOperator, "ComparisonOperator", &kComparisonOperator, kRequired},
};
inline constexpr Shape kCondition = StructureShape("Condition", kConditionFields);

// Members of an entry of Expected.
enum ExpectedMember : size_t { kExpectedValue, kExists, kExpectedOperator, kExpectedValues };
inline constexpr Field kExpectedFields[] = {
    {kExpectedValue, "Value", &kAttributeValue},
    {kExists, "Exists", &kBoolean},
    {kExpectedOperator, "ComparisonOperator", &kComparisonOperator},
    {kExpectedValues, "AttributeValueList", &kAttributeValueList},
};
inline constexpr Shape kExpectedValueShape =
    StructureShape("ExpectedAttributeValue", kExpectedFields);

// Members of an entry of AttributeUpdates.
enum UpdateMember : size_t { kUpdateValue, kAction };
inline constexpr std::string_view kAttributeActionNames[] = {"ADD", "PUT", "DELETE"};
inline constexpr Shape kAttributeAction = EnumShape(kAttributeActionNames);
inline constexpr Field kUpdateFields[] = {
    {kUpdateValue, "Value", &kAttributeValue},
    {kAction, "Action", &kAttributeAction},
};
inline constexpr Shape kAttributeValueUpdate =
    StructureShape("AttributeValueUpdate", kUpdateFields);

inline constexpr Shape kExpectedAttributeMap = MapShape(kAttributeName, kExpectedValueShape);
inline constexpr Shape kAttributeUpdates = MapShape(kAttributeName, kAttributeValueUpdate);
inline constexpr Shape kFilterConditionMap = MapShape(kAttributeName, kCondition);
inline constexpr Shape kKeyConditions = MapShape(kAttributeName, kCondition);

}  // namespace stator::api::shapes
