#include "api/dispatcher.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/constraints.h"
#include "api/document.h"
#include "api/error_json.h"
#include "api/operation.h"

namespace stator::api {
namespace {

// The operations that callers of other accounts than the server's own have: those that name every
// table that they are about, or list the caller's.
constexpr std::array<std::string_view, 37> kForAllAccounts = {"BatchExecuteStatement",
                                                              "BatchGetItem",
                                                              "BatchWriteItem",
                                                              "CreateTable",
                                                              "DeleteItem",
                                                              "DeleteResourcePolicy",
                                                              "DeleteTable",
                                                              "DescribeContinuousBackups",
                                                              "DescribeEndpoints",
                                                              "DescribeKinesisStreamingDestination",
                                                              "DescribeLimits",
                                                              "DescribeStream",
                                                              "DescribeTable",
                                                              "DescribeTimeToLive",
                                                              "DisableKinesisStreamingDestination",
                                                              "EnableKinesisStreamingDestination",
                                                              "ExecuteStatement",
                                                              "ExecuteTransaction",
                                                              "GetItem",
                                                              "GetRecords",
                                                              "GetResourcePolicy",
                                                              "GetShardIterator",
                                                              "ListStreams",
                                                              "ListTables",
                                                              "ListTagsOfResource",
                                                              "PutItem",
                                                              "PutResourcePolicy",
                                                              "Query",
                                                              "Scan",
                                                              "TagResource",
                                                              "TransactGetItems",
                                                              "TransactWriteItems",
                                                              "UntagResource",
                                                              "UpdateItem",
                                                              "UpdateKinesisStreamingDestination",
                                                              "UpdateTable",
                                                              "UpdateTimeToLive"};

base::Error NotForAccount(const Caller& caller, std::string_view operation) {
  return base::Error{base::ErrorCode::kAccessDenied,
                     "User: " + caller.arn +
                         " is not authorized to perform: dynamodb:" + std::string(operation) +
                         " because only the server's own account can do that yet"};
}

}  // namespace

Dispatcher::Dispatcher(engine::Engine& engine, DispatcherOptions options)
    : engine_(engine), options_(options), authorizer_(engine.tables().catalog(), *options.clock) {}

void Dispatcher::Dispatch(const Request& request, ResponseSink sink) const {
  const Operation* operation = FindOperation(request.target);
  if (operation == nullptr) {
    sink(ErrorResponse(base::Error{base::ErrorCode::kUnknownOperation, ""}));
    return;
  }
  if (operation->pace == Pace::kLong && !request.may_block) {
    sink(ErrorResponse(base::Error{base::ErrorCode::kWouldBlock, ""}));
    return;
  }
  Document document;
  const base::Result<Node*> body = document.Parse(request.body, *operation->input);
  if (!body.ok()) {
    sink(ErrorResponse(body.error()));
    return;
  }
  const base::Result<void> checked =
      CheckConstraints(**body, options_.aggregated_validation ? ValidationWording::kAggregated
                                                              : ValidationWording::kFirstOnly);
  if (!checked.ok()) {
    sink(ErrorResponse(checked.error()));
    return;
  }
  std::string_view account;
  if (request.caller != nullptr &&
      request.caller->account != engine_.tables().catalog().identity().account) {
    account = request.caller->account;
    if (std::ranges::find(kForAllAccounts, operation->name) == kForAllAccounts.end()) {
      sink(ErrorResponse(NotForAccount(*request.caller, operation->name)));
      return;
    }
    document.Qualify(**body, account);
  }
  Call call(engine_, authorizer_, request, **body, account);
  operation->run(call, std::move(sink));
}

std::vector<std::string> Dispatcher::Targets() { return OperationTargets(); }

}  // namespace stator::api
