#include <string>
#include <utility>

#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_json.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
namespace stator::api::operations {
namespace {

enum Member : size_t {
  kAttributeDefinitions,
  kTableName,
  kBillingMode,
  kProvisionedThroughput,
  kGlobalSecondaryIndexUpdates,
  kStreamSpecification,
  kSseSpecification,
  kReplicaUpdates,
  kTableClass,
  kDeletionProtectionEnabled,
  kMultiRegionConsistency,
  kGlobalTableWitnessUpdates,
  kOnDemandThroughput,
  kWarmThroughput,
  kGlobalTableSettingsReplicationMode,
  kDisassociationProtectionEnabled,
  kVectorIndexUpdates,
};

constexpr Field kFields[] = {
    {kAttributeDefinitions, "AttributeDefinitions", &shapes::kAttributeDefinitions},
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kBillingMode, "BillingMode", &shapes::kBillingMode},
    {kProvisionedThroughput, "ProvisionedThroughput", &shapes::kProvisionedThroughput},
    {kGlobalSecondaryIndexUpdates, "GlobalSecondaryIndexUpdates", &shapes::kIndexUpdates},
    {kStreamSpecification, "StreamSpecification", &shapes::kStreamSpecification},
    {kSseSpecification, "SSESpecification", &shapes::kSseSpecification},
    {kReplicaUpdates, "ReplicaUpdates", &shapes::kAnyStructures},
    {kTableClass, "TableClass", &shapes::kTableClass},
    {kDeletionProtectionEnabled, "DeletionProtectionEnabled", &shapes::kBoolean},
    {kMultiRegionConsistency, "MultiRegionConsistency", &shapes::kMultiRegionConsistency},
    {kGlobalTableWitnessUpdates, "GlobalTableWitnessUpdates", &shapes::kAnyStructures},
    {kOnDemandThroughput, "OnDemandThroughput", &shapes::kOnDemandThroughput},
    {kWarmThroughput, "WarmThroughput", &shapes::kWarmThroughput},
    {kGlobalTableSettingsReplicationMode, "GlobalTableSettingsReplicationMode",
     &shapes::kReplicationMode},
    {kDisassociationProtectionEnabled, "DisassociationProtectionEnabled", &shapes::kBoolean},
    {kVectorIndexUpdates, "VectorIndexUpdates", &shapes::kAnyStructures},
};
constexpr Shape kInput = StructureShape("UpdateTableInput", kFields);

constexpr size_t kUnsupported[] = {kReplicaUpdates,
                                   kMultiRegionConsistency,
                                   kGlobalTableWitnessUpdates,
                                   kGlobalTableSettingsReplicationMode,
                                   kDisassociationProtectionEnabled,
                                   kVectorIndexUpdates};

engine::IndexUpdate ReadIndexUpdate(const Node& node) {
  namespace members = shapes::index_update;
  namespace update_members = shapes::update_index_action;
  engine::IndexUpdate update;
  if (const Node* create = node.Member(members::kCreate)) {
    update.create = ReadIndex(*create);
  }
  if (const Node* change = node.Member(members::kUpdate)) {
    update.update = engine::IndexUpdate::Change{
        .name = std::string(change->Text(update_members::kIndexName)),
        .settings = {.provisioned = ReadThroughput(*change, update_members::kProvisionedThroughput),
                     .on_demand = ReadOnDemand(*change, update_members::kOnDemandThroughput),
                     .warm = ReadWarm(*change, update_members::kWarmThroughput)}};
  }
  if (const Node* remove = node.Member(members::kDelete)) {
    update.remove = std::string(remove->Text(shapes::delete_index_action::kIndexName));
  }
  return update;
}

base::Result<engine::UpdateTableRequest> Decode(const Node& body) {
  STATOR_RETURN_IF_ERROR(RefuseUnsupported(body, kUnsupported));
  engine::UpdateTableRequest request;
  request.table = body.Text(kTableName);
  request.attributes = ReadAttributeDefinitions(body, kAttributeDefinitions);
  request.billing_mode = ReadBillingMode(body, kBillingMode);
  request.provisioned = ReadThroughput(body, kProvisionedThroughput);
  request.on_demand = ReadOnDemand(body, kOnDemandThroughput);
  request.warm = ReadWarm(body, kWarmThroughput);
  if (body.Has(kGlobalSecondaryIndexUpdates)) {
    request.index_updates.emplace();
    for (const Node* node : body.List(kGlobalSecondaryIndexUpdates)) {
      request.index_updates->push_back(ReadIndexUpdate(*node));
    }
  }
  request.stream = ReadStream(body, kStreamSpecification);
  request.encryption = ReadEncryption(body, kSseSpecification);
  request.table_class = body.OptionalText(kTableClass);
  request.deletion_protection = body.Boolean(kDeletionProtectionEnabled);
  return request;
}

void DescribeAccess(const engine::UpdateTableRequest& request, AccessList& accesses) {
  accesses.AddTable("UpdateTable", request.table);
}

base::Result<engine::TableDescription> Execute(engine::Tables& tables,
                                               const engine::UpdateTableRequest& request) {
  return tables.UpdateTable(request);
}

}  // namespace

constinit const Operation kUpdateTable{
    .name = "UpdateTable",
    .input = &kInput,
    .pace = Pace::kLong,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, EncodeTableDescription>};

}  // namespace stator::api::operations
