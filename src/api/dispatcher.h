#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/engine.h"

namespace stator::api {

// One call as the server hands it over: framing, limits, content coding and signature are done.
struct Request {
  std::string target;  // X-Amz-Target; empty when the header is missing
  std::string body;    // after decompression
  std::string host;    // the Host header, for DescribeEndpoints
  // Whether the calling thread may wait for a device or compute for long. When false, a call that
  // cannot be answered at once is answered by `Response::retry_blocking`.
  bool may_block = true;
};

// The answer, except for what every HTTP response carries.
struct Response {
  int status = 200;
  std::string body;  // JSON, or empty for the operations that have no output (W6)
  // Nothing was done: call again with `may_block`, from a thread that may wait.
  bool retry_blocking = false;
};

using ResponseSink = std::function<void(Response response)>;

// Options of the API layer.
struct DispatcherOptions {
  bool aggregated_validation = false;  // V2's older wording, camelCase and all errors at once
};

// Decodes a call, runs it on the engine, encodes the answer, and counts it. Any thread may call
// Dispatch; `sink` is called exactly once, possibly on another thread, possibly before Dispatch
// returns, and must not block.
class Dispatcher {
 public:
  Dispatcher(engine::Engine& engine, DispatcherOptions options);

  void Dispatch(const Request& request, ResponseSink sink) const;

 private:
  engine::Engine& engine_;
  const DispatcherOptions options_;
};

}  // namespace stator::api
