#include "cli/tail/streams_client.h"

#include <utility>

namespace stator::cli::tail {
namespace {

constexpr int kTimeoutSeconds = 30;
constexpr int kOk = 200;

}  // namespace

StreamsClient::StreamsClient(const bench::Target& target, const bench::SigningOptions& signing)
    : factory_(target.endpoint.host_header, signing),
      filler_(signing, 0, 0, base::Clock::System()),
      caller_(target) {}

Reply StreamsClient::Call(std::string_view operation, std::string_view json) {
  bench::BodyBuilder body;
  body.Text(json);
  bench::RequestTemplate request = factory_.Make(operation, body);
  Reply reply;
  const base::Result<bench::OwnedAnswer> answer =
      caller_.Call(filler_.Fill(request, {}), kTimeoutSeconds);
  if (!answer.ok()) {
    reply.refusal.message = answer.error().message;
    return reply;
  }
  if (parser_.parse(answer->body).get(reply.body) != simdjson::SUCCESS) {
    reply.refusal.message = "the answer to " + std::string(operation) + " is no JSON";
    return reply;
  }
  reply.ok = answer->status == kOk;
  if (!reply.ok) {
    const std::string_view type = TextOf(reply.body, "__type");
    const std::string_view message = TextOf(reply.body, "message");
    reply.refusal.name = type.substr(type.find('#') + 1);
    reply.refusal.message = message.empty() ? TextOf(reply.body, "Message") : message;
  }
  return reply;
}

Reply StreamsClient::CallStreams(std::string_view operation, std::string_view json) {
  return Call("DynamoDBStreams_20120810." + std::string(operation), json);
}

std::string_view TextOf(simdjson::dom::element object, std::string_view member) {
  std::string_view text;
  return object[member].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

}  // namespace stator::cli::tail
