#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/catalog.h"
#include "engine/table.h"
#include "engine/table_requests.h"

// The settings of tables and indexes that are no part of their schema: checks in the words of the
// service, and how requests change them. Everything here is pure.
namespace stator::engine {

// What a change of a table needs to know of the world.
struct ChangeContext {
  int64_t now_micros = 0;
  const Identity& identity;
};

// A table's name in CreateTable, where it must be 3 to 255 characters (V5).
base::Result<void> CheckTableName(std::string_view name);

// The capacity settings of a table or index in one place.
struct Capacity {
  ProvisionedThroughput& provisioned;
  std::optional<OnDemandThroughput>& on_demand;
  WarmThroughput& warm;
};

// Whose settings they are, for the words of errors: a table, or the index of that name.
struct CapacityOwner {
  BillingMode mode = BillingMode::kProvisioned;
  std::string_view index;  // empty: the table
};

// Sets the capacity of a new table or index (K2).
base::Result<void> InitializeCapacity(const IndexSettingsSpec& spec, const CapacityOwner& owner,
                                      Capacity capacity);

// Changes the capacity of a table or index. `mode_changed`: the billing mode becomes owner.mode
// with this change.
base::Result<void> UpdateCapacity(const IndexSettingsSpec& spec, const CapacityOwner& owner,
                                  bool mode_changed, int64_t now_micros, Capacity capacity);

// What StreamSpecification asks of the table (K3, K5).
base::Result<void> CheckStream(const StreamSpec& stream);
// A new stream gets its space, and its shards, by AttachStream.
void EnableStream(const StreamSpec& stream, int64_t now_micros, Table& table);

// The label of a stream that begins then: the time, in milliseconds.
std::string StreamLabel(int64_t now_micros);

// Makes the stream of a table that has been enabled. Its label is the table's latest.
void AttachStream(storage::Space space, int64_t now_micros, Table& table);

// What SSESpecification asks of the table (K10).
base::Result<void> ApplyEncryption(const EncryptionSpec& encryption, const Identity& identity,
                                   Table& table);

// Adds tags to the table's; one that exists gets the new value (K9).
base::Result<void> ApplyTags(const std::vector<Tag>& tags, Table& table);

// The new table of a CreateTable request, in the state CREATING, without spaces and id. All checks
// of the request are made here.
base::Result<Table> BuildTable(const CreateTableRequest& request, const ChangeContext& context);

// The table when the work of its state is done: CREATING and UPDATING become ACTIVE, unless a
// backfill runs; deleted indexes are gone; a deleted table is null; ENABLING and DISABLING of TTL
// become ENABLED, unless a backfill runs, and DISABLED.
std::shared_ptr<const Table> Settled(const Table& table);

// Whether Settled would change the table.
bool IsSettled(const Table& table);

}  // namespace stator::engine
