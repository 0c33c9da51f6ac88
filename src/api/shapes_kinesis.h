#pragma once

#include <string_view>

#include "api/shape.h"
#include "api/shapes_streams.h"
#include "api/shapes_tables.h"
#include "engine/kinesis_destination.h"

// Shapes of the operations on Kinesis destinations, named and constrained as in the service model.
namespace stator::api::shapes {

inline constexpr Shape kTimePrecision = EnumShape(engine::kTimePrecisionNames);

namespace kinesis_configuration {
enum Member : size_t { kApproximateCreationDateTimePrecision };
}
inline constexpr Field kKinesisConfigurationFields[] = {
    {kinesis_configuration::kApproximateCreationDateTimePrecision,
     "ApproximateCreationDateTimePrecision", &kTimePrecision},
};
inline constexpr Shape kEnableKinesisConfiguration =
    StructureShape("EnableKinesisStreamingConfiguration", kKinesisConfigurationFields);
inline constexpr Shape kUpdateKinesisConfiguration =
    StructureShape("UpdateKinesisStreamingConfiguration", kKinesisConfigurationFields);

// Of the inputs that change a destination; the last one's name differs.
namespace kinesis_destination {
enum Member : size_t { kTableName, kStreamArn, kConfiguration };
}
inline constexpr Field kKinesisDestinationFields[] = {
    {kinesis_destination::kTableName, "TableName", &kTableArn, kRequired},
    {kinesis_destination::kStreamArn, "StreamArn", &kStreamArn, kRequired},
    {kinesis_destination::kConfiguration, "EnableKinesisStreamingConfiguration",
     &kEnableKinesisConfiguration},
};
inline constexpr Shape kKinesisDestinationInput =
    StructureShape("KinesisStreamingDestinationInput", kKinesisDestinationFields);

inline constexpr Field kUpdateKinesisDestinationFields[] = {
    {kinesis_destination::kTableName, "TableName", &kTableArn, kRequired},
    {kinesis_destination::kStreamArn, "StreamArn", &kStreamArn, kRequired},
    {kinesis_destination::kConfiguration, "UpdateKinesisStreamingConfiguration",
     &kUpdateKinesisConfiguration},
};
inline constexpr Shape kUpdateKinesisDestinationInput =
    StructureShape("UpdateKinesisStreamingDestinationInput", kUpdateKinesisDestinationFields);

}  // namespace stator::api::shapes
