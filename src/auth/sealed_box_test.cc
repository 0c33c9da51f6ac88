#include "auth/sealed_box.h"

#include <gtest/gtest.h>

#include "auth/key_file.h"

namespace stator::auth {
namespace {

SealingKey Key(std::string_view purpose) { return DeriveKey(SealingKey{}, purpose); }

TEST(SealedBox, OpensWhatItSealed) {
  for (const std::string text : {"", "a", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}) {
    const std::string sealed = Seal(Key("a"), text, "context");
    EXPECT_EQ(sealed.find("wJalr"), std::string::npos);
    EXPECT_EQ(Unseal(Key("a"), sealed, "context"), text);
  }
}

TEST(SealedBox, NeverSealsAlike) { EXPECT_NE(Seal(Key("a"), "x", ""), Seal(Key("a"), "x", "")); }

TEST(SealedBox, RefusesAnyChange) {
  const std::string sealed = Seal(Key("a"), "secret", "context");
  EXPECT_FALSE(Unseal(Key("b"), sealed, "context"));
  EXPECT_FALSE(Unseal(Key("a"), sealed, "another"));
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(Unseal(Key("a"), changed, "context")) << i;
    EXPECT_FALSE(Unseal(Key("a"), sealed.substr(0, i), "context")) << i;
  }
}

}  // namespace
}  // namespace stator::auth
