#include "cli/kinesis/kinesis_client.h"

#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "api/json_writer.h"
#include "engine/kinesis_destination.h"
#include "model/json_text.h"

namespace stator::cli::kinesis {
namespace {

constexpr int64_t kTimeoutMillis = 10'000;
constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kTooLarge = 413;
constexpr std::string_view kTarget = "Kinesis_20131202.PutRecords";
constexpr std::string_view kContentType = "application/x-amz-json-1.1";
constexpr std::string_view kService = "kinesis";
constexpr size_t kShownBytes = 200;  // of an answer, in messages

std::string_view TextOf(simdjson::dom::element object, const char* member) {
  std::string_view text;
  return object[member].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

// `com.amazonaws.kinesis#Name` and `Name` are the same.
std::string_view BareName(std::string_view type) { return type.substr(type.find('#') + 1); }

base::Error Unusable(const HttpAnswer& answer) {
  return base::Error{base::ErrorCode::kUnavailable,
                     fmt::format("the Kinesis endpoint answered with status {} and: {}",
                                 answer.status, answer.body.substr(0, kShownBytes))};
}

// The error behind an answer that is no success.
base::Error Refusal(const HttpAnswer& answer) {
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  if (parser.parse(answer.body).get(body) != simdjson::SUCCESS || !body.is_object()) {
    base::Error error = Unusable(answer);
    if (answer.status == kTooLarge) {
      error.code = base::ErrorCode::kValidation;
    }
    return error;
  }
  const std::string_view name = BareName(TextOf(body, "__type"));
  const std::string_view message =
      TextOf(body, "message").empty() ? TextOf(body, "Message") : TextOf(body, "message");
  if (name.empty()) {
    return Unusable(answer);
  }
  const bool is_invalid = answer.status == kTooLarge ||
                          (answer.status == kBadRequest &&
                           (name == "ValidationException" || name == "InvalidArgumentException" ||
                            name == "SerializationException"));
  return base::Error{is_invalid ? base::ErrorCode::kValidation : base::ErrorCode::kUnavailable,
                     fmt::format("{}: {}", name, message)};
}

}  // namespace

std::string PutRecordsBody(std::string_view stream_arn,
                           const std::vector<OutgoingRecord>& records) {
  std::string out;
  api::ObjectWriter body(out);
  // Older endpoints know only the name.
  body.String("StreamName", engine::NameOfStreamArn(stream_arn));
  body.String("StreamARN", stream_arn);
  api::ArrayWriter list(body.Member("Records"));
  for (const OutgoingRecord& record : records) {
    api::ObjectWriter object(list.Next());
    std::string& data = object.Member("Data");
    data += '"';
    model::AppendBase64(record.data, data);
    data += '"';
    object.String("PartitionKey", record.partition_key);
    object.End();
  }
  list.End();
  body.End();
  return out;
}

base::Result<PutRecordsAnswer> ReadPutRecordsAnswer(const HttpAnswer& answer, size_t records) {
  if (answer.status != kOk) {
    return Refusal(answer);
  }
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  simdjson::dom::array entries;
  if (parser.parse(answer.body).get(body) != simdjson::SUCCESS ||
      body["Records"].get(entries) != simdjson::SUCCESS || entries.size() != records) {
    return Unusable(answer);
  }
  PutRecordsAnswer result;
  for (const simdjson::dom::element entry : entries) {
    const std::string_view code = TextOf(entry, "ErrorCode");
    result.accepted.push_back(code.empty());
    if (!code.empty() && result.problem.empty()) {
      result.problem = fmt::format("{}: {}", code, TextOf(entry, "ErrorMessage"));
    }
  }
  return result;
}

base::Result<std::unique_ptr<KinesisClient>> KinesisClient::Open(
    const KinesisOptions& options, const base::Clock& clock, const std::atomic<bool>& stopping) {
  STATOR_ASSIGN_OR_RETURN(bench::Endpoint endpoint, bench::ParseEndpoint(options.endpoint));
  if (endpoint.tls) {
    // To be told now of a file that cannot be read, and not by each connection.
    STATOR_RETURN_IF_ERROR(MakeClientTls({.verify = true, .ca_path = options.ca_path}));
  }
  return std::unique_ptr<KinesisClient>(
      new KinesisClient(options, std::move(endpoint), clock, stopping));
}

KinesisClient::KinesisClient(const KinesisOptions& options, bench::Endpoint endpoint,
                             const base::Clock& clock, const std::atomic<bool>& stopping)
    : credentials_(options.credentials),
      clock_(clock),
      connection_(std::move(endpoint), {.verify = true, .ca_path = options.ca_path}, stopping) {}

std::string KinesisClient::SignedRequest(std::string_view region, std::string_view body) {
  auto signer = signers_.find(region);
  if (signer == signers_.end()) {
    signer = signers_
                 .try_emplace(std::string(region), credentials_, std::string(region),
                              std::string(kService))
                 .first;
  }
  const std::string date_time = auth::AmzDateTime(clock_.NowMicros());
  std::string payload_hash;
  auth::AppendHex(signer->second.hasher().Sha256(body), payload_hash);
  const std::string& host = connection_.endpoint().host_header;
  std::vector<auth::HeaderView> headers = {{"Host", host},
                                           {"Content-Type", kContentType},
                                           {"X-Amz-Date", date_time},
                                           {"X-Amz-Target", kTarget}};
  if (!credentials_.session_token.empty()) {
    headers.push_back({"X-Amz-Security-Token", credentials_.session_token});
  }
  const std::string authorization =
      signer->second.Authorization({.headers = headers, .payload_hash = payload_hash}, date_time);
  std::string request = "POST / HTTP/1.1\r\n";
  for (const auth::HeaderView& header : headers) {
    request.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  request +=
      fmt::format("Authorization: {}\r\nContent-Length: {}\r\n\r\n", authorization, body.size());
  return request.append(body);
}

base::Result<PutRecordsAnswer> KinesisClient::PutRecords(
    std::string_view stream_arn, const std::vector<OutgoingRecord>& records) {
  STATOR_ASSIGN_OR_RETURN(const std::string_view region, engine::RegionOfStreamArn(stream_arn));
  const std::string request = SignedRequest(region, PutRecordsBody(stream_arn, records));
  STATOR_ASSIGN_OR_RETURN(const HttpAnswer answer, connection_.Call(request, kTimeoutMillis));
  return ReadPutRecordsAnswer(answer, records.size());
}

}  // namespace stator::cli::kinesis
