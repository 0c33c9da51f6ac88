#include "api/page_parameters.h"

#include <string_view>

#include "api/item_parameters.h"
#include "api/json_writer.h"

namespace stator::api {
namespace {

using engine::Select;

base::Error ProjectionRefused(std::string_view projection, Select select) {
  const std::string_view what = select == Select::kCount           ? "only the Count"
                                : select == Select::kAllAttributes ? "ALL_ATTRIBUTES"
                                                                   : "ALL_PROJECTED_ATTRIBUTES";
  return base::ValidationError("Cannot specify the " + std::string(projection) +
                               " when choosing to get " + std::string(what));
}

base::Error ProjectionMissing(PageOperation operation) {
  const std::string message =
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
      "SPECIFIC_ATTRIBUTES";
  // Only one of the two wraps it (V4).
  return base::ValidationError(
      operation == PageOperation::kQuery ? "1 validation error detected: " + message : message);
}

}  // namespace

base::Result<std::optional<Select>> ReadSelect(const Node& body, const SelectMembers& members,
                                               PageOperation operation) {
  // In the order of shapes::kSelectNames.
  constexpr Select kSelects[] = {Select::kAllAttributes, Select::kAllProjectedAttributes,
                                 Select::kSpecificAttributes, Select::kCount};
  const std::optional<size_t> position = body.Enum(members.select);
  if (!position) {
    return std::optional<Select>();
  }
  const Select select = kSelects[*position];
  const bool has_expression = body.Has(members.projection_expression);
  const bool has_projection = has_expression || body.Has(members.attributes_to_get);
  if (select == Select::kSpecificAttributes) {
    if (!has_projection) {
      return ProjectionMissing(operation);
    }
  } else if (has_projection) {
    return ProjectionRefused(has_expression ? "ProjectionExpression" : "AttributesToGet", select);
  }
  if (select == Select::kAllProjectedAttributes && !body.Has(members.index_name)) {
    return base::ValidationError(std::string("ALL_PROJECTED_ATTRIBUTES can be used only when ") +
                                 (operation == PageOperation::kQuery ? "Querying" : "Scanning") +
                                 " using an IndexName");
  }
  return std::optional(select);
}

base::Result<void> EncodePage(const engine::PageResult& result, std::string& out) {
  ObjectWriter body(out);
  if (!result.count_only) {
    STATOR_RETURN_IF_ERROR(AppendRecords(result.items, body.Member("Items")));
  }
  body.Integer("Count", result.count);
  body.Integer("ScannedCount", result.scanned_count);
  if (result.last_evaluated_key) {
    STATOR_RETURN_IF_ERROR(body.Record("LastEvaluatedKey", *result.last_evaluated_key));
  }
  WriteConsumedCapacity(result.capacity, body);
  body.End();
  return {};
}

}  // namespace stator::api
