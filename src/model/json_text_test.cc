#include "model/json_text.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace stator::model {
namespace {

std::string Quote(std::string_view text) {
  std::string out;
  AppendJsonString(text, out);
  return out;
}

std::string Base64(std::string_view bytes) {
  std::string out;
  AppendBase64(bytes, out);
  return out;
}

TEST(JsonText, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(Quote(""), "\"\"");
  EXPECT_EQ(Quote("a/b \xC3\xA9"), "\"a/b \xC3\xA9\"");
  EXPECT_EQ(Quote("say \"no\"\\\n"), R"("say \"no\"\\\n")");
  EXPECT_EQ(Quote(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
}

TEST(JsonText, FindsEscapesAtEveryPlaceOfAWord) {
  for (size_t length = 1; length < 20; ++length) {
    for (size_t at = 0; at < length; ++at) {
      std::string text(length, '\x80');
      text[at] = '"';
      std::string expected = text;
      expected.insert(at, 1, '\\');
      EXPECT_EQ(Quote(text), '"' + expected + '"');
    }
  }
}

TEST(JsonText, Base64GoesForthAndBack) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foo"), "Zm9v");
  EXPECT_EQ(Base64("\xFF\xFE\xFB"), "//77");
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(DecodeBase64(Base64(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

// W12: no padding, wrong padding, other characters, bits behind the end.
TEST(JsonText, Base64IsReadStrictly) {
  for (const std::string_view text : {"Zg", "Zg=", "Zg===", "====", "=", "Z===", "Zg==Zg==", "Zm=v",
                                      "Zm9\xFF", "Zm9-", "Zm 9", "Zh==", "Zm9="}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace stator::model
