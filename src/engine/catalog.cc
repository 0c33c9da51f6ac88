#include "engine/catalog.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/blocking_update.h"
#include "engine/table_codec.h"

namespace stator::engine {
namespace {

// Rows of the catalog, by partition and sort bytes (docs/catalog_format.md):
//   "table/" NAME, ""                      a table
//   "table/" NAME, "drop/" space (4 BE)    a space that is no longer the table's, to be dropped
//   "table/" NAME, "stream/" label         a stream of that table that has ended
//   "spaces", ""                           the next space number (4 BE)
constexpr std::string_view kTablePrefix = "table/";
constexpr std::string_view kDropPrefix = "drop/";
constexpr std::string_view kStreamPrefix = "stream/";
constexpr std::string_view kSpacesPartition = "spaces";

std::string EncodeSpace(storage::Space space) {
  std::string bytes(4, '\0');
  for (int i = 3; i >= 0; --i) {
    bytes[static_cast<size_t>(i)] = static_cast<char>(space & 0xff);
    space >>= 8;
  }
  return bytes;
}

std::optional<storage::Space> DecodeSpace(std::string_view bytes) {
  if (bytes.size() != 4) {
    return std::nullopt;
  }
  storage::Space space = 0;
  for (const char byte : bytes) {
    space = (space << 8) | static_cast<uint8_t>(byte);
  }
  return space;
}

storage::Key CatalogKey(std::string partition, std::string sort) {
  return {.space = storage::kCatalogSpace,
          .kind = storage::RowKind::kSystem,
          .partition = std::move(partition),
          .sort = std::move(sort)};
}

storage::Key TableKey(std::string_view name) {
  return CatalogKey(std::string(kTablePrefix) + std::string(name), "");
}

storage::Key DropKey(std::string_view name, storage::Space space) {
  return CatalogKey(std::string(kTablePrefix) + std::string(name),
                    std::string(kDropPrefix) + EncodeSpace(space));
}

constexpr std::string_view kOfAccount = ":table/";
constexpr size_t kAccountDigits = 12;

storage::Key StreamKey(const Stream& stream) {
  return CatalogKey(std::string(kTablePrefix) + stream.table,
                    std::string(kStreamPrefix) + stream.label);
}

// Without that of the stream, which may outlive the table.
std::vector<storage::Space> SpacesOf(const Table& table) {
  std::vector<storage::Space> spaces{table.schema.space};
  for (const model::IndexSchema& index : table.schema.global_indexes) {
    spaces.push_back(index.id);
  }
  if (table.schema.expiry_index) {
    spaces.push_back(table.schema.expiry_index->id);
  }
  for (const KinesisDestination& destination : table.destinations) {
    if (destination.HasLog()) {
      spaces.push_back(destination.space);
    }
  }
  return spaces;
}

// The spaces of `before` that `after` does not have.
std::vector<storage::Space> LostSpaces(const Table* before, const Table* after) {
  std::vector<storage::Space> lost;
  if (before == nullptr) {
    return lost;
  }
  const std::vector<storage::Space> kept =
      after == nullptr ? std::vector<storage::Space>{} : SpacesOf(*after);
  for (const storage::Space space : SpacesOf(*before)) {
    if (std::find(kept.begin(), kept.end(), space) == kept.end()) {
      lost.push_back(space);
    }
  }
  return lost;
}

// What one run of a change decided; the last run is the one that committed.
struct Decision {
  std::shared_ptr<const Table> table;
  std::vector<storage::Space> lost;
  std::shared_ptr<const Stream> ended;  // null when none has
};

// The stream of `before` that `after` does not have, ended; or null.
std::shared_ptr<const Stream> EndedStream(const Table* before, const Table* after,
                                          int64_t now_micros) {
  const bool had = before != nullptr && before->stream != nullptr;
  const bool has = after != nullptr && after->stream != nullptr;
  if (!had || (has && before->stream->label == after->stream->label)) {
    return nullptr;
  }
  auto ended = std::make_shared<Stream>(*before->stream);
  EndStream(now_micros, *ended);
  return ended;
}

base::Result<Decision> Decide(const Catalog::Change& change,
                              const std::optional<std::string_view>& stored, int64_t now_micros) {
  std::optional<Table> current;
  if (stored) {
    STATOR_ASSIGN_OR_RETURN(current, DecodeTable(*stored));
  }
  const Table* before = current ? &*current : nullptr;
  STATOR_ASSIGN_OR_RETURN(std::shared_ptr<const Table> after, change(before));
  std::vector<storage::Space> lost = LostSpaces(before, after.get());
  std::shared_ptr<const Stream> ended = EndedStream(before, after.get(), now_micros);
  return Decision{.table = std::move(after), .lost = std::move(lost), .ended = std::move(ended)};
}

base::Error NextSpaceDamage() {
  return base::Error{base::ErrorCode::kCorruption, "the next space number does not decode"};
}

// Adds one row to what is known. Fails with kCorruption when it does not decode.
base::Result<void> AddRow(const storage::RowView& row, StoredCatalog& catalog) {
  if (row.partition == kSpacesPartition && row.sort.empty()) {
    const std::optional<storage::Space> next = DecodeSpace(row.value);
    if (!next || *next < storage::kFirstUserSpace) {
      return NextSpaceDamage();
    }
    catalog.next_space = *next;
    return {};
  }
  if (!row.partition.starts_with(kTablePrefix)) {
    return base::Error{base::ErrorCode::kCorruption, "the catalog has a row of an unknown kind"};
  }
  std::string name(row.partition.substr(kTablePrefix.size()));
  if (row.sort.empty()) {
    base::Result<Table> table = DecodeTable(row.value);
    if (!table.ok()) {
      return base::Error{base::ErrorCode::kCorruption,
                         "table " + name + ": " + table.error().message};
    }
    catalog.tables.emplace(std::move(name), std::make_shared<Table>(*std::move(table)));
    return {};
  }
  if (row.sort.starts_with(kStreamPrefix)) {
    base::Result<Stream> stream = DecodeStream(row.value);
    if (!stream.ok()) {
      return base::Error{base::ErrorCode::kCorruption,
                         "a stream of table " + name + ": " + stream.error().message};
    }
    catalog.ended_streams.push_back(std::make_shared<Stream>(*std::move(stream)));
    return {};
  }
  const bool is_drop = row.sort.starts_with(kDropPrefix);
  const auto space = DecodeSpace(is_drop ? row.sort.substr(kDropPrefix.size()) : "");
  if (!space) {
    return base::Error{base::ErrorCode::kCorruption, "table " + name + ": a row of unknown kind"};
  }
  catalog.drops.emplace_back(std::move(name), *space);
  return {};
}

}  // namespace

base::Error NoSuchTable(std::string_view name) {
  return base::Error{
      base::ErrorCode::kResourceNotFound,
      "Requested resource not found: Table: " + std::string(BareTableName(name)) + " not found"};
}

std::string QualifiedTableName(std::string_view account, std::string_view name) {
  std::string qualified(account);
  return qualified.append(kOfAccount).append(name);
}

std::string_view AccountOfName(std::string_view name) {
  const bool qualified = name.size() > kAccountDigits &&
                         name.substr(kAccountDigits).starts_with(kOfAccount) &&
                         name.find_first_not_of("0123456789") == kAccountDigits;
  return qualified ? name.substr(0, kAccountDigits) : std::string_view();
}

std::string_view BareTableName(std::string_view name) {
  const bool qualified = !AccountOfName(name).empty();
  return qualified ? name.substr(kAccountDigits + kOfAccount.size()) : name;
}

base::Result<StoredCatalog> ReadCatalog(storage::Store& store) {
  StoredCatalog catalog;
  const auto read_row = [&catalog](const storage::RowView& row) {
    if (base::Result<void> added = AddRow(row, catalog); !added.ok()) {
      catalog.damage.push_back(std::move(added).error());
    }
    return true;
  };
  STATOR_RETURN_IF_ERROR(store.ScanSpace(
      {.space = storage::kCatalogSpace, .kind = storage::RowKind::kSystem, .after = {}}, {},
      read_row));
  return catalog;
}

Catalog::Catalog(storage::Store& store, Identity identity, const base::Clock& clock)
    : store_(store),
      identity_(std::move(identity)),
      clock_(clock),
      state_(std::make_shared<State>()) {}

base::Result<void> Catalog::Load() {
  base::MutexLock lock(change_mutex_);
  STATOR_ASSIGN_OR_RETURN(StoredCatalog stored, ReadCatalog(store_));
  if (!stored.damage.empty()) {
    return std::move(stored.damage.front());
  }
  auto state = std::make_shared<State>();
  state->tables = std::move(stored.tables);
  for (std::shared_ptr<const Stream>& stream : stored.ended_streams) {
    StreamName name{stream->table, stream->label};
    state->ended_streams.emplace(std::move(name), std::move(stream));
  }
  state->epoch = store_.CatalogEpoch();
  SetState(std::move(state));
  for (const auto& [name, space] : stored.drops) {
    STATOR_RETURN_IF_ERROR(FinishDrop(name, space));
  }
  return {};
}

base::Result<Catalog::Snapshot> Catalog::FindForItems(std::string_view name_or_arn) const {
  const std::shared_ptr<const State> state = LoadState();
  const std::optional<std::string_view> name = NameOf(name_or_arn);
  const auto found = name ? state->tables.find(*name) : state->tables.end();
  if (found == state->tables.end() || found->second->status == TableStatus::kCreating ||
      found->second->status == TableStatus::kDeleting) {
    return base::Error{base::ErrorCode::kResourceNotFound, "Requested resource not found"};
  }
  return Snapshot{.table = found->second, .epoch = state->epoch};
}

base::Result<Catalog::Snapshot> Catalog::Find(std::string_view name_or_arn) const {
  const std::shared_ptr<const State> state = LoadState();
  const std::optional<std::string_view> name = NameOf(name_or_arn);
  const auto found = name ? state->tables.find(*name) : state->tables.end();
  if (found == state->tables.end()) {
    return NoSuchTable(name.value_or(name_or_arn));
  }
  return Snapshot{.table = found->second, .epoch = state->epoch};
}

std::vector<std::string> Catalog::Names() const {
  const std::shared_ptr<const State> state = LoadState();
  std::vector<std::string> names;
  names.reserve(state->tables.size());
  for (const auto& entry : state->tables) {
    names.push_back(entry.first);
  }
  return names;
}

std::vector<std::shared_ptr<const Table>> Catalog::TablesWithDestinations() const {
  const std::shared_ptr<const State> state = LoadState();
  std::vector<std::shared_ptr<const Table>> tables;
  for (const auto& entry : state->tables) {
    if (!entry.second->destinations.empty()) {
      tables.push_back(entry.second);
    }
  }
  return tables;
}

base::Result<std::shared_ptr<const Table>> Catalog::Update(const std::string& name,
                                                           const Change& change) {
  base::MutexLock lock(change_mutex_);
  auto decision = std::make_shared<Decision>();
  storage::UpdateRequest request;
  request.keys.push_back(TableKey(name));
  request.changes_catalog = true;
  const int64_t now_micros = clock_.NowMicros();
  request.decide = [&change, decision, name, now_micros](
                       storage::CurrentValues current,
                       storage::Mutations& mutations) -> base::Result<void> {
    STATOR_ASSIGN_OR_RETURN(*decision, Decide(change, current[0], now_micros));
    if (decision->table != nullptr) {
      mutations.Put(TableKey(name), EncodeTable(*decision->table));
    } else {
      mutations.Erase(TableKey(name));
    }
    for (const storage::Space space : decision->lost) {
      mutations.Put(DropKey(name, space), "");
    }
    if (decision->ended != nullptr) {
      mutations.Put(StreamKey(*decision->ended), EncodeStream(*decision->ended));
    }
    return {};
  };
  STATOR_RETURN_IF_ERROR(UpdateOrError(store_, std::move(request)));

  auto state = std::make_shared<State>(*LoadState());
  state->epoch = store_.CatalogEpoch();
  if (decision->table != nullptr) {
    state->tables.insert_or_assign(name, decision->table);
  } else {
    state->tables.erase(name);
  }
  if (decision->ended != nullptr) {
    state->ended_streams.insert_or_assign({decision->ended->table, decision->ended->label},
                                          decision->ended);
  }
  SetState(std::move(state));
  for (const storage::Space space : decision->lost) {
    // The change itself is done. A drop that fails is left noted, for the next Load.
    if (!FinishDrop(name, space).ok()) {
      break;
    }
  }
  return std::move(decision->table);
}

base::Result<storage::Space> Catalog::NewSpaces(uint32_t count) {
  auto first = std::make_shared<storage::Space>(storage::kFirstUserSpace);
  storage::UpdateRequest request;
  request.keys.push_back(CatalogKey(std::string(kSpacesPartition), ""));
  request.decide = [first, count](storage::CurrentValues current,
                                  storage::Mutations& mutations) -> base::Result<void> {
    *first = storage::kFirstUserSpace;
    if (current[0]) {
      const std::optional<storage::Space> next = DecodeSpace(*current[0]);
      if (!next || *next < storage::kFirstUserSpace || *next > UINT32_MAX - count) {
        return NextSpaceDamage();
      }
      *first = *next;
    }
    mutations.Put(CatalogKey(std::string(kSpacesPartition), ""), EncodeSpace(*first + count));
    return {};
  };
  STATOR_RETURN_IF_ERROR(UpdateOrError(store_, std::move(request)));
  return *first;
}

std::vector<std::shared_ptr<const Stream>> Catalog::Streams() const {
  const std::shared_ptr<const State> state = LoadState();
  std::vector<std::shared_ptr<const Stream>> streams;
  for (const auto& entry : state->ended_streams) {
    streams.push_back(entry.second);
  }
  for (const auto& entry : state->tables) {
    if (entry.second->stream != nullptr) {
      streams.push_back(entry.second->stream);
    }
  }
  std::sort(streams.begin(), streams.end(), [](const auto& left, const auto& right) {
    return std::tie(left->table, left->label) < std::tie(right->table, right->label);
  });
  return streams;
}

std::shared_ptr<const Stream> Catalog::FindStream(std::string_view table,
                                                  std::string_view label) const {
  const std::shared_ptr<const State> state = LoadState();
  const auto enabled = state->tables.find(table);
  if (enabled != state->tables.end() && enabled->second->stream != nullptr &&
      enabled->second->stream->label == label) {
    return enabled->second->stream;
  }
  const auto ended = state->ended_streams.find({std::string(table), std::string(label)});
  return ended != state->ended_streams.end() ? ended->second : nullptr;
}

base::Result<void> Catalog::UpdateEndedStream(const Stream& changed) {
  base::MutexLock lock(change_mutex_);
  storage::UpdateRequest request;
  request.keys.push_back(StreamKey(changed));
  request.decide = [&changed](storage::CurrentValues /*current*/,
                              storage::Mutations& mutations) -> base::Result<void> {
    mutations.Put(StreamKey(changed), EncodeStream(changed));
    return {};
  };
  STATOR_RETURN_IF_ERROR(UpdateOrError(store_, std::move(request)));
  auto state = std::make_shared<State>(*LoadState());
  state->ended_streams.insert_or_assign({changed.table, changed.label},
                                        std::make_shared<Stream>(changed));
  SetState(std::move(state));
  return {};
}

base::Result<void> Catalog::EraseStream(const Stream& stream) {
  base::MutexLock lock(change_mutex_);
  storage::UpdateRequest request;
  request.keys.push_back(StreamKey(stream));
  request.decide = [&stream](storage::CurrentValues /*current*/,
                             storage::Mutations& mutations) -> base::Result<void> {
    mutations.Erase(StreamKey(stream));
    mutations.Put(DropKey(stream.table, stream.space), "");
    return {};
  };
  STATOR_RETURN_IF_ERROR(UpdateOrError(store_, std::move(request)));
  auto state = std::make_shared<State>(*LoadState());
  state->ended_streams.erase({stream.table, stream.label});
  SetState(std::move(state));
  return FinishDrop(stream.table, stream.space);
}

std::string Catalog::TableArn(std::string_view table_name) const {
  const std::string prefix = "arn:aws:dynamodb:" + identity_.region + ":";
  return prefix + (AccountOfName(table_name).empty()
                       ? QualifiedTableName(identity_.account, table_name)
                       : std::string(table_name));
}

std::optional<std::string_view> Catalog::NameOf(std::string_view name_or_arn) const {
  if (!name_or_arn.starts_with("arn:")) {
    return name_or_arn;
  }
  const std::string prefix = "arn:aws:dynamodb:" + identity_.region + ":";
  const std::string_view rest =
      name_or_arn.starts_with(prefix) ? name_or_arn.substr(prefix.size()) : std::string_view();
  const std::string_view account = AccountOfName(rest);
  if (account.empty()) {
    return std::nullopt;
  }
  return account == identity_.account ? BareTableName(rest) : rest;
}

std::shared_ptr<const Catalog::State> Catalog::LoadState() const {
  base::MutexLock lock(state_mutex_);
  return state_;
}

void Catalog::SetState(std::shared_ptr<const State> state) {
  {
    base::MutexLock lock(state_mutex_);
    state_.swap(state);
  }
  state_changed_.NotifyAll();
}

void Catalog::WaitUntilCurrent() const {
  constexpr std::chrono::seconds kLongest(1);
  const uint64_t epoch = store_.CatalogEpoch();
  base::MutexLock lock(state_mutex_);
  while (state_->epoch < epoch && state_changed_.WaitFor(state_mutex_, kLongest)) {
  }
}

base::Result<void> Catalog::FinishDrop(const std::string& table_name, storage::Space space) {
  STATOR_RETURN_IF_ERROR(store_.DropSpace(space));
  storage::UpdateRequest request;
  request.keys.push_back(DropKey(table_name, space));
  request.decide = [table_name, space](storage::CurrentValues /*current*/,
                                       storage::Mutations& mutations) -> base::Result<void> {
    mutations.Erase(DropKey(table_name, space));
    return {};
  };
  return UpdateOrError(store_, std::move(request));
}

}  // namespace stator::engine
