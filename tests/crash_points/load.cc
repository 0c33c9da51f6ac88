#include "load.h"

#include <algorithm>
#include <utility>

namespace stator::crash_points {
namespace {

using model::AttributeValue;
using model::Number;

constexpr char kMainTable[] = "main";
constexpr char kSideTable[] = "side";
constexpr char kCounters[] = "counters";
constexpr uint64_t kCounterCount = 4;
constexpr uint64_t kPartitions = 5;
constexpr uint64_t kSortKeys = 16;
constexpr size_t kMaxInFlight = 48;
constexpr size_t kKeptTransactions = 3;
constexpr uint64_t kBackfillWindow = 40;  // requests

AttributeValue Whole(uint64_t number) {
  return AttributeValue(Number::FromInteger(static_cast<int64_t>(number)));
}

}  // namespace

ItemKey Load::RandomKey(const std::string& table) {
  return {table, "p" + std::to_string(random_.Below(kPartitions)),
          static_cast<int64_t>(random_.Below(kSortKeys))};
}

Change Load::PutOf(const ItemKey& key) {
  Change change{.kind = Change::Kind::kPut,
                .key = key,
                .item = KeyItem(key),
                .group = {},
                .version = version_};
  change.item.Set("v", AttributeValue(Number::FromInteger(version_)));
  if (!random_.OneIn(3)) {
    change.item.Set("g", AttributeValue("g" + std::to_string(random_.Below(4))));
  }
  if (!random_.OneIn(3)) {
    change.item.Set("h", Whole(random_.Below(10)));
  }
  if (!random_.OneIn(3)) {
    change.item.Set("a", Whole(random_.Below(10)));
  }
  if (random_.OneIn(2)) {
    change.item.Set("e", AttributeValue("e" + std::to_string(random_.Below(4))));
  }
  const uint64_t bytes = random_.OneIn(50)  ? 40'000
                         : random_.OneIn(6) ? random_.Below(6000)
                                            : random_.Below(300);
  // Not a single letter: it would be compressed to nothing, and tables would stay small.
  std::string filler;
  while (filler.size() < bytes) {
    filler += std::to_string(random_.Next());
  }
  change.item.Set("f", AttributeValue(std::move(filler)));
  return change;
}

Change Load::RandomChange(const ItemKey& key) {
  const uint64_t choice = random_.Below(10);
  if (choice < 5) {
    return PutOf(key);
  }
  Change change{
      .kind = Change::Kind::kErase, .key = key, .item = {}, .group = {}, .version = version_};
  if (choice < 7) {
    return change;
  }
  if (choice < 8) {
    change.kind = Change::Kind::kMove;
    change.group = "g" + std::to_string(random_.Below(4));
    return change;
  }
  change.kind = Change::Kind::kAdd;
  change.key.partition = kCounters;
  change.key.sort = static_cast<int64_t>(random_.Below(kCounterCount));
  return change;
}

std::vector<Change> Load::RandomChanges(uint64_t count, bool batch) {
  const std::string table = random_.OneIn(4) ? kSideTable : kMainTable;
  std::vector<Change> changes;
  while (changes.size() < count) {
    // A transaction may span tables; it is refused when one of them is not there.
    const bool elsewhere = !batch && random_.OneIn(8);
    Change change = RandomChange(RandomKey(elsewhere ? kMainTable : table));
    const bool known = std::any_of(changes.begin(), changes.end(),
                                   [&](const Change& other) { return other.key == change.key; });
    const bool fits =
        !batch || change.kind == Change::Kind::kPut || change.kind == Change::Kind::kErase;
    if (!known && fits) {
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

Request Load::RandomTableRequest() {
  Request request;
  request.kind = Request::Kind::kTable;
  request.table.table = random_.OneIn(3) ? kMainTable : kSideTable;
  constexpr TableChange::Kind kKinds[] = {
      TableChange::Kind::kCreate, TableChange::Kind::kDelete, TableChange::Kind::kAddIndex,
      TableChange::Kind::kAddIndex, TableChange::Kind::kRemoveIndex};
  request.table.kind = kKinds[random_.Below(std::size(kKinds))];
  if (request.table.kind == TableChange::Kind::kDelete && !random_.OneIn(10)) {
    request.table.table = kSideTable;
  }
  return request;
}

Request Load::RandomRequest() {
  ++version_;
  Request request;
  const uint64_t choice = random_.Below(100);
  if (choice < 3) {
    return RandomTableRequest();
  }
  if (choice < 75) {
    request.changes = RandomChanges(1, false);
  } else if (choice < 83) {
    request.kind = Request::Kind::kBatch;
    request.changes = RandomChanges(2 + random_.Below(random_.OneIn(4) ? 24 : 5), true);
  } else if (choice < 97 || transactions_.empty()) {
    request.kind = Request::Kind::kTransaction;
    request.changes = RandomChanges(2 + random_.Below(5), false);
    request.token = "t" + std::to_string(version_);
    transactions_.push_back(request);
    if (transactions_.size() > kKeptTransactions) {
      transactions_.erase(transactions_.begin());
    }
  } else {
    request = transactions_[random_.Below(transactions_.size())];
  }
  return request;
}

size_t Load::Send(engine::Engine& engine, Request request) {
  const size_t number = oracle_.Begin(request);
  const auto done = [this, number](const auto& result) {
    oracle_.Done(number, result.ok() ? nullptr : &result.error());
  };
  switch (request.kind) {
    case Request::Kind::kSingle: {
      const Change& change = request.changes[0];
      if (change.kind == Change::Kind::kPut) {
        engine.PutItem(MakePut(change), {}, done);
      } else if (change.kind == Change::Kind::kErase) {
        engine.DeleteItem(MakeDelete(change), {}, done);
      } else {
        engine.UpdateItem(MakeUpdate(change), {}, done);
      }
      break;
    }
    case Request::Kind::kBatch:
      engine.BatchWriteItem(MakeBatch(request), {}, done);
      break;
    case Request::Kind::kTransaction:
      engine.TransactWriteItems(MakeTransaction(request), {}, done);
      break;
    case Request::Kind::kTable: {
      engine::Tables& tables = engine.tables();
      const std::string& table = request.table.table;
      const TableChange::Kind kind = request.table.kind;
      done(kind == TableChange::Kind::kCreate     ? tables.CreateTable(MakeCreateTable(table))
           : kind == TableChange::Kind::kDelete   ? tables.DeleteTable(table)
           : kind == TableChange::Kind::kAddIndex ? tables.UpdateTable(MakeAddIndex(table))
                                                  : tables.UpdateTable(MakeRemoveIndex(table)));
      break;
    }
  }
  return number;
}

void Load::Step(engine::Engine& engine) {
  Request request = RandomRequest();
  if (request.kind == Request::Kind::kTable && request.table.kind == TableChange::Kind::kAddIndex) {
    // The end of a backfill changes the catalog, and a request that meets that is ordered anew,
    // perhaps behind later ones. While there is only one the order is still known.
    oracle_.WaitForInFlight(0);
    backfilling_ = true;
  } else if (backfilling_ && random_.OneIn(kBackfillWindow)) {
    backfilling_ = false;
    for (const std::string& name : engine.tables().ListTables({}).names) {
      const auto description = engine.tables().DescribeTable(name);
      for (const model::IndexSchema& index : description.ok()
                                                 ? description->table->schema.global_indexes
                                                 : std::vector<model::IndexSchema>{}) {
        backfilling_ = backfilling_ || !index.Readable();
      }
    }
  }
  Send(engine, std::move(request));
  if (backfilling_ || random_.OneIn(12)) {
    oracle_.WaitForInFlight(0);
  } else {
    oracle_.WaitForInFlight(kMaxInFlight);
  }
}

void Load::Begin(engine::Engine& engine) {
  backfilling_ = true;  // one that a restart has interrupted
  if (!oracle_.base().tables.contains(kMainTable)) {
    Request request;
    request.kind = Request::Kind::kTable;
    request.table = {TableChange::Kind::kCreate, kMainTable};
    Send(engine, std::move(request));
  }
  for (const Request& transaction : transactions_) {
    Send(engine, transaction);
    oracle_.WaitForInFlight(0);
  }
}

bool Load::Probe(engine::Engine& engine) {
  ++version_;
  Request request;
  request.changes.push_back(PutOf({kMainTable, "probe", 0}));
  const size_t number = Send(engine, std::move(request));
  oracle_.WaitForInFlight(0);
  return oracle_.OutcomeOf(number) == Outcome::kDone;
}

}  // namespace stator::crash_points
