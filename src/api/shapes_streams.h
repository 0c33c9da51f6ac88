#pragma once

#include <string_view>

#include "api/shape.h"
#include "model/limits.h"

// Shapes of the streams API, named and constrained as in the service model.
namespace stator::api::shapes {

inline constexpr Shape kStreamArn = StringShape(37, 1024);
inline constexpr Shape kShardId = StringShape(28, 65);
inline constexpr Shape kSequenceNumber = StringShape(21, 40);
inline constexpr Shape kShardIterator = StringShape(1, 2048);

// In the order of engine::IteratorType.
inline constexpr std::string_view kShardIteratorTypeNames[] = {
    "TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"};
inline constexpr Shape kShardIteratorType = EnumShape(kShardIteratorTypeNames);

inline constexpr std::string_view kShardFilterTypeNames[] = {"CHILD_SHARDS"};
inline constexpr Shape kShardFilterType = EnumShape(kShardFilterTypeNames);

}  // namespace stator::api::shapes
