#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/task_runner.h"
#include "server/body_buffer.h"
#include "server/event_loop.h"
#include "server/exchange.h"
#include "server/http_parser.h"
#include "server/memory_budget.h"
#include "server/rate_watch.h"
#include "server/read_buffer.h"
#include "server/tls_session.h"

namespace stator::server {

class Worker;

// One client: reads a request, has it answered, writes the answer, in this order; pipelined
// requests wait in the buffer. Belongs to a Worker and lives on its thread, except that the answer
// of a call may arrive on another one. Destroys itself (through Worker::Remove) once it is closed
// and nothing refers to it any more.
//
// Invariants. (1) At most one call is in flight, and while it is, nothing is read. (2) While output
// waits for the client, nothing is read: a client that does not take answers gives no more work.
// (3) `reading_`, `writing_`, kHandshaking and kCalling say who still holds `this`. (4) In
// kHandshaking another thread has `tls_` and `in_`.
class Connection final : private LoopTask {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, EventLoop::Executor>;

  // `tls` is null for plain HTTP.
  Connection(Worker& worker, Socket socket, std::string address, std::unique_ptr<TlsSession> tls);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Start();
  // Closes the connection if one of its times is over. May destroy it.
  void Sweep(int64_t now_micros);
  // The server stops: finish what has begun, close. May destroy it.
  void Drain();
  // Ends the connection at once. May destroy it.
  void Abort();

  const std::string& address() const { return address_; }

  size_t index = 0;  // the Worker's, in its list

 private:
  // What is larger is decoded and encoded off the event loop.
  static constexpr size_t kInlineBytes = 64 * 1024;

  enum class Phase : uint8_t { kHandshaking, kHead, kBody, kChunks, kCalling, kLingering };

  void RunOnLoop() override;
  void Continue();
  void Read();
  void ReadInTurn();
  void ReadPiece();
  bool IsReadingMuch() const;
  ReadBuffer& received() { return tls_ ? tls_->received() : in_; }
  void OnRead(size_t bytes);
  void Handshake();
  void FinishHandshake();
  void TakeReceived(TlsSession::Status status);
  void RefusePlainHttp();
  bool IsElsewhere() const { return phase_ == Phase::kHandshaking || phase_ == Phase::kCalling; }
  std::string_view Unsent() const;
  std::string_view NextOutput();
  void MarkSent(size_t bytes);
  void Flush();
  bool MayWaitForClient();
  void StartWriting();
  void AwaitWritable();
  void AwaitTurn();
  void Close();

  // Each uses up some input and returns true, or returns false when it must wait.
  bool Advance();
  bool AdvanceHead();
  bool AdvanceBody();
  bool AdvanceLargeBody();
  bool AdvanceChunks();

  void Dispatch();
  bool Verify();
  void CallHandler(bool may_block);
  void CallOn(base::TaskRunner& runner);
  void DecodeAndCall();
  void Deliver(api::Response response);
  void FinishCall();
  bool EncodeAnswer();
  void Compress();
  void EncodeLargeAnswer(bool compress);
  void Answer(std::string_view content_type);
  void Refuse(int status);
  bool CountBody(size_t bytes);
  void FinishBody();
  void JoinBody();
  void Shed();
  void Linger();
  void SayEnd();
  bool AnswerIsStuck(int64_t now_micros);
  void TrimIdle();

  Worker& worker_;
  Socket socket_;
  const std::string address_;
  std::unique_ptr<TlsSession> tls_;  // what the socket carries goes through it, when there is one
  TlsSession::Status handshake_status_ = TlsSession::Status::kOpen;  // of the last piece
  HttpParser parser_;
  ReadBuffer in_;
  BodyBuffer body_;  // of a request that is large or chunked, until the call begins
  std::string out_;
  std::string large_out_;  // the body of a large answer, which follows `out_`
  size_t out_sent_ = 0;    // of both
  Exchange exchange_;
  api::Response response_;  // of the call in flight; written by the thread that delivers it
  ContentCoding answer_coding_ = ContentCoding::kIdentity;
  std::optional<uint32_t> answer_checksum_;  // of a large answer
  Phase phase_ = Phase::kHead;
  bool reading_ = false;
  bool writing_ = false;
  bool closed_ = false;
  bool client_ended_ = false;  // TLS: the client has said that nothing follows
  bool close_after_answer_ = false;
  bool head_started_ = false;      // a part of a head has come
  bool in_handler_ = false;        // the handler is on this thread's stack
  bool delivered_inline_ = false;  // and has already answered
  bool verified_ = false;          // the signature has been looked at
  bool recorded_ = false;          // the call is counted, its answer is only being encoded
  uint64_t content_length_ = 0;
  MemoryShare share_;            // for what is large of the buffers; whoever runs the call's
  RateWatch body_watch_;         // runs in the phases of a body
  RateWatch answer_watch_;       // runs while the client does not take all
  size_t lingering_bytes_ = 0;   // received in that phase
  int64_t deadline_micros_ = 0;  // of any other phase; 0: none
};

}  // namespace stator::server
