#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/table.h"
#include "model/table_schema.h"

// The control-plane operations as the engine takes and answers them: decoded, with every single
// value already inside the model's constraints, and free of JSON. What one value says about another
// is checked by the engine.
namespace stator::engine {

// One element of a KeySchema as the request gave it.
struct KeyElement {
  std::string attribute;
  bool hash = true;  // KeyType HASH, else RANGE
};

// ProvisionedThroughput of a request.
struct ThroughputSpec {
  int64_t read_units = 0;
  int64_t write_units = 0;
};

// WarmThroughput of a request; an absent member leaves the value as it is.
struct WarmThroughputSpec {
  std::optional<int64_t> read_units;
  std::optional<int64_t> write_units;
};

// Projection of an index.
struct ProjectionSpec {
  std::optional<model::ProjectionType> type;
  std::optional<std::vector<std::string>> non_key_attributes;
};

// The throughput settings of a global index in a request.
struct IndexSettingsSpec {
  std::optional<ThroughputSpec> provisioned;
  std::optional<OnDemandThroughput> on_demand;
  std::optional<WarmThroughputSpec> warm;
};

// An index of a request; a local one has no settings.
struct IndexSpec {
  std::string name;
  std::vector<KeyElement> key;
  ProjectionSpec projection;
  IndexSettingsSpec settings;
};

// StreamSpecification.
struct StreamSpec {
  bool enabled = false;
  std::optional<StreamViewType> view;
};

// SSESpecification.
struct EncryptionSpec {
  std::optional<bool> enabled;
  std::optional<std::string> type;    // "KMS" or "AES256"
  std::optional<std::string> key_id;  // an id, alias or ARN
};

// CreateTable.
struct CreateTableRequest {
  std::string table;
  std::vector<model::KeyAttribute> attributes;
  std::vector<KeyElement> key;
  std::optional<std::vector<IndexSpec>> local_indexes;
  std::optional<std::vector<IndexSpec>> global_indexes;
  std::optional<BillingMode> billing_mode;
  std::optional<ThroughputSpec> provisioned;
  std::optional<OnDemandThroughput> on_demand;
  std::optional<WarmThroughputSpec> warm;
  std::optional<StreamSpec> stream;
  std::optional<EncryptionSpec> encryption;
  std::optional<std::string> table_class;
  bool deletion_protection = false;
  std::vector<Tag> tags;
  std::optional<std::string> policy;  // a valid document
};

// One element of GlobalSecondaryIndexUpdates; exactly one member is meant to be present.
struct IndexUpdate {
  // New settings of an index.
  struct Change {
    std::string name;
    IndexSettingsSpec settings;
  };
  std::optional<IndexSpec> create;
  std::optional<Change> update;
  std::optional<std::string> remove;
};

// UpdateTable; absent members stay as they are.
struct UpdateTableRequest {
  std::string table;  // a name or an ARN
  std::vector<model::KeyAttribute> attributes;
  std::optional<BillingMode> billing_mode;
  std::optional<ThroughputSpec> provisioned;
  std::optional<OnDemandThroughput> on_demand;
  std::optional<WarmThroughputSpec> warm;
  std::optional<std::vector<IndexUpdate>> index_updates;
  std::optional<StreamSpec> stream;
  std::optional<EncryptionSpec> encryption;
  std::optional<std::string> table_class;
  std::optional<bool> deletion_protection;
};

// TimeToLiveSpecification.
struct TimeToLiveSpec {
  bool enabled = false;
  std::string attribute;
};

// TimeToLiveDescription.
struct TimeToLiveDescription {
  std::string_view status;               // as it is written on the wire
  std::optional<std::string> attribute;  // absent when DISABLED
};

// EnableKinesisStreamingDestination and its siblings.
struct DestinationRequest {
  std::string table;  // a name or an ARN
  std::string stream_arn;
  std::optional<TimePrecision> precision;
};

// What they answer.
struct DestinationResult {
  std::string table;  // the name
  std::string stream_arn;
  DestinationStatus status = DestinationStatus::kActive;
  std::optional<TimePrecision> precision;  // as asked for
};

// DescribeKinesisStreamingDestination.
struct DestinationsDescription {
  // A destination, and what keeps records from it; absent when nothing is known to.
  struct One {
    KinesisDestination destination;
    std::optional<std::string> problem;
  };
  std::string table;  // the name
  std::vector<One> destinations;
};

// How many items a table or an index holds, and how many bytes they take.
struct RowCounts {
  int64_t items = 0;
  int64_t bytes = 0;
};

// What the control plane answers about a table: its state and its live counts.
struct TableDescription {
  std::shared_ptr<const Table> table;
  std::string arn;
  RowCounts counts;
  std::vector<RowCounts> local_indexes;   // one for each of the schema's
  std::vector<RowCounts> global_indexes;  // one for each of the schema's
};

// ListTables.
struct ListTablesRequest {
  std::optional<std::string> exclusive_start;
  std::optional<int64_t> limit;  // 1 to 100
  std::string account = {};      // empty: the server's own
};

// A page of table names, sorted.
struct ListTablesResult {
  std::vector<std::string> names;
  std::optional<std::string> last_evaluated;
};

}  // namespace stator::engine
