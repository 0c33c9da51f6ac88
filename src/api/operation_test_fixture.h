#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "api/dispatcher.h"
#include "base/clock.h"
#include "engine/engine.h"
#include "storage/memory/memory_store.h"

namespace stator::api {

// A server without a network: sends calls to an engine over an empty store in memory.
class OperationTest : public testing::Test {
 protected:
  explicit OperationTest(const engine::EngineOptions& options = {})
      : engine_(store_, options, clock_) {
    EXPECT_TRUE(engine_.Start().ok());
  }
  ~OperationTest() override { engine_.Stop(); }

  // The whole answer, from a thread that may wait unless said otherwise. An operation of another
  // service has its whole target.
  Response Call(const std::string& operation, std::string json, bool may_block = true) {
    std::promise<Response> answer;
    const std::string prefix = operation.find('.') == std::string::npos ? "DynamoDB_20120810." : "";
    dispatcher_.Dispatch(Request{.target = prefix + operation,
                                 .body = std::move(json),
                                 .host = "localhost:8000",
                                 .caller = caller_,
                                 .source_address = "127.0.0.1",
                                 .may_block = may_block},
                         [&](Response response) { answer.set_value(std::move(response)); });
    return answer.get_future().get();
  }

  // From now on all calls are made by the user alice of the server's account, with that policy:
  // its one or several statements.
  void CallAsAlice(const std::string& statements) {
    Caller alice;
    alice.account = "000000000000";
    alice.arn = "arn:aws:iam::000000000000:user/alice";
    alice.user_id = "AIDAALICE";
    alice.user_name = "alice";
    alice.identity_policies = {R"({"Version":"2012-10-17","Statement":[)" + statements + "]}"};
    CallAs(std::move(alice));
  }
  // By the root of another account.
  void CallAsRootOf(const std::string& account) {
    Caller root;
    root.account = account;
    root.arn = "arn:aws:iam::" + account + ":root";
    root.is_administrator = true;
    CallAs(std::move(root));
  }
  void CallAs(Caller caller) { caller_ = std::make_shared<const Caller>(std::move(caller)); }
  // Without authentication again.
  void CallAsAnyone() { caller_ = nullptr; }

  // The body of a call that has to succeed.
  std::string Send(const std::string& operation, std::string json) {
    const Response response = Call(operation, std::move(json));
    EXPECT_EQ(response.status, 200) << response.body;
    return response.body;
  }

  // The body of a call that has to be refused, without the beginning that all have.
  std::string Refused(const std::string& operation, std::string json) {
    const Response response = Call(operation, std::move(json));
    EXPECT_EQ(response.status, 400) << response.body;
    const size_t hash = response.body.find('#');
    return hash == std::string::npos ? response.body : response.body.substr(hash + 1);
  }

  // The message of a call that has to be refused with ValidationException.
  std::string Invalid(const std::string& operation, std::string json) {
    const std::string refused = Refused(operation, std::move(json));
    const std::string start = R"(ValidationException","message":")";
    EXPECT_TRUE(refused.starts_with(start)) << refused;
    return refused.size() < start.size() + 2
               ? refused
               : refused.substr(start.size(), refused.size() - start.size() - 2);
  }

  // A table with the string keys `pk` and `sk` and on-demand billing; `more` are further members.
  void CreateTable(const std::string& name, const std::string& more = "") {
    Send("CreateTable",
         R"({"TableName":")" + name +
             R"(","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
             R"({"AttributeName":"sk","KeyType":"RANGE"}],"AttributeDefinitions":[)"
             R"({"AttributeName":"pk","AttributeType":"S"},)"
             R"({"AttributeName":"sk","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST")" +
             more + "}");
  }

  // Puts an item with the keys `p` and `sort` and the number `n`.
  void Put(const std::string& table, const std::string& sort, int n) {
    Send("PutItem", R"({"TableName":")" + table + R"(","Item":{"pk":{"S":"p"},"sk":{"S":")" + sort +
                        R"("},"n":{"N":")" + std::to_string(n) + R"("}}})");
  }

 private:
  storage::MemoryStore store_;
  base::ManualClock clock_{1'700'000'000'000'000};
  engine::Engine engine_;
  Dispatcher dispatcher_{engine_, DispatcherOptions{.clock = &clock_}};
  std::shared_ptr<const Caller> caller_;
};

}  // namespace stator::api
