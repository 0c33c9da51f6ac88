#pragma once

#include <string_view>

#include "api/shape.h"
#include "api/shapes_item.h"

// Shapes of the control plane, named and constrained as in the service model. Each structure has an
// enum with the positions of its members, for decoders.
namespace stator::api::shapes {

inline constexpr Shape kLong = LongShape();
inline constexpr Shape kPositiveLong = LongShape(1);
inline constexpr Shape kTableName = StringShape(3, 255, Pattern::kName);
inline constexpr Shape kResourceArn = StringShape(1, 1283);
inline constexpr Shape kPolicyRevisionId = StringShape(1, 255);

// Parameters whose only use is to be refused: any structure, and lists of such.
inline constexpr Shape kAnyStructure = StructureShape("Structure", {});
inline constexpr Shape kAnyStructures = ListShape(kAnyStructure);

inline constexpr std::string_view kScalarTypeNames[] = {"S", "N", "B"};
inline constexpr Shape kScalarType = EnumShape(kScalarTypeNames);

inline constexpr std::string_view kKeyTypeNames[] = {"HASH", "RANGE"};
inline constexpr Shape kKeyType = EnumShape(kKeyTypeNames);

inline constexpr std::string_view kProjectionTypeNames[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
inline constexpr Shape kProjectionType = EnumShape(kProjectionTypeNames);

inline constexpr std::string_view kBillingModeNames[] = {"PROVISIONED", "PAY_PER_REQUEST"};
inline constexpr Shape kBillingMode = EnumShape(kBillingModeNames);

inline constexpr std::string_view kStreamViewTypeNames[] = {"NEW_IMAGE", "OLD_IMAGE",
                                                            "NEW_AND_OLD_IMAGES", "KEYS_ONLY"};
inline constexpr Shape kStreamViewType = EnumShape(kStreamViewTypeNames);

inline constexpr std::string_view kSseTypeNames[] = {"AES256", "KMS"};
inline constexpr Shape kSseType = EnumShape(kSseTypeNames);

inline constexpr std::string_view kTableClassNames[] = {"STANDARD", "STANDARD_INFREQUENT_ACCESS"};
inline constexpr Shape kTableClass = EnumShape(kTableClassNames);

inline constexpr std::string_view kReplicationModeNames[] = {"ENABLED", "DISABLED",
                                                             "ENABLED_WITH_OVERRIDES"};
inline constexpr Shape kReplicationMode = EnumShape(kReplicationModeNames);

inline constexpr std::string_view kMultiRegionConsistencyNames[] = {"EVENTUAL", "STRONG"};
inline constexpr Shape kMultiRegionConsistency = EnumShape(kMultiRegionConsistencyNames);

namespace attribute_definition {
enum Member : size_t { kAttributeName, kAttributeType };
}
inline constexpr Shape kKeyAttributeName = StringShape(1, 255);
inline constexpr Field kAttributeDefinitionFields[] = {
    {attribute_definition::kAttributeName, "AttributeName", &kKeyAttributeName, kRequired},
    {attribute_definition::kAttributeType, "AttributeType", &kScalarType, kRequired},
};
inline constexpr Shape kAttributeDefinition =
    StructureShape("AttributeDefinition", kAttributeDefinitionFields);
inline constexpr Shape kAttributeDefinitions = ListShape(kAttributeDefinition);

namespace key_schema_element {
enum Member : size_t { kAttributeName, kKeyType };
}
inline constexpr Field kKeySchemaElementFields[] = {
    {key_schema_element::kAttributeName, "AttributeName", &kKeyAttributeName, kRequired},
    {key_schema_element::kKeyType, "KeyType", &kKeyType, kRequired},
};
inline constexpr Shape kKeySchemaElement =
    StructureShape("KeySchemaElement", kKeySchemaElementFields);
inline constexpr Shape kKeySchema = ListShape(kKeySchemaElement, 1);

namespace projection {
enum Member : size_t { kProjectionType, kNonKeyAttributes };
}
inline constexpr Shape kNonKeyAttributeNames = ListShape(kKeyAttributeName, 1, 20);
inline constexpr Field kProjectionFields[] = {
    {projection::kProjectionType, "ProjectionType", &kProjectionType},
    {projection::kNonKeyAttributes, "NonKeyAttributes", &kNonKeyAttributeNames},
};
inline constexpr Shape kProjection = StructureShape("Projection", kProjectionFields);

namespace provisioned_throughput {
enum Member : size_t { kReadCapacityUnits, kWriteCapacityUnits };
}
inline constexpr Field kProvisionedThroughputFields[] = {
    {provisioned_throughput::kReadCapacityUnits, "ReadCapacityUnits", &kPositiveLong, kRequired},
    {provisioned_throughput::kWriteCapacityUnits, "WriteCapacityUnits", &kPositiveLong, kRequired},
};
inline constexpr Shape kProvisionedThroughput =
    StructureShape("ProvisionedThroughput", kProvisionedThroughputFields);

namespace on_demand_throughput {
enum Member : size_t { kMaxReadRequestUnits, kMaxWriteRequestUnits };
}
inline constexpr Field kOnDemandThroughputFields[] = {
    {on_demand_throughput::kMaxReadRequestUnits, "MaxReadRequestUnits", &kLong},
    {on_demand_throughput::kMaxWriteRequestUnits, "MaxWriteRequestUnits", &kLong},
};
inline constexpr Shape kOnDemandThroughput =
    StructureShape("OnDemandThroughput", kOnDemandThroughputFields);

namespace warm_throughput {
enum Member : size_t { kReadUnitsPerSecond, kWriteUnitsPerSecond };
}
inline constexpr Field kWarmThroughputFields[] = {
    {warm_throughput::kReadUnitsPerSecond, "ReadUnitsPerSecond", &kLong},
    {warm_throughput::kWriteUnitsPerSecond, "WriteUnitsPerSecond", &kLong},
};
inline constexpr Shape kWarmThroughput = StructureShape("WarmThroughput", kWarmThroughputFields);

namespace stream_specification {
enum Member : size_t { kStreamEnabled, kStreamViewType };
}
inline constexpr Field kStreamSpecificationFields[] = {
    {stream_specification::kStreamEnabled, "StreamEnabled", &kBoolean, kRequired},
    {stream_specification::kStreamViewType, "StreamViewType", &kStreamViewType},
};
inline constexpr Shape kStreamSpecification =
    StructureShape("StreamSpecification", kStreamSpecificationFields);

namespace sse_specification {
enum Member : size_t { kEnabled, kSseType, kKmsMasterKeyId };
}
inline constexpr Field kSseSpecificationFields[] = {
    {sse_specification::kEnabled, "Enabled", &kBoolean},
    {sse_specification::kSseType, "SSEType", &kSseType},
    {sse_specification::kKmsMasterKeyId, "KMSMasterKeyId", &kString},
};
inline constexpr Shape kSseSpecification =
    StructureShape("SSESpecification", kSseSpecificationFields);

namespace tag {
enum Member : size_t { kKey, kValue };
}
inline constexpr Shape kTagKey = StringShape(1, 128);
inline constexpr Shape kTagValue = StringShape(0, 256);
inline constexpr Shape kTagKeys = ListShape(kTagKey);
inline constexpr Field kTagFields[] = {
    {tag::kKey, "Key", &kTagKey, kRequired},
    {tag::kValue, "Value", &kTagValue, kRequired},
};
inline constexpr Shape kTag = StructureShape("Tag", kTagFields);
inline constexpr Shape kTags = ListShape(kTag);

// Local and global indexes have the same first members.
namespace secondary_index {
enum Member : size_t {
  kIndexName,
  kKeySchema,
  kProjection,
  kProvisionedThroughput,
  kOnDemandThroughput,
  kWarmThroughput,
};
}
inline constexpr Field kLocalSecondaryIndexFields[] = {
    {secondary_index::kIndexName, "IndexName", &kIndexName, kRequired},
    {secondary_index::kKeySchema, "KeySchema", &kKeySchema, kRequired},
    {secondary_index::kProjection, "Projection", &kProjection, kRequired},
};
inline constexpr Shape kLocalSecondaryIndex =
    StructureShape("LocalSecondaryIndex", kLocalSecondaryIndexFields);
inline constexpr Shape kLocalSecondaryIndexes = ListShape(kLocalSecondaryIndex);

inline constexpr Field kGlobalSecondaryIndexFields[] = {
    {secondary_index::kIndexName, "IndexName", &kIndexName, kRequired},
    {secondary_index::kKeySchema, "KeySchema", &kKeySchema, kRequired},
    {secondary_index::kProjection, "Projection", &kProjection, kRequired},
    {secondary_index::kProvisionedThroughput, "ProvisionedThroughput", &kProvisionedThroughput},
    {secondary_index::kOnDemandThroughput, "OnDemandThroughput", &kOnDemandThroughput},
    {secondary_index::kWarmThroughput, "WarmThroughput", &kWarmThroughput},
};
inline constexpr Shape kGlobalSecondaryIndex =
    StructureShape("GlobalSecondaryIndex", kGlobalSecondaryIndexFields);
inline constexpr Shape kGlobalSecondaryIndexes = ListShape(kGlobalSecondaryIndex);
inline constexpr Shape kCreateIndexAction =
    StructureShape("CreateGlobalSecondaryIndexAction", kGlobalSecondaryIndexFields);

namespace update_index_action {
enum Member : size_t {
  kIndexName,
  kProvisionedThroughput,
  kOnDemandThroughput,
  kWarmThroughput,
};
}
inline constexpr Field kUpdateIndexActionFields[] = {
    {update_index_action::kIndexName, "IndexName", &kIndexName, kRequired},
    {update_index_action::kProvisionedThroughput, "ProvisionedThroughput", &kProvisionedThroughput},
    {update_index_action::kOnDemandThroughput, "OnDemandThroughput", &kOnDemandThroughput},
    {update_index_action::kWarmThroughput, "WarmThroughput", &kWarmThroughput},
};
inline constexpr Shape kUpdateIndexAction =
    StructureShape("UpdateGlobalSecondaryIndexAction", kUpdateIndexActionFields);

namespace delete_index_action {
enum Member : size_t { kIndexName };
}
inline constexpr Field kDeleteIndexActionFields[] = {
    {delete_index_action::kIndexName, "IndexName", &kIndexName, kRequired},
};
inline constexpr Shape kDeleteIndexAction =
    StructureShape("DeleteGlobalSecondaryIndexAction", kDeleteIndexActionFields);

namespace index_update {
enum Member : size_t { kUpdate, kCreate, kDelete };
}
inline constexpr Field kIndexUpdateFields[] = {
    {index_update::kUpdate, "Update", &kUpdateIndexAction},
    {index_update::kCreate, "Create", &kCreateIndexAction},
    {index_update::kDelete, "Delete", &kDeleteIndexAction},
};
inline constexpr Shape kIndexUpdate =
    StructureShape("GlobalSecondaryIndexUpdate", kIndexUpdateFields);
inline constexpr Shape kIndexUpdates = ListShape(kIndexUpdate);

}  // namespace stator::api::shapes
