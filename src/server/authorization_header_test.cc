#include "server/authorization_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator::server {
namespace {

using testing::HasSubstr;

RequestHead Signed(std::string_view authorization) {
  RequestHead head;
  head.has_authorization = true;
  head.authorization = authorization;
  head.has_date = true;
  return head;
}

std::string BodyOf(const RequestHead& head) {
  const auto refusal = RefuseUnsigned(head);
  return refusal ? refusal->body : "";
}

TEST(AuthorizationHeader, MissingOneIsMissingAuthenticationToken) {
  const auto refusal = RefuseUnsigned(RequestHead());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 400);
  EXPECT_EQ(refusal->body,
            R"({"__type":"com.amazon.coral.service#MissingAuthenticationTokenException",)"
            R"("message":"Request must contain either a valid (registered) AWS access key ID or )"
            R"(X.509 certificate."})");
}

// W18: any order, commas without spaces.
TEST(AuthorizationHeader, AcceptsAnySpacingAndOrder) {
  EXPECT_EQ(BodyOf(Signed("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c")), "");
  EXPECT_EQ(BodyOf(Signed("AWS4-HMAC-SHA256 Signature=c,Credential=a/b,SignedHeaders=host")), "");
  EXPECT_EQ(BodyOf(Signed("AWS4-HMAC-SHA256   Signature=c ,  Credential=a,SignedHeaders=h ")), "");
}

TEST(AuthorizationHeader, NamesEveryMissingPart) {
  RequestHead head = Signed("AWS4-HMAC-SHA256 Credential=a");
  head.has_date = false;
  EXPECT_THAT(
      BodyOf(head),
      HasSubstr(R"(#IncompleteSignatureException","message":"Authorization header requires )"
                R"('Signature' parameter. Authorization header requires 'SignedHeaders' )"
                R"(parameter. Authorization header requires existence of either a )"
                R"('X-Amz-Date' or a 'Date' header. )"
                R"(Authorization=AWS4-HMAC-SHA256 Credential=a"})"));
  EXPECT_THAT(BodyOf(Signed("Basic abc==")), HasSubstr("requires 'Credential' parameter."));
}

TEST(AuthorizationHeader, QuotesThePartWithoutEqualSign) {
  EXPECT_THAT(BodyOf(Signed("AWS4-HMAC-SHA256 Credential= a/b, SignedHeaders=h, Signature=c")),
              HasSubstr("'a/b' not a valid key=value pair (missing equal-sign) in Authorization "
                        "header: 'AWS4-HMAC-SHA256 Credential= a/b, SignedHeaders=h, "
                        "Signature=c'."));
}

// W24: what is echoed stays inside its JSON string.
TEST(AuthorizationHeader, EscapesWhatItEchoes) {
  EXPECT_THAT(BodyOf(Signed("a\"b\\c\td\xff")), HasSubstr(R"(Authorization=a\"b\\c\td?"})"));
}

TEST(AuthorizationHeader, AcceptsPresignedQueries) {
  RequestHead head;
  head.query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=d&X-Amz-SignedHeaders=host&"
      "X-Amz-Signature=s";
  EXPECT_EQ(BodyOf(head), "");
  head.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=d";
  EXPECT_THAT(BodyOf(head),
              HasSubstr("AWS query-string parameters must include 'X-Amz-Signature'. AWS "
                        "query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine "
                        "the query-string parameters."));
  head.has_authorization = true;
  EXPECT_THAT(BodyOf(head), HasSubstr("#InvalidSignatureException"));
}

}  // namespace
}  // namespace stator::server
