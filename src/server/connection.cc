#include "server/connection.h"

#include <algorithm>
#include <cerrno>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <sys/socket.h>

#include "base/free_memory.h"
#include "model/limits.h"
#include "server/worker.h"

namespace stator::server {

namespace {

using boost::system::error_code;

constexpr size_t kReadBytes = 4096;                // room for at least so much in each read
constexpr size_t kOutputBytes = 256 * 1024;        // of pipelined answers before they are sent
constexpr size_t kKeptOutputBytes = 64 * 1024;     // of an idle connection's buffer
constexpr size_t kSentBytes = 64 * 1024;           // of an answer at once
constexpr size_t kTurnBytes = 128 * 1024;          // before it is the turn of other connections
constexpr size_t kIdleBytes = 4 * 1024;            // of each such buffer after the next sweep
constexpr size_t kLingerBytes = 64 * 1024 * 1024;  // that a refused client may still send
constexpr size_t kBodyReadBytes = 32 * 1024;       // room for a body that is not there yet
constexpr size_t kJsonPaddingBytes = 64;  // spare capacity behind a body, for the JSON parser

}  // namespace

Connection::Connection(Worker& worker, Socket socket, std::string address,
                       std::unique_ptr<TlsSession> tls)
    : worker_(worker),
      socket_(std::move(socket)),
      address_(std::move(address)),
      tls_(std::move(tls)),
      parser_(worker.options().credentials == Credentials::kVerified),
      share_(worker.memory()) {
  exchange_.request.secure_transport = tls_ != nullptr;
  exchange_.request.source_address = address_;
  error_code ignored;  // without them the connection still works
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

Connection::~Connection() { worker_.FreeMemory(large_out_); }

void Connection::Start() {
  const HttpServerOptions& options = worker_.options();
  // A handshake has as long as a head.
  deadline_micros_ =
      worker_.NowMicros() + (tls_ ? options.header_timeout_micros : options.idle_timeout_micros);
  Continue();
}

// Does all that can be done now. The last thing any entry point calls: `this` may be gone after.
void Connection::Continue() {
  while (!closed_ && !writing_ && phase_ != Phase::kHandshaking) {
    bool waiting = false;
    while (!waiting && out_.size() < kOutputBytes && large_out_.empty()) {
      waiting = !Advance();
    }
    Flush();
    if (waiting) {
      break;
    }
  }
  if (!closed_ && !writing_ && !reading_ && !IsElsewhere()) {
    Read();
  }
  if (closed_ && !reading_ && !writing_ && !IsElsewhere()) {
    worker_.Remove(*this);
  }
}

void Connection::Read() {
  if (client_ended_) {
    Close();
    return;
  }
  reading_ = true;
  if (IsReadingMuch()) {
    ReadInTurn();
    return;
  }
  ReadBuffer& buffer = received();
  buffer.Reserve(phase_ == Phase::kBody ? std::min<size_t>(content_length_, kBodyReadBytes)
                                        : buffer.size() + kReadBytes);
  socket_.async_read_some(boost::asio::buffer(buffer.FreeSpace(), buffer.FreeBytes()),
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

// Whether more is to come than a short request.
bool Connection::IsReadingMuch() const {
  return phase_ == Phase::kBody ? content_length_ > kInlineBytes
                                : phase_ == Phase::kChunks || phase_ == Phase::kLingering;
}

void Connection::ReadInTurn() {
  socket_.async_wait(Socket::wait_read, [this](const error_code&) {  // reading tells what is wrong
    worker_.turns().Await([this] {
      reading_ = false;
      ReadPiece();
      Continue();
    });
  });
}

void Connection::ReadPiece() {
  if (closed_) {
    return;
  }
  ReadBuffer& buffer = received();
  buffer.Reserve(kBodyReadBytes);
  error_code error;
  const size_t bytes =
      socket_.read_some(boost::asio::buffer(buffer.FreeSpace(), buffer.FreeBytes()), error);
  if (!error) {
    OnRead(bytes);
  } else if (error != boost::asio::error::would_block) {
    Close();
  }
}

void Connection::OnRead(size_t bytes) {
  if (closed_) {
    return;
  }
  worker_.metrics().RecordBytes(bytes, 0);
  ReadBuffer& buffer = received();
  buffer.Produce(bytes);
  body_watch_.Record(bytes);
  if (phase_ == Phase::kLingering) {
    lingering_bytes_ += bytes;
    buffer.Consume(buffer.size());
    if (lingering_bytes_ > kLingerBytes) {
      Close();
    }
  } else if (tls_ != nullptr && !tls_->established()) {
    Handshake();
  } else if (tls_ != nullptr) {
    TakeReceived(tls_->Receive(in_));
  }
}

// A handshake's arithmetic takes longer than many calls: those of other clients do not wait for it.
void Connection::Handshake() {
  phase_ = Phase::kHandshaking;
  if (!worker_.blocking().Post([this] {
        if (!worker_.stopped()) {
          handshake_status_ = tls_->Receive(in_);
          worker_.loop().Post(*this);
        }
      })) {
    phase_ = Phase::kHead;
    Close();
  }
}

void Connection::FinishHandshake() {
  phase_ = Phase::kHead;
  if (closed_) {
    return;
  }
  TakeReceived(handshake_status_);
  if (tls_ != nullptr && tls_->established()) {
    if (std::optional<auth::CertificateSummary> certificate = tls_->ClientCertificate()) {
      exchange_.request.client_subject = std::move(certificate->subject);
      exchange_.request.client_fingerprint = std::move(certificate->fingerprint);
    }
    deadline_micros_ = worker_.NowMicros() + worker_.options().idle_timeout_micros;
  }
  if (worker_.draining() && in_.size() == 0) {
    Close();
  }
}

void Connection::TakeReceived(TlsSession::Status status) {
  switch (status) {
    case TlsSession::Status::kOpen:
      break;
    case TlsSession::Status::kEnded:
      client_ended_ = true;
      break;
    case TlsSession::Status::kPlainHttp:
      RefusePlainHttp();
      return;
    case TlsSession::Status::kFailed:
      close_after_answer_ = true;  // the answer is an alert
      phase_ = Phase::kHead;
      return;
  }
}

// W23: says what is wrong, in the language that the client speaks.
void Connection::RefusePlainHttp() {
  tls_.reset();
  Reply reply;
  reply.status = 400;
  reply.body = "This port speaks TLS: use https.\n";
  reply.content_type = "text/plain";
  reply.keep_alive = false;
  worker_.writer().Append(reply, out_);
  close_after_answer_ = true;
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
    case Phase::kHandshaking:
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
  if (in_.size() >= content_length_ && phase_ == Phase::kBody) {
    return true;  // the usual case: all of it came in one piece
  }
  body_watch_.Start(worker_.NowMicros());
  if (expects_continue && in_.size() == 0) {
    out_.append("HTTP/1.1 100 Continue\r\n\r\n");
  }
  return true;
}

bool Connection::AdvanceBody() {
  if (content_length_ > kInlineBytes) {
    return AdvanceLargeBody();
  }
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

bool Connection::AdvanceLargeBody() {
  const std::string_view more = in_.view().substr(0, content_length_ - body_.size());
  if (!CountBody(body_.size() + more.size())) {
    return true;
  }
  body_.Append(more);
  in_.Consume(more.size());
  if (body_.size() < content_length_) {
    return false;
  }
  FinishBody();
  return true;
}

bool Connection::AdvanceChunks() {
  const HttpParser::Outcome outcome = parser_.ParseChunks(in_.view(), body_);
  in_.Consume(outcome.consumed);
  if (!CountBody(body_.size())) {
    return true;
  }
  switch (outcome.status) {
    case HttpParser::Status::kNeedMore:
      return false;
    case HttpParser::Status::kDone:
      FinishBody();
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

// Takes memory for so much of a body: for what has come, so that a client has to send what it wants
// memory for, and twice, for the pieces become one. False when there is not so much, and the
// request is refused.
bool Connection::CountBody(size_t bytes) {
  if (share_.Grow(2 * CountedBytes(bytes))) {
    return true;
  }
  Shed();
  return false;
}

void Connection::FinishBody() {
  in_.Shrink();
  if (body_.size() <= kInlineBytes) {
    JoinBody();
  }
  Dispatch();
}

// On the thread that runs the call.
void Connection::JoinBody() {
  body_.MoveTo(exchange_.request.body, kJsonPaddingBytes);
  share_.Shrink(CountedBytes(exchange_.request.body.capacity()));
}

// Answers what cannot be understood or is too much. What follows cannot be understood either.
void Connection::Refuse(int status) {
  Reply reply;
  reply.status = status;
  reply.keep_alive = false;
  worker_.writer().Append(reply, out_);
  body_ = BodyBuffer();
  share_.Shrink(0);
  close_after_answer_ = true;
  phase_ = Phase::kHead;
}

// What of the answers comes next, in one piece.
std::string_view Connection::Unsent() const {
  if (out_sent_ < out_.size()) {
    return std::string_view(out_).substr(out_sent_);
  }
  return std::string_view(large_out_).substr(out_sent_ - out_.size());
}

// The bytes that the socket takes next; empty when there are none.
std::string_view Connection::NextOutput() {
  if (tls_ == nullptr) {
    return Unsent().substr(0, kSentBytes);
  }
  if (const std::string_view piece = Unsent().substr(0, kSentBytes);
      tls_->unsent().empty() && !piece.empty()) {
    out_sent_ += piece.size();
    if (!tls_->Send(piece)) {
      Close();
    }
  }
  return tls_->unsent();
}

void Connection::MarkSent(size_t bytes) {
  worker_.metrics().RecordBytes(0, bytes);
  if (tls_ != nullptr) {
    tls_->MarkSent(bytes);
  } else {
    out_sent_ += bytes;
  }
  answer_watch_.Record(bytes);
}

void Connection::Flush() {
  size_t turn_bytes = 0;
  for (std::string_view next = NextOutput(); !closed_ && !next.empty(); next = NextOutput()) {
    if (turn_bytes >= kTurnBytes) {
      AwaitTurn();
      return;
    }
    const ssize_t sent = send(socket_.native_handle(), next.data(), next.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      MarkSent(static_cast<size_t>(sent));
      turn_bytes += static_cast<size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return MayWaitForClient() ? AwaitWritable() : Close();
    } else if (errno != EINTR) {
      Close();
    }
  }
  answer_watch_.Stop();
  if (phase_ == Phase::kHead) {
    share_.Shrink(0);
  }
  out_sent_ = 0;
  worker_.FreeMemory(large_out_);
  if (out_.capacity() > kKeptOutputBytes) {
    base::FreeMemory(out_);
  } else {
    out_.clear();
  }
  if (close_after_answer_ && !closed_ && phase_ == Phase::kHead) {
    Linger();
  }
}

// Whether there is memory to wait for a client that does not take its answers now.
bool Connection::MayWaitForClient() {
  if (phase_ == Phase::kCalling) {
    return true;  // whoever runs the call has the share
  }
  share_.GrowAnyway(CountedBytes(out_.capacity()) + CountedBytes(large_out_.capacity()));
  return share_.bytes() == 0 || !share_.budget().exhausted();
}

void Connection::StartWriting() {
  const int64_t now_micros = worker_.NowMicros();
  if (!answer_watch_.running()) {
    answer_watch_.Start(now_micros);
  }
  writing_ = true;
  deadline_micros_ = now_micros + worker_.options().idle_timeout_micros;
}

// Goes on when the socket takes something, in turn with other large answers.
void Connection::AwaitWritable() {
  StartWriting();
  socket_.async_wait(Socket::wait_write, [this](const error_code& error) {
    if (error) {
      Close();
    }
    AwaitTurn();
  });
}

void Connection::AwaitTurn() {
  StartWriting();
  worker_.turns().Await([this] {
    writing_ = false;
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
  SayEnd();
  error_code ignored;  // the client may be gone, which reading will tell
  socket_.shutdown(Socket::shutdown_send, ignored);
  phase_ = Phase::kLingering;
  in_.Consume(in_.size());
  lingering_bytes_ = 0;
  deadline_micros_ = worker_.NowMicros() + worker_.options().linger_micros;
}

// TLS: says that nothing follows. A client that does not take that at once is lost anyway.
void Connection::SayEnd() {
  if (tls_ != nullptr) {
    tls_->End();
    (void)!send(socket_.native_handle(), tls_->unsent().data(), tls_->unsent().size(),
                MSG_NOSIGNAL);
  }
}

void Connection::Close() {
  closed_ = true;
  if (phase_ != Phase::kLingering && phase_ != Phase::kHandshaking) {
    SayEnd();
  }
  error_code ignored;
  socket_.close(ignored);
}

void Connection::Sweep(int64_t now_micros) {
  const HttpServerOptions& options = worker_.options();
  bool late = deadline_micros_ != 0 && now_micros > deadline_micros_;
  if (!writing_ && (phase_ == Phase::kBody || phase_ == Phase::kChunks)) {
    late = body_watch_.IsTooSlow(now_micros, options.rate_window_micros, options.bytes_per_second);
  }
  if (closed_) {
    return;
  }
  if (late || (writing_ && AnswerIsStuck(now_micros))) {
    Abort();
  } else {
    TrimIdle();
  }
}

// Whether a client has taken too little of an answer for too long. When memory is short, that is
// soon: it keeps others from being served.
bool Connection::AnswerIsStuck(int64_t now_micros) {
  const HttpServerOptions& options = worker_.options();
  const bool hurry =
      phase_ != Phase::kCalling && share_.bytes() > 0 && share_.budget().short_of_memory();
  return answer_watch_.IsTooSlow(now_micros,
                                 hurry ? options.sweep_micros : options.idle_timeout_micros,
                                 options.bytes_per_second);
}

// Gives back what an idle connection has no use for.
void Connection::TrimIdle() {
  const bool idle = phase_ == Phase::kHead && !writing_ && out_.empty() && in_.size() == 0;
  if (idle && (out_.capacity() > kIdleBytes || exchange_.request.body.capacity() > kIdleBytes)) {
    base::FreeMemory(out_);
    base::FreeMemory(exchange_.request.body);
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
