#include "iam/sts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iam/callers.h"
#include "storage/open_store.h"

namespace stator::iam {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kAccount[] = "000000000000";

// The account's root may assume its roles.
base::Result<void> RootMayAssume(const api::Request& request, const Principal& role,
                                 const std::optional<std::string>& /*external_id*/) {
  return request.caller->is_administrator && request.caller->account == role.account
             ? base::Result<void>()
             : base::Result<void>(base::Error{base::ErrorCode::kAccessDenied, "no"});
}

constexpr char kSessionPolicy[] =
    R"({"Statement":{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}})";

class StsTest : public testing::Test {
 protected:
  StsTest()
      : store_(*storage::OpenStore({.in_memory = true, .data_dir = {}, .log = {}})),
        identities_(*store_, auth::SealingKey{}, clock_),
        service_(identities_, RootMayAssume,
                 [this](const api::AuditEvent& event) { events_.push_back(event); }) {
    EXPECT_TRUE(identities_.Load().ok());
    EXPECT_TRUE(identities_
                    .Update([](IdentityDraft& draft) -> base::Result<void> {
                      draft.Put(Principal{.kind = PrincipalKind::kRole,
                                          .account = kAccount,
                                          .name = "reader",
                                          .id = "AROA1"});
                      return {};
                    })
                    .ok());
  }

  std::string Call(std::string body) {
    api::Request request{.body = std::move(body)};
    request.caller = caller_;
    const api::Response response = service_.Handle(request);
    status_ = response.status;
    return response.body;
  }
  static std::string Part(const std::string& xml, const std::string& name) {
    const size_t at = xml.find("<" + name + ">") + name.size() + 2;
    return xml.substr(at, xml.find("</" + name + ">") - at);
  }

  base::ManualClock clock_{1'440'938'160'000'000};
  std::unique_ptr<storage::Store> store_;
  IdentityStore identities_;
  std::vector<api::AuditEvent> events_;
  TokenService service_;
  std::shared_ptr<const api::Caller> caller_ = RootCaller(kAccount);
  int status_ = 0;
};

constexpr char kAssume[] =
    "Action=AssumeRole&Version=2011-06-15&RoleSessionName=web&"
    "RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Freader";

TEST_F(StsTest, TellsTheCaller) {
  const std::string answer = Call("Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_THAT(answer, HasSubstr("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/"
                                "2011-06-15/\"><GetCallerIdentityResult>"
                                "<Arn>arn:aws:iam::000000000000:root</Arn>"
                                "<UserId>000000000000</UserId><Account>000000000000</Account>"
                                "</GetCallerIdentityResult><ResponseMetadata><RequestId>"));
}

TEST_F(StsTest, GivesCredentialsOfARole) {
  const std::string answer = Call(std::string(kAssume) + "&DurationSeconds=900");
  EXPECT_EQ(status_, 200);
  EXPECT_EQ(Part(answer, "Expiration"), "2015-08-30T12:51:00Z");
  EXPECT_EQ(Part(answer, "AssumedRoleId"), "AROA1:web");
  const auto found =
      identities_.FindCredential(Part(answer, "AccessKeyId"), Part(answer, "SessionToken"));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ((*found)->secret, Part(answer, "SecretAccessKey"));
  EXPECT_EQ((*found)->caller->arn, "arn:aws:sts::000000000000:assumed-role/reader/web");
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_THAT(api::AuditLine(events_[0], 0), Not(HasSubstr(Part(answer, "SecretAccessKey"))));
}

TEST_F(StsTest, PutsSessionPoliciesAndTagsIntoTheToken) {
  const std::string answer =
      Call(std::string(kAssume) +
           "&Policy=%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Acti"
           "on%22%3A%22dynamodb%3AGetItem%22%2C%22Resource%22%3A%22%2A%2"
           "2%7D%7D"
           "&Tags.member.1.Key=t&Tags.member.1.Value=a+b");
  const auto found =
      identities_.FindCredential(Part(answer, "AccessKeyId"), Part(answer, "SessionToken"));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ((*found)->caller->session_policies, std::vector<std::string>{kSessionPolicy});
  EXPECT_EQ((*found)->caller->tags.at("t"), "a b");
}

TEST_F(StsTest, RefusesWhoeverMayNot) {
  auto alice = std::make_shared<api::Caller>();
  alice->account = kAccount;
  alice->arn = "arn:aws:iam::000000000000:user/alice";
  caller_ = alice;
  EXPECT_THAT(Call(kAssume), HasSubstr("<Code>AccessDenied</Code><Message>no</Message>"));
  EXPECT_EQ(status_, 403);
  caller_ = RootCaller("111111111111");
  EXPECT_THAT(Call(kAssume), HasSubstr("AccessDenied"));
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
TEST_F(StsTest, GivesSessionsOfRolesAnHourAtMost) {
  EXPECT_TRUE(identities_
                  .Update([](IdentityDraft& draft) -> base::Result<void> {
                    draft.Put(Principal{.kind = PrincipalKind::kRole,
                                        .account = kAccount,
                                        .name = "reader",
                                        .id = "AROA1",
                                        .max_session_seconds = 7200});
                    return {};
                  })
                  .ok());
  const std::string assume = kAssume;
  EXPECT_EQ(Part(Call(assume + "&DurationSeconds=7200"), "Expiration"), "2015-08-30T14:36:00Z");
  EXPECT_EQ(Part(Call(assume), "Expiration"), "2015-08-30T13:36:00Z");
  api::Caller session = *RootCaller(kAccount);
  session.arn = "arn:aws:sts::000000000000:assumed-role/other/web";
  caller_ = std::make_shared<api::Caller>(session);
  EXPECT_THAT(Call(assume + "&DurationSeconds=3601"), HasSubstr("role chaining"));
  EXPECT_EQ(Part(Call(assume + "&DurationSeconds=3600"), "Expiration"), "2015-08-30T13:36:00Z");
}

TEST_F(StsTest, RefusesFaultyCalls) {
  const std::string assume = kAssume;
  EXPECT_THAT(Call("Action=AssumeRole&RoleSessionName=web&RoleArn=x"),
              HasSubstr("is not authorized to perform: sts:AssumeRole on resource: x"));
  EXPECT_THAT(Call(assume + "&RoleSessionName=%3C"), HasSubstr("RoleSessionName must"));
  EXPECT_THAT(Call(assume + "&DurationSeconds=899"), HasSubstr("DurationSeconds"));
  EXPECT_THAT(Call(assume + "&DurationSeconds=3601"), HasSubstr("MaxSessionDuration"));
  EXPECT_THAT(Call(assume + "&Policy=%5B%5D"), HasSubstr("MalformedPolicyDocument"));
  EXPECT_THAT(Call(assume + "&Policy=" + std::string(2049, ' ')), HasSubstr("ValidationError"));
  EXPECT_THAT(Call(assume + "&ExternalId=1"), HasSubstr("ExternalId must have"));
  EXPECT_THAT(Call(assume + "&ExternalId=a+b"), HasSubstr("ExternalId must have"));
  EXPECT_THAT(Call(assume + "&ExternalId=" + std::string(1225, 'a')),
              HasSubstr("ExternalId must have"));
  EXPECT_THAT(Call(assume + "&SerialNumber=1"), HasSubstr("SerialNumber is not supported"));
  EXPECT_THAT(Call(assume + "&PolicyArns.member.1.arn=none"), HasSubstr("does not exist"));
  EXPECT_THAT(Call(assume + "&Tags.member.1.Key=t&Tags.member.2.Key=t"), HasSubstr("distinct"));
  EXPECT_THAT(Call("Action=GetUser%3C&Version=2011-06-15"),
              HasSubstr("<Code>InvalidAction</Code><Message>Could not find operation GetUser&lt;"));
  EXPECT_THAT(Call(""), HasSubstr("InvalidAction"));
}

TEST(TokenServiceTest, RefusesUnverifiedCalls) {
  const api::Response response = TokenService::Refuse(
      base::Error{base::ErrorCode::kUnrecognizedClient, "The token is <invalid>."});
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr("<Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>"
                                       "<Message>The token is &lt;invalid&gt;.</Message></Error>"));
}

}  // namespace
}  // namespace stator::iam
