#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/kinesis_destination.h"
#include "engine/stream.h"
#include "model/table_schema.h"

namespace stator::engine {

// Stored on disk.
enum class TableStatus : uint8_t { kCreating = 1, kActive = 2, kUpdating = 3, kDeleting = 4 };

// Stored on disk.
enum class BillingMode : uint8_t { kProvisioned = 1, kPayPerRequest = 2 };

// Provisioned capacity and the history of its changes that descriptions show.
struct ProvisionedThroughput {
  int64_t read_units = 0;
  int64_t write_units = 0;
  int64_t decreases_today = 0;
  std::optional<int64_t> last_increase_micros;
  std::optional<int64_t> last_decrease_micros;
};

// Maximum request units of an on-demand table or index. -1 (in requests) or absent: no maximum.
struct OnDemandThroughput {
  std::optional<int64_t> max_read_units;
  std::optional<int64_t> max_write_units;
};

// What a table can take at once. The defaults are those of a new on-demand table.
struct WarmThroughput {
  int64_t read_units = 12000;
  int64_t write_units = 4000;
};

// Settings of a global index that only descriptions show.
struct IndexSettings {
  ProvisionedThroughput provisioned;
  std::optional<OnDemandThroughput> on_demand;
  WarmThroughput warm;
};

// A tag's key and value.
using Tag = std::pair<std::string, std::string>;

// A policy attached to a table or to its stream.
struct ResourcePolicy {
  std::string document;
  std::string revision_id;  // new with each change
  friend bool operator==(const ResourcePolicy&, const ResourcePolicy&) = default;
};

// A table: what reads and writes need (`schema`) and everything else that is known of it. An
// immutable snapshot, shared.
struct Table {
  model::TableSchema schema;
  std::string id;  // a UUID, new with each creation (K5)
  TableStatus status = TableStatus::kActive;
  int64_t created_micros = 0;
  // All AttributeDefinitions in the order given, whether or not a key still uses them.
  std::vector<model::KeyAttribute> attributes;

  BillingMode billing_mode = BillingMode::kProvisioned;
  std::optional<int64_t> on_demand_since_micros;  // BillingModeSummary
  ProvisionedThroughput provisioned;
  std::optional<OnDemandThroughput> on_demand;
  WarmThroughput warm;
  std::vector<IndexSettings> global_index_settings;  // one for each of schema.global_indexes

  bool deletion_protection = false;
  std::optional<std::string> table_class;  // as given; absent: never set
  std::optional<int64_t> table_class_changed_micros;
  std::optional<std::string> kms_key_arn;  // SSE with KMS is enabled
  bool stream_enabled = false;
  StreamViewType stream_view = StreamViewType::kNewAndOldImages;
  std::optional<std::string> stream_label;  // the latest; kept when the stream is disabled (K5)
  std::shared_ptr<const Stream> stream;     // set while it is enabled
  std::vector<Tag> tags;                    // in the order they were first set
  std::optional<ResourcePolicy> policy;
  std::optional<ResourcePolicy> stream_policy;  // of the latest stream
  // When TTL was last enabled or disabled; its state is that of schema.expiry_index.
  std::optional<int64_t> ttl_changed_micros;
  // In the order in which they were first enabled, and disabled ones, too.
  std::vector<KinesisDestination> destinations;

  // Whether anybody may want to know of changes of items: a stream, or a Kinesis destination.
  bool HasFollowers() const { return stream != nullptr || !destinations.empty(); }
};

// Counters of a table's rows: storage::CounterId{table space, which}. A local index has the
// numbers 2 * id and 2 * id + 1; the table and each global index 0 and 1, each in its own space.
inline constexpr uint32_t kItemCounter = 0;
inline constexpr uint32_t kBytesCounter = 1;

}  // namespace stator::engine
