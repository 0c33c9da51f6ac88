#include "cli/iam_request.h"

#include <fstream>

#include <gtest/gtest.h>

namespace stator::cli {
namespace {

std::string Body(const IamArguments& arguments) {
  const base::Result<std::string> body = IamRequestBody(arguments);
  return body.ok() ? *body : "error: " + body.error().message;
}

TEST(IamRequest, NamesCommandsAndFlags) {
  EXPECT_EQ(KebabCase("CreateUser"), "create-user");
  EXPECT_EQ(KebabCase("AssumeRolePolicyDocument"), "assume-role-policy-document");
}

TEST(IamRequest, WritesEachKindOfMember) {
  EXPECT_EQ(Body({{iam::kUserName, {"a\"b"}}, {iam::kGroupName, {}}}), R"({"UserName":"a\"b"})");
  EXPECT_EQ(Body({{iam::kTags, {"team=blue=ish", "Key=a,Value=b"}}}),
            R"({"Tags":[{"Key":"team","Value":"blue=ish"},{"Key":"a","Value":"b"}]})");
  EXPECT_EQ(Body({{iam::kTagKeys, {"a", "b"}}}), R"({"TagKeys":["a","b"]})");
  EXPECT_EQ(Body({{iam::kMaxSessionDuration, {"7200"}}}), R"({"MaxSessionDuration":7200})");
}

TEST(IamRequest, ReadsPoliciesFromFiles) {
  const std::string path = testing::TempDir() + "/iam_request_policy.json";
  std::ofstream(path) << "{\"a\":1}\n";
  EXPECT_EQ(Body({{iam::kPolicyDocument, {"file://" + path}}}),
            R"({"PolicyDocument":"{\"a\":1}\n"})");
  EXPECT_EQ(Body({{iam::kPolicyDocument, {"{}"}}}), R"({"PolicyDocument":"{}"})");
  EXPECT_EQ(Body({{iam::kPolicyDocument, {"file:///nowhere"}}}), "error: cannot read /nowhere");
}

TEST(IamRequest, RefusesWhatIsNoTagOrNumber) {
  EXPECT_EQ(Body({{iam::kTags, {"blue"}}}), "error: 'blue' is no tag such as team=blue");
  EXPECT_EQ(Body({{iam::kMaxSessionDuration, {"1h"}}}), "error: '1h' is no number of seconds");
}

}  // namespace
}  // namespace stator::cli
