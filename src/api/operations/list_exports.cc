#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListExports.html
namespace stator::api::operations {
namespace {

constexpr Shape kMaxResultsShape = IntegerShape(1, 25);

enum Member : size_t { kTableArn, kMaxResults, kNextToken };

constexpr Field kFields[] = {
    {kTableArn, "TableArn", &shapes::kTableArn},
    {kMaxResults, "MaxResults", &kMaxResultsShape},
    {kNextToken, "NextToken", &shapes::kString},
};
constexpr Shape kInput = StructureShape("ListExportsInput", kFields);

// There are no exports, whichever the parameters choose.
struct NoParameters {};

base::Result<NoParameters> Decode(const Node& /*body*/) { return NoParameters{}; }

void DescribeAccess(const NoParameters& /*request*/, AccessList& accesses) {
  accesses.AddAllTables("ListExports");
}

base::Result<void> Execute(engine::Tables& /*tables*/, const NoParameters& /*request*/) {
  return {};
}

void Encode(std::string& out) {
  ObjectWriter body(out);
  body.Member("ExportSummaries") += "[]";
  body.End();
}

}  // namespace

constinit const Operation kListExports{
    .name = "ListExports",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
