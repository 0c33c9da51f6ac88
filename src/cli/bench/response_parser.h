#pragma once

#include <cstddef>
#include <string_view>

namespace stator::cli::bench {

// Finds where one HTTP/1.1 response ends and reads its status: the least that a load generator must
// know. The body needs a Content-Length; a chunked one counts as malformed, for DynamoDB endpoints
// do not send it. Not synchronized.
class ResponseParser {
 public:
  enum class Progress { kIncomplete, kComplete, kMalformed };

  // `received` is everything received of this response so far: it only grows from call to call.
  Progress Advance(std::string_view received);
  // Starts with the next response.
  void Reset() { *this = ResponseParser(); }

  // Valid when complete.
  int status() const { return status_; }
  // Whether the server is about to close the connection.
  bool close() const { return close_; }
  size_t body_offset() const { return body_offset_; }
  size_t body_size() const { return body_size_; }

 private:
  bool ParseHead(std::string_view head);
  bool ParseHeader(std::string_view line);

  int status_ = 0;
  bool close_ = false;
  bool has_length_ = false;
  size_t searched_ = 0;     // no end of the head before this
  size_t body_offset_ = 0;  // 0: the head is not complete
  size_t body_size_ = 0;
};

}  // namespace stator::cli::bench
