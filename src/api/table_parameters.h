#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/error_json.h"
#include "api/node.h"
#include "api/operation.h"
#include "base/result.h"
#include "engine/table_requests.h"
#include "engine/tables.h"

// Parameters that several operations of the control plane share, and the form of those operations.
// The readers take a structure and the position of a member that may be absent.
namespace stator::api {

std::vector<model::KeyAttribute> ReadAttributeDefinitions(const Node& structure, size_t member);
std::vector<engine::KeyElement> ReadKeySchema(const Node& structure, size_t member);
std::optional<engine::ThroughputSpec> ReadThroughput(const Node& structure, size_t member);
std::optional<engine::OnDemandThroughput> ReadOnDemand(const Node& structure, size_t member);
std::optional<engine::WarmThroughputSpec> ReadWarm(const Node& structure, size_t member);
std::optional<engine::StreamSpec> ReadStream(const Node& structure, size_t member);
std::optional<engine::EncryptionSpec> ReadEncryption(const Node& structure, size_t member);
std::optional<engine::BillingMode> ReadBillingMode(const Node& structure, size_t member);
std::vector<engine::Tag> ReadTags(const Node& structure, size_t member);

// What conditions ask about the tags of a request.
void DescribeTags(const std::vector<engine::Tag>& tags, Access& access);

// A LocalSecondaryIndex, GlobalSecondaryIndex or CreateGlobalSecondaryIndexAction.
engine::IndexSpec ReadIndex(const Node& index);
std::optional<std::vector<engine::IndexSpec>> ReadIndexes(const Node& structure, size_t member);

// Refuses a request that has one of these members, before it has any effect (V16).
base::Result<void> RefuseUnsupported(const Node& body, std::span<const size_t> members);

// The encoder of operations whose answer has an empty body (W6).
inline void EncodeNothing(std::string& /*out*/) {}

// `Operation::run` of an operation of the control plane, which completes before it returns:
//   Result<Request> Decode(const Node& body)
//   void DescribeAccess(const Request&, AccessList&), which adds everything that the call does
//   Result<T> Execute(engine::Tables&, const Request&)
//   void Encode(const T& result, std::string& out), or void Encode(std::string& out) when T is void
template <auto kDecode, auto kDescribeAccess, auto kExecute, auto kEncode>
void RunTableOperation(Call& call, ResponseSink sink) {
  auto request = kDecode(call.body);
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
  const auto result = kExecute((*engine)->tables(), *request);
  if (!result.ok()) {
    sink(ErrorResponse(result.error()));
    return;
  }
  Response response;
  if constexpr (std::is_void_v<typename std::remove_cvref_t<decltype(result)>::ValueType>) {
    kEncode(response.body);
  } else {
    kEncode(*result, response.body);
  }
  sink(std::move(response));
}

}  // namespace stator::api
