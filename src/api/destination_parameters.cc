#include "api/destination_parameters.h"

#include <optional>

#include "api/json_writer.h"
#include "api/shapes_kinesis.h"

namespace stator::api {

base::Result<engine::DestinationRequest> ReadDestination(const Node& body) {
  using namespace shapes::kinesis_destination;  // NOLINT(google-build-using-namespace)
  engine::DestinationRequest request{.table = std::string(body.Text(kTableName)),
                                     .stream_arn = std::string(body.Text(kStreamArn)),
                                     .precision = {}};
  const Node* configuration = body.Member(kConfiguration);
  if (configuration != nullptr) {
    const std::optional<size_t> precision =
        configuration->Enum(shapes::kinesis_configuration::kApproximateCreationDateTimePrecision);
    if (precision) {
      request.precision = *precision == 0 ? engine::TimePrecision::kMillisecond
                                          : engine::TimePrecision::kMicrosecond;
    }
  }
  return request;
}

void AppendDestinationResult(const engine::DestinationResult& result,
                             std::string_view configuration, std::string& out) {
  ObjectWriter body(out);
  body.String("TableName", result.table);
  body.String("StreamArn", result.stream_arn);
  body.String("DestinationStatus", DestinationStatusName(result.status));
  if (result.precision) {
    ObjectWriter object(body.Member(configuration));
    object.String("ApproximateCreationDateTimePrecision",
                  engine::TimePrecisionName(*result.precision));
    object.End();
  }
  body.End();
}

std::string_view DestinationStatusName(engine::DestinationStatus status) {
  switch (status) {
    case engine::DestinationStatus::kEnabling:
      return "ENABLING";
    case engine::DestinationStatus::kActive:
      break;
    case engine::DestinationStatus::kDisabling:
      return "DISABLING";
    case engine::DestinationStatus::kDisabled:
      return "DISABLED";
    case engine::DestinationStatus::kUpdating:
      return "UPDATING";
  }
  return "ACTIVE";
}

}  // namespace stator::api
