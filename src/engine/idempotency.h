#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "storage/store.h"

// ClientRequestToken (T5): what a token stood for is stored in the transaction's own batch, so that
// it survives a restart, for 10 minutes.
namespace stator::engine {

// The space of the token rows.
inline constexpr storage::Space kTokenSpace = 1;
inline constexpr int64_t kTokenLifeMicros = 10LL * 60 * 1'000'000;

// What is stored for a token.
struct TokenRecord {
  int64_t expires_micros = 0;
  std::string digest;  // of the request
  // The read units that a replay reports, for each table as the request named it (C3).
  std::vector<std::pair<std::string, double>> replay_units;
};

// The row of a token. Tokens of different operations do not meet.
storage::Key TokenRow(std::string_view operation, std::string_view token);

std::string EncodeToken(const TokenRecord& record);
base::Result<TokenRecord> DecodeToken(std::string_view bytes);

// The tokens of transactions that are running now. All threads may use it.
class RunningTokens {
 public:
  // Enters a token; false when it is there already.
  [[nodiscard]] bool Enter(const std::string& row) EXCLUDES(mutex_);
  void Leave(const std::string& row) EXCLUDES(mutex_);

 private:
  base::Mutex mutex_;
  std::unordered_set<std::string> rows_ GUARDED_BY(mutex_);
};

// Erases the tokens that had expired at that time. Waits for the store; not for event loops. The
// cost is in proportion to the tokens of the last minutes.
base::Result<void> EraseExpiredTokens(storage::Store& store, int64_t now_micros);

}  // namespace stator::engine
