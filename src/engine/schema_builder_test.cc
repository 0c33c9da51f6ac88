// Every refusal of CreateTable, in the service's words (K1, K2, K3, K9, Q9, Q10, V5).
#include "engine/schema_builder.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/table_settings.h"
#include "engine/table_test_support.h"

namespace stator::engine {
namespace {

constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";

std::string Refusal(const CreateTableRequest& request) {
  const Identity identity;
  const base::Result<Table> table =
      BuildTable(request, {.now_micros = 1'700'000'000'123'456, .identity = identity});
  if (table.ok()) {
    return "accepted";
  }
  EXPECT_EQ(table.error().code, base::ErrorCode::kValidation);
  std::string message = table.error().message;
  if (message.starts_with(kInvalid)) {
    message = "..." + message.substr(kInvalid.size());
  }
  return message;
}

CreateTableRequest WithGlobal(IndexSpec index) {
  CreateTableRequest request = PlainTable("table");
  request.attributes.push_back({"g", model::ScalarType::kString});
  request.global_indexes.emplace().push_back(std::move(index));
  return request;
}

CreateTableRequest WithLocal(IndexSpec index) {
  CreateTableRequest request = PlainTable("table");
  request.attributes.push_back({"l", model::ScalarType::kNumber});
  request.local_indexes.emplace().push_back(std::move(index));
  return request;
}

TEST(BuildTable, AcceptsPlainTables) { EXPECT_EQ(Refusal(PlainTable("abc")), "accepted"); }

TEST(BuildTable, RefusesNames) {
  EXPECT_EQ(Refusal(PlainTable("ab")),
            "TableName must be at least 3 characters long and at most 255 characters long");
  EXPECT_EQ(Refusal(PlainTable(std::string(256, 'a'))),
            "TableName must be at least 3 characters long and at most 255 characters long");
  EXPECT_EQ(Refusal(PlainTable("abc!")),
            "1 validation error detected: Value 'abc!' at 'tableName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
}

TEST(BuildTable, RefusesKeys) {
  CreateTableRequest request = PlainTable("table");
  request.key = {{"pk", false}, {"sk", true}};
  EXPECT_EQ(Refusal(request),
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  request.key = {{"pk", true}, {"sk", true}};
  EXPECT_EQ(Refusal(request),
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  request.key = {{"pk", true}, {"pk", false}};
  EXPECT_EQ(Refusal(request),
            "Both the Hash Key and the Range Key element in the KeySchema have the same name");
  request.key = {{"pk", true}, {"sk", false}, {"x", false}};
  EXPECT_EQ(Refusal(request),
            "Invalid KeySchema: The KeySchema exceeds the maximum allowed number of RANGE key "
            "attributes");
}

TEST(BuildTable, RefusesDefinitionsThatAreNoKeys) {
  CreateTableRequest request = PlainTable("table");
  request.attributes.pop_back();
  EXPECT_EQ(Refusal(request), "Invalid KeySchema: Some index key attribute have no definition");
  request.attributes.push_back({"x", model::ScalarType::kString});
  EXPECT_EQ(Refusal(request),
            "...Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, sk], "
            "AttributeDefinitions: [pk, x]");
  request.attributes.push_back({"sk", model::ScalarType::kString});
  EXPECT_EQ(Refusal(request),
            "...Number of attributes in KeySchema does not exactly match number of attributes "
            "defined in AttributeDefinitions");
  request.attributes.push_back({"x", model::ScalarType::kNumber});
  EXPECT_EQ(Refusal(request), "Cannot have two attributes with the same name");
}

TEST(BuildTable, RefusesDefinitionsThatNoIndexUses) {
  CreateTableRequest request = WithGlobal(PlainIndex("index", {{"g", true}}));
  request.attributes.push_back({"x", model::ScalarType::kString});
  EXPECT_EQ(Refusal(request),
            "...Some AttributeDefinitions are not used. AttributeDefinitions: [pk, sk, g, x], keys "
            "used: [pk, sk, g]");
  request = WithGlobal(PlainIndex("index", {{"h", true}}));
  EXPECT_EQ(Refusal(request),
            "...Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, sk, "
            "h], AttributeDefinitions: [pk, sk, g]");
}

TEST(BuildTable, RefusesLocalIndexes) {
  CreateTableRequest request = PlainTable("table");
  request.local_indexes.emplace();
  EXPECT_EQ(Refusal(request), "...List of LocalSecondaryIndexes is empty");
  EXPECT_EQ(Refusal(WithLocal(PlainIndex("index", {{"l", true}, {"sk", false}}))),
            "...Index KeySchema does not have the same leading hash key as table KeySchema for "
            "index: index. index hash key: l, table hash key: pk");
  EXPECT_EQ(Refusal(WithLocal(PlainIndex("index", {{"pk", true}}))),
            "...Index KeySchema does not have a range key for index: index");
  request = WithLocal(PlainIndex("index", {{"pk", true}, {"l", false}}));
  EXPECT_EQ(Refusal(request), "accepted");
  request.local_indexes->push_back(request.local_indexes->front());
  EXPECT_EQ(Refusal(request), "...Duplicate index name: index");
  request.local_indexes->resize(6, request.local_indexes->front());
  EXPECT_EQ(Refusal(request), "...Number of LocalSecondaryIndexes exceeds per-table limit of 5");

  request = WithLocal(PlainIndex("index", {{"pk", true}, {"l", false}}));
  request.key.pop_back();
  EXPECT_EQ(Refusal(request),
            "...Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex");
}

TEST(BuildTable, RefusesGlobalIndexes) {
  CreateTableRequest request = PlainTable("table");
  request.global_indexes.emplace();
  EXPECT_EQ(Refusal(request), "...List of GlobalSecondaryIndexes is empty");
  request = WithGlobal(PlainIndex("index", {{"g", true}}));
  request.global_indexes->resize(21, request.global_indexes->front());
  EXPECT_EQ(Refusal(request), "...GlobalSecondaryIndex count exceeds the per-table limit of 20");
  EXPECT_EQ(Refusal(WithGlobal(PlainIndex("index", {{"g", false}}))),
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
}

// Q10: HASH entries first, at most four of each.
TEST(BuildTable, ChecksKeysOfSeveralAttributes) {
  const auto refusal = [](const std::vector<KeyElement>& key) {
    CreateTableRequest request = PlainTable("table");
    for (const KeyElement& element : key) {
      request.attributes.push_back({element.attribute, model::ScalarType::kString});
    }
    request.global_indexes.emplace().push_back(PlainIndex("index", key));
    return Refusal(request);
  };
  EXPECT_EQ(refusal({{"a", true},
                     {"b", true},
                     {"c", true},
                     {"d", true},
                     {"e", false},
                     {"f", false},
                     {"g", false},
                     {"h", false}}),
            "accepted");
  EXPECT_EQ(refusal({{"a", true}, {"b", false}, {"c", true}}),
            "Invalid KeySchema: All HASH key attributes must precede RANGE key attributes in the "
            "KeySchema");
  EXPECT_EQ(refusal({{"a", true}, {"b", true}, {"c", true}, {"d", true}, {"e", true}}),
            "Invalid KeySchema: The KeySchema exceeds the maximum allowed number of HASH key "
            "attributes");
  EXPECT_EQ(
      refusal({{"a", true}, {"b", false}, {"c", false}, {"d", false}, {"e", false}, {"f", false}}),
      "Invalid KeySchema: The KeySchema exceeds the maximum allowed number of RANGE key "
      "attributes");
}

// Q9.
TEST(BuildTable, RefusesProjections) {
  const auto refusal = [](ProjectionSpec projection) {
    IndexSpec index = PlainIndex("index", {{"g", true}});
    index.projection = std::move(projection);
    return Refusal(WithGlobal(std::move(index)));
  };
  using model::ProjectionType;
  const std::vector<std::string> names = {"x"};
  EXPECT_EQ(refusal({.type = {}, .non_key_attributes = {}}), "...Unknown ProjectionType: null");
  EXPECT_EQ(refusal({.type = ProjectionType::kInclude, .non_key_attributes = {}}),
            "...ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  EXPECT_EQ(refusal({.type = ProjectionType::kAll, .non_key_attributes = names}),
            "...ProjectionType is ALL, but NonKeyAttributes is specified");
  EXPECT_EQ(refusal({.type = ProjectionType::kKeysOnly, .non_key_attributes = names}),
            "...ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified");
  EXPECT_EQ(refusal({.type = ProjectionType::kInclude, .non_key_attributes = names}), "accepted");
}

TEST(BuildTable, LimitsProjectedAttributesOverAllIndexes) {
  CreateTableRequest request = WithGlobal(PlainIndex("index0", {{"g", true}}));
  IndexSpec& first = request.global_indexes->front();
  first.projection = {.type = model::ProjectionType::kInclude,
                      .non_key_attributes = std::vector<std::string>(20, "x")};
  for (int i = 1; i < 6; ++i) {
    request.global_indexes->push_back(request.global_indexes->front());
    request.global_indexes->back().name = "index" + std::to_string(i);
  }
  EXPECT_EQ(Refusal(request),
            "...Number of NonKeyAttributes over all indexes exceeds per-table limit of 100");
}

// K2.
TEST(BuildTable, ChecksBillingModeAndThroughput) {
  CreateTableRequest request = PlainTable("table");
  request.provisioned = ThroughputSpec{.read_units = 1, .write_units = 1};
  EXPECT_EQ(Refusal(request),
            "...Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode "
            "is PAY_PER_REQUEST");
  request.billing_mode.reset();
  EXPECT_EQ(Refusal(request), "accepted");
  request.on_demand = OnDemandThroughput{.max_read_units = 5, .max_write_units = {}};
  EXPECT_EQ(Refusal(request),
            "...OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST");
  request.on_demand.reset();
  request.provisioned.reset();
  EXPECT_EQ(Refusal(request),
            "...ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode "
            "is PROVISIONED");
}

TEST(BuildTable, ChecksThroughputOfIndexes) {
  CreateTableRequest request = WithGlobal(PlainIndex("index", {{"g", true}}));
  request.global_indexes->front().settings.provisioned =
      ThroughputSpec{.read_units = 1, .write_units = 1};
  EXPECT_EQ(Refusal(request),
            "...ProvisionedThroughput should not be specified for index: index when BillingMode is "
            "PAY_PER_REQUEST");
  request.billing_mode = BillingMode::kProvisioned;
  request.provisioned = ThroughputSpec{.read_units = 1, .write_units = 1};
  EXPECT_EQ(Refusal(request), "accepted");
  request.global_indexes->front().settings.provisioned.reset();
  EXPECT_EQ(Refusal(request),
            "...Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: index");
}

// K2, K11.
TEST(BuildTable, ChecksOnDemandAndWarmThroughput) {
  CreateTableRequest request = PlainTable("table");
  request.on_demand = OnDemandThroughput{.max_read_units = 0, .max_write_units = {}};
  EXPECT_EQ(Refusal(request), "...MaxReadRequestUnits must be greater than or equal to 1");
  request.on_demand = OnDemandThroughput{.max_read_units = 1, .max_write_units = -1};
  EXPECT_EQ(Refusal(request), "...MaxWriteRequestUnits must be greater than or equal to 1");
  request.on_demand.reset();
  request.warm = WarmThroughputSpec{.read_units = 11'999, .write_units = {}};
  EXPECT_EQ(Refusal(request),
            "...Requested ReadUnitsPerSecond for WarmThroughput for the table is lower than the "
            "current value. Requested: 11999, current: 12000");
  request.warm = WarmThroughputSpec{.read_units = 20'000, .write_units = {}};
  EXPECT_EQ(Refusal(request), "accepted");
}

// K3.
TEST(BuildTable, ChecksStreams) {
  CreateTableRequest request = PlainTable("table");
  request.stream = StreamSpec{.enabled = false, .view = StreamViewType::kNewImage};
  EXPECT_EQ(Refusal(request), "...StreamViewType cannot be specified when StreamEnabled is false");
  request.stream = StreamSpec{.enabled = true, .view = {}};
  EXPECT_EQ(Refusal(request), "...StreamViewType must be specified when StreamEnabled is true");
}

// K10.
TEST(BuildTable, ChecksEncryption) {
  CreateTableRequest request = PlainTable("table");
  request.encryption = EncryptionSpec{.enabled = true, .type = "AES256", .key_id = {}};
  EXPECT_EQ(Refusal(request), "...SSEType AES256 is not supported");
  request.encryption = EncryptionSpec{.enabled = true, .type = {}, .key_id = "alias/x"};
  EXPECT_EQ(Refusal(request), "...SSEType KMS is required if KMSMasterKeyId is specified");
  request.encryption = EncryptionSpec{.enabled = false, .type = "KMS", .key_id = {}};
  EXPECT_EQ(Refusal(request),
            "...SSEType and KMSMasterKeyId can only be specified when Enabled is true");
  request.encryption = EncryptionSpec{.enabled = true, .type = {}, .key_id = {}};
  EXPECT_EQ(Refusal(request), "accepted");
}

// K9.
TEST(BuildTable, ChecksTags) {
  CreateTableRequest request = PlainTable("table");
  request.tags = {{"a", "1"}, {"a", "2"}};
  EXPECT_EQ(Refusal(request), "...Duplicate tag key: a");
  request.tags = {{"aws:a", "1"}};
  EXPECT_EQ(Refusal(request),
            "...Tag keys that start with aws: are reserved for the service: aws:a");
  request.tags.clear();
  for (int i = 0; i < 51; ++i) {
    request.tags.emplace_back("key" + std::to_string(i), "");
  }
  EXPECT_EQ(Refusal(request), "...Too many tags: a resource can have at most 50");
}

}  // namespace
}  // namespace stator::engine
