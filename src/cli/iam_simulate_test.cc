#include "cli/iam_simulate.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"

namespace stator::cli {
namespace {

// Policies in files of a directory of their own.
class SimulateTest : public testing::Test {
 protected:
  SimulateTest() {
    std::filesystem::create_directory(directory_);
    options_.action = "dynamodb:GetItem";
    options_.resource = "arn:aws:dynamodb:us-east-1:000000000000:table/notes";
    options_.principal = "arn:aws:iam::000000000000:user/alice";
  }
  ~SimulateTest() override { std::filesystem::remove_all(directory_); }

  std::string File(const std::string& name, const std::string& text) {
    const std::string path = (directory_ / name).string();
    std::ofstream(path) << text;
    return path;
  }

  // The answer without the directory; the error when there is none.
  std::string Answer() {
    std::ostringstream out;
    const base::Result<bool> allowed =
        SimulatePolicies(options_, base::ManualClock(1'700'000'000'000'000), out);
    std::string text = allowed.ok() ? out.str() : allowed.error().message;
    const std::string prefix = directory_.string() + "/";
    for (size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }

  const std::filesystem::path directory_ =
      std::filesystem::path(testing::TempDir()) / ("simulate-" + base::RandomUuid());
  SimulateOptions options_;
};

constexpr char kOwnItems[] =
    R"({"Version":"2012-10-17","Statement":[{"Sid":"Own","Effect":"Allow","Action":"dynamodb:Get*",)"
    R"("Resource":"*","Condition":{"ForAllValues:StringEquals":)"
    R"({"dynamodb:LeadingKeys":"${aws:username}"}}},)"
    R"({"Effect":"Deny","Action":"*","Resource":"*","Condition":)"
    R"({"Bool":{"aws:SecureTransport":"false"}}}]})";

TEST_F(SimulateTest, NamesTheStatementThatDecides) {
  options_.policies = {File("own.json", kOwnItems)};
  options_.context = {"dynamodb:LeadingKeys=alice"};
  EXPECT_EQ(Answer(), "allowed\nby statement 1 (Own) of own.json, an identity-based policy\n");
  options_.context.push_back("aws:SecureTransport=false");
  EXPECT_EQ(Answer(), "denied\nby statement 2 of own.json, an identity-based policy\n");
}

TEST_F(SimulateTest, SaysWhyNothingAllows) {
  options_.policies = {File("own.json", kOwnItems)};
  options_.context = {"dynamodb:LeadingKeys=alice", "dynamodb:LeadingKeys=bob"};
  EXPECT_EQ(Answer(),
            "denied\nbecause no identity-based policy allows the dynamodb:GetItem action\n"
            "own.json, statement 1 (Own): its condition is not met: ForAllValues:StringEquals "
            "dynamodb:LeadingKeys [\"${aws:username}\"]\n");
  options_.context.clear();
  options_.any = {"dynamodb:LeadingKeys"};
  EXPECT_NE(Answer().find("its condition is not met"), std::string::npos);
  options_.action = "dynamodb:PutItem";
  EXPECT_NE(Answer().find("own.json, statement 1 (Own): is not about the action dynamodb:PutItem"),
            std::string::npos);
}

TEST_F(SimulateTest, TakesAllTypesOfPolicies) {
  const std::string all =
      File("all.json", R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})");
  const std::string puts = File(
      "puts.json", R"({"Statement":{"Effect":"Allow","Action":"dynamodb:Put*","Resource":"*"}})");
  options_.policies = {all};
  options_.boundary = puts;
  EXPECT_TRUE(Answer().starts_with("denied\nbecause no permissions boundary allows"));
  options_.boundary = all;
  options_.session_policies = {puts};
  EXPECT_TRUE(Answer().starts_with("denied\nbecause no session policy allows"));
  options_.session_policies.clear();
  options_.resource_policy =
      File("resource.json", R"({"Statement":{"Sid":"No","Effect":"Deny","Principal":{"AWS":)"
                            R"("arn:aws:iam::000000000000:user/alice"},"Action":)"
                            R"("dynamodb:GetItem","Resource":"*"}})");
  EXPECT_EQ(Answer(), "denied\nby statement 1 (No) of resource.json, a resource-based policy\n");
  options_.principal = "arn:aws:iam::000000000000:user/bob";
  EXPECT_EQ(Answer(), "allowed\nby statement 1 of all.json, an identity-based policy\n");
  options_.policies.clear();
  options_.administrator = true;
  EXPECT_EQ(Answer(),
            "allowed\nbecause the principal is an administrator, and nothing denies it\n");
}

TEST_F(SimulateTest, DeniesWhatIsNotUnderstood) {
  options_.policies = {File("typo.json",
                            R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*",)"
                            R"("Condition":{"StringEquals":{"dynamodb:LeadingKey":"x"}}}})")};
  EXPECT_EQ(Answer(),
            "denied\nbecause a policy is not understood\n"
            "typo.json: the condition key \"dynamodb:LeadingKey\" is not known\n");
}

TEST_F(SimulateTest, RefusesWrongOptions) {
  options_.policies = {"/nowhere.json"};
  EXPECT_EQ(Answer(), "cannot read /nowhere.json");
  options_.policies.clear();
  options_.context = {"aws:username"};
  EXPECT_EQ(Answer(), "--context takes KEY=VALUE, not aws:username");
  options_.context = {"aws:nobody=x"};
  EXPECT_EQ(Answer(), "the condition key \"aws:nobody\" is not known");
  options_.context.clear();
  options_.principal = "alice";
  EXPECT_EQ(Answer(), "--principal is not an ARN with an account: alice");
}

}  // namespace
}  // namespace stator::cli
