#pragma once

#include <string>
#include <vector>

#include "api/authorizer.h"
#include "api/call.h"
#include "base/clock.h"
#include "engine/engine.h"

namespace stator::api {

// Options of the API layer.
struct DispatcherOptions {
  bool aggregated_validation = false;  // V2's older wording, camelCase and all errors at once
  const base::Clock* clock = &base::Clock::System();  // what policies call the current time
};

// Decodes a call, has it authorized, runs it on the engine, and encodes the answer. Any thread may
// call Dispatch; `sink` is called exactly once, possibly on another thread, possibly before
// Dispatch returns, and must not block.
class Dispatcher {
 public:
  Dispatcher(engine::Engine& engine, DispatcherOptions options);

  void Dispatch(const Request& request, ResponseSink sink) const;

  // The X-Amz-Target of every operation that is served, so that the server can count them.
  static std::vector<std::string> Targets();

 private:
  engine::Engine& engine_;
  const DispatcherOptions options_;
  const Authorizer authorizer_;
};

}  // namespace stator::api
