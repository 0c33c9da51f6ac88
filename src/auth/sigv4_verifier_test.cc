#include "auth/sigv4_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator::auth {
namespace {

using base::ErrorCode;
using testing::HasSubstr;

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr std::string_view kDateTime = "20150830T123600Z";
constexpr int64_t kNow = 1'440'938'160'000'000;  // the same
constexpr int64_t kMinute = 60'000'000;
constexpr std::string_view kBody = R"({"TableName":"t"})";

// A request that a signer has signed, as the server sees it.
struct Signed {
  std::vector<HeaderView> headers;
  std::string authorization;

  SignedHead head() const { return {.headers = headers}; }
};

Signed SignedRequest(std::vector<HeaderView> more = {}, std::string_view body = kBody) {
  SigV4Signer signer({"AKIDEXAMPLE", std::string(kSecret), ""}, "us-east-1", "dynamodb");
  std::string hash;
  AppendHex(signer.hasher().Sha256(body), hash);
  Signed request;
  request.headers = {{"Host", "localhost:8000"},
                     {"X-Amz-Date", kDateTime},
                     {"X-Amz-Target", "DynamoDB_20120810.GetItem"}};
  request.headers.insert(request.headers.end(), more.begin(), more.end());
  request.authorization =
      signer.Authorization({.headers = request.headers, .payload_hash = hash}, kDateTime);
  return request;
}

// With the Authorization header among the headers; the argument must live on.
SignedHead HeadOf(Signed& request) {
  request.headers.push_back({"Authorization", request.authorization});
  request.headers.push_back({"Accept", "*/*"});  // unsigned
  return request.head();
}

bool Verifies(const SignedHead& head, std::string_view body = kBody) {
  SigV4Verifier verifier({.region = "us-east-1"});
  const base::Result<SignatureClaim> claim = ReadSignature(head);
  return claim.ok() && verifier.CheckScope(*claim, "dynamodb", kNow).ok() &&
         verifier.Matches(*claim, std::string(kSecret), body);
}

std::string ErrorOf(const SignedHead& head) {
  const base::Result<SignatureClaim> claim = ReadSignature(head);
  return claim.ok() ? "" : claim.error().message;
}

TEST(SigV4Verifier, AcceptsWhatTheSignerSigned) {
  Signed request = SignedRequest();
  const SignedHead head = HeadOf(request);
  EXPECT_TRUE(Verifies(head));
  EXPECT_FALSE(Verifies(head, R"({"TableName":"u"})"));
}

TEST(SigV4Verifier, RefusesAnotherSecret) {
  Signed request = SignedRequest();
  SigV4Verifier verifier({.region = "us-east-1"});
  const base::Result<SignatureClaim> claim = ReadSignature(HeadOf(request));
  ASSERT_TRUE(claim.ok());
  EXPECT_FALSE(verifier.Matches(*claim, "another secret", kBody));
}

TEST(SigV4Verifier, RefusesWhateverWasChanged) {
  for (size_t i = 0; i < 3; ++i) {
    Signed request = SignedRequest();
    request.headers[i].value = i == 1 ? "20150830T123601Z" : "other";
    EXPECT_FALSE(Verifies(HeadOf(request))) << request.headers[i].name;
  }
  Signed request = SignedRequest();
  SignedHead head = HeadOf(request);
  head.query = "a=b";
  EXPECT_FALSE(Verifies(head));
}

// W18: order and case of headers are free, inner blanks collapse, outer ones do not count.
TEST(SigV4Verifier, ReadsHeadersInAnyForm) {
  Signed request = SignedRequest({{"X-Amz-Note", "a b"}});
  std::swap(request.headers[0], request.headers[3]);
  request.headers[0] = {"x-AMZ-note", "  a \t  b "};
  std::string& text = request.authorization;
  for (size_t at = text.find(", "); at != std::string::npos; at = text.find(", ")) {
    text.replace(at, 2, ",");
  }
  EXPECT_TRUE(Verifies(HeadOf(request)));
}

TEST(SigV4Verifier, ChecksTheStatedHashOfTheBody) {
  std::string hash;
  AppendHex(Hasher().Sha256(kBody), hash);
  Signed request = SignedRequest({{"X-Amz-Content-Sha256", hash}});
  EXPECT_TRUE(Verifies(HeadOf(request)));

  hash.back() = hash.back() == '0' ? '1' : '0';
  Signed other = SignedRequest({{"X-Amz-Content-Sha256", hash}});
  EXPECT_FALSE(Verifies(HeadOf(other)));
}

TEST(SigV4Verifier, TakesUnsignedBodiesOverTlsOnly) {
  SigV4Signer signer({"AKIDEXAMPLE", std::string(kSecret), ""}, "us-east-1", "dynamodb");
  Signed request;
  request.headers = {
      {"Host", "h"}, {"X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"}, {"X-Amz-Date", kDateTime}};
  request.authorization = signer.Authorization(
      {.headers = request.headers, .payload_hash = "UNSIGNED-PAYLOAD"}, kDateTime);
  SignedHead head = HeadOf(request);
  EXPECT_THAT(ErrorOf(head), HasSubstr("UNSIGNED-PAYLOAD"));
  head.secure_transport = true;
  EXPECT_TRUE(Verifies(head, "anything"));
}

TEST(SigV4Verifier, WantsHostAndTargetSigned) {
  Signed request = SignedRequest();
  const std::string names = "SignedHeaders=host;x-amz-date;x-amz-target";
  const size_t at = request.authorization.find(names);
  const std::string all = request.authorization;
  request.authorization.replace(at, names.size(), "SignedHeaders=x-amz-date;x-amz-target");
  EXPECT_EQ(ErrorOf(HeadOf(request)),
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  Signed other = SignedRequest();
  other.authorization = std::string(all).replace(at, names.size(), "SignedHeaders=host;x-amz-date");
  EXPECT_EQ(ErrorOf(HeadOf(other)),
            "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
}

std::string ScopeError(std::string_view service, int64_t now, std::string region = "us-east-1") {
  Signed request = SignedRequest();
  const base::Result<SignatureClaim> claim = ReadSignature(HeadOf(request));
  const base::Result<void> checked =
      SigV4Verifier({.region = std::move(region)}).CheckScope(*claim, service, now);
  return checked.ok() ? "" : checked.error().message;
}

TEST(SigV4Verifier, AllowsFifteenMinutesOfSkew) {
  EXPECT_EQ(ScopeError("dynamodb", kNow + 15 * kMinute), "");
  EXPECT_EQ(ScopeError("dynamodb", kNow - 15 * kMinute), "");
  EXPECT_EQ(ScopeError("dynamodb", kNow + 16 * kMinute),
            "Signature expired: 20150830T123600Z is now earlier than 20150830T123700Z "
            "(20150830T125200Z - 15 min.)");
  EXPECT_EQ(ScopeError("dynamodb", kNow - 16 * kMinute),
            "Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z "
            "(20150830T122000Z + 15 min.)");
}

TEST(SigV4Verifier, WantsItsRegionAndService) {
  EXPECT_EQ(ScopeError("dynamodb", kNow, "eu-west-1"),
            "Credential should be scoped to a valid region, not 'us-east-1'.");
  EXPECT_EQ(ScopeError("sts", kNow), "Credential should be scoped to correct service: 'sts'.");
}

TEST(SigV4Verifier, QuotesMalformedCredentialsAndDates) {
  const auto error_of = [](std::string_view credential, std::string_view date) {
    const std::string authorization = "AWS4-HMAC-SHA256 Credential=" + std::string(credential) +
                                      ",SignedHeaders=host,Signature=0";
    const std::vector<HeaderView> headers = {
        {"Host", "h"}, {"X-Amz-Date", date}, {"Authorization", authorization}};
    return ErrorOf({.headers = headers});
  };
  EXPECT_EQ(error_of("a/20150830/us-east-1", kDateTime),
            "Credential must have exactly 5 slash-delimited elements, e.g. "
            "keyid/date/region/service/term, got 'a/20150830/us-east-1'");
  EXPECT_EQ(error_of("a/20150830/r/s/aws5", kDateTime),
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.");
  EXPECT_EQ(error_of("a/20150829/r/s/aws4_request", kDateTime),
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            "HTTP: '20150829' != '20150830', from '20150830T123600Z'.");
  EXPECT_EQ(error_of("a/20150830/r/s/aws4_request", "yesterday"),
            "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See "
            "http://en.wikipedia.org/wiki/ISO_8601");
  EXPECT_EQ(error_of("a/20150830/r/s/aws4_request", "Sun, 30 Aug 2015 12:36:00 GMT"), "");
}

std::string Presigned(std::string_view expires) {
  return "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2F"
         "dynamodb%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=" +
         std::string(expires) + "&X-Amz-SignedHeaders=host";
}

TEST(SigV4Verifier, VerifiesPresignedQueries) {
  SigV4Signer signer({"AKIDEXAMPLE", std::string(kSecret), ""}, "us-east-1", "dynamodb");
  const std::vector<HeaderView> headers = {{"Host", "localhost:8000"}};
  std::string hash;
  AppendHex(signer.hasher().Sha256(kBody), hash);
  const std::string query = Presigned("60");
  const std::string signature = signer.Signature(
      CanonicalRequest({.query = query, .headers = headers, .payload_hash = hash}), kDateTime);
  const std::string whole = query + "&X-Amz-Signature=" + signature;
  SignedHead head{.query = whole, .headers = headers};
  ASSERT_TRUE(CheckSignatureForm({.query = whole}).ok());
  EXPECT_TRUE(Verifies(head));

  SigV4Verifier verifier({.region = "us-east-1"});
  const base::Result<SignatureClaim> claim = ReadSignature(head);
  ASSERT_TRUE(claim.ok());
  EXPECT_TRUE(verifier.CheckScope(*claim, "dynamodb", kNow + kMinute).ok());
  EXPECT_THAT(verifier.CheckScope(*claim, "dynamodb", kNow + 2 * kMinute).error().message,
              HasSubstr("Signature expired: 20150830T123600Z is now earlier than"));
  for (const std::string_view expires : {"0", "604801", "x", "-1", ""}) {
    const std::string bad = Presigned(expires) + "&X-Amz-Signature=0";
    head.query = bad;
    EXPECT_THAT(ErrorOf(head), HasSubstr("X-Amz-Expires")) << expires;
  }
}

TEST(SigV4Verifier, KnowsOneKeyFromAnother) {
  SigningKeyCache cache(2);
  Hasher hasher;
  const CredentialScope scope{"20150830", "us-east-1", "dynamodb"};
  const Digest first = cache.Get("a", "one", scope, hasher);
  EXPECT_NE(cache.Get("b", "two", scope, hasher), first);
  EXPECT_NE(cache.Get("c", "three", scope, hasher), first);  // the cache was full
  EXPECT_EQ(cache.Get("a", "one", scope, hasher), first);
  EXPECT_EQ(first, DeriveSigningKey("one", scope, hasher));
}

}  // namespace
}  // namespace stator::auth
