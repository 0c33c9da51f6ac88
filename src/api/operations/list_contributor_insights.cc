#include <optional>
#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListContributorInsights.html
namespace stator::api::operations {
namespace {

constexpr Shape kMaxResultsShape = IntegerShape(Shape::kNoMin, 100);

enum Member : size_t { kTableName, kNextToken, kMaxResults };

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn},
    {kNextToken, "NextToken", &shapes::kString},
    {kMaxResults, "MaxResults", &kMaxResultsShape},
};
constexpr Shape kInput = StructureShape("ListContributorInsightsInput", kFields);

base::Result<std::optional<std::string>> Decode(const Node& body) {
  return body.OptionalText(kTableName);
}

void DescribeAccess(const std::optional<std::string>& /*table*/, AccessList& accesses) {
  accesses.AddAllTables("ListContributorInsights");
}

base::Result<void> Execute(engine::Tables& tables, const std::optional<std::string>& table) {
  if (table) {
    STATOR_RETURN_IF_ERROR(tables.catalog().Find(*table));
  }
  return {};
}

// Only tables with insights are listed, and these cannot be enabled.
void Encode(std::string& out) {
  ObjectWriter body(out);
  body.Member("ContributorInsightsSummaries") += "[]";
  body.End();
}

}  // namespace

constinit const Operation kListContributorInsights{
    .name = "ListContributorInsights",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
