#include "auth/certificate.h"

#include <gtest/gtest.h>

#include "auth/test_certificate.h"

namespace stator::auth {
namespace {

std::string Refusal(std::string_view pem) {
  const base::Result<CertificateSummary> read = ReadCertificate(pem);
  return read.ok() ? "accepted" : read.error().message;
}

TEST(Certificate, IsSummarized) {
  const base::Result<CertificateSummary> read = ReadCertificate(kTestCertificate);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->fingerprint, kTestFingerprint);
  EXPECT_EQ(read->subject, "CN=alice,O=Acme\\, Inc.");
  EXPECT_EQ(read->not_before_micros, kTestNotBeforeMicros);
  EXPECT_EQ(read->not_after_micros, kTestNotAfterMicros);
}

TEST(Certificate, IsRefusedUnlessItIsOne) {
  const std::string pem = kTestCertificate;
  EXPECT_EQ(Refusal(""), "The certificate cannot be used: it is not in PEM");
  EXPECT_EQ(Refusal(pem + pem),
            "The certificate cannot be used: there is more than one thing in the text");
  EXPECT_EQ(Refusal(pem + "-----BEGIN PRIVATE KEY-----\n"),
            "The certificate cannot be used: there is more than one thing in the text");
  for (size_t i = 0; i < pem.size() - std::string_view("-----\n").size(); i += 7) {
    EXPECT_NE(Refusal(pem.substr(0, i)), "accepted") << i;
  }
}

}  // namespace
}  // namespace stator::auth
