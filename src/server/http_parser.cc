#include "server/http_parser.h"

#include <cstring>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "model/limits.h"
#include "server/ascii.h"

namespace stator::server {

namespace {

namespace http = boost::beast::http;
namespace limits = model::limits;
using BeastView = boost::beast::string_view;
using ErrorCode = boost::beast::error_code;

// Bytes of chunk framing (sizes, extensions, trailer) that may wait to become complete.
constexpr size_t kChunkFramingBytes = 16 * 1024;

// The last chunk, and the end of a body without trailer: where a body begins with a zero, as much
// must follow. Behind other chunks it comes with the line end of the one before.
constexpr size_t kLeastChunkBytes = std::string_view("0\r\n\r\n").size();

std::string_view View(BeastView text) { return {text.data(), text.size()}; }

Method MethodOf(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::kGet;
    case http::verb::head:
      return Method::kHead;
    case http::verb::post:
      return Method::kPost;
    case http::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

// Takes one message apart. Beast checks the grammar; the decisions are ours.
class MessageParser final : public http::basic_parser<true> {
 public:
  explicit MessageParser(bool keep_fields) : keep_fields_(keep_fields) {
    constexpr size_t kUsualFields = 16;
    head_.fields.reserve(keep_fields ? kUsualFields : 0);
    eager(true);
    // The limits are checked before Beast sees the bytes, and after it has decoded them.
    header_limit(static_cast<uint32_t>(limits::kRequestLineBytes + limits::kHeaderBytes + 4));
    body_limit(boost::none);
  }

  RequestHead& head() { return head_; }
  bool TransferCodingIsSound() const {
    return transfer_encodings_ == 0 || (transfer_encodings_ == 1 && head_.chunked);
  }
  // Ten times the version: 10 or 11.
  int http_version() const { return http_version_; }
  int hosts() const { return hosts_; }
  bool body_too_large() const { return body_too_large_; }
  // Whether the header of a chunk has been seen.
  bool has_chunk() const { return has_chunk_; }
  void set_body(BodyBuffer* body) { body_ = body; }

 private:
  void on_request_impl(http::verb method, BeastView, BeastView target, int version,
                       ErrorCode& error) override {
    error = {};
    http_version_ = version;
    head_.method = MethodOf(method);
    const std::string_view whole = View(target);
    const size_t question = whole.find('?');
    head_.path = whole.substr(0, question);
    head_.query = question == std::string_view::npos ? "" : whole.substr(question + 1);
  }

  void on_field_impl(http::field name, BeastView name_text, BeastView text,
                     ErrorCode& error) override {
    error = {};
    if (in_body_) {
      return;  // a trailer, which means nothing to us
    }
    const std::string_view value = View(text);
    if (keep_fields_) {
      head_.fields.push_back({View(name_text), value});
    }
    switch (name) {
      case http::field::host:
        ++hosts_;
        head_.host = value;
        break;
      case http::field::transfer_encoding:
        ++transfer_encodings_;
        head_.chunked = EqualsIgnoringCase(value, "chunked");
        break;
      case http::field::authorization:
        head_.authorization = value;
        head_.has_authorization = true;
        break;
      case http::field::content_type:
        head_.content_type = value;
        break;
      case http::field::date:
        head_.has_date = true;
        break;
      case http::field::expect:
        head_.expects_continue = EqualsIgnoringCase(value, "100-continue");
        break;
      case http::field::content_encoding:
        head_.content_encoding = value;
        break;
      case http::field::accept_encoding:
        head_.accept_encoding.append(head_.accept_encoding.empty() ? "" : ",").append(value);
        break;
      case http::field::origin:
        head_.origin = value;
        break;
      case http::field::access_control_request_method:
        head_.cors_method = value;
        break;
      case http::field::access_control_request_headers:
        head_.cors_headers = value;
        break;
      case http::field::unknown:
        TakeAmazonField(View(name_text), value);
        break;
      default:
        break;
    }
  }

  void TakeAmazonField(std::string_view name, std::string_view value) {
    if (EqualsIgnoringCase(name, "x-amz-target")) {
      head_.amz_target = value;
    } else if (EqualsIgnoringCase(name, "x-amz-date")) {
      head_.has_date = true;
    }
  }

  void on_header_impl(ErrorCode& error) override {
    error = {};
    in_body_ = true;
  }

  size_t on_chunk_body_impl(uint64_t, BeastView data, ErrorCode& error) override {
    error = {};
    body_too_large_ = body_too_large_ || data.size() > limits::kRequestBodyBytes - body_->size();
    if (body_too_large_) {
      error = http::error::body_limit;
      return 0;
    }
    body_->Append(View(data));
    return data.size();
  }

  void on_chunk_header_impl(uint64_t size, BeastView, ErrorCode& error) override {
    error = {};
    has_chunk_ = true;
    body_too_large_ = size > limits::kRequestBodyBytes - body_->size();
    if (body_too_large_) {
      error = http::error::body_limit;
    }
  }

  void on_body_init_impl(const boost::optional<uint64_t>&, ErrorCode& error) override {
    error = {};
  }
  size_t on_body_impl(BeastView data, ErrorCode& error) override {
    error = {};
    return data.size();
  }
  void on_response_impl(int, BeastView, int, ErrorCode& error) override { error = {}; }
  void on_finish_impl(ErrorCode& error) override { error = {}; }

  const bool keep_fields_;
  RequestHead head_;
  BodyBuffer* body_ = nullptr;
  int transfer_encodings_ = 0;
  int hosts_ = 0;
  int http_version_ = 11;
  bool in_body_ = false;
  bool has_chunk_ = false;
  bool body_too_large_ = false;
};

// Whether a line ends without CR: framing that waits for CR LF would wait for ever.
bool HasBareLineFeed(std::string_view text) {
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') {
      return true;
    }
  }
  return false;
}

}  // namespace

// The parser of the current message; Beast's cannot be used twice.
class HttpParser::Impl {
 public:
  explicit Impl(bool keep) : keep_fields(keep) {}

  const bool keep_fields;
  std::optional<MessageParser> message;
};

HttpParser::HttpParser(bool keep_fields) : impl_(std::make_unique<Impl>(keep_fields)) {}
HttpParser::~HttpParser() = default;

const RequestHead& HttpParser::head() const { return impl_->message->head(); }

// Finds the empty line that ends the head, looking at each line once however the bytes arrive.
HttpParser::Outcome HttpParser::FindHeadEnd(std::string_view bytes) {
  while (line_start_ < bytes.size()) {
    const char* const start = bytes.data() + line_start_;
    const void* const found = std::memchr(start, '\n', bytes.size() - line_start_);
    if (found == nullptr) {
      break;
    }
    const size_t line_bytes = static_cast<size_t>(static_cast<const char*>(found) - start);
    const bool folded = line_start_ > 0 && (*start == ' ' || *start == '\t');
    if (line_bytes == 0 || start[line_bytes - 1] != '\r' || folded) {
      return {Status::kBad, 0};
    }
    line_start_ += line_bytes + 1;
    if (request_line_bytes_ == 0) {
      request_line_bytes_ = line_start_;
    } else if (line_start_ - request_line_bytes_ > limits::kHeaderBytes) {
      return {Status::kTooLarge, 0};
    } else if (line_bytes == 1) {
      return {Status::kDone, line_start_};
    }
  }
  const size_t limit = request_line_bytes_ == 0 ? limits::kRequestLineBytes
                                                : request_line_bytes_ + limits::kHeaderBytes;
  return {bytes.size() > limit ? Status::kTooLarge : Status::kNeedMore, 0};
}

HttpParser::Outcome HttpParser::ParseHead(std::string_view bytes) {
  const Outcome end = FindHeadEnd(bytes);
  if (end.status != Status::kDone) {
    return end;
  }
  const bool line_too_long = request_line_bytes_ > limits::kRequestLineBytes + 2;
  line_start_ = 0;
  request_line_bytes_ = 0;
  if (line_too_long) {
    return {Status::kTooLarge, 0};
  }
  MessageParser& message = impl_->message.emplace(impl_->keep_fields);
  ErrorCode error;
  BodyBuffer no_body;
  message.set_body(&no_body);
  message.put(boost::asio::buffer(bytes.data(), end.consumed), error);
  if ((error && error != http::error::need_more) || !message.is_header_done()) {
    return {Status::kBad, 0};
  }
  RequestHead& head = message.head();
  const bool host_is_sound =
      message.hosts() == 1 || (message.hosts() == 0 && message.http_version() < 11);
  if (!message.TransferCodingIsSound() || message.chunked() != head.chunked || !host_is_sound ||
      (head.chunked && message.http_version() < 11)) {
    return {Status::kBad, 0};
  }
  head.keep_alive = message.keep_alive();
  head.content_length = message.content_length().value_or(0);
  return {Status::kDone, end.consumed};
}

HttpParser::Outcome HttpParser::ParseChunks(std::string_view bytes, BodyBuffer& body) {
  MessageParser& message = *impl_->message;
  if (bytes.empty() ||
      (bytes.size() < kLeastChunkBytes && bytes.front() == '0' && !message.has_chunk())) {
    return {Status::kNeedMore, 0};  // Beast asserts that it gets as many the second time
  }
  message.set_body(&body);
  ErrorCode error;
  const size_t consumed = message.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (message.body_too_large()) {
    return {Status::kTooLarge, consumed};
  }
  if (error && error != http::error::need_more) {
    return {Status::kBad, consumed};
  }
  if (message.is_done()) {
    return {Status::kDone, consumed};
  }
  const std::string_view framing = bytes.substr(consumed);
  const bool hopeless = framing.size() > kChunkFramingBytes || HasBareLineFeed(framing);
  return {hopeless ? Status::kBad : Status::kNeedMore, consumed};
}

}  // namespace stator::server
