#include "engine/resource_policies.h"

#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "engine/table_test_support.h"
#include "engine/tables.h"
#include "storage/open_store.h"

namespace stator::engine {
namespace {

constexpr char kArn[] = "arn:aws:dynamodb:us-east-1:000000000000:table/abc";

// The control plane over the in-memory store, with a table `abc` that has a stream.
class ResourcePoliciesTest : public testing::Test {
 protected:
  ResourcePoliciesTest()
      : store_(
            std::move(storage::OpenStore({.in_memory = true, .data_dir = {}, .log = {}})).value()) {
    Restart();
    CreateTableRequest request = PlainTable("abc");
    request.stream = StreamSpec{.enabled = true, .view = StreamViewType::kKeysOnly};
    EXPECT_TRUE(tables_->CreateTable(request).ok());
  }
  ~ResourcePoliciesTest() override {
    tables_->Stop();
    store_->Stop();
  }

  void Restart() {
    tables_.reset();
    catalog_ = std::make_unique<Catalog>(*store_, Identity());
    ASSERT_TRUE(catalog_->Load().ok());
    tables_ = std::make_unique<Tables>(*store_, *catalog_, TablesOptions{}, clock_);
    ASSERT_TRUE(tables_->Start().ok());
  }

  std::string StreamArn() {
    return std::string(kArn) + "/stream/" + *tables_->DescribeTable("abc")->table->stream_label;
  }

  // The code of a change that is refused.
  base::ErrorCode Refusal(const std::string& arn, const std::optional<std::string>& expected) {
    const auto put = tables_->PutResourcePolicy(arn, "refused", expected);
    return put.ok() ? base::ErrorCode::kInternal : put.error().code;
  }

  base::ManualClock clock_{1'700'000'000'123'456};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<Tables> tables_;
};

TEST_F(ResourcePoliciesTest, KeepsOneForTheTableAndOneForItsStream) {
  EXPECT_EQ(*tables_->PutResourcePolicy(kArn, "for the table", std::nullopt), "1700000000123");
  EXPECT_TRUE(tables_->PutResourcePolicy(StreamArn(), "for the stream", std::nullopt).ok());
  Restart();
  EXPECT_EQ(tables_->GetResourcePolicy(kArn)->document, "for the table");
  EXPECT_EQ(tables_->GetResourcePolicy(StreamArn())->document, "for the stream");
  EXPECT_TRUE(tables_->DeleteResourcePolicy(kArn, std::nullopt).ok());
  EXPECT_EQ(tables_->GetResourcePolicy(kArn).error().code, base::ErrorCode::kPolicyNotFound);
  EXPECT_TRUE(tables_->GetResourcePolicy(StreamArn()).ok());
}

TEST_F(ResourcePoliciesTest, GivesRevisions) {
  const std::string first = *tables_->PutResourcePolicy(kArn, "a", std::nullopt);
  EXPECT_EQ(*tables_->PutResourcePolicy(kArn, "a", std::nullopt), first);  // nothing changed
  const std::string second = *tables_->PutResourcePolicy(kArn, "b", first);
  EXPECT_NE(second, first);  // although no time has passed
  EXPECT_EQ(Refusal(kArn, first), base::ErrorCode::kPolicyNotFound);
  EXPECT_EQ(Refusal(kArn, "NO_POLICY"), base::ErrorCode::kPolicyNotFound);
  EXPECT_EQ(tables_->GetResourcePolicy(kArn)->document, "b");
  EXPECT_EQ(tables_->DeleteResourcePolicy(kArn, first).error().code,
            base::ErrorCode::kPolicyNotFound);
  EXPECT_EQ(**tables_->DeleteResourcePolicy(kArn, second), second);
  EXPECT_FALSE(tables_->DeleteResourcePolicy(kArn, std::nullopt)->has_value());
  EXPECT_EQ(tables_->DeleteResourcePolicy(kArn, second).error().code,
            base::ErrorCode::kPolicyNotFound);
  EXPECT_EQ(Refusal(kArn, second), base::ErrorCode::kPolicyNotFound);
  EXPECT_TRUE(tables_->PutResourcePolicy(kArn, "c", "NO_POLICY").ok());
}

TEST_F(ResourcePoliciesTest, RefusesWhatIsNoTableOrStream) {
  EXPECT_EQ(Refusal("arn:aws:dynamodb:us-east-1:000000000000:table/other", std::nullopt),
            base::ErrorCode::kResourceNotFound);
  EXPECT_EQ(Refusal("arn:aws:dynamodb:us-east-1:111111111111:table/abc", std::nullopt),
            base::ErrorCode::kResourceNotFound);
  EXPECT_EQ(Refusal(std::string(kArn) + "/stream/2020-01-01T00:00:00.000", std::nullopt),
            base::ErrorCode::kResourceNotFound);
  EXPECT_EQ(Refusal(std::string(kArn) + "/index/i", std::nullopt), base::ErrorCode::kValidation);
  EXPECT_EQ(Refusal("abc", std::nullopt), base::ErrorCode::kValidation);
}

TEST_F(ResourcePoliciesTest, GoWithTheTableAndTheStream) {
  ASSERT_TRUE(tables_->PutResourcePolicy(kArn, "a", std::nullopt).ok());
  ASSERT_TRUE(tables_->PutResourcePolicy(StreamArn(), "s", std::nullopt).ok());
  UpdateTableRequest update;
  update.table = "abc";
  update.stream = StreamSpec{.enabled = false, .view = {}};
  ASSERT_TRUE(tables_->UpdateTable(update).ok());
  clock_.AdvanceMicros(1'000'000);
  update.stream = StreamSpec{.enabled = true, .view = StreamViewType::kKeysOnly};
  ASSERT_TRUE(tables_->UpdateTable(update).ok());
  EXPECT_EQ(tables_->GetResourcePolicy(StreamArn()).error().code, base::ErrorCode::kPolicyNotFound);
  EXPECT_TRUE(tables_->GetResourcePolicy(kArn).ok());
  ASSERT_TRUE(tables_->DeleteTable("abc").ok());
  ASSERT_TRUE(tables_->CreateTable(PlainTable("abc")).ok());
  EXPECT_EQ(tables_->GetResourcePolicy(kArn).error().code, base::ErrorCode::kPolicyNotFound);
}

}  // namespace
}  // namespace stator::engine
