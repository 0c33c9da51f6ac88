#include "cli/bench/request_template.h"

#include <array>

#include <gtest/gtest.h>

namespace stator::cli::bench {
namespace {

constexpr int64_t kNow = 1'440'938'160'000'000;  // 20150830T123600Z

SigningOptions Signing(bool sign) {
  return {.credentials = {"AKIDEXAMPLE", "secret", ""}, .region = "us-east-1", .sign = sign};
}

std::string_view Body(std::string_view request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

std::string_view Header(std::string_view request, std::string_view name) {
  const size_t begin = request.find(name) + name.size() + 2;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

TEST(RequestTemplate, FillsKeysInPlace) {
  const base::ManualClock clock(kNow);
  RequestTemplate request = RequestFactory("h:1", Signing(false))
                                .Make("GetItem", BodyBuilder().Text("{").Key(0).Text("}"));
  RequestFiller filler(Signing(false), 100, 1, clock);
  ASSERT_EQ(request.items, 1U);
  EXPECT_EQ(Body(filler.Fill(request, std::array<uint64_t, 1>{4321})),
            R"({"pk":{"S":"user0000000216"},"sk":{"S":"item01"}})");
  const std::string_view again = filler.Fill(request, std::array<uint64_t, 1>{7});
  EXPECT_EQ(Body(again), R"({"pk":{"S":"user0000000000"},"sk":{"S":"item07"}})");
  EXPECT_EQ(Header(again, "X-Amz-Target"), "DynamoDB_20120810.GetItem");
  EXPECT_EQ(Header(again, "Content-Length"), std::to_string(Body(again).size()));
}

TEST(RequestTemplate, ItemHasTheBilledSize) {
  const base::ManualClock clock(kNow);
  RequestTemplate request =
      RequestFactory("h:1", Signing(false)).Make("PutItem", BodyBuilder().Item(0, 400));
  RequestFiller filler(Signing(false), 400, 1, clock);
  const std::string_view body = Body(filler.Fill(request, std::array<uint64_t, 1>{0}));
  const size_t data = body.find(R"("data":{"S":")") + 13;
  const size_t data_bytes = body.size() - 2 - data;
  // Names and values: pk, sk, hits, data.
  EXPECT_EQ(2 + 14 + 2 + 6 + 4 + 1 + 4 + data_bytes, 400U);
}

TEST(RequestTemplate, SignsLikeTheSigner) {
  const base::ManualClock clock(kNow);
  RequestTemplate request = RequestFactory("h:1", Signing(true))
                                .Make("GetItem", BodyBuilder().Text("{").Key(0).Text("}"));
  RequestFiller filler(Signing(true), 100, 1, clock);
  for (const uint64_t item : {uint64_t{5}, uint64_t{99}}) {
    const std::string_view bytes = filler.Fill(request, std::array<uint64_t, 1>{item});
    auth::SigV4Signer signer(Signing(true).credentials, "us-east-1", "dynamodb");
    std::string hash;
    auth::AppendHex(signer.hasher().Sha256(Body(bytes)), hash);
    EXPECT_EQ(Header(bytes, "Authorization"),
              signer.Authorization({.headers = {{"host", "h:1"},
                                                {"content-type", "application/x-amz-json-1.0"},
                                                {"x-amz-date", "20150830T123600Z"},
                                                {"x-amz-target", "DynamoDB_20120810.GetItem"}},
                                    .payload_hash = hash},
                                   "20150830T123600Z"));
  }
}

TEST(RequestTemplate, FollowsTheClock) {
  base::ManualClock clock(kNow);
  RequestTemplate request =
      RequestFactory("h:1", Signing(true)).Make("ListTables", BodyBuilder().Text("{}"));
  RequestFiller filler(Signing(true), 100, 1, clock);
  EXPECT_EQ(Header(filler.Fill(request, {}), "X-Amz-Date"), "20150830T123600Z");
  clock.AdvanceMicros(int64_t{86'400} * 1'000'000);
  const std::string_view bytes = filler.Fill(request, {});
  EXPECT_EQ(Header(bytes, "X-Amz-Date"), "20150831T123600Z");
  EXPECT_NE(Header(bytes, "Authorization").find("AKIDEXAMPLE/20150831/"), std::string_view::npos);
}

}  // namespace
}  // namespace stator::cli::bench
