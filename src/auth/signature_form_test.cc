#include <gtest/gtest.h>

#include "auth/signature_claim.h"

namespace stator::auth {
namespace {

SignatureForm Signed(std::string_view authorization) {
  return {.authorization = authorization, .has_authorization = true, .has_date = true};
}

std::string MessageOf(const SignatureForm& form) {
  const base::Result<void> checked = CheckSignatureForm(form);
  return checked.ok() ? "" : checked.error().message;
}

TEST(SignatureForm, MissingOneIsMissingAuthenticationToken) {
  const base::Result<void> checked = CheckSignatureForm({});
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, base::ErrorCode::kMissingAuthenticationToken);
  EXPECT_EQ(checked.error().message,
            "Request must contain either a valid (registered) AWS access key ID or X.509 "
            "certificate.");
}

// W18: any order, commas without spaces.
TEST(SignatureForm, AcceptsAnySpacingAndOrder) {
  EXPECT_EQ(MessageOf(Signed("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c")),
            "");
  EXPECT_EQ(MessageOf(Signed("AWS4-HMAC-SHA256 Signature=c,Credential=a/b,SignedHeaders=host")),
            "");
  EXPECT_EQ(MessageOf(Signed("AWS4-HMAC-SHA256   Signature=c ,  Credential=a,SignedHeaders=h ")),
            "");
}

TEST(SignatureForm, NamesEveryMissingPart) {
  SignatureForm form = Signed("AWS4-HMAC-SHA256 Credential=a");
  form.has_date = false;
  EXPECT_EQ(CheckSignatureForm(form).error().code, base::ErrorCode::kIncompleteSignature);
  EXPECT_EQ(MessageOf(form),
            "Authorization header requires 'Signature' parameter. Authorization header requires "
            "'SignedHeaders' parameter. Authorization header requires existence of either a "
            "'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 Credential=a");
  EXPECT_EQ(MessageOf(Signed("Basic abc==")),
            "Authorization header requires 'Credential' parameter. Authorization header requires "
            "'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
            "Authorization=Basic abc==");
}

TEST(SignatureForm, QuotesThePartWithoutEqualSign) {
  EXPECT_EQ(MessageOf(Signed("AWS4-HMAC-SHA256 Credential= a/b, SignedHeaders=h, Signature=c")),
            "'a/b' not a valid key=value pair (missing equal-sign) in Authorization header: "
            "'AWS4-HMAC-SHA256 Credential= a/b, SignedHeaders=h, Signature=c'.");
}

// What is echoed has to be UTF-8.
TEST(SignatureForm, ReplacesWhatIsNoText) {
  EXPECT_TRUE(MessageOf(Signed("a\"b\xff")).ends_with("Authorization=a\"b?"));
}

TEST(SignatureForm, AcceptsPresignedQueries) {
  SignatureForm form{.query =
                         "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=d&"
                         "X-Amz-SignedHeaders=host&X-Amz-Signature=s"};
  EXPECT_EQ(MessageOf(form), "");
  form.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=d";
  EXPECT_EQ(MessageOf(form),
            "AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string "
            "parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string "
            "parameters.");
  form.has_authorization = true;
  EXPECT_EQ(CheckSignatureForm(form).error().code, base::ErrorCode::kInvalidSignature);
}

}  // namespace
}  // namespace stator::auth
