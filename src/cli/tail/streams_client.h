#pragma once

#include <string>
#include <string_view>

#include <simdjson.h>

#include "base/clock.h"
#include "base/result.h"
#include "cli/bench/client.h"
#include "cli/bench/request_template.h"
#include "cli/bench/transport.h"

namespace stator::cli::tail {

// What a call was refused with.
struct Refusal {
  std::string name;  // such as "ExpiredIteratorException"; empty when there was no answer
  std::string message;
};

// The answer to a call: valid until the next one.
struct Reply {
  simdjson::dom::element body;
  Refusal refusal;
  bool ok = false;
};

// Calls operations of a DynamoDB endpoint, signed. Not synchronized.
class StreamsClient {
 public:
  // `target` outlives the client.
  StreamsClient(const bench::Target& target, const bench::SigningOptions& signing);

  // An operation of DynamoDB, with a body in JSON.
  Reply Call(std::string_view operation, std::string_view json);
  // An operation of DynamoDB Streams.
  Reply CallStreams(std::string_view operation, std::string_view json);

 private:
  bench::RequestFactory factory_;
  bench::RequestFiller filler_;
  bench::Caller caller_;
  simdjson::dom::parser parser_;
};

// The text of a member; empty when there is none.
std::string_view TextOf(simdjson::dom::element object, std::string_view member);

}  // namespace stator::cli::tail
