#include "cli/bench/endpoint.h"

#include <gtest/gtest.h>

namespace stator::cli::bench {
namespace {

TEST(Endpoint, ReadsHttp) {
  const auto endpoint = ParseEndpoint("http://127.0.0.1:8000");
  ASSERT_TRUE(endpoint.ok());
  EXPECT_FALSE(endpoint->tls);
  EXPECT_EQ(endpoint->host, "127.0.0.1");
  EXPECT_EQ(endpoint->port, 8000);
  EXPECT_EQ(endpoint->host_header, "127.0.0.1:8000");
}

TEST(Endpoint, ReadsHttpsWithItsDefaultPort) {
  const auto endpoint = ParseEndpoint("https://dynamodb.us-east-1.amazonaws.com/");
  ASSERT_TRUE(endpoint.ok());
  EXPECT_TRUE(endpoint->tls);
  EXPECT_EQ(endpoint->port, 443);
  EXPECT_EQ(endpoint->host_header, "dynamodb.us-east-1.amazonaws.com");
}

TEST(Endpoint, ReadsIpv6) {
  const auto endpoint = ParseEndpoint("http://[::1]:8000");
  ASSERT_TRUE(endpoint.ok());
  EXPECT_EQ(endpoint->host, "::1");
  EXPECT_EQ(endpoint->port, 8000);
  EXPECT_EQ(endpoint->host_header, "[::1]:8000");
}

TEST(Endpoint, RefusesOthers) {
  for (const char* url : {"", "127.0.0.1:8000", "http://", "http://:80", "http://h:", "http://h:x",
                          "http://h:70000", "http://h/path", "http://u@h", "ftp://h"}) {
    EXPECT_FALSE(ParseEndpoint(url).ok()) << url;
  }
}

}  // namespace
}  // namespace stator::cli::bench
