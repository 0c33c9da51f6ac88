#include "iam/identity_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/blocking_update.h"
#include "iam/identity_codec.h"
#include "storage/open_store.h"

namespace stator::iam {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kAccount[] = "000000000000";

class VerifyIdentitiesTest : public testing::Test {
 protected:
  VerifyIdentitiesTest()
      : store_(*storage::OpenStore({.in_memory = true, .data_dir = {}, .log = {}})) {
    Principal alice{.kind = PrincipalKind::kUser, .account = kAccount, .name = "alice"};
    alice.groups = {"staff"};
    alice.attached = {PolicyArn(kAccount, "all")};
    alice.boundary = PolicyArn(kAccount, "all");
    Write(AccountRow(kAccount), EncodeAccount({.id = kAccount}));
    Write("user/000000000000/alice", EncodePrincipal(alice));
    Write("group/000000000000/staff",
          EncodePrincipal({.kind = PrincipalKind::kGroup, .account = kAccount, .name = "staff"}));
    Write(PolicyRow(PolicyArn(kAccount, "all")),
          EncodePolicy({.account = kAccount, .name = "all", .document = "{}"}));
    Write(KeyRow("AKIA1"),
          EncodeKey({.id = "AKIA1", .account = kAccount, .user = "alice"}, sealing_key_));
    Write(KeyRow("AKIA2"), EncodeKey({.id = "AKIA2", .account = kAccount}, sealing_key_));
    Write(CertificateRow("f1"), EncodeCertificate(CertificateOf("f1", "alice")));
  }

  static ClientCertificate CertificateOf(std::string fingerprint, std::string user) {
    return {.fingerprint = std::move(fingerprint), .account = kAccount, .user = std::move(user)};
  }

  void Write(const std::string& row, std::optional<std::string> value) {
    storage::UpdateRequest request;
    request.keys.push_back(IdentityKey(row));
    request.decide = [&](storage::CurrentValues, storage::Mutations& mutations) {
      if (value) {
        mutations.Put(IdentityKey(row), *value);
      } else {
        mutations.Erase(IdentityKey(row));
      }
      return base::Result<void>();
    };
    ASSERT_TRUE(engine::UpdateOrError(*store_, std::move(request)).ok());
  }

  std::vector<std::string> Problems() {
    std::vector<std::string> problems;
    const base::Result<uint64_t> rows = VerifyIdentities(
        *store_, [&problems](std::string problem) { problems.push_back(std::move(problem)); });
    EXPECT_TRUE(rows.ok());
    rows_ = rows.ok() ? *rows : 0;
    return problems;
  }

  const auth::SealingKey sealing_key_{};
  std::unique_ptr<storage::Store> store_;
  uint64_t rows_ = 0;
};

TEST_F(VerifyIdentitiesTest, AcceptsWhatFitsTogether) {
  EXPECT_THAT(Problems(), IsEmpty());
  EXPECT_EQ(rows_, 7U);
}

TEST_F(VerifyIdentitiesTest, FindsRowsThatDoNotDecode) {
  Write(CertificateRow("f1"), "garbage");
  EXPECT_THAT(Problems(), ElementsAre(HasSubstr("identities, certificate/f1: ")));
}

TEST_F(VerifyIdentitiesTest, FindsRowsOfOthers) {
  Write(CertificateRow("f2"), EncodeCertificate(CertificateOf("f3", "alice")));
  EXPECT_THAT(Problems(), ElementsAre("identities, certificate/f2: the row certificate/f2 holds "
                                      "certificate/f3"));
}

TEST_F(VerifyIdentitiesTest, FindsWhatIsNamedAndNotThere) {
  Write("user/000000000000/alice", std::nullopt);
  EXPECT_THAT(Problems(),
              ElementsAre("identities, key/AKIA1: there is no user/000000000000/alice",
                          "identities, certificate/f1: there is no user/000000000000/alice"));
}

TEST_F(VerifyIdentitiesTest, FindsMissingAccountsGroupsAndPolicies) {
  Write(AccountRow(kAccount), std::nullopt);
  Write("group/000000000000/staff", std::nullopt);
  Write(PolicyRow(PolicyArn(kAccount, "all")), std::nullopt);
  const std::string alice = "identities, user/000000000000/alice: there is no ";
  const std::string policy = alice + "policy arn:aws:iam::000000000000:policy/all";
  EXPECT_THAT(Problems(),
              ElementsAre(alice + "account 000000000000", alice + "group/000000000000/staff",
                          policy, policy, "identities, key/AKIA1: there is no account 000000000000",
                          "identities, key/AKIA2: there is no account 000000000000"));
}

}  // namespace
}  // namespace stator::iam
