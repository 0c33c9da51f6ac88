#include "engine/cancellation.h"

#include <memory>
#include <utility>

namespace stator::engine {

base::Error CancelledError(std::vector<CancellationReason> reasons) {
  std::string message =
      "Transaction cancelled, please refer cancellation reasons for specific reasons [";
  for (size_t i = 0; i < reasons.size(); ++i) {
    message.append(i == 0 ? "" : ", ").append(reasons[i].code);
  }
  message.push_back(']');
  auto detail = std::make_shared<TransactionCancellation>();
  detail->reasons = std::move(reasons);
  return base::Error{base::ErrorCode::kTransactionCanceled, std::move(message), std::move(detail)};
}

base::Error CancelledByValidation(size_t count, size_t position, std::string message) {
  std::vector<CancellationReason> reasons(count);
  reasons[position].code = "ValidationError";
  reasons[position].message = std::move(message);
  return CancelledError(std::move(reasons));
}

}  // namespace stator::engine
