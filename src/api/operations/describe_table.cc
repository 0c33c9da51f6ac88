#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_json.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kTableName };

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
};
constexpr Shape kInput = StructureShape("DescribeTableInput", kFields);

base::Result<std::string> Decode(const Node& body) { return std::string(body.Text(kTableName)); }

void DescribeAccess(const std::string& table, AccessList& accesses) {
  accesses.AddTable("DescribeTable", table);
}

base::Result<engine::TableDescription> Execute(engine::Tables& tables, const std::string& table) {
  return tables.DescribeTable(table);
}

void Encode(const engine::TableDescription& description, std::string& out) {
  ObjectWriter body(out);
  AppendTableDescription(description, body.Member("Table"));
  body.End();
}

}  // namespace

constinit const Operation kDescribeTable{
    .name = "DescribeTable",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
