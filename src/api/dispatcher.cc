#include "api/dispatcher.h"

#include <utility>

#include "api/constraints.h"
#include "api/document.h"
#include "api/error_json.h"
#include "api/operation.h"

namespace stator::api {

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
  Call call(engine_, authorizer_, request, **body);
  operation->run(call, std::move(sink));
}

std::vector<std::string> Dispatcher::Targets() { return OperationTargets(); }

}  // namespace stator::api
