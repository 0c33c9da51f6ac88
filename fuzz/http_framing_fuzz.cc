// However the bytes of a connection arrive, they are framed as the same requests: once in one
// piece, once cut into pieces as the input says. Limits hold, and what is refused stays refused.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fuzzer/FuzzedDataProvider.h>

#include "base/check.h"
#include "model/limits.h"
#include "server/body_buffer.h"
#include "server/http_parser.h"

namespace {

namespace limits = stator::model::limits;
using stator::server::BodyBuffer;
using stator::server::HttpParser;
using stator::server::RequestHead;

// A request as the server would take it, as text.
std::string Describe(const RequestHead& head) {
  std::string text;
  for (const std::string_view part :
       {head.path, head.query, head.host, head.amz_target, head.authorization, head.origin,
        head.cors_method, head.cors_headers, std::string_view(head.accept_encoding),
        head.content_encoding.value_or("-")}) {
    text.append(part).push_back('\n');
  }
  for (const bool flag : {head.has_authorization, head.has_date, head.expects_continue,
                          head.keep_alive, head.chunked}) {
    text.push_back(flag ? '1' : '0');
  }
  return text.append(std::to_string(head.content_length));
}

// Frames bytes as a connection does, and keeps what came out.
class Framer {
 public:
  // Takes the bytes so far; `received` grows from call to call.
  void Take(std::string_view received) {
    while (!ended_ && Step(received.substr(used_))) {
    }
  }
  const std::vector<std::string>& requests() const { return requests_; }

 private:
  enum class Phase : uint8_t { kHead, kBody, kChunks };

  bool Step(std::string_view rest) {
    switch (phase_) {
      case Phase::kHead:
        return TakeHead(rest);
      case Phase::kBody:
        return TakeBody(rest);
      case Phase::kChunks:
        break;
    }
    const HttpParser::Outcome outcome = parser_.ParseChunks(rest, body_);
    STATOR_CHECK(outcome.consumed <= rest.size());
    STATOR_CHECK(body_.size() <= limits::kRequestBodyBytes);
    used_ += outcome.consumed;
    return End(outcome.status);
  }

  bool TakeHead(std::string_view rest) {
    if (rest.empty()) {
      return false;
    }
    const HttpParser::Outcome outcome = parser_.ParseHead(rest);
    if (outcome.status != HttpParser::Status::kDone) {
      STATOR_CHECK(outcome.status != HttpParser::Status::kNeedMore ||
                   rest.size() <= limits::kHeaderBytes + limits::kRequestLineBytes + 2);
      return End(outcome.status);
    }
    STATOR_CHECK(outcome.consumed <= rest.size());
    const RequestHead& head = parser_.head();
    STATOR_CHECK(!head.chunked || head.content_length == 0);
    requests_.push_back(Describe(head));
    used_ += outcome.consumed;
    body_ = BodyBuffer();
    content_length_ = head.content_length;
    ended_ = content_length_ > limits::kRequestBodyBytes;
    phase_ = head.chunked ? Phase::kChunks : Phase::kBody;
    return true;
  }

  bool TakeBody(std::string_view rest) {
    if (rest.size() < content_length_) {
      return false;
    }
    body_.Append(rest.substr(0, content_length_));
    used_ += content_length_;
    return End(HttpParser::Status::kDone);
  }

  bool End(HttpParser::Status status) {
    if (status == HttpParser::Status::kNeedMore) {
      return false;
    }
    if (status == HttpParser::Status::kDone) {
      std::string body;
      body_.MoveTo(body, 0);
      requests_.push_back("body " + body);
      phase_ = Phase::kHead;
      return true;
    }
    requests_.emplace_back("refused");
    ended_ = true;
    return false;
  }

  HttpParser parser_;
  Phase phase_ = Phase::kHead;
  size_t used_ = 0;
  uint64_t content_length_ = 0;
  BodyBuffer body_;
  bool ended_ = false;
  std::vector<std::string> requests_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzedDataProvider input(data, size);
  // Taken from the end, so that the front of an input is the bytes as they are.
  std::vector<size_t> pieces(input.ConsumeIntegralInRange<size_t>(0, 8));
  for (size_t& piece : pieces) {
    piece = input.ConsumeIntegralInRange<size_t>(1, 300);
  }
  const std::string bytes = input.ConsumeRemainingBytesAsString();
  Framer whole;
  whole.Take(bytes);
  Framer cut;
  size_t end = 0;
  for (const size_t piece : pieces) {
    end = std::min(end + piece, bytes.size());
    cut.Take(std::string_view(bytes).substr(0, end));
  }
  cut.Take(bytes);
  STATOR_CHECK(whole.requests() == cut.requests());
  return 0;
}
