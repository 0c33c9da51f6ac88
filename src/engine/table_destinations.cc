#include <memory>
#include <string>
#include <utility>

#include "engine/tables.h"

// The part of Tables that is about Kinesis destinations.
namespace stator::engine {
namespace {

base::Error NoEndpoint() {
  return base::ValidationError(
      "Kinesis streaming destinations are not available: this server was started without the "
      "endpoint of a Kinesis service. Start it with --kinesis-endpoint URL to use them");
}

}  // namespace

base::Result<DestinationResult> Tables::EnableDestination(const DestinationRequest& request) {
  return ChangeDestination(request, &WithDestinationEnabled);
}

base::Result<DestinationResult> Tables::DisableDestination(const DestinationRequest& request) {
  return ChangeDestination(request, &WithDestinationDisabled);
}

base::Result<DestinationResult> Tables::UpdateDestination(const DestinationRequest& request) {
  return ChangeDestination(request, &WithDestinationUpdated);
}

base::Result<DestinationResult> Tables::ChangeDestination(const DestinationRequest& request,
                                                          MakeDestination make) {
  STATOR_ASSIGN_OR_RETURN(const Catalog::Snapshot snapshot, catalog_.Find(request.table));
  const std::string name = snapshot.table->schema.name;
  // What was enabled when there was an endpoint can be disabled without one.
  if (!options_.kinesis && (make != &WithDestinationDisabled ||
                            FindDestination(*snapshot.table, request.stream_arn) == nullptr)) {
    return NoEndpoint();
  }
  DestinationChange change{.stream_arn = request.stream_arn,
                           .precision = request.precision,
                           .now_micros = clock_.NowMicros(),
                           .forwarded = options_.kinesis};
  // Checked on the snapshot first, so that a refused request takes no space number.
  STATOR_RETURN_IF_ERROR(make(*snapshot.table, change));
  if (make == &WithDestinationEnabled) {
    STATOR_ASSIGN_OR_RETURN(change.new_space, catalog_.NewSpaces(1));
  }
  DestinationResult result{.table = std::string(BareTableName(name)),
                           .stream_arn = request.stream_arn,
                           .precision = request.precision};
  const auto update = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr) {
      return NoSuchTable(name);
    }
    STATOR_ASSIGN_OR_RETURN(const Table table, make(*current, change));
    result.status = FindDestination(table, request.stream_arn)->status;
    return Stored(table);
  };
  STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const Table> stored, catalog_.Update(name, update));
  Resume(*stored);
  return result;
}

base::Result<DestinationsDescription> Tables::DescribeDestinations(
    std::string_view name_or_arn) const {
  STATOR_ASSIGN_OR_RETURN(const Catalog::Snapshot snapshot, catalog_.Find(name_or_arn));
  DestinationsDescription description;
  description.table = BareTableName(snapshot.table->schema.name);
  const base::MutexLock lock(mutex_);
  for (const KinesisDestination& destination : snapshot.table->destinations) {
    auto& one = description.destinations.emplace_back();
    one.destination = destination;
    const auto problem = destination_problems_.find(destination.space);
    if (problem != destination_problems_.end()) {
      one.problem = problem->second;
    }
  }
  return description;
}

base::Result<void> Tables::FinishDisabling(const std::string& table, storage::Space space) {
  const auto finish = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    if (current == nullptr) {
      return NoSuchTable(table);
    }
    auto changed = std::make_shared<Table>(*current);
    for (KinesisDestination& destination : changed->destinations) {
      if (destination.space == space && destination.status == DestinationStatus::kDisabling) {
        destination.status = DestinationStatus::kDisabled;
        destination.space = 0;
      }
    }
    return std::shared_ptr<const Table>(std::move(changed));
  };
  const base::Result<std::shared_ptr<const Table>> stored = catalog_.Update(table, finish);
  return stored.ok() ? base::Result<void>() : base::Result<void>(stored.error());
}

void Tables::NoteDestination(storage::Space space, const std::string& problem) {
  const base::MutexLock lock(mutex_);
  if (problem.empty()) {
    destination_problems_.erase(space);
  } else {
    destination_problems_.insert_or_assign(space, problem);
  }
}

}  // namespace stator::engine
