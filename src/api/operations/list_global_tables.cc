#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListGlobalTables.html
namespace stator::api::operations {
namespace {

constexpr Shape kLimitShape = IntegerShape(1);

enum Member : size_t { kExclusiveStartGlobalTableName, kLimit, kRegionName };

constexpr Field kFields[] = {
    {kExclusiveStartGlobalTableName, "ExclusiveStartGlobalTableName", &shapes::kTableName},
    {kLimit, "Limit", &kLimitShape},
    {kRegionName, "RegionName", &shapes::kString},
};
constexpr Shape kInput = StructureShape("ListGlobalTablesInput", kFields);

// There are no global tables, whichever the parameters choose.
struct NoParameters {};

base::Result<NoParameters> Decode(const Node& /*body*/) { return NoParameters{}; }

void DescribeAccess(const NoParameters& /*request*/, AccessList& accesses) {
  accesses.AddAccount("ListGlobalTables");
}

base::Result<void> Execute(engine::Tables& /*tables*/, const NoParameters& /*request*/) {
  return {};
}

void Encode(std::string& out) {
  ObjectWriter body(out);
  body.Member("GlobalTables") += "[]";
  body.End();
}

}  // namespace

constinit const Operation kListGlobalTables{
    .name = "ListGlobalTables",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
