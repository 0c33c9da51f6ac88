#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_json.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kTableName };

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
};
constexpr Shape kInput = StructureShape("DeleteTableInput", kFields);

base::Result<std::string> Decode(const Node& body) { return std::string(body.Text(kTableName)); }

void DescribeAccess(const std::string& table, AccessList& accesses) {
  accesses.AddTable("DeleteTable", table);
}

base::Result<engine::TableDescription> Execute(engine::Tables& tables, const std::string& table) {
  return tables.DeleteTable(table);
}

}  // namespace

constinit const Operation kDeleteTable{
    .name = "DeleteTable",
    .input = &kInput,
    .pace = Pace::kLong,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, EncodeTableDescription>};

}  // namespace stator::api::operations
