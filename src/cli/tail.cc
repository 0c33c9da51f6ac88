#include "cli/tail.h"

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/bench/endpoint.h"
#include "cli/bench/transport.h"
#include "cli/client_tls.h"
#include "cli/tail/cursor.h"
#include "cli/tail/stream_reader.h"
#include "cli/tail/streams_client.h"

namespace stator::cli {
namespace {

using tail::Cursor;

constexpr std::chrono::milliseconds kIdlePause(200);
constexpr std::chrono::milliseconds kRetryPause(1000);

// Settings of the command.
struct TailOptions {
  std::string table;
  std::string endpoint = "http://127.0.0.1:8000";
  std::string from = "latest";
  std::string cursor_path;  // empty: none
  Trust trust;              // of a server that speaks TLS
  bench::SigningOptions signing{.credentials = {.access_key_id = "stator",
                                                .secret_access_key = "stator",
                                                .session_token = {}},
                                .region = "us-east-1"};
};

base::Error Refused(std::string message) { return base::ValidationError(std::move(message)); }

// Seconds since 1970 of "1700000000" or "2023-11-14T22:13:20Z".
base::Result<int64_t> ParseTime(const std::string& text) {
  int64_t seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size()) {
    return seconds;
  }
  std::tm parts{};
  const char* const end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') {
    return Refused("--from: '" + text +
                   "' is none of latest, trim-horizon, seconds since 1970, or a time such as "
                   "2026-11-25T08:00:00Z");
  }
  return static_cast<int64_t>(timegm(&parts));
}

std::string TimeText(simdjson::dom::element change) {
  double seconds = 0;
  const bool is_number = change["ApproximateCreationDateTime"].get(seconds) == simdjson::SUCCESS;
  const auto time = is_number ? static_cast<std::time_t>(seconds) : 0;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

// A change as one line of JSON; keys and images as in DynamoDB's own.
void Print(std::string_view shard, simdjson::dom::element record) {
  simdjson::dom::element change;
  if (record["dynamodb"].get(change) != simdjson::SUCCESS) {
    return;
  }
  std::string line = fmt::format(R"({{"time":"{}","event":"{}")", TimeText(change),
                                 tail::TextOf(record, "eventName"));
  constexpr std::pair<const char*, const char*> kParts[] = {
      {"keys", "Keys"}, {"old", "OldImage"}, {"new", "NewImage"}};
  for (const auto& [name, member] : kParts) {
    simdjson::dom::element part;
    if (change[member].get(part) == simdjson::SUCCESS) {
      line += fmt::format(R"(,"{}":{})", name, std::string(simdjson::minify(part)));
    }
  }
  simdjson::dom::element identity;
  if (record["userIdentity"].get(identity) == simdjson::SUCCESS) {
    line += fmt::format(R"(,"by":"{}")", tail::TextOf(identity, "PrincipalId"));
  }
  line += fmt::format(R"(,"shard":"{}","sequence":"{}"}})", shard,
                      tail::TextOf(change, "SequenceNumber"));
  (void)std::puts(line.c_str());
}

void Tell(const std::string& message) {
  (void)std::fprintf(stderr, "stator tail: %s\n", message.c_str());
}

base::Result<std::string> FindStream(tail::StreamsClient& client, const std::string& table) {
  if (table.find_first_of("\"\\") != std::string::npos) {
    return Refused("'" + table + "' is no table's name");
  }
  const tail::Reply reply =
      client.Call("DescribeTable", fmt::format(R"({{"TableName":"{}"}})", table));
  if (!reply.ok) {
    return base::Error{base::ErrorCode::kIo, reply.refusal.message};
  }
  simdjson::dom::element description;
  simdjson::dom::element specification;
  if (reply.body["Table"].get(description) != simdjson::SUCCESS ||
      description["StreamSpecification"].get(specification) != simdjson::SUCCESS) {
    return Refused("the table " + table +
                   " has no stream; UpdateTable with StreamSpecification enables one");
  }
  return std::string(tail::TextOf(description, "LatestStreamArn"));
}

// Whether the ARN is that of a stream of the table, which is named or has an ARN itself.
bool IsStreamOf(const std::string& stream_arn, const std::string& table) {
  return table.starts_with("arn:")
             ? stream_arn.starts_with(table + "/stream/")
             : stream_arn.find(":table/" + table + "/stream/") != std::string::npos;
}

// Where to begin, and whether behind everything that is there.
base::Result<std::pair<Cursor, bool>> Begin(const TailOptions& options,
                                            tail::StreamsClient& client) {
  if (!options.cursor_path.empty() && std::filesystem::exists(options.cursor_path)) {
    STATOR_ASSIGN_OR_RETURN(Cursor cursor, Cursor::Load(options.cursor_path));
    if (!IsStreamOf(cursor.stream_arn, options.table)) {
      return Refused("the cursor in " + options.cursor_path +
                     " is of another table: " + cursor.stream_arn);
    }
    return std::pair(std::move(cursor), false);
  }
  Cursor cursor;
  if (options.from == "latest") {
    cursor.since_seconds = std::time(nullptr);
  } else if (options.from != "trim-horizon") {
    STATOR_ASSIGN_OR_RETURN(cursor.since_seconds, ParseTime(options.from));
  }
  STATOR_ASSIGN_OR_RETURN(cursor.stream_arn, FindStream(client, options.table));
  return std::pair(std::move(cursor), options.from == "latest");
}

base::Result<void> SaveCursor(const TailOptions& options, const tail::StreamReader& reader) {
  // First what was printed must be out: the cursor may say less than that, not more.
  if (std::fflush(stdout) != 0) {
    return base::Error{base::ErrorCode::kIo, "nobody reads the output"};
  }
  return options.cursor_path.empty() ? base::Result<void>()
                                     : reader.cursor().Save(options.cursor_path);
}

base::Result<void> Follow(const TailOptions& options) {
  STATOR_ASSIGN_OR_RETURN(const bench::Endpoint endpoint, bench::ParseEndpoint(options.endpoint));
  STATOR_ASSIGN_OR_RETURN(const bench::Target target, bench::MakeTarget(endpoint, options.trust));
  tail::StreamsClient client(target, options.signing);
  STATOR_ASSIGN_OR_RETURN(auto begin, Begin(options, client));
  tail::StreamReader reader(client, std::move(begin.first), Print, Tell);
  if (begin.second) {
    STATOR_RETURN_IF_ERROR(reader.SkipToLatest());
  }
  bool told = false;
  STATOR_RETURN_IF_ERROR(SaveCursor(options, reader));
  while (!reader.finished()) {
    const base::Result<bool> any = reader.Poll();
    STATOR_RETURN_IF_ERROR(SaveCursor(options, reader));
    if (any.ok()) {
      told = false;
      if (!*any) {
        std::this_thread::sleep_for(kIdlePause);
      }
    } else if (any.error().code == base::ErrorCode::kResourceNotFound) {
      return any.error();
    } else {
      if (!std::exchange(told, true)) {
        Tell(any.error().message + "; trying again");
      }
      std::this_thread::sleep_for(kRetryPause);
    }
  }
  return {};
}

}  // namespace

void RegisterTail(CLI::App& app) {
  const auto options = std::make_shared<TailOptions>();
  CLI::App* const command = app.add_subcommand(
      "tail", "Print a table's changes as they happen, each as one line of JSON");
  command->add_option("TABLE", options->table, "A table with a stream")->required();
  command->add_option("--endpoint", options->endpoint, "URL of the server")->capture_default_str();
  command
      ->add_option("--from", options->from,
                   "Where to begin when there is no cursor yet: latest, trim-horizon (all that is "
                   "kept), seconds since 1970, or a time such as 2026-11-25T08:00:00Z")
      ->capture_default_str();
  command->add_option("--cursor", options->cursor_path,
                      "A file that remembers how far this came, and where the next run goes on. "
                      "After a crash, changes may be printed again");
  command->add_option("--ca", options->trust.ca_path,
                      "https: trust the certificates in this PEM file");
  command->add_flag("--no-verify-certificate{false}", options->trust.verify,
                    "https: accept any certificate");
  command->add_option("--region", options->signing.region, "Region that requests are signed for")
      ->envname("AWS_REGION")
      ->capture_default_str();
  auth::Credentials& credentials = options->signing.credentials;
  command->add_option("--access-key-id", credentials.access_key_id)->envname("AWS_ACCESS_KEY_ID");
  command->add_option("--secret-access-key", credentials.secret_access_key)
      ->envname("AWS_SECRET_ACCESS_KEY");
  command->add_option("--session-token", credentials.session_token)->envname("AWS_SESSION_TOKEN");
  command->callback([options] {
    // OpenSSL writes to sockets without MSG_NOSIGNAL.
    (void)std::signal(SIGPIPE, SIG_IGN);
    const base::Result<void> followed = Follow(*options);
    if (!followed.ok()) {
      Tell(followed.error().message);
      throw CLI::RuntimeError(1);  // CLI11's way to report an exit status
    }
  });
}

}  // namespace stator::cli
