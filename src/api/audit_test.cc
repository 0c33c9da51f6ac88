#include "api/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/error_json.h"

namespace stator::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Collects events.
class AuditorTest : public testing::Test {
 protected:
  void Observe(const std::string& operation, std::string body, const Response& response = {},
               std::vector<std::string> tables = {}) {
    const Auditor auditor([this](const AuditEvent& event) { events_.push_back(event); },
                          std::move(tables));
    Request request{.target = "DynamoDB_20120810." + operation, .body = std::move(body)};
    request.caller = caller_;
    request.source_address = "10.0.0.1";
    auditor.Observe(request, response, "AKIDEXAMPLE");
  }

  static std::shared_ptr<const Caller> Alice() {
    auto alice = std::make_shared<Caller>();
    alice->account = "000000000000";
    alice->arn = "arn:aws:iam::000000000000:user/alice";
    return alice;
  }

  std::shared_ptr<const Caller> caller_ = Alice();
  std::vector<AuditEvent> events_;
};

Response Failed(base::ErrorCode code) { return ErrorResponse(base::Error{code, "no"}); }

TEST_F(AuditorTest, TellsOfControlPlane) {
  Observe("DeleteTable", R"({"TableName":"shop"})");
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(AuditLine(events_[0], 1'440'938'160'000'000),
            R"({"audit":"2015-08-30T12:36:00Z","actor":"arn:aws:iam::000000000000:user/alice",)"
            R"("account":"000000000000","from":"10.0.0.1","action":"dynamodb:DeleteTable",)"
            R"("resources":["shop"],"outcome":"ok"})");
  Observe("DeleteTable", R"({"TableName":"shop"})", Failed(base::ErrorCode::kResourceNotFound));
  EXPECT_EQ(events_[1].outcome, "ResourceNotFoundException");
}

TEST_F(AuditorTest, TellsOfDataPlaneWhenDenied) {
  const std::string body = R"({"TableName":"shop","Key":{"k":{"S":"secret"}}})";
  Observe("GetItem", body);
  Observe("GetItem", body, Failed(base::ErrorCode::kValidation));
  EXPECT_THAT(events_, IsEmpty());
  Observe("GetItem", body, Failed(base::ErrorCode::kAccessDenied));
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_THAT(events_[0].resources, ElementsAre("shop"));
  EXPECT_EQ(AuditLine(events_[0], 0).find("secret"), std::string::npos);
}

TEST_F(AuditorTest, TellsOfRefusedSignatures) {
  caller_ = nullptr;
  Observe("GetItem", R"({"TableName":"shop"})", Failed(base::ErrorCode::kInvalidSignature));
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].actor, "access key AKIDEXAMPLE");
  EXPECT_THAT(events_[0].resources, IsEmpty());  // what nobody signed is not read
}

TEST_F(AuditorTest, TellsOfChosenTables) {
  const std::vector<std::string> tables = {"shop"};
  Observe("GetItem", R"({"TableName":"other"})", {}, tables);
  EXPECT_THAT(events_, IsEmpty());
  Observe("GetItem", R"({"TableName":"shop"})", {}, tables);
  Observe("GetItem", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/shop"})", {},
          tables);
  Observe("BatchGetItem", R"({"RequestItems":{"other":{"Keys":[]},"shop":{"Keys":[]}}})", {},
          tables);
  Observe("TransactWriteItems", R"({"TransactItems":[{"Put":{"TableName":"shop","Item":{}}}]})", {},
          tables);
  ASSERT_EQ(events_.size(), 4U);
  EXPECT_THAT(events_[2].resources, ElementsAre("other", "shop"));
}

TEST_F(AuditorTest, KnowsTheTablesOfStatements) {
  const std::vector<std::string> tables = {"shop"};
  Observe("ExecuteStatement", R"({"Statement":"SELECT * FROM other WHERE k = 'shop'"})", {},
          tables);
  EXPECT_THAT(events_, IsEmpty());
  Observe("ExecuteStatement", R"({"Statement":"SELECT * FROM \"shop\".\"byDay\""})", {}, tables);
  Observe("BatchExecuteStatement",
          R"({"Statements":[{"Statement":"DELETE FROM other WHERE k=1"},)"
          R"({"Statement":"UPDATE shop SET a=1 WHERE k=1"}]})",
          {}, tables);
  Observe("ExecuteTransaction",
          R"({"TransactStatements":[{"Statement":"INSERT INTO shop VALUE {'k':1}"}]})", {}, tables);
  Observe("ExecuteStatement", R"({"Statement":"no statement"})", {}, tables);  // may be any table's
  ASSERT_EQ(events_.size(), 4U);
  EXPECT_THAT(events_[0].resources, ElementsAre("shop"));
  EXPECT_THAT(events_[1].resources, ElementsAre("other", "shop"));
}

}  // namespace
}  // namespace stator::api
