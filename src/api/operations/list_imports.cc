#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListImports.html
namespace stator::api::operations {
namespace {

constexpr Shape kPageSizeShape = IntegerShape(1, 25);
constexpr Shape kNextTokenShape = StringShape(112, 1024);

enum Member : size_t { kTableArn, kPageSize, kNextToken };

constexpr Field kFields[] = {
    {kTableArn, "TableArn", &shapes::kTableArn},
    {kPageSize, "PageSize", &kPageSizeShape},
    {kNextToken, "NextToken", &kNextTokenShape},
};
constexpr Shape kInput = StructureShape("ListImportsInput", kFields);

// There are no imports, whichever the parameters choose.
struct NoParameters {};

base::Result<NoParameters> Decode(const Node& /*body*/) { return NoParameters{}; }

void DescribeAccess(const NoParameters& /*request*/, AccessList& accesses) {
  accesses.AddAllTables("ListImports");
}

base::Result<void> Execute(engine::Tables& /*tables*/, const NoParameters& /*request*/) {
  return {};
}

void Encode(std::string& out) {
  ObjectWriter body(out);
  body.Member("ImportSummaryList") += "[]";
  body.End();
}

}  // namespace

constinit const Operation kListImports{
    .name = "ListImports",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
