#include "cli/bench/loader.h"

#include <chrono>
#include <thread>

#include "cli/bench/bulk_write.h"
#include "cli/bench/workload.h"

namespace stator::cli::bench {

namespace {

constexpr int kCallTimeoutSeconds = 60;
constexpr int kActivePolls = 1200;
constexpr std::chrono::milliseconds kActivePause(100);

bool IsError(const OwnedAnswer& answer, std::string_view name) {
  return answer.status != 200 && answer.body.find(name) != std::string::npos;
}

base::Error Refused(std::string_view operation, const OwnedAnswer& answer) {
  return base::Error{base::ErrorCode::kIo, std::string(operation) + ": HTTP " +
                                               std::to_string(answer.status) + " " + answer.body};
}

}  // namespace

Loader::Loader(const BenchOptions& options, const Target& target, const RequestFactory& factory)
    : options_(options),
      target_(target),
      factory_(factory),
      filler_(options.signing, options.item_bytes, options.seed, base::Clock::System()) {}

base::Result<OwnedAnswer> Loader::Call(std::string_view operation, const std::string& body) {
  RequestTemplate request = factory_.Make(operation, BodyBuilder().Text(body));
  return CallOnce(target_, filler_.Fill(request, {}), kCallTimeoutSeconds);
}

std::string Loader::MarkerKey() const {
  return R"({"pk":{"S":"loaded"},"sk":{"S":")" + std::to_string(options_.items) + "x" +
         std::to_string(options_.item_bytes) + R"("}})";
}

base::Result<void> Loader::EnsureTable() {
  const std::string body =
      R"({"TableName":")" + options_.table +
      R"(","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[)"
      R"({"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}],)"
      R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
      R"({"AttributeName":"sk","KeyType":"RANGE"}]})";
  STATOR_ASSIGN_OR_RETURN(const OwnedAnswer answer, Call("CreateTable", body));
  if (answer.status != 200 && !IsError(answer, "ResourceInUseException")) {
    return Refused("CreateTable", answer);
  }
  for (int i = 0; i < kActivePolls; ++i) {
    STATOR_ASSIGN_OR_RETURN(const bool active, IsActive());
    if (active) {
      return {};
    }
    std::this_thread::sleep_for(kActivePause);
  }
  return base::Error{base::ErrorCode::kIo, "table " + options_.table + " does not become active"};
}

base::Result<bool> Loader::IsActive() {
  STATOR_ASSIGN_OR_RETURN(const OwnedAnswer answer,
                          Call("DescribeTable", R"({"TableName":")" + options_.table + R"("})"));
  if (answer.status != 200) {
    return Refused("DescribeTable", answer);
  }
  return answer.body.find(R"("TableStatus":"ACTIVE")") != std::string::npos;
}

base::Result<bool> Loader::IsLoaded() {
  STATOR_ASSIGN_OR_RETURN(
      const OwnedAnswer answer,
      Call("GetItem", R"({"TableName":")" + options_.table + R"(","ConsistentRead":true,"Key":)" +
                          MarkerKey() + "}"));
  if (answer.status != 200) {
    return Refused("GetItem", answer);
  }
  return answer.body.find("\"Item\"") != std::string::npos;
}

base::Result<void> Loader::Load() {
  STATOR_ASSIGN_OR_RETURN(Workload batches, MakeWorkload("batch-write", options_, factory_));
  BulkWrite bulk(options_, target_, factory_, filler_, std::move(batches.operations.front()));
  STATOR_RETURN_IF_ERROR(bulk.Run());
  STATOR_ASSIGN_OR_RETURN(
      const OwnedAnswer answer,
      Call("PutItem", R"({"TableName":")" + options_.table + R"(","Item":)" + MarkerKey() + "}"));
  if (answer.status != 200) {
    return Refused("PutItem", answer);
  }
  return {};
}

}  // namespace stator::cli::bench
