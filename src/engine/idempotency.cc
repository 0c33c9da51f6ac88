#include "engine/idempotency.h"

#include <algorithm>
#include <memory>
#include <span>

#include "engine/blocking_update.h"
#include "model/attribute_value.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::AttributeValue;
using model::Binary;
using model::Item;
using model::Number;

constexpr char kExpires[] = "expires";
constexpr char kDigest[] = "digest";
constexpr char kUnits[] = "units";
constexpr size_t kSweepBatch = 1000;

base::Error Damaged() {
  return base::Error{base::ErrorCode::kCorruption, "a stored request token does not decode"};
}

// Finds expired tokens, up to a batch, after that row.
base::Result<std::vector<storage::Key>> FindExpired(storage::Store& store, int64_t now_micros,
                                                    std::optional<storage::Key>& after) {
  std::vector<storage::Key> expired;
  size_t seen = 0;
  const storage::SpaceRange range{
      .space = kTokenSpace, .kind = storage::RowKind::kSystem, .after = after};
  STATOR_RETURN_IF_ERROR(store.ScanSpace(range, {}, [&](const storage::RowView& row) {
    storage::Key key{.space = kTokenSpace,
                     .kind = storage::RowKind::kSystem,
                     .partition = std::string(row.partition),
                     .sort = std::string(row.sort)};
    after = key;
    const base::Result<TokenRecord> token = DecodeToken(row.value);
    if (!token.ok() || token->expires_micros <= now_micros) {
      expired.push_back(std::move(key));
    }
    return ++seen < kSweepBatch;
  }));
  if (seen < kSweepBatch) {
    after.reset();
  }
  return expired;
}

// Erases those of the tokens that have not been renewed since they were found.
base::Result<void> EraseTokens(storage::Store& store, std::vector<storage::Key> rows,
                               int64_t now_micros) {
  auto shared_rows = std::make_shared<std::vector<storage::Key>>(rows);
  storage::UpdateRequest request;
  request.keys = std::move(rows);
  request.decide = [shared_rows, now_micros](storage::CurrentValues current,
                                             storage::Mutations& mutations) -> base::Result<void> {
    for (size_t i = 0; i < shared_rows->size(); ++i) {
      if (!current[i]) {
        continue;
      }
      const base::Result<TokenRecord> token = DecodeToken(*current[i]);
      if (!token.ok() || token->expires_micros <= now_micros) {
        mutations.Erase((*shared_rows)[i]);
      }
    }
    return {};
  };
  return UpdateOrError(store, std::move(request));
}

}  // namespace

storage::Key TokenRow(std::string_view operation, std::string_view token) {
  std::string partition(operation);
  partition.push_back('\0');
  partition.append(token);
  return {.space = kTokenSpace,
          .kind = storage::RowKind::kSystem,
          .partition = std::move(partition),
          .sort = {}};
}

std::string EncodeToken(const TokenRecord& record) {
  Item units;
  for (const auto& [table, read_units] : record.replay_units) {
    // Units are halves at the smallest.
    units.Set(table, AttributeValue(Number::FromInteger(static_cast<int64_t>(read_units * 2))));
  }
  return storage::EncodeRecord(
      Item{{kExpires, AttributeValue(Number::FromInteger(record.expires_micros))},
           {kDigest, AttributeValue(Binary{record.digest})},
           {kUnits, AttributeValue(std::move(units))}});
}

base::Result<TokenRecord> DecodeToken(std::string_view bytes) {
  STATOR_ASSIGN_OR_RETURN(const Item item, storage::DecodeRecord(bytes));
  const AttributeValue* expires = item.Find(kExpires);
  const AttributeValue* digest = item.Find(kDigest);
  const AttributeValue* units = item.Find(kUnits);
  if (expires == nullptr || digest == nullptr || units == nullptr || !expires->is_number() ||
      !digest->is_binary() || !units->is_map()) {
    return Damaged();
  }
  TokenRecord record;
  STATOR_ASSIGN_OR_RETURN(record.expires_micros, expires->Get<Number>()->ToInteger());
  record.digest = digest->Get<Binary>()->bytes;
  for (const model::Attribute& attribute : *units->Get<Item>()) {
    const auto* number = attribute.value.Get<Number>();
    if (number == nullptr) {
      return Damaged();
    }
    STATOR_ASSIGN_OR_RETURN(const int64_t halves, number->ToInteger());
    record.replay_units.emplace_back(attribute.name, static_cast<double>(halves) / 2);
  }
  return record;
}

bool RunningTokens::Enter(const std::string& row) {
  const base::MutexLock lock(mutex_);
  return rows_.insert(row).second;
}

void RunningTokens::Leave(const std::string& row) {
  const base::MutexLock lock(mutex_);
  rows_.erase(row);
}

base::Result<void> EraseExpiredTokens(storage::Store& store, int64_t now_micros) {
  std::optional<storage::Key> after;
  do {
    STATOR_ASSIGN_OR_RETURN(std::vector<storage::Key> rows, FindExpired(store, now_micros, after));
    constexpr size_t kRowsPerUpdate = 100;
    for (size_t begin = 0; begin < rows.size(); begin += kRowsPerUpdate) {
      const size_t count = std::min(kRowsPerUpdate, rows.size() - begin);
      const auto first = rows.begin() + static_cast<std::ptrdiff_t>(begin);
      STATOR_RETURN_IF_ERROR(
          EraseTokens(store, {first, first + static_cast<std::ptrdiff_t>(count)}, now_micros));
    }
  } while (after);
  return {};
}

}  // namespace stator::engine
