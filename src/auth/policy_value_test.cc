#include "auth/policy_value.h"

#include <gtest/gtest.h>

namespace stator::auth {
namespace {

PolicyNumber N(std::string_view text) { return *PolicyNumber::Parse(text); }

TEST(PolicyNumber, ComparesExactly) {
  EXPECT_EQ(N("100"), N("1e2"));
  EXPECT_EQ(N("-0"), N("0.000"));
  EXPECT_EQ(N("0.10"), N("1e-1"));
  EXPECT_LT(N("-10"), N("-9.5"));
  EXPECT_LT(N("-1"), N("0"));
  EXPECT_LT(N("0"), N("1e-99"));
  EXPECT_LT(N("9"), N("10"));
  EXPECT_LT(N("12345678901234567890123456789012345678"),
            N("12345678901234567890123456789012345679"));
  for (const std::string_view text : {"", ".", "-", "1e", "1e1234567", "x", "1 ", "1.2.3", "0x1"}) {
    EXPECT_FALSE(PolicyNumber::Parse(text)) << text;
  }
}

TEST(PolicyDate, ReadsItsForms) {
  EXPECT_EQ(ParsePolicyDate("1970-01-02"), 86'400'000'000);
  EXPECT_EQ(ParsePolicyDate("1970-01-01T00:00:01Z"), 1'000'000);
  EXPECT_EQ(ParsePolicyDate("1970-01-01T01:00+01:00"), 0);
  EXPECT_EQ(ParsePolicyDate("1970-01-01T00:00:00.25Z"), 250'000);
  EXPECT_EQ(ParsePolicyDate("1970-01-01T00:00:00.1234567Z"), 123'456);
  EXPECT_EQ(ParsePolicyDate("5"), 5'000'000);
  for (const std::string_view text :
       {"", "1970", "-5", "1970-1-1", "1970-01-01T", "1970-01-01T00:00:00", "1970-01-01T00:00:60Z",
        "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00Zx", "1234567890123"}) {
    // A bare year is a number of seconds.
    EXPECT_EQ(ParsePolicyDate(text).has_value(), text == "1970") << text;
  }
}

TEST(PolicyDate, FormatsWhatItReads) {
  EXPECT_EQ(FormatPolicyDate(1'795'613'400'000'000), "2026-11-25T13:30:00Z");
  EXPECT_EQ(ParsePolicyDate("2026-11-25T13:30:00Z"), 1'795'613'400'000'000);
}

TEST(IpNetwork, ContainsAddresses) {
  const auto contains = [](std::string_view network, std::string_view address) {
    return IpNetwork::Parse(network)->Contains(*IpNetwork::Parse(address));
  };
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(contains("::/0", "10.0.0.1"));
  EXPECT_FALSE(contains("10.0.0.1", "10.0.0.0/8"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_FALSE(IpNetwork::Parse("10.0.0.1/"));
  EXPECT_FALSE(IpNetwork::Parse("10.0.0.1/8x"));
  EXPECT_FALSE(IpNetwork::Parse(""));
}

}  // namespace
}  // namespace stator::auth
