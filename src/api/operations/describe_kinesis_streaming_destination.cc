#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeKinesisStreamingDestination.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kTableName };

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
};
constexpr Shape kInput = StructureShape("DescribeKinesisStreamingDestinationInput", kFields);

base::Result<std::string> Decode(const Node& body) { return std::string(body.Text(kTableName)); }

void DescribeAccess(const std::string& table, AccessList& accesses) {
  accesses.AddTable("DescribeKinesisStreamingDestination", table);
}

base::Result<std::string> Execute(engine::Tables& tables, const std::string& table) {
  STATOR_ASSIGN_OR_RETURN(const engine::Catalog::Snapshot snapshot, tables.catalog().Find(table));
  return snapshot.table->schema.name;
}

void Encode(const std::string& table, std::string& out) {
  ObjectWriter body(out);
  body.String("TableName", table);
  body.Member("KinesisDataStreamDestinations") += "[]";
  body.End();
}

}  // namespace

constinit const Operation kDescribeKinesisStreamingDestination{
    .name = "DescribeKinesisStreamingDestination",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
