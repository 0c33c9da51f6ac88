#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
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

// Tables belong to accounts. A table of the server's own account is known by its name, and one of
// another account by that account, ":table/" and its name: how its ARN ends. No name has a colon.
std::string QualifiedTableName(std::string_view account, std::string_view name);
// The account of a qualified name; empty for the server's own.
std::string_view AccountOfName(std::string_view name);
// The name alone, as users give and see it. An ARN stays as it is.
std::string_view BareTableName(std::string_view name);

// What the control plane says of a name without a table.
base::Error NoSuchTable(std::string_view name);

// The rows of a catalog, as they are stored.
struct StoredCatalog {
  std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables;
  std::vector<std::shared_ptr<const Stream>> ended_streams;
  std::vector<std::pair<std::string, storage::Space>> drops;  // of a table: spaces to be dropped
  storage::Space next_space = storage::kFirstUserSpace;
  std::vector<base::Error> damage;  // kCorruption, for each row that does not decode
};

// Reads the catalog of a store, and changes nothing.
base::Result<StoredCatalog> ReadCatalog(storage::Store& store);

// The tables of the store, cached. A snapshot comes with the catalog epoch it was taken at; item
// writes hand the epoch to Store::Update, so that no write relies on an outdated schema. All
// methods may be called from any thread.
//
// Each table is one row. Invariants:
// 1. Changes run one at a time, so the epoch after a change is that change's own.
// 2. State is one immutable object that is replaced as a whole: an epoch is never seen with the
//    tables of another one.
// 3. A stream that a change takes out of a table becomes a row of its own in the same update, until
//    EraseStream.
// 4. A space that a change takes out of a table is noted by a row in the same update, and the note
//    is erased after DropSpace; notes that are found by Load are acted on.
class Catalog {
 public:
  // A table as it was at an epoch.
  struct Snapshot {
    std::shared_ptr<const Table> table;
    uint64_t epoch = 0;
  };

  // All must outlive the catalog.
  Catalog(storage::Store& store, Identity identity,
          const base::Clock& clock = base::Clock::System());

  // Reads all tables and finishes interrupted drops; call once before use. Fails when the stored
  // catalog does not decode.
  base::Result<void> Load() EXCLUDES(change_mutex_);

  // The table of that name or ARN (W25), for reading and writing items. kResourceNotFound
  // ("Requested resource not found") when there is none, it is being created or deleted, or the ARN
  // is another account's or region's (K7).
  base::Result<Snapshot> FindForItems(std::string_view name_or_arn) const;

  // The same in any state; kResourceNotFound with the message of the control plane
  // ("Requested resource not found: Table: NAME not found").
  base::Result<Snapshot> Find(std::string_view name_or_arn) const;

  // Waits until snapshots are as new as the store, or for a second. For a write that was refused
  // with kStaleCatalog: from the commit of a change to the snapshots that have it is a moment, but
  // a long one where the machine is busy.
  void WaitUntilCurrent() const EXCLUDES(state_mutex_);

  // All names, qualified where they are another account's, sorted.
  std::vector<std::string> Names() const;

  // The tables that have Kinesis destinations, or had some, by name.
  std::vector<std::shared_ptr<const Table>> TablesWithDestinations() const;

  // The epoch that snapshots are of now: whoever keeps something of the tables knows by it whether
  // they have changed.
  uint64_t Epoch() const { return LoadState()->epoch; }

  // Changes one table atomically: `change` gets the current table (null when there is none) and
  // returns the new one (null to remove it) or an error. It is pure: it may run again. Returns the
  // new table when it is durable; snapshots taken from then on have the change, and no item write
  // that relies on an older snapshot commits any more. Then drops the spaces that the new table no
  // longer has. Waits for the store: not for threads that must not.
  using Change = std::function<base::Result<std::shared_ptr<const Table>>(const Table* current)>;
  base::Result<std::shared_ptr<const Table>> Update(const std::string& name, const Change& change)
      EXCLUDES(change_mutex_);

  // The first of `count` consecutive space numbers that were never used before. Durable. Waits for
  // the store.
  base::Result<storage::Space> NewSpaces(uint32_t count);

  // All streams that can be read, by table and label; the enabled ones and those that have ended.
  std::vector<std::shared_ptr<const Stream>> Streams() const;
  // The one of that table and label, or null.
  std::shared_ptr<const Stream> FindStream(std::string_view table, std::string_view label) const;
  // Replaces a stream that has ended, as it is now, by `changed`.
  base::Result<void> UpdateEndedStream(const Stream& changed) EXCLUDES(change_mutex_);
  // Removes a stream that has ended, with its records. Waits for the store.
  base::Result<void> EraseStream(const Stream& stream) EXCLUDES(change_mutex_);

  const Identity& identity() const { return identity_; }
  std::string TableArn(std::string_view table_name) const;
  // The table's name, qualified where it is another account's, in a name or an ARN of this region;
  // nullopt for another ARN.
  std::optional<std::string_view> NameOf(std::string_view name_or_arn) const;

 private:
  using StreamName = std::pair<std::string, std::string>;  // table and label

  // All tables by name at an epoch. Immutable, shared.
  struct State {
    uint64_t epoch = 0;
    std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables;
    std::map<StreamName, std::shared_ptr<const Stream>> ended_streams;
  };

  std::shared_ptr<const State> LoadState() const EXCLUDES(state_mutex_);
  void SetState(std::shared_ptr<const State> state) EXCLUDES(state_mutex_);
  base::Result<void> FinishDrop(const std::string& table_name, storage::Space space);

  storage::Store& store_;
  const Identity identity_;
  const base::Clock& clock_;
  base::Mutex change_mutex_;         // held for a whole change; taken before state_mutex_
  mutable base::Mutex state_mutex_;  // held to copy or replace the pointer only
  std::shared_ptr<const State> state_ GUARDED_BY(state_mutex_);
  mutable base::CondVar state_changed_;
};

}  // namespace stator::engine
