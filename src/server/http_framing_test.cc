// What a strict reader of HTTP/1.1 must refuse, and what it must take, byte for byte.
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "model/limits.h"
#include "server/test_server.h"

namespace stator::server {
namespace {

namespace limits = model::limits;

std::string Head(std::string_view headers) {
  std::string request = "POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: ";
  return request.append(kTarget).append("\r\n").append(kSignature).append(headers).append("\r\n");
}

// Each of these could be framed differently by another parser, or is no HTTP at all (RFC 9112).
TEST(HttpFraming, RefusesAmbiguousRequests) {
  const TestServer server(Echo());
  const std::string chunks = "0\r\n\r\n";
  const std::vector<std::string> requests = {
      Head("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + chunks,
      Head("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + chunks,
      Head("Content-Length: 2\r\nContent-Length: 3\r\n") + "abc",
      Head("Content-Length: 2, 3\r\n") + "abc",
      Head("Content-Length: +2\r\n") + "ab",
      Head("Content-Length: -2\r\n") + "ab",
      Head("Content-Length: 0x2\r\n") + "ab",
      Head("Content-Length: 2 2\r\n") + "ab",
      Head("Content-Length:\r\n") + "ab",
      Head("Content-Length: 99999999999999999999999\r\n") + "ab",
      Head("Transfer-Encoding: gzip\r\n"),
      Head("Transfer-Encoding: identity\r\nContent-Length: 2\r\n") + "ab",
      Head("Transfer-Encoding: chunked, gzip\r\n") + chunks,
      Head("Transfer-Encoding: gzip, chunked\r\n") + chunks,
      Head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") + chunks,
      Head("Transfer-Encoding: xchunked\r\n") + chunks,
      Head("Transfer-Encoding: \"chunked\"\r\n") + chunks,
      Head("Folded: a\r\n b\r\n"),
      Head("Content-Length : 2\r\n") + "ab",
      Head(" Content-Length: 2\r\n") + "ab",
      Head("Bare: a\nLf: b\r\n"),
      Head("Bare: a\rCr: b\r\n"),
      Head("No colon\r\n"),
      Head(": no name\r\n"),
      Head("Na\tme: x\r\n"),
      Head(std::string("Nul: a\0b\r\n", 10)),
      Head("Host: another\r\n"),
      "POST / HTTP/1.1\nHost: h\n\n",
      "POST / HTTP/1.1\r\n\r\n",  // no Host
      "POST / HTTP/1.1\rHost: h\r\n\r\n",
      "POST  / HTTP/1.1\r\nHost: h\r\n\r\n",
      "POST / HTTP/1.1 \r\nHost: h\r\n\r\n",
      "POST /\r\nHost: h\r\n\r\n",
      "POST / HTTP/2.0\r\nHost: h\r\n\r\n",
      "POST / FTP/1.1\r\nHost: h\r\n\r\n",
      "P@ST / HTTP/1.1\r\nHost: h\r\n\r\n",
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
      "\x16\x03\x01\x02\x0a\x01\r\n\r\n",  // TLS
      Head("Transfer-Encoding: chunked\r\n") + "2\nab\r\n0\r\n\r\n",
      Head("Transfer-Encoding: chunked\r\n") + "2\r\nabc\r\n0\r\n\r\n",
      Head("Transfer-Encoding: chunked\r\n") + "-2\r\nab\r\n0\r\n\r\n",
      Head("Transfer-Encoding: chunked\r\n") + "0x2\r\nab\r\n0\r\n\r\n",
      Head("Transfer-Encoding: chunked\r\n") + "zz\r\nab\r\n0\r\n\r\n",
      Head("Transfer-Encoding: chunked\r\n") + "fffffffffffffffff\r\nab\r\n0\r\n\r\n",
  };
  for (const std::string& request : requests) {
    TestClient client(server.port());
    const TestResponse response = client.Exchange(request);
    EXPECT_EQ(response.status, 400) << request;
    EXPECT_EQ(response.Header("Connection"), "close") << request;
    EXPECT_EQ(response.Header("x-amzn-RequestId").size(), 52U) << request;
    EXPECT_TRUE(client.IsClosedByServer()) << request;
  }
}

TEST(HttpFraming, AcceptsEquivalentForms) {
  const TestServer server(Echo());
  EXPECT_EQ(server.Exchange(Head("content-length:2\r\n") + "ab").body, "ab");
  EXPECT_EQ(server.Exchange(Head("CONTENT-LENGTH:  \t 2  \r\n") + "ab").body, "ab");
  EXPECT_EQ(server.Exchange(Head("Content-Length: 2\r\nContent-Length: 2\r\n") + "ab").body, "ab");
  EXPECT_EQ(server.Exchange("\r\n" + Head("Content-Length: 2\r\n") + "ab").body, "ab");
  EXPECT_EQ(server.Exchange(Head("Transfer-Encoding: Chunked\r\n") + "02\r\nab\r\n0\r\n\r\n").body,
            "ab");
  EXPECT_EQ(server
                .Exchange(Head("Transfer-Encoding: chunked\r\n") +
                          "A;x=y;z=\"q\"\r\n0123456789\r\n1\r\nx\r\n0;last\r\nTrailer: t\r\n\r\n")
                .body,
            "0123456789x");
}

// The same request in every split of two, and byte by byte.
TEST(HttpFraming, DoesNotDependOnHowBytesArrive) {
  const TestServer server(Echo());
  const std::string chunked =
      Head("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n2;e=1\r\nde\r\n0\r\nT: t\r\n\r\n";
  for (const std::string& request : {Call("abcde"), chunked}) {
    TestClient client(server.port());
    for (size_t split = 1; split < request.size(); ++split) {
      ASSERT_TRUE(client.Send(request.substr(0, split)));
      EXPECT_EQ(client.Exchange(request.substr(split)).body, "abcde") << split;
    }
    for (const char byte : request) {
      ASSERT_TRUE(client.Send({&byte, 1}));
    }
    EXPECT_EQ(client.Receive().body, "abcde");
  }
}

// Bodies that hardly are any, in every split of two.
TEST(HttpFraming, TakesShortChunkedBodiesInPieces) {
  const TestServer server(Echo());
  const std::string head = Head("Transfer-Encoding: chunked\r\n");
  const std::vector<std::pair<std::string, std::string>> bodies = {{"0\r\n\r\n", ""},
                                                                   {"00;e\r\n\r\n", ""},
                                                                   {"1\r\n\n\r\n0\r\n\r\n", "\n"},
                                                                   {"0\r\nT:\r\n\r\n", ""}};
  for (const auto& [framed, body] : bodies) {
    TestClient client(server.port());
    for (size_t split = 0; split < framed.size(); ++split) {
      ASSERT_TRUE(client.Send(head + framed.substr(0, split)));
      std::this_thread::sleep_for(std::chrono::milliseconds(2));  // so that it comes in two
      const TestResponse response = client.Exchange(framed.substr(split));
      EXPECT_EQ(response.status, 200) << framed << split;
      EXPECT_EQ(response.body, body) << framed << split;
    }
  }
}

// A zero in or right behind the data of a chunk is not the last chunk, for which more would be
// waited.
TEST(HttpFraming, RefusesWhatFollowsAZeroInAChunk) {
  const TestServer server(Echo());
  for (const std::string_view begin : {"2\r\n2", "1\r\n2"}) {
    TestClient client(server.port());
    ASSERT_TRUE(client.Send(Head("Transfer-Encoding: chunked\r\n").append(begin)));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // so that it comes in two
    EXPECT_EQ(client.Exchange("0\n!").status, 400);
  }
}

// W9
TEST(HttpFraming, LimitsTheHead) {
  const TestServer server(Echo());
  const auto header = [](size_t bytes) {
    return "A: " + std::string(bytes - 5, 'a') + "\r\n";  // with its line end
  };
  const size_t others = Head("").size() - std::string_view("POST / HTTP/1.1\r\n").size();
  EXPECT_EQ(server.Exchange(Head(header(limits::kHeaderBytes - others))).status, 200);
  EXPECT_EQ(server.Exchange(Head(header(limits::kHeaderBytes - others + 1))).status, 400);
  EXPECT_EQ(server.Exchange(Head(header(1'000'000))).status, 400);
  EXPECT_EQ(server.Exchange(std::string(1'000'000, 'A')).status, 400);

  const auto with_query = [](size_t line_bytes) {
    const std::string rest = "GET /? HTTP/1.1";
    return "GET /?" + std::string(line_bytes - rest.size(), 'q') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  };
  EXPECT_EQ(server.Exchange(with_query(limits::kRequestLineBytes)).status, 404);
  EXPECT_EQ(server.Exchange(with_query(limits::kRequestLineBytes + 1)).status, 400);
}

// W8: the client sees the answer although it has not finished sending.
TEST(HttpFraming, LimitsTheBody) {
  const TestServer server(Echo());
  const std::string fits(limits::kRequestBodyBytes, 'x');
  EXPECT_EQ(server.Exchange(Call(fits)).body.size(), fits.size());
  EXPECT_EQ(server.Exchange(Call(fits + "x")).status, 413);
  EXPECT_EQ(server.Exchange(Call(std::string(40'000'000, 'x'))).status, 413);

  const auto chunked = [](size_t chunks) {
    std::string request = Head("Transfer-Encoding: chunked\r\n");
    for (size_t i = 0; i < chunks; ++i) {
      request.append("10000\r\n").append(65536, 'x').append("\r\n");
    }
    return request + "0\r\n\r\n";
  };
  const size_t most = limits::kRequestBodyBytes / 65536;
  EXPECT_EQ(server.Exchange(chunked(most)).status, 200);
  EXPECT_EQ(server.Exchange(chunked(most + 1)).status, 413);
  EXPECT_EQ(server.Exchange(chunked(3 * most)).status, 413);
}

TEST(HttpFraming, LimitsWhatSurroundsChunks) {
  const TestServer server(Echo());
  const std::string head = Head("Transfer-Encoding: chunked\r\n");
  EXPECT_EQ(server.Exchange(head + "1;" + std::string(100'000, 'e')).status, 400);
  EXPECT_EQ(server.Exchange(head + "0\r\nT: " + std::string(100'000, 't')).status, 400);
}

}  // namespace
}  // namespace stator::server
