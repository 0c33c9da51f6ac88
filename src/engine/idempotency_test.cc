#include "engine/idempotency.h"

#include <gtest/gtest.h>

#include "engine/blocking_update.h"
#include "storage/open_store.h"

namespace stator::engine {
namespace {

void PutTokenRow(storage::Store& store, const std::string& name, int64_t expires_micros) {
  const storage::Key row = TokenRow("TransactWriteItems", name);
  storage::UpdateRequest request;
  request.keys = {row};
  request.decide = [row, expires_micros](storage::CurrentValues,
                                         storage::Mutations& mutations) -> base::Result<void> {
    mutations.Put(
        row, EncodeToken({.expires_micros = expires_micros, .digest = "d", .replay_units = {}}));
    return {};
  };
  ASSERT_TRUE(UpdateOrError(store, std::move(request)).ok());
}

TEST(Idempotency, TokensRoundTrip) {
  const TokenRecord token{
      .expires_micros = 123, .digest = std::string("\0\xff", 2), .replay_units = {{"t", 2.5}}};
  const base::Result<TokenRecord> decoded = DecodeToken(EncodeToken(token));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->expires_micros, 123);
  EXPECT_EQ(decoded->digest, token.digest);
  EXPECT_EQ(decoded->replay_units, token.replay_units);
  EXPECT_FALSE(DecodeToken("nonsense").ok());
}

TEST(Idempotency, ATokenRunsOnce) {
  RunningTokens tokens;
  EXPECT_TRUE(tokens.Enter("a"));
  EXPECT_FALSE(tokens.Enter("a"));
  tokens.Leave("a");
  EXPECT_TRUE(tokens.Enter("a"));
}

TEST(Idempotency, TheSweepErasesWhatHasExpired) {
  auto store =
      std::move(storage::OpenStore({.in_memory = true, .data_dir = {}, .log = {}})).value();
  for (int i = 0; i < 1500; ++i) {
    PutTokenRow(*store, "old" + std::to_string(i), 100);
    PutTokenRow(*store, "new" + std::to_string(i), 300);
  }
  ASSERT_TRUE(EraseExpiredTokens(*store, 200).ok());
  int left = 0;
  ASSERT_TRUE(
      store
          ->ScanSpace({.space = kTokenSpace, .kind = storage::RowKind::kSystem, .after = {}}, {},
                      [&left](const storage::RowView& row) {
                        ++left;
                        return DecodeToken(row.value)->expires_micros == 300;
                      })
          .ok());
  EXPECT_EQ(left, 1500);
}

}  // namespace
}  // namespace stator::engine
