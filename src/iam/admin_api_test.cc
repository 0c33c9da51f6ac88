#include "iam/admin_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/test_certificate.h"
#include "iam/admin_operations.h"
#include "storage/open_store.h"

namespace stator::iam {
namespace {

using testing::HasSubstr;
using testing::Not;

// Policies as they stand inside JSON.
constexpr char kPolicy[] =
    R"({\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"dynamodb:*\",\"Resource\":\"*\"}})";
constexpr char kTrust[] = R"({\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",)"
                          R"(\"Principal\":{\"AWS\":\"000000000000\"}}})";

class AdminApiTest : public testing::Test {
 protected:
  AdminApiTest()
      : store_(*storage::OpenStore({.in_memory = true, .data_dir = {}, .log = {}})),
        identities_(*store_, auth::SealingKey{}, clock_),
        api_(identities_, "000000000000",
             [this](const api::AuditEvent& event) { events_.push_back(event); }) {
    EXPECT_TRUE(identities_.Load().ok());
    Call("CreateAccount", R"({"AccountId":"000000000000"})");
  }

  std::string Call(const std::string& operation, std::string body, bool may_block = true) {
    std::string answer;
    api::Request request{.target = "StatorIam." + operation, .body = std::move(body)};
    request.may_block = may_block;
    api_.Handle(request, [&answer](const api::Response& response) {
      answer = response.retry_blocking ? "retry" : response.body;
    });
    return answer;
  }

  base::ManualClock clock_{1'440'938'160'000'000};
  std::unique_ptr<storage::Store> store_;
  IdentityStore identities_;
  std::vector<api::AuditEvent> events_;
  AdminApi api_;
};

TEST_F(AdminApiTest, NeverWaitsOnAnEventLoop) {
  EXPECT_EQ(Call("ListUsers", "{}", false), "retry");
}

TEST_F(AdminApiTest, ManagesUsersAndKeys) {
  EXPECT_THAT(Call("CreateUser", R"({"UserName":"alice","Tags":[{"Key":"t","Value":"v"}]})"),
              HasSubstr(R"("Arn":"arn:aws:iam::000000000000:user/alice")"));
  EXPECT_THAT(Call("CreateUser", R"({"UserName":"alice"})"), HasSubstr("already exists"));
  const std::string key = Call("CreateAccessKey", R"({"UserName":"alice"})");
  EXPECT_THAT(key, HasSubstr(R"("SecretAccessKey":")"));
  EXPECT_THAT(Call("ListAccessKeys", R"({"UserName":"alice"})"), Not(HasSubstr("Secret")));
  const std::string id = key.substr(key.find("AKIA"), 20);
  EXPECT_TRUE(identities_.FindCredential(id, "").ok());
  EXPECT_EQ(Call("UpdateAccessKey", R"({"AccessKeyId":")" + id + R"(","Status":"Inactive"})"),
            "{}");
  EXPECT_FALSE(identities_.FindCredential(id, "").ok());
  Call("CreateAccessKey", R"({"UserName":"alice"})");
  EXPECT_THAT(Call("CreateAccessKey", R"({"UserName":"alice"})"), HasSubstr("at most 2"));
  EXPECT_EQ(Call("DeleteUser", R"({"UserName":"alice"})"), "{}");
  EXPECT_EQ(identities_.Get()->keys.size(), 1U);  // of the root
  EXPECT_THAT(Call("DeleteUser", R"({"UserName":"alice"})"), HasSubstr("cannot be found"));
}

// Inside JSON.
std::string CertificateText() {
  std::string text = auth::kTestCertificate;
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n')) {
    text.replace(at, 1, "\\n");
  }
  return text;
}

TEST_F(AdminApiTest, ManagesClientCertificates) {
  const std::string of_alice = R"({"UserName":"alice","Certificate":")" + CertificateText() + "\"}";
  EXPECT_THAT(Call("AddClientCertificate", of_alice), HasSubstr("cannot be found"));
  Call("CreateUser", R"({"UserName":"alice"})");
  Call("CreateUser", R"({"UserName":"bob"})");
  const std::string shown =
      R"({"AccountId":"000000000000","UserName":"alice","Fingerprint":")" +
      std::string(auth::kTestFingerprint) +
      R"(","Subject":"CN=alice,O=Acme\\, Inc.","NotBefore":"2026-11-25T17:15:04Z",)"
      R"("NotAfter":"2126-11-01T17:15:04Z","CreateDate":"2015-08-30T12:36:00Z"})";
  EXPECT_EQ(Call("AddClientCertificate", of_alice), R"({"ClientCertificate":)" + shown + "}");
  EXPECT_EQ(Call("ListClientCertificates", "{}"), R"({"ClientCertificates":[)" + shown + "]}");
  EXPECT_EQ(Call("ListClientCertificates", R"({"UserName":"bob"})"),
            R"({"ClientCertificates":[]})");
  // It stands for one user.
  EXPECT_THAT(Call("AddClientCertificate",
                   R"({"UserName":"bob","Certificate":")" + CertificateText() + "\"}"),
              HasSubstr("already exists"));
  EXPECT_THAT(Call("AddClientCertificate", R"({"UserName":"bob","Certificate":"x"})"),
              HasSubstr("it is not in PEM"));
  EXPECT_THAT(Call("DeleteClientCertificate", R"({"Fingerprint":"00"})"),
              HasSubstr("cannot be found"));
  std::string colons = "34:D9:9B";
  colons += std::string(auth::kTestFingerprint).substr(6);
  EXPECT_EQ(Call("DeleteClientCertificate", R"({"Fingerprint":")" + colons + "\"}"), "{}");
  EXPECT_EQ(Call("ListClientCertificates", "{}"), R"({"ClientCertificates":[]})");
  // A user that is made again under the name does not inherit it.
  Call("AddClientCertificate", of_alice);
  Call("DeleteUser", R"({"UserName":"alice"})");
  Call("CreateUser", R"({"UserName":"alice"})");
  EXPECT_EQ(Call("ListClientCertificates", "{}"), R"({"ClientCertificates":[]})");
}

TEST_F(AdminApiTest, RefusesCertificatesThatHaveExpired) {
  Call("CreateUser", R"({"UserName":"alice"})");
  clock_.AdvanceMicros(auth::kTestNotAfterMicros - clock_.NowMicros() + 1);
  EXPECT_THAT(Call("AddClientCertificate",
                   R"({"UserName":"alice","Certificate":")" + CertificateText() + "\"}"),
              HasSubstr("it has expired"));
}

TEST_F(AdminApiTest, ManagesGroups) {
  Call("CreateUser", R"({"UserName":"alice"})");
  EXPECT_THAT(Call("AddUserToGroup", R"({"UserName":"alice","GroupName":"g"})"),
              HasSubstr("The group with name g cannot be found."));
  Call("CreateGroup", R"({"GroupName":"g"})");
  EXPECT_EQ(Call("AddUserToGroup", R"({"UserName":"alice","GroupName":"g"})"), "{}");
  EXPECT_THAT(Call("GetUser", R"({"UserName":"alice"})"), HasSubstr(R"("Groups":["g"])"));
  EXPECT_EQ(Call("DeleteGroup", R"({"GroupName":"g"})"), "{}");
  EXPECT_THAT(Call("GetUser", R"({"UserName":"alice"})"), Not(HasSubstr("Groups")));
}

TEST_F(AdminApiTest, ManagesPolicies) {
  Call("CreateRole",
       R"({"RoleName":"r","AssumeRolePolicyDocument":")" + std::string(kTrust) + R"("})");
  const std::string arn = R"("arn:aws:iam::000000000000:policy/m")";
  EXPECT_THAT(Call("CreatePolicy",
                   R"({"PolicyName":"m","PolicyDocument":")" + std::string(kPolicy) + R"("})"),
              HasSubstr(arn));
  EXPECT_EQ(Call("AttachRolePolicy", R"({"RoleName":"r","PolicyArn":)" + arn + "}"), "{}");
  EXPECT_EQ(
      Call("PutRolePermissionsBoundary", R"({"RoleName":"r","PermissionsBoundary":)" + arn + "}"),
      "{}");
  EXPECT_EQ(Call("PutRolePolicy", R"({"RoleName":"r","PolicyName":"i","PolicyDocument":")" +
                                      std::string(kPolicy) + R"("})"),
            "{}");
  EXPECT_EQ(Call("ListRolePolicies", R"({"RoleName":"r"})"),
            R"({"PolicyNames":["i"],"AttachedPolicies":[)" + arn + "]}");
  EXPECT_THAT(Call("DeletePolicy", R"({"PolicyArn":)" + arn + "}"),
              HasSubstr("Cannot delete a policy attached to entities"));
  Call("DeleteRolePermissionsBoundary", R"({"RoleName":"r"})");
  Call("DetachRolePolicy", R"({"RoleName":"r","PolicyArn":)" + arn + "}");
  EXPECT_EQ(Call("DeletePolicy", R"({"PolicyArn":)" + arn + "}"), "{}");
}

TEST_F(AdminApiTest, RefusesWhatIsNoPolicy) {
  Call("CreateUser", R"({"UserName":"alice"})");
  const auto put = [this](const std::string& document) {
    return Call("PutUserPolicy",
                R"({"UserName":"alice","PolicyName":"p","PolicyDocument":")" + document + R"("})");
  };
  for (const std::string document : {"[]", "{", "{}", kTrust}) {
    EXPECT_THAT(put(document), HasSubstr("ValidationException")) << document;
  }
  const size_t escapes = 14;  // of quotes, which are not a part of the policy
  const std::string blanks(6144 + escapes - std::string_view(kPolicy).size(), ' ');
  EXPECT_EQ(put(kPolicy + blanks), "{}");
  EXPECT_THAT(put(kPolicy + blanks + " "), HasSubstr("longer than 6144 bytes"));
  EXPECT_THAT(Call("CreateRole", R"({"RoleName":"r","AssumeRolePolicyDocument":")" +
                                     std::string(kPolicy) + R"("})"),
              HasSubstr("ValidationException"));
}

TEST_F(AdminApiTest, RefusesWhatItWouldIgnore) {
  EXPECT_THAT(Call("CreateUser", R"({"UserName":"a","GroupName":"g"})"),
              HasSubstr("CreateUser takes no GroupName"));
  EXPECT_THAT(Call("CreateUser", "{}"), HasSubstr("CreateUser needs UserName"));
  EXPECT_THAT(Call("CreateUser", R"({"UserName":"a/b"})"), HasSubstr("is invalid"));
  EXPECT_THAT(Call("Nothing", "{}"), HasSubstr("UnknownOperationException"));
  EXPECT_THAT(Call("CreateUser", "["), HasSubstr("SerializationException"));
  EXPECT_THAT(Call("CreateUser", R"({"UserName":"a","AccountId":"111111111111"})"),
              HasSubstr("The account with name 111111111111 cannot be found."));
}

TEST_F(AdminApiTest, KeepsAccountsApart) {
  Call("CreateAccount", R"({"AccountId":"111111111111"})");
  Call("CreateUser", R"({"UserName":"alice","AccountId":"111111111111"})");
  EXPECT_EQ(Call("ListUsers", "{}"), R"({"Users":[]})");
  EXPECT_THAT(Call("ListUsers", R"({"AccountId":"111111111111"})"), HasSubstr("alice"));
  EXPECT_THAT(Call("CreateAccount", R"({"AccountId":"11111111111x"})"), HasSubstr("twelve digits"));
}

TEST_F(AdminApiTest, AuditsWithoutSecrets) {
  events_.clear();
  const std::string key = Call("CreateAccessKey", "{}");
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].action, "iam:CreateAccessKey");
  EXPECT_EQ(events_[0].outcome, "ok");
  const size_t at = key.find(R"("SecretAccessKey":")") + 19;
  EXPECT_THAT(api::AuditLine(events_[0], 0), Not(HasSubstr(key.substr(at, 40))));
}

TEST_F(AdminApiTest, NamesAreDistinct) {
  std::set<std::string_view> names;
  for (const AdminOperation& operation : AdminOperations()) {
    EXPECT_TRUE(names.insert(operation.name).second) << operation.name;
  }
  EXPECT_EQ(names.size(), AdminApi::Targets().size());
}

}  // namespace
}  // namespace stator::iam
