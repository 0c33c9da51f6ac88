#include <string>

#include "api/destination_parameters.h"
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

base::Result<engine::DestinationsDescription> Execute(engine::Tables& tables,
                                                      const std::string& table) {
  return tables.DescribeDestinations(table);
}

void Encode(const engine::DestinationsDescription& description, std::string& out) {
  ObjectWriter body(out);
  body.String("TableName", description.table);
  ArrayWriter list(body.Member("KinesisDataStreamDestinations"));
  for (const auto& [destination, problem] : description.destinations) {
    ObjectWriter object(list.Next());
    object.String("StreamArn", destination.stream_arn);
    object.String("DestinationStatus", DestinationStatusName(destination.status));
    if (problem) {
      object.String("DestinationStatusDescription", *problem);
    }
    object.String("ApproximateCreationDateTimePrecision",
                  engine::TimePrecisionName(destination.precision));
    object.End();
  }
  list.End();
  body.End();
}

}  // namespace

constinit const Operation kDescribeKinesisStreamingDestination{
    .name = "DescribeKinesisStreamingDestination",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
