#include "cli/verify.h"

#include <filesystem>
#include <future>
#include <memory>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/engine.h"
#include "storage/open_store.h"

namespace stator::cli {
namespace {

using model::AttributeValue;

// A data directory with one table and one item.
class VerifyCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.data_dir = directory_.string();
    const auto store = Open();
    engine::Engine engine(*store, {}, base::Clock::System());
    ASSERT_TRUE(engine.Start().ok());
    engine::CreateTableRequest request;
    request.table = "shop";
    request.attributes = {{"pk", model::ScalarType::kString}};
    request.key = {{"pk", true}};
    request.billing_mode = engine::BillingMode::kPayPerRequest;
    ASSERT_TRUE(engine.tables().CreateTable(request).ok());
    engine::PutItemRequest put;
    put.table = "shop";
    put.item = {{"pk", AttributeValue("a")}};
    std::promise<bool> done;
    engine.PutItem(std::move(put), {}, [&done](const base::Result<engine::WriteResult>& result) {
      done.set_value(result.ok());
    });
    ASSERT_TRUE(done.get_future().get());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<storage::Store> Open() { return std::move(storage::OpenStore(options_)).value(); }

  const std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("stator-verify-" + base::RandomUuid());
  storage::StoreOptions options_;
  std::ostringstream out_;
  std::ostringstream progress_;
};

TEST_F(VerifyCommandTest, SaysWhatIsThere) {
  const auto clean = Verify(options_, out_, &progress_);
  ASSERT_TRUE(clean.ok()) << clean.error().message;
  EXPECT_TRUE(*clean);
  EXPECT_NE(out_.str().find("1 tables with 0 indexes, 1 items, 0 index entries, 0 streams with 0 "
                            "records, 0 identities: no problems\n"),
            std::string::npos)
      << out_.str();
  EXPECT_NE(progress_.str().find(" MB/s, "), std::string::npos);
}

TEST_F(VerifyCommandTest, NamesProblems) {
  {
    const auto store = Open();
    std::promise<void> done;
    storage::UpdateRequest request;
    request.keys = {{.space = 99, .kind = storage::RowKind::kItem, .partition = "p", .sort = ""}};
    request.decide = [key = request.keys[0]](storage::CurrentValues,
                                             storage::Mutations& mutations) {
      mutations.Put(key, "v");
      return base::Result<void>();
    };
    store->Update(std::move(request), [&done](const storage::UpdateResult&) { done.set_value(); });
    done.get_future().get();
  }
  const auto clean = Verify(options_, out_, nullptr);
  ASSERT_TRUE(clean.ok()) << clean.error().message;
  EXPECT_FALSE(*clean);
  EXPECT_TRUE(out_.str().starts_with(
      "problem: space 99: has rows or counters, but no table, index or stream owns it\n"))
      << out_.str();
  EXPECT_TRUE(out_.str().ends_with(": 1 problems\n")) << out_.str();
}

TEST_F(VerifyCommandTest, FailsWhileAServerHasTheDirectory) {
  const auto store = Open();
  const auto clean = Verify(options_, out_, nullptr);
  ASSERT_FALSE(clean.ok());
  EXPECT_EQ(clean.error().code, base::ErrorCode::kUnavailable);
}

TEST_F(VerifyCommandTest, FailsWhereThereIsNoData) {
  options_.data_dir += "/none";
  EXPECT_FALSE(Verify(options_, out_, nullptr).ok());
  EXPECT_FALSE(std::filesystem::exists(options_.data_dir));
}

}  // namespace
}  // namespace stator::cli
