#include "auth/sigv4_signer.h"

#include <gtest/gtest.h>

namespace stator::auth {
namespace {

// The published examples of Signature Version 4: the step-by-step ListUsers request of the
// documentation, and requests of the `aws4_testsuite`, which all use this key and time.
constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr std::string_view kDateTime = "20150830T123600Z";
constexpr std::string_view kEmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string Hex(const Digest& digest) {
  std::string out;
  AppendHex(digest, out);
  return out;
}

SigV4Signer ExampleSigner(std::string service) {
  return SigV4Signer({"AKIDEXAMPLE", std::string(kSecret), ""}, "us-east-1", std::move(service));
}

SignableRequest VanillaRequest(std::string_view method) {
  return {.method = method,
          .headers = {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", kDateTime}},
          .payload_hash = kEmptyHash};
}

std::string SuiteSignature(const SignableRequest& request) {
  SigV4Signer signer = ExampleSigner("service");
  return signer.Signature(CanonicalRequest(request), kDateTime);
}

SignableRequest ListUsersRequest() {
  return {.method = "GET",
          .path = "/",
          .query = "Action=ListUsers&Version=2010-05-08",
          .headers = {{"Host", "iam.amazonaws.com"},
                      {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                      {"X-Amz-Date", kDateTime}},
          .payload_hash = kEmptyHash};
}

TEST(SigV4Signer, CanonicalRequestOfTheDocumentation) {
  Hasher hasher;
  const std::string canonical = CanonicalRequest(ListUsersRequest());
  EXPECT_EQ(canonical,
            "GET\n/\nAction=ListUsers&Version=2010-05-08\n"
            "content-type:application/x-www-form-urlencoded; charset=utf-8\n"
            "host:iam.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"
            "content-type;host;x-amz-date\n" +
                std::string(kEmptyHash));
  EXPECT_EQ(Hex(hasher.Sha256(canonical)),
            "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
}

TEST(SigV4Signer, StringToSignOfTheDocumentation) {
  Hasher hasher;
  EXPECT_EQ(StringToSign(kDateTime, {"20150830", "us-east-1", "iam"},
                         CanonicalRequest(ListUsersRequest()), hasher),
            "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
            "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
}

TEST(SigV4Signer, SigningKeyOfTheDocumentation) {
  Hasher hasher;
  EXPECT_EQ(Hex(DeriveSigningKey(kSecret, {"20150830", "us-east-1", "iam"}, hasher)),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(SigV4Signer, AuthorizationOfTheDocumentation) {
  SigV4Signer signer = ExampleSigner("iam");
  EXPECT_EQ(signer.Authorization(ListUsersRequest(), kDateTime),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date, "
            "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST(SigV4Signer, GetVanilla) {
  EXPECT_EQ(SuiteSignature(VanillaRequest("GET")),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(SigV4Signer, PostVanilla) {
  EXPECT_EQ(SuiteSignature(VanillaRequest("POST")),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

TEST(SigV4Signer, SortsQueryParameters) {
  SignableRequest request = VanillaRequest("GET");
  request.query = "Param2=value2&Param1=value1";
  EXPECT_EQ(SuiteSignature(request),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

TEST(SigV4Signer, EncodesPath) {
  SignableRequest request = VanillaRequest("GET");
  request.path = "/\u1234";
  EXPECT_EQ(SuiteSignature(request),
            "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
}

TEST(SigV4Signer, TrimsAndCollapsesHeaderValues) {
  SignableRequest request = VanillaRequest("GET");
  request.headers.push_back({"My-Header1", " value1"});
  request.headers.push_back({"My-Header2", " \"a   b   c\""});
  EXPECT_EQ(SuiteSignature(request),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
}

TEST(SigV4Signer, JoinsHeadersOfOneName) {
  SignableRequest request = VanillaRequest("GET");
  request.headers.push_back({"My-Header1", "value2"});
  request.headers.push_back({"My-Header1", "value2"});
  request.headers.push_back({"My-Header1", "value1"});
  EXPECT_EQ(SuiteSignature(request),
            "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea");
}

TEST(SigV4Signer, SignsBody) {
  SigV4Signer signer = ExampleSigner("service");
  const std::string hash = Hex(signer.hasher().Sha256("Param1=value1"));
  SignableRequest request = VanillaRequest("POST");
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  request.payload_hash = hash;
  EXPECT_EQ(signer.Signature(CanonicalRequest(request), kDateTime),
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

TEST(SigV4Signer, ReusesSigningKeyOnlyWithinTheDay) {
  SigV4Signer signer = ExampleSigner("service");
  const std::string canonical = CanonicalRequest(VanillaRequest("GET"));
  const std::string first = signer.Signature(canonical, kDateTime);
  EXPECT_NE(signer.Signature(canonical, "20150831T000000Z"), first);
  EXPECT_EQ(signer.Signature(canonical, kDateTime), first);
}

TEST(SigV4Signer, WritesDateTime) { EXPECT_EQ(AmzDateTime(1'440'938'160'000'000), kDateTime); }

}  // namespace
}  // namespace stator::auth
