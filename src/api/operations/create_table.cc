#include <string>

#include "api/operations/operations.h"
#include "api/resource_policy_parameters.h"
#include "api/shapes_tables.h"
#include "api/table_json.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
namespace stator::api::operations {
namespace {

enum Member : size_t {
  kAttributeDefinitions,
  kTableName,
  kKeySchema,
  kLocalSecondaryIndexes,
  kGlobalSecondaryIndexes,
  kBillingMode,
  kProvisionedThroughput,
  kStreamSpecification,
  kSseSpecification,
  kTags,
  kTableClass,
  kDeletionProtectionEnabled,
  kWarmThroughput,
  kResourcePolicy,
  kOnDemandThroughput,
  kGlobalTableSourceArn,
  kGlobalTableSettingsReplicationMode,
  kVectorIndexes,
};

// The model requires none of the first three, because a replica is created without them; replicas
// are refused here.
constexpr Field kFields[] = {
    {kAttributeDefinitions, "AttributeDefinitions", &shapes::kAttributeDefinitions, kRequired},
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kKeySchema, "KeySchema", &shapes::kKeySchema, kRequired},
    {kLocalSecondaryIndexes, "LocalSecondaryIndexes", &shapes::kLocalSecondaryIndexes},
    {kGlobalSecondaryIndexes, "GlobalSecondaryIndexes", &shapes::kGlobalSecondaryIndexes},
    {kBillingMode, "BillingMode", &shapes::kBillingMode},
    {kProvisionedThroughput, "ProvisionedThroughput", &shapes::kProvisionedThroughput},
    {kStreamSpecification, "StreamSpecification", &shapes::kStreamSpecification},
    {kSseSpecification, "SSESpecification", &shapes::kSseSpecification},
    {kTags, "Tags", &shapes::kTags},
    {kTableClass, "TableClass", &shapes::kTableClass},
    {kDeletionProtectionEnabled, "DeletionProtectionEnabled", &shapes::kBoolean},
    {kWarmThroughput, "WarmThroughput", &shapes::kWarmThroughput},
    {kResourcePolicy, "ResourcePolicy", &shapes::kString},
    {kOnDemandThroughput, "OnDemandThroughput", &shapes::kOnDemandThroughput},
    {kGlobalTableSourceArn, "GlobalTableSourceArn", &shapes::kTableArn},
    {kGlobalTableSettingsReplicationMode, "GlobalTableSettingsReplicationMode",
     &shapes::kReplicationMode},
    {kVectorIndexes, "VectorIndexes", &shapes::kAnyStructures},
};
constexpr Shape kInput = StructureShape("CreateTableInput", kFields);

constexpr size_t kUnsupported[] = {kGlobalTableSourceArn, kGlobalTableSettingsReplicationMode,
                                   kVectorIndexes};

base::Result<engine::CreateTableRequest> Decode(const Node& body) {
  STATOR_RETURN_IF_ERROR(RefuseUnsupported(body, kUnsupported));
  engine::CreateTableRequest request;
  request.table = body.Text(kTableName);
  request.attributes = ReadAttributeDefinitions(body, kAttributeDefinitions);
  request.key = ReadKeySchema(body, kKeySchema);
  request.local_indexes = ReadIndexes(body, kLocalSecondaryIndexes);
  request.global_indexes = ReadIndexes(body, kGlobalSecondaryIndexes);
  request.billing_mode = ReadBillingMode(body, kBillingMode);
  request.provisioned = ReadThroughput(body, kProvisionedThroughput);
  request.on_demand = ReadOnDemand(body, kOnDemandThroughput);
  request.warm = ReadWarm(body, kWarmThroughput);
  request.stream = ReadStream(body, kStreamSpecification);
  request.encryption = ReadEncryption(body, kSseSpecification);
  request.table_class = body.OptionalText(kTableClass);
  request.deletion_protection = body.BooleanOr(kDeletionProtectionEnabled, false);
  request.tags = ReadTags(body, kTags);
  STATOR_ASSIGN_OR_RETURN(request.policy, ReadResourcePolicy(body, kResourcePolicy));
  return request;
}

// Tags and a policy are set as by themselves, too.
void DescribeAccess(const engine::CreateTableRequest& request, AccessList& accesses) {
  DescribeTags(request.tags, accesses.AddTable("CreateTable", request.table));
  if (!request.tags.empty()) {
    DescribeTags(request.tags, accesses.AddTable("TagResource", request.table));
  }
  if (request.policy) {
    accesses.AddTable("PutResourcePolicy", request.table);
  }
}

base::Result<engine::TableDescription> Execute(engine::Tables& tables,
                                               const engine::CreateTableRequest& request) {
  return tables.CreateTable(request);
}

}  // namespace

constinit const Operation kCreateTable{
    .name = "CreateTable",
    .input = &kInput,
    .pace = Pace::kLong,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, EncodeTableDescription>};

}  // namespace stator::api::operations
