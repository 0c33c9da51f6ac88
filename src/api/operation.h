#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/authorizer.h"
#include "api/call.h"
#include "api/error_json.h"
#include "api/node.h"
#include "api/shape.h"
#include "base/result.h"
#include "engine/engine.h"

namespace stator::api {

// One call while its operation starts it. Lives only until `run` returns; the node tree is invalid
// as soon as the engine was called, because the same thread may then decode another request.
class Call {
 public:
  // Borrows all of them.
  Call(engine::Engine& engine, const Authorizer& authorizer, const Request& to_answer, Node& input,
       std::string_view of_account)
      : request(to_answer),
        body(input),
        context{.cache_only = !to_answer.may_block},
        account(of_account),
        engine_(engine),
        authorizer_(authorizer) {}

  // The engine, for what `describe` says that the call does; kAccessDenied when the caller may not
  // do that. There is no other way to the engine.
  base::Result<engine::Engine*> Authorize(Authorizer::Describe describe) const {
    STATOR_RETURN_IF_ERROR(authorizer_.Check(request, describe));
    return &engine_;
  }

  const Authorizer& authorizer() const { return authorizer_; }

  const Request& request;
  Node& body;  // read against the operation's input shape, with its constraints checked
  const engine::CallContext context;
  const std::string_view account;  // of the caller; empty for the server's own

 private:
  engine::Engine& engine_;
  const Authorizer& authorizer_;
};

// Whether a call of an operation may run on an event loop.
enum class Pace : uint8_t {
  kInline,  // when its rows are in the cache
  kLong,    // never: it is answered by Response::retry_blocking there
};

// The services that share the endpoint; the prefix of X-Amz-Target tells them apart.
enum class Service : uint8_t { kDynamoDb, kStreams };

// What the dispatcher knows of an operation: constant data; one for each line of operations.def.
struct Operation {
  std::string_view name;
  const Shape* input;
  Service service = Service::kDynamoDb;
  Pace pace = Pace::kInline;
  // Decodes and runs the call; answers through `sink` exactly once.
  void (*run)(Call& call, ResponseSink sink) = nullptr;
};

// The answer to a call that ended with `result`: an error, or what `encode` appends, which is a
// function of (const T& result, std::string& out) that returns void or Result<void>.
template <typename T, typename Encode>
Response MakeResponse(const base::Result<T>& result, const Encode& encode) {
  if (!result.ok()) {
    return ErrorResponse(result.error());
  }
  Response response;
  if constexpr (std::is_void_v<std::invoke_result_t<Encode, const T&, std::string&>>) {
    encode(*result, response.body);
  } else if (const base::Result<void> encoded = encode(*result, response.body); !encoded.ok()) {
    return ErrorResponse(encoded.error());
  }
  return response;
}

// `Operation::run` of the common form:
//   Result<Request> Decode(Node& body), or with `std::string_view account` (Call::account) for what
//     names tables in texts
//   void DescribeAccess(const Request&, AccessList&), which adds everything that the call does
//   void Execute(engine::Engine&, Request, const engine::CallContext&, Completion<T>)
//   void or Result<void> Encode(const T& result, std::string& out), which appends the answer
template <auto kDecode, auto kDescribeAccess, auto kExecute, auto kEncode>
void RunOperation(Call& call, ResponseSink sink) {
  auto request = [&call] {
    if constexpr (std::is_invocable_v<decltype(kDecode), Node&, std::string_view>) {
      return kDecode(call.body, call.account);
    } else {
      return kDecode(call.body);
    }
  }();
  if (!request.ok()) {
    sink(ErrorResponse(request.error()));
    return;
  }
  // Lists are of the caller's account; all else names its tables.
  if constexpr (requires { request->account; }) {
    request->account = call.account;
  }
  const base::Result<engine::Engine*> engine =
      call.Authorize([&request](AccessList& accesses) { kDescribeAccess(*request, accesses); });
  if (!engine.ok()) {
    sink(ErrorResponse(engine.error()));
    return;
  }
  kExecute(**engine, std::move(request).value(), call.context,
           [sink = std::move(sink)](auto result) { sink(MakeResponse(result, kEncode)); });
}

// The operation behind an X-Amz-Target such as `DynamoDB_20120810.GetItem`, or null.
const Operation* FindOperation(std::string_view target);

// The targets of all operations, in the order of operations.def.
std::vector<std::string> OperationTargets();

}  // namespace stator::api
