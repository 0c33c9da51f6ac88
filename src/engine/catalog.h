#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/completion.h"
#include "base/mutex.h"
#include "base/result.h"
#include "engine/table.h"
#include "storage/store.h"

namespace stator::engine {

// The account, region and partition that ARNs of this server name.
struct Identity {
  std::string region = "us-east-1";
  std::string account = "000000000000";
};

// The tables of the store, cached. A snapshot comes with the catalog epoch it was taken at; item
// writes hand the epoch to Store::Update, so that no write relies on an outdated schema. All
// methods may be called from any thread.
class Catalog {
 public:
  struct Snapshot {
    std::shared_ptr<const Table> table;
    uint64_t epoch = 0;
  };

  Catalog(storage::Store& store, Identity identity);

  // Reads all tables; call once before use. Fails when the stored catalog does not decode.
  base::Result<void> Load();

  // The table of that name or ARN (W25), for reading and writing items. kResourceNotFound
  // ("Requested resource not found") when there is none, it is being created or deleted, or the ARN
  // is another account's or region's (K7).
  base::Result<Snapshot> FindForItems(std::string_view name_or_arn) const;

  // The same in any state; kResourceNotFound with the message of the control plane
  // ("Requested resource not found: Table: NAME not found").
  base::Result<Snapshot> Find(std::string_view name_or_arn) const;

  // All names, sorted.
  std::vector<std::string> Names() const;

  // Changes one table atomically: `change` gets the current table (null when there is none) and
  // returns the new one (null to remove it) or an error. It is pure: it may run again. `done` gets
  // the new table. Snapshots taken after `done` ran have the change, and no item write that relies
  // on an older snapshot commits after it.
  using Change = std::function<base::Result<std::shared_ptr<const Table>>(const Table* current)>;
  void Update(const std::string& name, Change change,
              base::Completion<std::shared_ptr<const Table>> done);

  // A space number, or a local index's number, that was never used before. Durable.
  base::Result<uint32_t> NewSpace();

  const Identity& identity() const { return identity_; }
  std::string TableArn(std::string_view table_name) const;

 private:
  struct State;

  storage::Store& store_;
  const Identity identity_;
  std::shared_ptr<const State> LoadState() const;
  std::atomic<std::shared_ptr<const State>> state_;
};

}  // namespace stator::engine
