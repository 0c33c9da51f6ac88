// A connection between a whole request and its answer.
#include <algorithm>
#include <optional>
#include <utility>

#include "model/limits.h"
#include "server/connection.h"
#include "server/worker.h"

namespace stator::server {

namespace {

constexpr size_t kCompressibleBytes = 4096;      // smaller answers are sent as they are (W15)
constexpr size_t kLargeBodyBytes = 1024 * 1024;  // more is decoded one at a time
constexpr size_t kLargeCompressedBytes = kLargeBodyBytes / 16;  // JSON rarely deflates better
constexpr size_t kMostInflation = 1032;  // of a byte, by the format of deflate

constexpr std::string_view kJson = "application/x-amz-json-1.0";
constexpr std::string_view kText = "text/plain";
constexpr std::string_view kXml = "text/xml";

api::Response Throttled() {
  return {.status = 400,
          .body = R"({"__type":"com.amazon.coral.availability#ThrottlingException",)"
                  R"("message":"Rate of requests exceeds the allowed throughput."})",
          .error = base::ErrorCode::kThrottling};
}

}  // namespace

void Connection::Dispatch() {
  exchange_.start_micros = worker_.NowMicros();
  switch (exchange_.route) {
    case Route::kCall:
    case Route::kForm:
      break;
    case Route::kHealth:
      response_ = {.body = "healthy: " + exchange_.request.host};
      return Answer(kText);
    case Route::kMetrics:
      response_ = {.body = worker_.RenderMetrics()};
      return Answer("text/plain; version=0.0.4");
    case Route::kPreflight:
      response_ = {.body = ""};
      return Answer(kText);
    case Route::kNotFound:
      response_ = {.status = 404, .body = "<UnknownOperationException/>\n"};
      return Answer("application/xml");
  }
  phase_ = Phase::kCalling;
  recorded_ = false;
  verified_ = false;
  answer_coding_ = ContentCoding::kIdentity;
  if (exchange_.refusal) {
    response_ = *exchange_.refusal;
    FinishCall();
  } else if (const bool compressed = exchange_.request_coding != ContentCoding::kIdentity;
             compressed || !body_.empty()) {
    const size_t large = compressed ? kLargeCompressedBytes : kLargeBodyBytes;
    CallOn(body_.size() > large ? worker_.large_calls() : worker_.blocking());
  } else {
    in_handler_ = true;
    delivered_inline_ = false;
    if (Verify()) {
      CallHandler(false);
    }
    in_handler_ = false;
    if (delivered_inline_) {
      FinishCall();
    }
  }
}

// Whether it is known who calls, once for each call; else the call is answered. On any thread.
bool Connection::Verify() {
  if ((!exchange_.claim && !exchange_.by_certificate) || verified_) {
    return true;
  }
  verified_ = true;
  std::optional<api::Response> refusal = exchange_.Verify(*worker_.options().authenticator);
  if (refusal) {
    Deliver(*std::move(refusal));
    return false;
  }
  return true;
}

void Connection::CallHandler(bool may_block) {
  if (worker_.stopped()) {
    return;
  }
  exchange_.request.may_block = may_block;
  if (exchange_.route == Route::kForm) {
    Deliver(worker_.options().form_handler(exchange_.request));
    return;
  }
  worker_.handler()(exchange_.request,
                    [this](api::Response response) { Deliver(std::move(response)); });
}

void Connection::CallOn(base::TaskRunner& runner) {
  if (!runner.Post([this] { DecodeAndCall(); })) {
    response_ = Throttled();
    FinishCall();
  }
}

// Runs on a thread that may wait.
void Connection::DecodeAndCall() {
  if (worker_.stopped()) {
    return;
  }
  if (!body_.empty()) {
    JoinBody();
  }
  if (!Verify()) {
    return;
  }
  std::string& body = exchange_.request.body;
  if (exchange_.request_coding != ContentCoding::kIdentity) {
    const size_t most = std::min(model::limits::kRequestBodyBytes, kMostInflation * body.size());
    if (!share_.Grow(body.capacity() + 2 * CountedBytes(most))) {
      Deliver(Throttled());
      return;
    }
    if (std::optional<api::Response> refusal = exchange_.DecodeRequest()) {
      Deliver(*std::move(refusal));
      return;
    }
    share_.Shrink(CountedBytes(body.capacity()));
    if (body.size() > kLargeBodyBytes) {
      if (!worker_.large_calls().Post([this] { CallHandler(true); })) {
        Deliver(Throttled());
      }
      return;
    }
  }
  CallHandler(true);
}

// Runs on any thread.
void Connection::Deliver(api::Response response) {
  response_ = std::move(response);
  if (worker_.loop().IsCurrent() && in_handler_) {
    delivered_inline_ = true;
  } else {
    worker_.loop().Post(*this);
  }
}

void Connection::RunOnLoop() {
  if (phase_ == Phase::kHandshaking) {
    FinishHandshake();
  } else {
    FinishCall();
  }
  Continue();
}

void Connection::FinishCall() {
  if (response_.retry_blocking && !exchange_.request.may_block) {
    CallOn(worker_.blocking());
    return;
  }
  if (!recorded_) {
    recorded_ = true;
    if (!response_.failure.empty() && worker_.options().on_failure) {
      worker_.options().on_failure(exchange_.request.target, response_.failure);
    }
    if (worker_.options().on_answer) {
      worker_.options().on_answer(
          exchange_.request, response_,
          exchange_.claim ? std::string_view(exchange_.claim->access_key_id) : "");
    }
    worker_.metrics().RecordCall(exchange_.operation, response_.status, response_.body,
                                 worker_.NowMicros() - exchange_.start_micros);
    if (!EncodeAnswer()) {
      return;  // comes back here, encoded
    }
  }
  Answer(exchange_.route == Route::kForm ? kXml : kJson);
}

// Encodes a longer answer for clients that take it. Returns false when it is being done elsewhere.
bool Connection::EncodeAnswer() {
  const bool compress = exchange_.response_coding != ContentCoding::kIdentity &&
                        response_.body.size() > kCompressibleBytes;
  if (response_.body.size() > kInlineBytes && worker_.blocking().Post([this, compress] {
        EncodeLargeAnswer(compress);
        worker_.loop().Post(*this);
      })) {
    return false;
  }
  if (compress) {
    Compress();
  }
  return true;
}

void Connection::Compress() {
  response_.body = EncodeBody(exchange_.response_coding, response_.body);
  answer_coding_ = exchange_.response_coding;
}

// A megabyte takes a millisecond, in which an event loop could answer a hundred other calls. Runs
// on a thread that may take its time.
void Connection::EncodeLargeAnswer(bool compress) {
  if (compress) {
    Compress();
  }
  answer_checksum_ = Checksum(response_.body);
}

void Connection::Answer(std::string_view content_type) {
  const bool keep_alive = exchange_.keep_alive && !worker_.draining();
  const Reply reply{.status = response_.status,
                    .body = response_.body,
                    .content_type = content_type,
                    .coding = answer_coding_,
                    .keep_alive = keep_alive,
                    .omit_body = exchange_.omit_body,
                    .cors = exchange_.cors(),
                    .checksum = answer_checksum_};
  if (answer_checksum_) {
    worker_.writer().AppendHead(reply, out_);
    large_out_ = std::move(response_.body);
  } else {
    worker_.writer().Append(reply, out_);
  }
  answer_coding_ = ContentCoding::kIdentity;
  answer_checksum_.reset();
  close_after_answer_ = !keep_alive;
  body_ = BodyBuffer();
  exchange_.End();
  share_.Shrink(0);  // first: what is freed elsewhere has a share of its own meanwhile
  for (std::string* const text : {&exchange_.request.body, &response_.body}) {
    if (CountedBytes(text->capacity()) > 0) {
      worker_.FreeMemory(*text);
    }
  }
  share_.GrowAnyway(CountedBytes(large_out_.capacity()));
  phase_ = Phase::kHead;
  head_started_ = false;
  deadline_micros_ = worker_.NowMicros() + worker_.options().idle_timeout_micros;
}

// Refuses a request for which there is no memory now. Its body is not read to the end.
void Connection::Shed() {
  response_ = Throttled();
  worker_.metrics().RecordCall(exchange_.operation, response_.status, response_.body, 0);
  in_ = ReadBuffer();
  exchange_.keep_alive = false;
  Answer(kJson);
}

}  // namespace stator::server
