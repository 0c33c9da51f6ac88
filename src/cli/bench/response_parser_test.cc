#include "cli/bench/response_parser.h"

#include <string>

#include <gtest/gtest.h>

namespace stator::cli::bench {
namespace {

using Progress = ResponseParser::Progress;

constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length:  5 \r\nX-Amz-Crc32: 1\r\n\r\nhello";

TEST(ResponseParser, ReadsStatusAndBody) {
  ResponseParser parser;
  ASSERT_EQ(parser.Advance(kResponse), Progress::kComplete);
  EXPECT_EQ(parser.status(), 200);
  EXPECT_EQ(kResponse.substr(parser.body_offset(), parser.body_size()), "hello");
  EXPECT_FALSE(parser.close());
}

TEST(ResponseParser, TakesBytesOneByOne) {
  ResponseParser parser;
  for (size_t size = 0; size < kResponse.size(); ++size) {
    ASSERT_EQ(parser.Advance(kResponse.substr(0, size)), Progress::kIncomplete) << size;
  }
  EXPECT_EQ(parser.Advance(kResponse), Progress::kComplete);
}

TEST(ResponseParser, StartsAgainAfterReset) {
  ResponseParser parser;
  ASSERT_EQ(parser.Advance(kResponse), Progress::kComplete);
  parser.Reset();
  ASSERT_EQ(parser.Advance("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), Progress::kComplete);
  EXPECT_EQ(parser.status(), 500);
  EXPECT_EQ(parser.body_size(), 0U);
}

TEST(ResponseParser, SeesThatTheConnectionCloses) {
  ResponseParser parser;
  ASSERT_EQ(parser.Advance("HTTP/1.1 413 X\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n"),
            Progress::kComplete);
  EXPECT_TRUE(parser.close());
}

TEST(ResponseParser, RefusesWhatItCannotFrame) {
  const std::string long_head(100'000, 'x');
  for (const std::string_view bytes : {
           std::string_view("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"),  // no length
           std::string_view("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
           std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
           std::string_view("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
           std::string_view("HTTP/1.1 200 OK\r\nContent-Length\r\n\r\n"),
           std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"),  // too many bytes
           std::string_view("HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n"),
           std::string_view("SSH-2.0-OpenSSH\r\n\r\n"),
           std::string_view(long_head),
       }) {
    ResponseParser parser;
    EXPECT_EQ(parser.Advance(bytes), Progress::kMalformed) << bytes.substr(0, 80);
  }
}

}  // namespace
}  // namespace stator::cli::bench
