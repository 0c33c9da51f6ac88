#include "iam/identity_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iam/authenticator.h"
#include "iam/identity_rows.h"
#include "storage/open_store.h"

namespace stator::iam {
namespace {

using base::ErrorCode;
using testing::ElementsAre;

constexpr char kAccount[] = "000000000000";
constexpr int64_t kNow = 1'440'938'160'000'000;
constexpr int64_t kHour = 3'600'000'000;

class IdentityStoreTest : public testing::Test {
 protected:
  IdentityStoreTest()
      : store_(*storage::OpenStore({.in_memory = true, .data_dir = {}, .log = {}})) {
    identities_ = Open(Key(1));
    EXPECT_TRUE(identities_->Load().ok());
  }

  static auth::SealingKey Key(uint8_t byte) {
    auth::SealingKey key{};
    key[0] = byte;
    return key;
  }
  std::unique_ptr<IdentityStore> Open(const auth::SealingKey& key) {
    return std::make_unique<IdentityStore>(*store_, key, clock_);
  }

  template <typename... T>
  void Put(T... things) {
    ASSERT_TRUE(identities_
                    ->Update([&](IdentityDraft& draft) -> base::Result<void> {
                      (draft.Put(things), ...);
                      return {};
                    })
                    .ok());
  }

  std::shared_ptr<const api::Caller> CallerOf(const std::string& id) {
    const auto found = identities_->FindCredential(id, "");
    return found.ok() ? (*found)->caller : nullptr;
  }

  base::ManualClock clock_{kNow};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<IdentityStore> identities_;
};

Principal Named(PrincipalKind kind, std::string name) {
  return {.kind = kind, .account = kAccount, .name = name, .id = NewPrincipalId(kind)};
}

AccessKey KeyOf(std::string id, std::string user) {
  return {.id = std::move(id), .account = kAccount, .user = std::move(user), .secret = "secret"};
}

TEST_F(IdentityStoreTest, KeepsEverything) {
  Principal alice = Named(PrincipalKind::kUser, "alice");
  alice.tags = {{"team", "blue"}};
  alice.policies = {{"p", "{}"}};
  alice.attached = {PolicyArn(kAccount, "m")};
  alice.boundary = PolicyArn(kAccount, "m");
  alice.groups = {"g"};
  EXPECT_FALSE(IdentityStore::HasIdentities(*store_).value());
  Put(alice, ManagedPolicy{kAccount, "m", "{\"m\":1}", 7}, KeyOf("AKIA1", "alice"),
      Account{kAccount, 5});
  EXPECT_TRUE(IdentityStore::HasIdentities(*store_).value());

  identities_ = Open(Key(1));
  ASSERT_TRUE(identities_->Load().ok());
  const auto all = identities_->Get();
  const auto found = all->Find(PrincipalKind::kUser, kAccount, "alice");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->id, alice.id);
  EXPECT_EQ(found->tags, alice.tags);
  EXPECT_EQ(found->policies, alice.policies);
  EXPECT_EQ(found->attached, alice.attached);
  EXPECT_EQ(found->boundary, alice.boundary);
  EXPECT_EQ(found->groups, alice.groups);
  EXPECT_EQ(all->policies.at(PolicyArn(kAccount, "m"))->document, "{\"m\":1}");
  EXPECT_EQ(all->accounts.at(kAccount)->created_micros, 5);
  EXPECT_EQ(identities_->FindCredential("AKIA1", "").value()->secret, "secret");
}

TEST_F(IdentityStoreTest, StoresNoSecretInTheClear) {
  AccessKey key = KeyOf("AKIA1", "");
  key.secret = "wJalrXUtnFEMI";
  Put(key);
  ASSERT_TRUE(store_
                  ->ScanSpace(IdentityRows(), {},
                              [](const storage::RowView& row) {
                                EXPECT_EQ(row.value.find("wJalrXUtnFEMI"), std::string::npos);
                                return true;
                              })
                  .ok());
  const base::Result<void> loaded = Open(Key(2))->Load();
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().message,
            "the secrets of the access keys were stored with another key file");
}

TEST_F(IdentityStoreTest, ComposesUsers) {
  Principal alice = Named(PrincipalKind::kUser, "alice");
  alice.policies = {{"own", "{\"own\":1}"}};
  alice.groups = {"g"};
  Principal group = Named(PrincipalKind::kGroup, "g");
  group.policies = {{"of the group", "{\"group\":1}"}};
  group.attached = {PolicyArn(kAccount, "m")};
  Put(alice, group, ManagedPolicy{kAccount, "m", "{\"m\":1}", 7}, KeyOf("AKIA1", "alice"));
  const auto caller = CallerOf("AKIA1");
  ASSERT_NE(caller, nullptr);
  EXPECT_EQ(caller->arn, "arn:aws:iam::000000000000:user/alice");
  EXPECT_EQ(caller->user_name, "alice");
  EXPECT_EQ(caller->user_id, alice.id);
  EXPECT_FALSE(caller->is_administrator);
  EXPECT_THAT(caller->identity_policies, ElementsAre("{\"own\":1}", "{\"group\":1}", "{\"m\":1}"));

  // A change shows at once, and what a caller already has stays as it is.
  group.policies.clear();
  Put(group);
  EXPECT_THAT(CallerOf("AKIA1")->identity_policies, ElementsAre("{\"own\":1}", "{\"m\":1}"));
  EXPECT_EQ(caller->identity_policies.size(), 3U);
}

TEST_F(IdentityStoreTest, KnowsRootInactiveAndUnknownKeys) {
  AccessKey inactive = KeyOf("AKIA2", "");
  inactive.active = false;
  Put(KeyOf("AKIA1", ""), inactive, KeyOf("AKIA3", "nobody"));
  EXPECT_TRUE(CallerOf("AKIA1")->is_administrator);
  EXPECT_EQ(CallerOf("AKIA1")->arn, "arn:aws:iam::000000000000:root");
  for (const std::string id : {"AKIA2", "AKIA3", "AKIA4", ""}) {
    EXPECT_EQ(identities_->FindCredential(id, "").error().code, ErrorCode::kUnrecognizedClient);
  }
  // A long-term key has no token.
  EXPECT_EQ(identities_->FindCredential("AKIA1", "token").error().code,
            ErrorCode::kUnrecognizedClient);
}

TEST_F(IdentityStoreTest, BindsSessionTokens) {
  Principal role = Named(PrincipalKind::kRole, "r");
  role.policies = {{"p", "{\"p\":1}"}};
  role.tags = {{"a", "1"}, {"b", "1"}};
  Put(role);
  const SessionGrant grant{.access_key_id = "ASIA1",
                           .secret = "s",
                           .account = kAccount,
                           .role = "r",
                           .role_id = role.id,
                           .session = "web",
                           .expires_micros = kNow + kHour,
                           .policy = "{\"session\":1}",
                           .policy_arns = {},
                           .tags = {{"b", "2"}}};
  const std::string token = SealGrant(grant, identities_->token_key());
  const auto found = identities_->FindCredential("ASIA1", token);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ((*found)->secret, "s");
  const api::Caller& caller = *(*found)->caller;
  EXPECT_EQ(caller.arn, "arn:aws:sts::000000000000:assumed-role/r/web");
  EXPECT_EQ(caller.user_id, role.id + ":web");
  EXPECT_EQ(caller.user_name, "");
  EXPECT_THAT(caller.identity_policies, ElementsAre("{\"p\":1}"));
  EXPECT_THAT(caller.session_policies, ElementsAre("{\"session\":1}"));
  EXPECT_EQ(caller.tags.at("b"), "2");

  EXPECT_FALSE(identities_->FindCredential("ASIA2", token).ok());  // another key's token
  EXPECT_FALSE(identities_->FindCredential("ASIA1", "").ok());
  std::string changed = token;
  changed[20] = changed[20] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(identities_->FindCredential("ASIA1", changed).ok());

  // Another role of the same name is not the one that was assumed.
  Put(Named(PrincipalKind::kRole, "r"));
  EXPECT_EQ(identities_->FindCredential("ASIA1", token).error().code,
            ErrorCode::kUnrecognizedClient);
  Put(role);
  EXPECT_TRUE(identities_->FindCredential("ASIA1", token).ok());
  clock_.AdvanceMicros(kHour);
  EXPECT_EQ(identities_->FindCredential("ASIA1", token).error().code, ErrorCode::kExpiredToken);
}

TEST_F(IdentityStoreTest, AuthenticatesTheSigner) {
  Put(KeyOf("AKIA1", ""));
  auth::SigV4Signer signer({"AKIA1", "secret", ""}, "us-east-1", "dynamodb");
  std::vector<auth::HeaderView> headers = {{"Host", "h"}, {"X-Amz-Date", "20150830T123600Z"}};
  std::string hash;
  auth::AppendHex(signer.hasher().Sha256("body"), hash);
  const std::string authorization =
      signer.Authorization({.headers = headers, .payload_hash = hash}, "20150830T123600Z");
  headers.push_back({"Authorization", authorization});
  Authenticator authenticator(*identities_, "us-east-1");
  const auto claim = authenticator.Begin({.headers = headers}, "dynamodb");
  ASSERT_TRUE(claim.ok());
  EXPECT_TRUE(authenticator.Finish(*claim, "body").value()->is_administrator);
  EXPECT_EQ(authenticator.Finish(*claim, "ydob").error().code, ErrorCode::kInvalidSignature);
  EXPECT_FALSE(authenticator.Begin({.headers = headers}, "sts").ok());
  auth::SignatureClaim unknown = *claim;
  unknown.access_key_id = "AKIA2";
  EXPECT_EQ(authenticator.Finish(unknown, "body").error().code, ErrorCode::kUnrecognizedClient);
}

TEST_F(IdentityStoreTest, CertificatesStandForUsers) {
  Principal alice = Named(PrincipalKind::kUser, "alice");
  alice.policies = {{"p", "{}"}};
  const ClientCertificate certificate{.fingerprint = "f1",
                                      .account = kAccount,
                                      .user = "alice",
                                      .subject = "CN=alice",
                                      .not_before_micros = kNow,
                                      .not_after_micros = kNow + kHour,
                                      .created_micros = 7};
  Put(alice, certificate);
  identities_ = Open(Key(1));
  ASSERT_TRUE(identities_->Load().ok());
  EXPECT_EQ(identities_->Get()->certificates.at("f1")->subject, "CN=alice");
  EXPECT_EQ(identities_->Get()->certificates.at("f1")->created_micros, 7);
  const auto found = identities_->FindCertified("f1");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ((*found)->user_name, "alice");
  EXPECT_THAT((*found)->identity_policies, ElementsAre("{}"));
  const auto code = [this](const std::string& fingerprint) {
    const auto caller = identities_->FindCertified(fingerprint);
    return caller.ok() ? ErrorCode::kInternal : caller.error().code;
  };
  EXPECT_EQ(code("f2"), ErrorCode::kMissingAuthenticationToken);
  EXPECT_EQ(code(""), ErrorCode::kMissingAuthenticationToken);
  // Whatever its age, a connection does not outlive the certificate.
  clock_.AdvanceMicros(kHour);
  EXPECT_TRUE(identities_->FindCertified("f1").ok());
  clock_.AdvanceMicros(1);
  EXPECT_EQ(code("f1"), ErrorCode::kMissingAuthenticationToken);
  clock_.AdvanceMicros(-2 * kHour);
  EXPECT_EQ(code("f1"), ErrorCode::kMissingAuthenticationToken);
}

TEST_F(IdentityStoreTest, CertificatesStandForNobodyOnceTheyAreGone) {
  Put(Named(PrincipalKind::kUser, "alice"), ClientCertificate{.fingerprint = "f1",
                                                              .account = kAccount,
                                                              .user = "alice",
                                                              .not_after_micros = kNow + kHour});
  EXPECT_TRUE(identities_->FindCertified("f1").ok());
  ASSERT_TRUE(identities_
                  ->Update([](IdentityDraft& draft) -> base::Result<void> {
                    draft.EraseCertificate("f1");
                    return {};
                  })
                  .ok());
  EXPECT_FALSE(identities_->FindCertified("f1").ok());
  identities_ = Open(Key(1));
  ASSERT_TRUE(identities_->Load().ok());
  EXPECT_TRUE(identities_->Get()->certificates.empty());
}

}  // namespace
}  // namespace stator::iam
