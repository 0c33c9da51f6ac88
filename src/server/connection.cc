#include "server/connection.h"

#include <cerrno>

#include <boost/asio/buffer.hpp>
#include <sys/socket.h>

#include "model/limits.h"
#include "server/worker.h"

namespace stator::server {

namespace {

using boost::system::error_code;

constexpr size_t kReadBytes = 4096;                // room for at least so much in each read
constexpr size_t kOutputBytes = 256 * 1024;        // of pipelined answers before they are sent
constexpr size_t kKeptOutputBytes = 64 * 1024;     // of an idle connection's buffer
constexpr size_t kLingerBytes = 64 * 1024 * 1024;  // that a refused client may still send
constexpr size_t kCompressibleBytes = 4096;        // smaller answers are sent as they are (W15)
constexpr size_t kInlineCodingBytes = 64 * 1024;   // more is encoded off the event loop
constexpr size_t kJsonPaddingBytes = 64;  // spare capacity behind a body, for the JSON parser

constexpr std::string_view kJson = "application/x-amz-json-1.0";
constexpr std::string_view kText = "text/plain";

}  // namespace

Connection::Connection(Worker& worker, Socket socket, std::string address)
    : worker_(worker), socket_(std::move(socket)), address_(std::move(address)) {
  error_code ignored;  // without them the connection still works
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

void Connection::Start() {
  deadline_micros_ = worker_.NowMicros() + worker_.options().idle_timeout_micros;
  Continue();
}

// Does all that can be done now. The last thing any entry point calls: `this` may be gone after.
void Connection::Continue() {
  while (!closed_ && !writing_) {
    bool waiting = false;
    while (!waiting && out_.size() < kOutputBytes) {
      waiting = !Advance();
    }
    Flush();
    if (waiting) {
      break;
    }
  }
  if (!closed_ && !writing_ && !reading_ && phase_ != Phase::kCalling) {
    Read();
  }
  if (closed_ && !reading_ && !writing_ && phase_ != Phase::kCalling) {
    worker_.Remove(*this);
  }
}

void Connection::Read() {
  in_.Reserve(phase_ == Phase::kBody ? content_length_ + 1 : in_.size() + kReadBytes);
  reading_ = true;
  socket_.async_read_some(boost::asio::buffer(in_.FreeSpace(), in_.FreeBytes()),
                          [this](const error_code& error, size_t bytes) {
                            reading_ = false;
                            if (error) {
                              Close();
                            } else {
                              OnRead(bytes);
                            }
                            Continue();
                          });
}

void Connection::OnRead(size_t bytes) {
  if (closed_) {
    return;
  }
  worker_.metrics().RecordBytes(bytes, 0);
  in_.Produce(bytes);
  phase_bytes_ += bytes;
  if (phase_ == Phase::kLingering) {
    in_.Consume(in_.size());
    if (phase_bytes_ > kLingerBytes) {
      Close();
    }
  }
}

bool Connection::Advance() {
  if (closed_) {
    return false;
  }
  switch (phase_) {
    case Phase::kHead:
      return AdvanceHead();
    case Phase::kBody:
      return AdvanceBody();
    case Phase::kChunks:
      return AdvanceChunks();
    case Phase::kCalling:
    case Phase::kLingering:
      break;
  }
  return false;
}

bool Connection::AdvanceHead() {
  while (in_.view().starts_with("\r\n")) {
    in_.Consume(2);  // RFC 9112, 2.2: some clients end a body with an empty line
  }
  if (close_after_answer_ || in_.size() == 0) {
    return false;
  }
  const HttpParser::Outcome outcome = parser_.ParseHead(in_.view());
  if (outcome.status == HttpParser::Status::kNeedMore) {
    if (!head_started_) {
      head_started_ = true;
      deadline_micros_ = worker_.NowMicros() + worker_.options().header_timeout_micros;
    }
    return false;
  }
  if (outcome.status != HttpParser::Status::kDone) {
    Refuse(400);
    return false;
  }
  const RequestHead& head = parser_.head();
  exchange_.Begin(head, worker_.operations(), worker_.options());
  content_length_ = head.content_length;
  const bool expects_continue = head.expects_continue;
  in_.Consume(outcome.consumed);
  if (content_length_ > model::limits::kRequestBodyBytes) {
    Refuse(413);
    return false;
  }
  deadline_micros_ = 0;
  phase_ = head.chunked ? Phase::kChunks : Phase::kBody;
  phase_bytes_ = in_.size();
  if (in_.size() >= content_length_ && phase_ == Phase::kBody) {
    return true;  // the usual case: all of it came in one piece
  }
  phase_start_micros_ = worker_.NowMicros();
  if (expects_continue && in_.size() == 0) {
    out_.append("HTTP/1.1 100 Continue\r\n\r\n");
  }
  return true;
}

bool Connection::AdvanceBody() {
  if (in_.size() < content_length_) {
    return false;
  }
  std::string& body = exchange_.request.body;
  body.reserve(content_length_ + kJsonPaddingBytes);
  body.assign(in_.view().substr(0, content_length_));
  in_.Consume(content_length_);
  in_.Shrink();
  Dispatch();
  return true;
}

bool Connection::AdvanceChunks() {
  const HttpParser::Outcome outcome = parser_.ParseChunks(in_.view(), exchange_.request.body);
  in_.Consume(outcome.consumed);
  switch (outcome.status) {
    case HttpParser::Status::kNeedMore:
      return false;
    case HttpParser::Status::kDone:
      in_.Shrink();
      exchange_.request.body.reserve(exchange_.request.body.size() + kJsonPaddingBytes);
      Dispatch();
      return true;
    case HttpParser::Status::kTooLarge:
      Refuse(413);
      return false;
    case HttpParser::Status::kBad:
      break;
  }
  Refuse(400);
  return false;
}

void Connection::Dispatch() {
  exchange_.start_micros = worker_.NowMicros();
  switch (exchange_.route) {
    case Route::kCall:
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
  answer_coding_ = ContentCoding::kIdentity;
  if (exchange_.refusal) {
    response_ = *exchange_.refusal;
    FinishCall();
  } else if (exchange_.request_coding != ContentCoding::kIdentity) {
    CallBlocking();  // a small body may inflate to a large one
  } else {
    in_handler_ = true;
    delivered_inline_ = false;
    CallHandler(false);
    in_handler_ = false;
    if (delivered_inline_) {
      FinishCall();
    }
  }
}

void Connection::CallHandler(bool may_block) {
  exchange_.request.may_block = may_block;
  worker_.handler()(exchange_.request,
                    [this](api::Response response) { Deliver(std::move(response)); });
}

void Connection::CallBlocking() {
  const bool taken = worker_.blocking().Post([this] {
    if (std::optional<api::Response> refusal = exchange_.DecodeRequest()) {
      Deliver(*std::move(refusal));
    } else {
      CallHandler(true);
    }
  });
  if (!taken) {
    response_ = {.status = 400,
                 .body = R"({"__type":"com.amazon.coral.availability#ThrottlingException",)"
                         R"("message":"Rate of requests exceeds the allowed throughput."})"};
    FinishCall();
  }
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
  FinishCall();
  Continue();
}

void Connection::FinishCall() {
  if (response_.retry_blocking && !exchange_.request.may_block) {
    CallBlocking();
    return;
  }
  if (!recorded_) {
    recorded_ = true;
    if (!response_.failure.empty() && worker_.options().on_failure) {
      worker_.options().on_failure(exchange_.request.target, response_.failure);
    }
    worker_.metrics().RecordCall(exchange_.operation, response_.status, response_.body,
                                 worker_.NowMicros() - exchange_.start_micros);
    if (!EncodeAnswer()) {
      return;  // comes back here, encoded
    }
  }
  Answer(kJson);
}

// Encodes a longer answer for clients that take it. Returns false when it is being done elsewhere.
bool Connection::EncodeAnswer() {
  const bool compress = exchange_.response_coding != ContentCoding::kIdentity &&
                        response_.body.size() > kCompressibleBytes;
  if (response_.body.size() > kInlineCodingBytes && worker_.blocking().Post([this, compress] {
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
  response_.body.reserve(response_.body.size() + ResponseWriter::kHeadBytes);
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
  if (answer_checksum_ && out_.empty()) {
    worker_.writer().Prepend(reply, response_.body);
    out_ = std::move(response_.body);
  } else {
    worker_.writer().Append(reply, out_);
  }
  answer_coding_ = ContentCoding::kIdentity;
  answer_checksum_.reset();
  close_after_answer_ = !keep_alive;
  exchange_.Shrink();
  phase_ = Phase::kHead;
  head_started_ = false;
  deadline_micros_ = worker_.NowMicros() + worker_.options().idle_timeout_micros;
}

// Answers what cannot be understood or is too much. What follows cannot be understood either.
void Connection::Refuse(int status) {
  Reply reply;
  reply.status = status;
  reply.keep_alive = false;
  worker_.writer().Append(reply, out_);
  close_after_answer_ = true;
  phase_ = Phase::kHead;
}

void Connection::Flush() {
  while (!closed_ && out_sent_ < out_.size()) {
    const ssize_t sent = send(socket_.native_handle(), out_.data() + out_sent_,
                              out_.size() - out_sent_, MSG_NOSIGNAL);
    if (sent >= 0) {
      worker_.metrics().RecordBytes(0, static_cast<size_t>(sent));
      out_sent_ += static_cast<size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      AwaitWritable();
      return;
    } else if (errno != EINTR) {
      Close();
    }
  }
  out_sent_ = 0;
  if (out_.capacity() > kKeptOutputBytes) {
    out_ = std::string();
  } else {
    out_.clear();
  }
  if (close_after_answer_ && !closed_ && phase_ == Phase::kHead) {
    Linger();
  }
}

void Connection::AwaitWritable() {
  writing_ = true;
  deadline_micros_ = worker_.NowMicros() + worker_.options().idle_timeout_micros;
  socket_.async_wait(Socket::wait_write, [this](const error_code& error) {
    writing_ = false;
    if (error) {
      Close();
    }
    Continue();
  });
}

// Says that no more answers come, and takes what the client still sends until it stops: closing
// with unread input would reset the connection, and the client might never see the answer (W8).
void Connection::Linger() {
  if (worker_.draining()) {
    Close();
    return;
  }
  error_code ignored;  // the client may be gone, which reading will tell
  socket_.shutdown(Socket::shutdown_send, ignored);
  phase_ = Phase::kLingering;
  in_.Consume(in_.size());
  phase_bytes_ = 0;
  deadline_micros_ = worker_.NowMicros() + worker_.options().linger_micros;
}

void Connection::Close() {
  closed_ = true;
  error_code ignored;
  socket_.close(ignored);
}

void Connection::Sweep(int64_t now_micros) {
  const HttpServerOptions& options = worker_.options();
  bool late = deadline_micros_ != 0 && now_micros > deadline_micros_;
  if (!writing_ && (phase_ == Phase::kBody || phase_ == Phase::kChunks)) {
    const int64_t earned_micros =
        static_cast<int64_t>(phase_bytes_) * 1'000'000 / options.body_bytes_per_second;
    late = now_micros - phase_start_micros_ > options.body_grace_micros + earned_micros;
  }
  if (late && !closed_) {
    Abort();
  }
}

void Connection::Drain() {
  const bool idle = phase_ == Phase::kHead && in_.size() == 0 && out_.empty();
  if (!closed_ && (idle || phase_ == Phase::kLingering)) {
    Abort();
  }
}

void Connection::Abort() {
  if (!closed_) {
    Close();
  }
  Continue();
}

}  // namespace stator::server
