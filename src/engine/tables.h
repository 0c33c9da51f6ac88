#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/task_runner.h"
#include "engine/backfill.h"
#include "engine/catalog.h"
#include "engine/table_requests.h"
#include "storage/store.h"

namespace stator::engine {

// Options of Tables.
struct TablesOptions {
  // How long a table or index stays CREATING, UPDATING or DELETING; 0: no longer than the work.
  int64_t status_delay_millis = 0;
  // How long after a change of TTL the next one is refused (R13).
  int64_t ttl_change_pause_millis = 0;
  // Whether records are sent to Kinesis destinations; without, none can be enabled.
  bool kinesis = false;
};

// The control plane: tables, their indexes, settings and tags. Methods may be called from any
// thread, but those that change something wait for the store: not from event loops. Errors are the
// service's exceptions with its words.
//
// A change first puts a table into its transitional state (CREATING, UPDATING, DELETING), which is
// what the answer shows, and then settles it. Without a delay the settled state is what is stored,
// so that the very next call finds the change finished. Only the backfill of a new index, or of the
// expiry index of TTL, takes as long as it takes; it goes on after a restart.
class Tables {
 public:
  // All arguments must outlive the object.
  Tables(storage::Store& store, Catalog& catalog, TablesOptions options, const base::Clock& clock);
  // Stops as Stop() does.
  ~Tables();
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  // Goes on with what a restart interrupted. Call once, after Catalog::Load and before use.
  base::Result<void> Start();
  // Interrupts background work and waits for its threads. Idempotent.
  void Stop() EXCLUDES(mutex_);

  base::Result<TableDescription> CreateTable(const CreateTableRequest& request);
  base::Result<TableDescription> UpdateTable(const UpdateTableRequest& request);
  base::Result<TableDescription> DeleteTable(std::string_view name_or_arn);
  // Does not wait.
  base::Result<TableDescription> DescribeTable(std::string_view name_or_arn) const;
  // Does not wait.
  ListTablesResult ListTables(const ListTablesRequest& request) const;

  base::Result<void> UpdateTimeToLive(const std::string& name_or_arn, const TimeToLiveSpec& spec);
  // Does not wait.
  base::Result<TimeToLiveDescription> DescribeTimeToLive(std::string_view name_or_arn) const;

  // Kinesis destinations. Whoever sends the records (cli/kinesis) finds their logs in the catalog.
  base::Result<DestinationResult> EnableDestination(const DestinationRequest& request);
  base::Result<DestinationResult> DisableDestination(const DestinationRequest& request);
  base::Result<DestinationResult> UpdateDestination(const DestinationRequest& request);
  // Does not wait.
  base::Result<DestinationsDescription> DescribeDestinations(std::string_view name_or_arn) const
      EXCLUDES(mutex_);
  // A DISABLING destination, by the space of its log, becomes DISABLED, and the log is dropped.
  base::Result<void> FinishDisabling(const std::string& table, storage::Space space);
  // What keeps records from a destination now, for descriptions; empty: nothing. Does not wait.
  void NoteDestination(storage::Space space, const std::string& problem) EXCLUDES(mutex_);

  // Tags of a table, by its ARN. A tag that exists gets the new value.
  base::Result<void> TagResource(const std::string& arn, const std::vector<Tag>& tags);
  base::Result<void> UntagResource(const std::string& arn, const std::vector<std::string>& keys);
  // Does not wait.
  base::Result<std::vector<Tag>> ListTagsOfResource(const std::string& arn) const;

  // The policy of a table or of its latest stream, by its ARN. With `expected`, a change is made
  // only when the policy has that revision; kNoPolicy: when there is none. kPolicyNotFound when it
  // is not so. The document is the caller's to check.
  static constexpr std::string_view kNoPolicy = "NO_POLICY";
  // Gives the new revision, or the one that is there when the document is the same.
  base::Result<std::string> PutResourcePolicy(const std::string& arn, const std::string& document,
                                              const std::optional<std::string>& expected);
  // Gives the revision that was there, or nothing when there was none.
  base::Result<std::optional<std::string>> DeleteResourcePolicy(
      const std::string& arn, const std::optional<std::string>& expected);
  // Does not wait.
  base::Result<ResourcePolicy> GetResourcePolicy(const std::string& arn) const;

  const Catalog& catalog() const { return catalog_; }

 private:
  // The bare names of an account's tables, sorted; of the server's own when it is empty.
  std::vector<std::string> NamesOf(std::string_view account) const;
  TableDescription Describe(std::shared_ptr<const Table> table) const;
  // What is stored of a table in a transitional state.
  std::shared_ptr<const Table> Stored(const Table& transitional) const;
  // Sees to what is unfinished about a table: its backfills, and its settling.
  void Resume(const Table& table);
  // A stream that was enabled before streams had records.
  base::Result<void> MakeMissingStream(const std::string& name);
  void AttachNewStream(storage::Space space, Table& table) const;
  void PostSettling(const std::string& name);
  // Changes the destinations of the request's table by `make`, one of the functions of
  // kinesis_destination.h.
  using MakeDestination = base::Result<Table> (*)(const Table&, const DestinationChange&);
  base::Result<DestinationResult> ChangeDestination(const DestinationRequest& request,
                                                    MakeDestination make);
  // Waits for the delay, unless stopping; then settles the table.
  void SettleLater(const std::string& name, int64_t due_steady_millis) EXCLUDES(mutex_);
  void FinishBackfill(const std::string& name, storage::Space index_space);

  storage::Store& store_;
  Catalog& catalog_;
  const TablesOptions options_;
  const base::Clock& clock_;
  Backfill backfill_;

  mutable base::Mutex mutex_;
  base::CondVar stop_signal_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::map<storage::Space, std::string> destination_problems_ GUARDED_BY(mutex_);
  base::TaskRunner settling_;  // last: its thread uses the members above
};

}  // namespace stator::engine
