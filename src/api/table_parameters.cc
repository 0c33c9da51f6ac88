#include "api/table_parameters.h"

#include <utility>

#include "api/shapes_tables.h"

namespace stator::api {
namespace {

using engine::StreamViewType;

// By position in shapes::kStreamViewTypeNames.
constexpr StreamViewType kStreamViewTypes[] = {StreamViewType::kNewImage, StreamViewType::kOldImage,
                                               StreamViewType::kNewAndOldImages,
                                               StreamViewType::kKeysOnly};

engine::ProjectionSpec ReadProjection(const Node& projection) {
  engine::ProjectionSpec spec;
  if (const std::optional<size_t> type = projection.Enum(shapes::projection::kProjectionType)) {
    // The names stand in the order of the enum, which counts from 1.
    spec.type = static_cast<model::ProjectionType>(*type + 1);
  }
  spec.non_key_attributes = projection.OptionalTexts(shapes::projection::kNonKeyAttributes);
  return spec;
}

}  // namespace

std::vector<model::KeyAttribute> ReadAttributeDefinitions(const Node& structure, size_t member) {
  std::vector<model::KeyAttribute> definitions;
  for (const Node* node : structure.List(member)) {
    namespace members = shapes::attribute_definition;
    // The names stand in the order of the enum, which counts from 1.
    definitions.push_back(
        {.name = std::string(node->Text(members::kAttributeName)),
         .type = static_cast<model::ScalarType>(*node->Enum(members::kAttributeType) + 1)});
  }
  return definitions;
}

std::vector<engine::KeyElement> ReadKeySchema(const Node& structure, size_t member) {
  std::vector<engine::KeyElement> key;
  for (const Node* node : structure.List(member)) {
    namespace members = shapes::key_schema_element;
    key.push_back({.attribute = std::string(node->Text(members::kAttributeName)),
                   .hash = node->Text(members::kKeyType) == "HASH"});
  }
  return key;
}

std::optional<engine::ThroughputSpec> ReadThroughput(const Node& structure, size_t member) {
  namespace members = shapes::provisioned_throughput;
  const Node* node = structure.Member(member);
  if (node == nullptr) {
    return std::nullopt;
  }
  return engine::ThroughputSpec{.read_units = *node->Integer(members::kReadCapacityUnits),
                                .write_units = *node->Integer(members::kWriteCapacityUnits)};
}

std::optional<engine::OnDemandThroughput> ReadOnDemand(const Node& structure, size_t member) {
  namespace members = shapes::on_demand_throughput;
  const Node* node = structure.Member(member);
  if (node == nullptr) {
    return std::nullopt;
  }
  return engine::OnDemandThroughput{
      .max_read_units = node->Integer(members::kMaxReadRequestUnits),
      .max_write_units = node->Integer(members::kMaxWriteRequestUnits)};
}

std::optional<engine::WarmThroughputSpec> ReadWarm(const Node& structure, size_t member) {
  namespace members = shapes::warm_throughput;
  const Node* node = structure.Member(member);
  if (node == nullptr) {
    return std::nullopt;
  }
  return engine::WarmThroughputSpec{.read_units = node->Integer(members::kReadUnitsPerSecond),
                                    .write_units = node->Integer(members::kWriteUnitsPerSecond)};
}

std::optional<engine::StreamSpec> ReadStream(const Node& structure, size_t member) {
  namespace stream = shapes::stream_specification;
  const Node* node = structure.Member(member);
  if (node == nullptr) {
    return std::nullopt;
  }
  engine::StreamSpec spec{.enabled = node->BooleanOr(stream::kStreamEnabled, false), .view = {}};
  if (const std::optional<size_t> view = node->Enum(stream::kStreamViewType)) {
    spec.view = kStreamViewTypes[*view];
  }
  return spec;
}

std::optional<engine::EncryptionSpec> ReadEncryption(const Node& structure, size_t member) {
  namespace sse = shapes::sse_specification;
  const Node* node = structure.Member(member);
  if (node == nullptr) {
    return std::nullopt;
  }
  return engine::EncryptionSpec{.enabled = node->Boolean(sse::kEnabled),
                                .type = node->OptionalText(sse::kSseType),
                                .key_id = node->OptionalText(sse::kKmsMasterKeyId)};
}

std::optional<engine::BillingMode> ReadBillingMode(const Node& structure, size_t member) {
  const std::optional<size_t> mode = structure.Enum(member);
  if (!mode) {
    return std::nullopt;
  }
  // The names stand in the order of the enum, which counts from 1.
  return static_cast<engine::BillingMode>(*mode + 1);
}

std::vector<engine::Tag> ReadTags(const Node& structure, size_t member) {
  std::vector<engine::Tag> tags;
  for (const Node* node : structure.List(member)) {
    tags.emplace_back(node->Text(shapes::tag::kKey), node->Text(shapes::tag::kValue));
  }
  return tags;
}

void DescribeTags(const std::vector<engine::Tag>& tags, Access& access) {
  if (tags.empty()) {
    return;
  }
  auth::PolicyValues keys;
  for (const auto& [key, value] : tags) {
    keys.values.push_back(key);
    access.context.Set({.id = auth::PolicyKeyId::kRequestTag, .tag = auth::ToLower(key)},
                       {.values = {value}});
  }
  access.context.Set({.id = auth::PolicyKeyId::kTagKeys}, std::move(keys));
}

engine::IndexSpec ReadIndex(const Node& index) {
  namespace members = shapes::secondary_index;
  engine::IndexSpec spec;
  spec.name = index.Text(members::kIndexName);
  spec.key = ReadKeySchema(index, members::kKeySchema);
  spec.projection = ReadProjection(*index.Member(members::kProjection));
  if (index.shape().fields.size() > members::kProvisionedThroughput) {  // a global index
    spec.settings = {.provisioned = ReadThroughput(index, members::kProvisionedThroughput),
                     .on_demand = ReadOnDemand(index, members::kOnDemandThroughput),
                     .warm = ReadWarm(index, members::kWarmThroughput)};
  }
  return spec;
}

std::optional<std::vector<engine::IndexSpec>> ReadIndexes(const Node& structure, size_t member) {
  if (!structure.Has(member)) {
    return std::nullopt;
  }
  std::vector<engine::IndexSpec> indexes;
  for (const Node* node : structure.List(member)) {
    indexes.push_back(ReadIndex(*node));
  }
  return indexes;
}

base::Result<void> RefuseUnsupported(const Node& body, std::span<const size_t> members) {
  for (const size_t member : members) {
    if (body.Has(member)) {
      return base::ValidationError("One or more parameter values were invalid: " +
                                   std::string(body.shape().fields[member].name) +
                                   " is not supported by this server");
    }
  }
  return {};
}

}  // namespace stator::api
