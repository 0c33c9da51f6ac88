#include "server/content_coding.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace stator::server {
namespace {

constexpr size_t kLimit = 1 << 20;

std::string Decoded(ContentCoding coding, std::string_view body) {
  std::string decoded;
  return DecodeBody(coding, body, kLimit, decoded) == DecodeStatus::kOk ? decoded : "<broken>";
}

TEST(ContentCoding, ChoosesByWeight) {
  EXPECT_EQ(ChooseContentCoding(""), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseContentCoding("identity"), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseContentCoding("br, zstd"), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseContentCoding("gzip"), ContentCoding::kGzip);
  EXPECT_EQ(ChooseContentCoding("deflate, GZIP"), ContentCoding::kGzip);
  EXPECT_EQ(ChooseContentCoding("deflate"), ContentCoding::kDeflate);
  EXPECT_EQ(ChooseContentCoding("gzip;q=0.5, deflate;q=0.8"), ContentCoding::kDeflate);
  EXPECT_EQ(ChooseContentCoding("gzip; q=0"), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseContentCoding("*"), ContentCoding::kGzip);
  EXPECT_EQ(ChooseContentCoding("*;q=0.3, gzip;q=0"), ContentCoding::kDeflate);
  EXPECT_EQ(ChooseContentCoding("gzip;q=0.5, identity"), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseContentCoding("gzip;q=7"), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseContentCoding(",;,=,gzip;q=,"), ContentCoding::kIdentity);
}

TEST(ContentCoding, ReadsContentEncoding) {
  EXPECT_EQ(ParseContentCoding(" GZip "), ContentCoding::kGzip);
  EXPECT_EQ(ParseContentCoding("deflate"), ContentCoding::kDeflate);
  EXPECT_EQ(ParseContentCoding("identity"), ContentCoding::kIdentity);
  EXPECT_EQ(ParseContentCoding(""), std::nullopt);
  EXPECT_EQ(ParseContentCoding("br"), std::nullopt);
  EXPECT_EQ(ParseContentCoding("gzip, gzip"), std::nullopt);
}

TEST(ContentCoding, DecodesWhatItEncodes) {
  std::string body;
  for (int i = 0; i < 5000; ++i) {
    body.append(std::to_string(i * 7919));
  }
  for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kDeflate}) {
    const std::string encoded = EncodeBody(coding, body);
    EXPECT_LT(encoded.size(), body.size());
    EXPECT_EQ(Decoded(coding, encoded), body);
    EXPECT_EQ(Decoded(coding, EncodeBody(coding, "")), "");
  }
}

// W13: concatenated members are one body, junk after them is ignored.
TEST(ContentCoding, ReadsConcatenatedMembersAndIgnoresJunk) {
  const std::string one = EncodeBody(ContentCoding::kGzip, "one ");
  const std::string two = EncodeBody(ContentCoding::kGzip, "two");
  EXPECT_EQ(Decoded(ContentCoding::kGzip, one + two), "one two");
  EXPECT_EQ(Decoded(ContentCoding::kGzip, one + two + "junk"), "one two");
  EXPECT_EQ(Decoded(ContentCoding::kGzip, one + "\x1f"), "one ");
}

TEST(ContentCoding, AcceptsDeflateWithoutItsHeader) {
  const std::string wrapped = EncodeBody(ContentCoding::kDeflate, "bare bare bare");
  EXPECT_EQ(Decoded(ContentCoding::kDeflate, wrapped.substr(2, wrapped.size() - 6)),
            "bare bare bare");
}

TEST(ContentCoding, RefusesEveryTruncation) {
  for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kDeflate}) {
    const std::string encoded = EncodeBody(coding, "some text that is some text");
    for (size_t size = 0; size < encoded.size(); ++size) {
      EXPECT_EQ(Decoded(coding, encoded.substr(0, size)), "<broken>") << size;
    }
  }
}

TEST(ContentCoding, SurvivesDamage) {
  constexpr uint64_t kSeed = 20261122;
  base::Random random(kSeed);
  const std::string encoded = EncodeBody(ContentCoding::kGzip, std::string(3000, 'x') + "tail");
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = encoded;
    damaged[random.Below(damaged.size())] = static_cast<char>(random.Below(256));
    std::string decoded;
    (void)DecodeBody(ContentCoding::kGzip, damaged, kLimit, decoded);
    EXPECT_LE(decoded.size(), kLimit);
  }
}

// A bomb is stopped at the limit, not inflated and measured.
TEST(ContentCoding, StopsAtTheLimit) {
  const std::string bomb = EncodeBody(ContentCoding::kGzip, std::string(kLimit + 1, '\0'));
  std::string decoded;
  EXPECT_EQ(DecodeBody(ContentCoding::kGzip, bomb, kLimit, decoded), DecodeStatus::kTooLarge);
  EXPECT_LE(decoded.size(), kLimit);
  decoded.clear();
  const std::string exact = EncodeBody(ContentCoding::kGzip, std::string(kLimit, '\0'));
  EXPECT_EQ(DecodeBody(ContentCoding::kGzip, exact, kLimit, decoded), DecodeStatus::kOk);
}

}  // namespace
}  // namespace stator::server
